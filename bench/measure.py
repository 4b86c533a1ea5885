"""The measuring: all engines run side by side, and one of them is asked at a time."""

from __future__ import annotations

import asyncio
import json
import math
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from bench.check import Asked
from bench.engines import Engine, EngineFailed, Failures, Running, cpu_seconds, running
from bench.load import Job, Outcome
from bench.workloads import Values, Workload
from graph.address import Address
from graph.database import Database

Say = Callable[[str], None]

# How often an engine takes its turn with one question.
ROUNDS = 3
# For how long each engine is asked a question before it is measured: Java compiles what it runs for the first thousand
# times, and would do so on the account of whoever comes first.
WARM_SECONDS = 4.0
# How many documents are sent that were never seen, and how many requests of one client are timed.
NEVER_SEEN, ALONE = 5, 20


@dataclass
class Figures:
    """What one engine needs for one question."""

    requests_per_second: float
    p50_ms: float
    p99_ms: float
    # One client at a time, on a connection of its own.
    p50_alone_ms: float
    statements: int
    database_hits: int
    application_cpu_ms: float
    database_cpu_ms: float
    resident_mb: float
    # The first request of a document, of which the database has no plan either.
    cold_ms: float
    # A document that was never seen, whose statement the database has planned; beyond what a known one takes.
    compile_ms: float
    bytes: int
    requests: int
    scans: list[str]
    shares_statement: bool | None


@dataclass
class Slices:
    """The turns of one engine with one question, gathered."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    application: float = 0.0
    database: float = 0.0
    bytes: int = 0


class Generator:
    """The process of the clients."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def carry_out(self, job: Job) -> Outcome:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(asdict(job)).encode() + b"\n")
        await self._process.stdin.drain()
        line = await self._process.stdout.readline()
        if not line:
            raise EngineFailed("The process of the clients has ended.")
        return Outcome(**json.loads(line))


@asynccontextmanager
async def generator() -> AsyncIterator[Generator]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.load",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 28,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    try:
        yield Generator(process)
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()


