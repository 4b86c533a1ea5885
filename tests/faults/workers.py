"""Real servers as processes of their own, which may be killed."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.address import Address

ROOT = Path(__file__).parents[2]
_STARTS_WITHIN = 240.0


class Worker:
    """`guanxi serve` on a free port."""

    def __init__(self, address: Address, log: Path) -> None:
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "web", "serve", "--port", "0"],
                cwd=ROOT,
                env={
                    **os.environ,
                    "NEO4J_URI": address.uri,
                    "NEO4J_USER": address.user,
                    "NEO4J_PASSWORD": address.password,
                },
                stdout=output,
                stderr=output,
            )

    async def url(self) -> str:
        """Where it listens, as soon as it does."""
        async with asyncio.timeout(_STARTS_WITHIN):
            while True:
                said = self._log.read_text()
                if found := re.search(r"Guanxi is on (http://[^\s]+)", said):
                    return found[1]
                assert self._process.poll() is None, said
                await asyncio.sleep(0.05)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@contextmanager
def working(address: Address, folder: Path) -> Iterator[Callable[[], Worker]]:
    """Starts workers before a database, and kills those that are left."""
    workers: list[Worker] = []

    def start() -> Worker:
        workers.append(Worker(address, folder / f"worker-{len(workers)}.log"))
        return workers[-1]

    try:
        yield start
    finally:
        for worker in workers:
            worker.kill()
