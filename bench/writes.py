"""What is written, and the measuring of it: on a copy of the data, so that the next run finds them as they were.

A write is `writes/<name>.cypher` in the folder of the floor, which is what one would write by hand, and
`writes/<name>.graphql` in that of an engine. No request is sent twice: `UNIQUE` in its values becomes another text in
each.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from bench.engines import Engine, EngineFailed, Running, cpu_seconds, running
from bench.load import UNIQUE, Job
from bench.measure import ROUNDS, Generator, Say, Slices
from bench.store import MEMORY, folder_of
from graph.address import Address
from graph.database import Database
from graph.embedded import attach
from graph.model import Model

# How many rows go into one request of those that write many.
BULK_ROWS = 1_000
# What Guanxi is to reach of what is written by hand.
OF_FLOOR = 0.8


@dataclass(frozen=True)
class Write:
    """A way to write: so many rows with each request."""

    name: str
    title: str
    rows: int = 1

    @property
    def file(self) -> str:
        return f"writes/{self.name}"

    def values(self, company: str) -> dict[str, Any]:
        """The values of a request, about a company that all of them share."""
        match self.name:
            case "create":
                return _person("")
            case "contended":
                return {"id": company, "status": UNIQUE, "change": f"change_{UNIQUE}"}
            case _:
                rows = [_person(f"x{place}") for place in range(self.rows)]
                inputs = [{name: row[name] for name in ("name", "given", "family")} for row in rows]
                return {"company": company, "rows": rows, "inputs": inputs}


WRITES = (
    Write("create", "one person"),
    Write("bulk", "1,000 people at once", BULK_ROWS),
    Write("contended", "one record by all"),
    Write("import", "1,000 rows of a file", BULK_ROWS),
)


@asynccontextmanager
async def copied(model: Model, factor: float, say: Say) -> AsyncIterator[tuple[Address, Path]]:
    """A Neo4j with a copy of the data of a size, which is deleted at the end. The data themselves must not be open."""
    source = folder_of(model, factor)
    with tempfile.TemporaryDirectory(prefix="writes-", dir=source.parent) as folder:
        data = Path(folder) / "data"
        await asyncio.to_thread(shutil.copytree, source / "data", data, ignore=shutil.ignore_patterns("*.sock"))
        with attach(data, command="bench", memory=MEMORY, say=say) as address:
            yield address, data


def _person(place: str) -> dict[str, Any]:
    key = f"{UNIQUE}{place}"
    person = {"id": f"contact_{key}", "name": f"Ada {key}", "given": "Ada", "family": key}
    of_email = {"email": f"{key}@bench.example", "emailId": f"email_{key}", "hasId": f"point_{key}"}
    return {**person, **of_email, "jobId": f"job_{key}", "changeId": f"change_{key}", "terms": f"KContact Wada W{key}"}


async def measure_writes(
    engines: Sequence[Engine], address: Address, neo4j: psutil.Process, logs: Path, clients: Generator, count: int,
    seconds: float, say: Say,
) -> dict[str, dict[str, dict[str, float]]]:  # fmt: skip
    """Rows per second and more, by write and engine: of the engines that offer it, in rotation."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    database = Database(address)
    try:
        ((company,),) = await database.run("CYPHER 5 MATCH (n:Company) RETURN n.id ORDER BY n.id LIMIT 1")
    finally:
        await database.close()
    async with AsyncExitStack() as stack:
        able = [each for each in engines if any(each.question(write.file) for write in WRITES)]
        ready = [await stack.enter_async_context(running(each, address, logs / f"{each.name}.log")) for each in able]
        for write in WRITES:
            found[write.name] = await _one(write, company, ready, neo4j, clients, count, seconds, say)
    return found


async def _one(
    write: Write, company: str, ready: list[Running], neo4j: psutil.Process, clients: Generator, count: int,
    seconds: float, say: Say,
) -> dict[str, dict[str, float]]:  # fmt: skip
    able = [one for one in ready if one.engine.question(write.file)]
    slices = {one.engine.name: Slices() for one in able}
    for turn in range(-1, ROUNDS):
        for one in able[turn % len(able) :] + able[: turn % len(able)] if able else []:
            before, database = one.cpu_seconds(), cpu_seconds(neo4j)
            body = one.engine.body(write.file, write.values(company))
            job = Job(one.port, one.engine.url(write.file), [body], count, seconds / ROUNDS)
            outcome = await clients.carry_out(job)
            if outcome.failures:
                raise EngineFailed(f"{one.engine.title} failed to write {write.title}: {outcome.first_failure}")
            if turn < 0:
                # The first turn only warms up.
                continue
            gathered = slices[one.engine.name]
            gathered.application += one.cpu_seconds() - before
            gathered.database += cpu_seconds(neo4j) - database
            gathered.latencies += outcome.latencies
            gathered.seconds += outcome.seconds
    found = {name: _figures(write, each) for name, each in slices.items()}
    for one in able:
        rate = found[one.engine.name]["rowsPerSecond"]
        of_floor = f", {rate / found['floor']['rowsPerSecond']:.2f} of the floor's" if "floor" in found else ""
        say(f"{write.title}: {one.engine.title} {rate:,.0f} rows/s{of_floor}")
    return found


def _figures(write: Write, slices: Slices) -> dict[str, float]:
    ordered = sorted(slices.latencies)
    return {
        "rowsPerSecond": len(ordered) * write.rows / slices.seconds,
        "p50Ms": median(ordered),
        "p99Ms": ordered[int(len(ordered) * 0.99)],
        "applicationCpuMs": slices.application / len(ordered) * 1000,
        "databaseCpuMs": slices.database / len(ordered) * 1000,
    }
