"""The four engines: how each is started, and what of the questions it offers.

Each is a process of its own that listens on loopback and is told the same Neo4j by its environment.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson
import psutil

from bench.http import post
from bench.node import Node
from bench.variation import varied as other_words
from graph.address import Address

BENCH = Path(__file__).parent
STARTS_WITHIN = 120.0

_UVICORN = (
    "--loop=uvloop",
    "--http=httptools",
    "--host=127.0.0.1",
    "--no-access-log",
    "--log-level=warning",
    "--workers=1",
)
_VARIABLE = re.compile(r"\$(\w+)")


# What an engine does not answer within this time, it does not answer.
PATIENCE = 60.0


class EngineFailed(Exception):
    """An engine did not start, or did not answer as it should."""


# Why an engine has no figures for a question, by workload and engine.
Failures = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Engine:
    """One of those that are compared. `command` has the port as `{port}`, `path` the workload as `{workload}`."""

    name: str
    title: str
    command: tuple[str, ...]
    path: str = "/graphql"

    @property
    def is_floor(self) -> bool:
        return self.name == "floor"

    @property
    def is_peer(self) -> bool:
        """Whether a failure is this engine's own result. Without the floor or Guanxi there is nothing to measure."""
        return self.name not in ("floor", "guanxi")

    def question(self, workload: str) -> str | None:
        """The question in this engine's own words; None if it does not offer it."""
        file = BENCH / self.name / f"{workload}.{'cypher' if self.is_floor else 'graphql'}"
        return file.read_text(encoding="utf-8") if file.exists() else None

    def body(self, workload: str, values: Mapping[str, Any], renamed: str = "", *, varied: bool = False) -> str:
        """What is sent: the floor's parameters, or a document with the variables that it declares.

        `renamed` is put behind the operation's name, which makes it a document that was never seen; `varied` gives it
        other aliases and page sizes.
        """
        if self.is_floor:
            return orjson.dumps(dict(values)).decode()
        text = self.question(workload)
        assert text is not None
        declared = set(_VARIABLE.findall(text.split("{", 1)[0]))
        text = other_words(text) if varied else text
        text = re.sub(r"query (\w+)", rf"query \g<1>{renamed}", text, count=1)
        return orjson.dumps({"query": text, "variables": {k: v for k, v in values.items() if k in declared}}).decode()

    def url(self, workload: str) -> str:
        return self.path.format(workload=workload)


FLOOR = Engine(
    "floor",
    "floor",
    (sys.executable, "-m", "uvicorn", "bench.floor.server:app", "--port={port}", *_UVICORN),
    "/{workload}",
)
GUANXI = Engine("guanxi", "Guanxi", (sys.executable, "-m", "web", "serve", "--port={port}"))
PLAIN = Engine(
    "plain",
    "plain Strawberry",
    (sys.executable, "-m", "uvicorn", "bench.plain.server:app", "--port={port}", *_UVICORN),
    "/graphql/",
)


def neo4j_graphql(node: Node, folder: Path) -> Engine:
    command = (*node.node, str(folder / "server.mjs"), str(folder / "schema.graphql"))
    return Engine("neo4j_graphql", "@neo4j/graphql", command)


@dataclass
class Running:
    """An engine that listens."""

    engine: Engine
    port: int
    process: psutil.Process
    started_ms: float

    async def ask(self, workload: str, values: Mapping[str, Any], renamed: str = "", *, varied: bool = False) -> Any:
        """The answer, without timing. Raises `EngineFailed` if it is no answer."""
        sent = self.engine.body(workload, values, renamed, varied=varied)
        try:
            async with asyncio.timeout(PATIENCE):
                status, body = await post(self.port, self.engine.url(workload), sent)
        except TimeoutError:
            raise EngineFailed(f"{self.engine.title} does not answer {workload} within {PATIENCE:g} s.") from None
        except OSError as error:
            raise EngineFailed(f"{self.engine.title} breaks off at {workload}: {error}") from None
        found: Any = orjson.loads(body) if status == 200 else None
        if status != 200 or (isinstance(found, dict) and "errors" in found):
            raise EngineFailed(f"{self.engine.title} answers {workload} with {status}: {body[:500].decode()}")
        return found if self.engine.is_floor else found["data"]

    def cpu_seconds(self) -> float:
        return cpu_seconds(self.process)

    def resident_mb(self) -> float:
        return sum(each.memory_info().rss for each in (self.process, *self.process.children(True))) / 1e6


def cpu_seconds(process: psutil.Process) -> float:
    """What a process and its children have used of all cores so far."""
    return sum(sum(each.cpu_times()[:2]) for each in (process, *process.children(True)))


@asynccontextmanager
async def running(
    engine: Engine, address: Address, log: Path, settings: Mapping[str, str] = MappingProxyType({})
) -> AsyncIterator[Running]:
    """Start an engine on a free port and stop it at the end; what it prints goes to `log`."""
    port = _free_port()
    environment = {
        **os.environ,
        "PYTHONPATH": str(BENCH.parent),
        "NODE_ENV": "production",
        "PORT": str(port),
        "NEO4J_URI": address.uri,
        "NEO4J_USER": address.user,
        "NEO4J_PASSWORD": address.password,
        "NEO4J_DATABASE": address.database,
        **settings,
    }
    started = time.perf_counter()
    with log.open("wb") as output:
        # Started without waiting for anything, so no loop is held up.
        process = subprocess.Popen(  # noqa: ASYNC220
            [part.format(port=port) for part in engine.command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            await _listens(engine, port, process, log)
            milliseconds = (time.perf_counter() - started) * 1000
            yield Running(engine, port, psutil.Process(process.pid), milliseconds)
        finally:
            process.terminate()
            try:
                await asyncio.to_thread(process.wait, 20)
            except subprocess.TimeoutExpired:
                process.kill()
                await asyncio.to_thread(process.wait)


async def _listens(engine: Engine, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < give_up_at and process.poll() is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return
    said = await asyncio.to_thread(log.read_text, encoding="utf-8", errors="replace")
    raise EngineFailed(f"{engine.title} did not start; it said: {said[-800:]}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


# Guanxi's cursor of one activity in the order of the workload `page`.
NEXT_PAGE = """query Cursor($id: ID!) {
  activities(first: 1, orderBy: {at: DESC}, where: {id: {eq: $id}}) { pageInfo { endCursor } }
}"""


async def cursor_of(guanxi: Running, record: str) -> str:
    """Guanxi's cursor of an activity in the order of the workload `page`: where the page before it ended."""
    body = orjson.dumps({"query": NEXT_PAGE, "variables": {"id": record}}).decode()
    _, answer = await post(guanxi.port, guanxi.engine.path, body)
    return str(orjson.loads(answer)["data"]["activities"]["pageInfo"]["endCursor"])
