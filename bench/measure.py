"""The measuring: first that all engines answer alike and what they ask of the database, then how fast they are."""

from __future__ import annotations

import asyncio
import json
import math
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from bench.answers import bare, difference, unordered
from bench.engines import Engine, EngineFailed, Running, cpu_seconds, cursor_of, running
from bench.load import Job, Outcome
from bench.tap import Seen, Tap, tapped
from bench.workloads import Workload
from graph.address import Address
from graph.database import Database
from graph.statement import Statement

Values = dict[str, list[dict[str, Any]]]
Say = Callable[[str], None]

# How many of a question's variants are compared before timing.
COMPARED = 4
# How often an engine takes its turn with one question.
ROUNDS = 3
# How many documents are sent that were never seen, and how many requests of one client are timed.
NEVER_SEEN, ALONE = 5, 20


@dataclass
class Asked:
    """What one engine asks of the database to answer one request."""

    statements: int
    database_hits: int


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


# --- before timing --------------------------------------------------------------------------------------------------


async def check(
    engines: Sequence[Engine], workloads: Sequence[Workload], values: Values, address: Address, logs: Path
) -> dict[tuple[str, str], Asked]:
    """Compare all answers with the first engine's, and count what each asks of the database.

    Adds to `values` what only a running engine can tell. Raises `EngineFailed` where answers differ.
    """
    found: dict[tuple[str, str], Asked] = {}
    expected: dict[tuple[str, int], Any] = {}
    database = Database(address)
    try:
        for engine in engines:
            async with tapped(address) as tap, running(engine, tap.address, logs / f"{engine.name}.log") as one:
                await _add_cursors(one, values)
                for workload in workloads:
                    if engine.question(workload.name) is None:
                        continue
                    # What an engine asks only once, such as which version of Neo4j it is, is no part of a request.
                    await one.ask(workload.name, values[workload.name][0])
                    for number, variant in enumerate(values[workload.name][:COMPARED]):
                        tap.take()
                        answer = bare(await one.ask(workload.name, variant))
                        answer = answer if workload.is_ordered else unordered(answer)
                        if number == 0:
                            found[workload.name, engine.name] = await _asked(tap, database)
                        _compare(engine, workload, expected.setdefault((workload.name, number), answer), answer)
    finally:
        await database.close()
    return found


def _compare(engine: Engine, workload: Workload, expected: Any, answer: Any) -> None:
    if found := difference(expected, answer):
        raise EngineFailed(f"{engine.title} answers {workload.name} otherwise than the engine before it: {found}.")


async def _add_cursors(one: Running, values: Values) -> None:
    if one.engine.name == "guanxi":
        for variant in values.get("page", ()):
            variant["after"] = await cursor_of(one, variant["record"])


async def _asked(tap: Tap, database: Database) -> Asked:
    seen = tap.take()
    return Asked(len(seen), sum([_hits(await _profile(database, each)) for each in seen]))


async def _profile(database: Database, seen: Seen) -> dict[str, Any]:
    if set(seen.parameters) == {"p"}:
        return await database.plan(Statement(seen.text, seen.parameters["p"]), profile=True)
    return await database.plan(_Raw(seen.text, seen.parameters), profile=True)


class _Raw(Statement):
    """A statement of somebody else's, whose parameters are not in one map."""

    @property
    def parameters(self) -> dict[str, Any]:
        return dict(self.values)


def _hits(plan: Mapping[str, Any]) -> int:
    return int(plan.get("dbHits", 0)) + sum(map(_hits, plan.get("children", ())))


# --- timing ---------------------------------------------------------------------------------------------------------


@dataclass
class Timing:
    """The measuring of all questions, with all engines running side by side and one of them asked at a time."""

    engines: Sequence[Engine]
    workloads: Sequence[Workload]
    values: Values
    asked: Mapping[tuple[str, str], Asked]
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
            ]
            for one in ready:
                self.started_ms[one.engine.name] = one.started_ms
                first = next(each.name for each in self.workloads if one.engine.question(each.name))
                self.first_ms[one.engine.name] = await self._timed(one, first, self.values[first][0])
            return {each.name: await self._workload(each, ready, clients, database) for each in self.workloads}

    async def _workload(
        self, workload: Workload, ready: list[Running], clients: Generator, database: Database
    ) -> dict[str, Figures]:
        able = [one for one in ready if one.engine.question(workload.name) is not None]
        single = {one.engine.name: await self._alone(workload, one, database) for one in able}
        slices = {one.engine.name: Slices() for one in able}
        for one in able:
            await self._slice(workload, one, clients, min(1.0, self.seconds / 2))
        for turn in range(ROUNDS):
            # Whoever comes first in one round comes last in another.
            for one in able[turn % len(able) :] + able[: turn % len(able)]:
                await self._add(slices[one.engine.name], workload, one, clients)
        figures = {}
        for one in able:
            name = one.engine.name
            asked = self.asked[workload.name, name]
            figures[name] = _figures(slices[name], asked, single[name], one.resident_mb())
            self.say(f"{workload.title}: {one.engine.title} {figures[name].requests_per_second:,.1f} requests/s")
        return figures

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
    )