@dataclass
class Timing:
    """The measuring of all questions, with all engines running side by side and one of them asked at a time."""

    engines: Sequence[Engine]
    workloads: Sequence[Workload]
    values: Values
    asked: Mapping[tuple[str, str], Asked]
    # Peers that have failed a question are not asked it again; those that fail it now are added.
    failed: Failures
    address: Address
    neo4j: psutil.Process
    logs: Path
    clients: int
    seconds: float
    say: Say
    started_ms: dict[str, float] = field(default_factory=dict)
    first_ms: dict[str, float] = field(default_factory=dict)

    async def measure(self) -> dict[str, dict[str, Figures]]:
        """The figures by workload and engine."""
        async with AsyncExitStack() as stack:
            clients = await stack.enter_async_context(generator())
            database = Database(self.address)
            stack.push_async_callback(database.close)
            ready = [
                await stack.enter_async_context(running(engine, self.address, self.logs / f"{engine.name}.log"))
                for engine in self.engines
                if any((each.name, engine.name) in self.asked for each in self.workloads)
            ]
            for one in ready:
                self.started_ms[one.engine.name] = one.started_ms
                first = next(each.name for each in self.workloads if (each.name, one.engine.name) in self.asked)
                self.first_ms[one.engine.name] = await self._timed(one, first, self.values[first][0])
            return {each.name: await self._workload(each, ready, clients, database) for each in self.workloads}

    async def _workload(
        self, workload: Workload, ready: list[Running], clients: Generator, database: Database
    ) -> dict[str, Figures]:
        able = [one for one in ready if (workload.name, one.engine.name) in self.asked]
        single: dict[str, tuple[float, float, float]] = {}
        slices = {one.engine.name: Slices() for one in able}

        async def alone(one: Running) -> None:
            single[one.engine.name] = await self._alone(workload, one, database)

        async def warm(one: Running) -> None:
            await self._slice(workload, one, clients, min(WARM_SECONDS, self.seconds / 2))

        async def measured(one: Running) -> None:
            await self._add(slices[one.engine.name], workload, one, clients)

        for step, turn in ((alone, 0), (warm, 0), *((measured, turn) for turn in range(ROUNDS))):
            # Whoever comes first in one round comes last in another.
            for one in able[turn % len(able) :] + able[: turn % len(able)]:
                await self._unless_failed(workload, one, step)
        figures = {}
        for one in able:
            name = one.engine.name
            if (workload.name, name) in self.failed:
                self.say(f"{workload.title}: {one.engine.title} failed: {self.failed[workload.name, name]}")
                continue
            asked = self.asked[workload.name, name]
            figures[name] = _figures(slices[name], asked, single[name], one.resident_mb())
            self.say(f"{workload.title}: {one.engine.title} {figures[name].requests_per_second:,.1f} requests/s")
        return figures

    async def _unless_failed(
        self, workload: Workload, one: Running, step: Callable[[Running], Awaitable[None]]
    ) -> None:
        """Take a step, unless the engine has failed the question. A peer that fails it now has failed it for good."""
        if (workload.name, one.engine.name) in self.failed:
            return
        try:
            await step(one)
        except EngineFailed as error:
            if not one.engine.is_peer:
                raise
            self.failed[workload.name, one.engine.name] = str(error)

    async def _alone(self, workload: Workload, one: Running, database: Database) -> tuple[float, float, float]:
        """Cold, beyond the database's planning, and warm, one request at a time."""
        variants = self.values[workload.name]
        await database.run("CALL db.clearQueryCaches()")
        cold = await self._timed(one, workload.name, variants[0], "Cold")
        warm = [await self._timed(one, workload.name, variants[n % len(variants)]) for n in range(ALONE)]
        new = [
            await self._timed(one, workload.name, variants[n % len(variants)], f"New{time.time_ns()}")
            for n in range(NEVER_SEEN)
        ]
        return cold, max(0.0, median(new) - median(warm)), median(warm)

    async def _timed(self, one: Running, workload: str, values: Mapping[str, Any], renamed: str = "") -> float:
        started = time.perf_counter()
        await one.ask(workload, values, renamed)
        return (time.perf_counter() - started) * 1000

    async def _add(self, gathered: Slices, workload: Workload, one: Running, clients: Generator) -> None:
        application, database = one.cpu_seconds(), cpu_seconds(self.neo4j)
        outcome = await self._slice(workload, one, clients, self.seconds / ROUNDS)
        gathered.application += one.cpu_seconds() - application
        gathered.database += cpu_seconds(self.neo4j) - database
        gathered.latencies += outcome.latencies
        gathered.seconds += outcome.seconds
        gathered.bytes += outcome.bytes

    async def _slice(self, workload: Workload, one: Running, clients: Generator, seconds: float) -> Outcome:
        bodies = [one.engine.body(workload.name, variant) for variant in self.values[workload.name]]
        job = Job(one.port, one.engine.url(workload.name), bodies, self.clients, seconds)
        outcome = await clients.carry_out(job)
        if outcome.failures:
            raise EngineFailed(
                f"{one.engine.title} failed {outcome.failures} times at {workload.name}: {outcome.first_failure}"
            )
        return outcome


def _figures(slices: Slices, asked: Asked, single: tuple[float, float, float], resident: float) -> Figures:
    count = len(slices.latencies)
    ordered = sorted(slices.latencies)
    cold, compile_ms, alone = single
    return Figures(
        requests_per_second=count / slices.seconds,
        p50_ms=median(ordered),
        p99_ms=ordered[min(count - 1, math.ceil(count * 0.99) - 1)],
        p50_alone_ms=alone,
        statements=asked.statements,
        database_hits=asked.database_hits,
        application_cpu_ms=slices.application / count * 1000,
        database_cpu_ms=slices.database / count * 1000,
        resident_mb=resident,
        cold_ms=cold,
        compile_ms=compile_ms,
        bytes=slices.bytes // count,
        requests=count,
        scans=asked.scans,
        shares_statement=asked.shares_statement,
    )
