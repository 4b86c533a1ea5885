"""Before timing: that all engines answer alike, and what each of them asks of the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.answers import bare, difference, unordered
from bench.engines import Engine, EngineFailed, Running, cursor_of, running
from bench.tap import Seen, Tap, tapped
from bench.workloads import Values, Workload
from graph.address import Address
from graph.database import Database
from graph.statement import Statement

# How many of a question's variants are compared.
COMPARED = 4
# Operators that read all that there is of something; reading an index in its order stops when a page is full.
_SCANS = ("AllNodesScan", "NodeByLabelScan", "UnionNodeByLabelsScan", "IntersectionNodeByLabelsScan")


@dataclass
class Asked:
    """What one engine asks of the database to answer one request."""

    statements: int
    database_hits: int
    # Operators that read all of a label, or everything.
    scans: list[str]
    # Whether other aliases and page sizes lead to the same text; told of Guanxi alone, as no other promises it.
    shares_statement: bool | None = None


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
                            found[workload.name, engine.name] = await _asked(tap, database, one, workload.name, variant)
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


async def _asked(tap: Tap, database: Database, one: Running, workload: str, values: Mapping[str, Any]) -> Asked:
    seen = tap.take()
    plans = [await _profile(database, each) for each in seen]
    scans = [operator for plan in plans for operator in _operators(plan) if operator in _SCANS]
    shares = None
    if one.engine.name == "guanxi":
        await one.ask(workload, values, varied=True)
        shares = [each.text for each in tap.take()] == [each.text for each in seen]
    return Asked(len(seen), sum(map(_hits, plans)), scans, shares)


async def _profile(database: Database, seen: Seen) -> dict[str, Any]:
    if set(seen.parameters) == {"p"}:
        return await database.plan(Statement(seen.text, seen.parameters["p"]), profile=True)
    return await database.plan(_Raw(seen.text, seen.parameters), profile=True)


class _Raw(Statement):
    """A statement of somebody else's, whose parameters are not in one map."""

    @property
    def parameters(self) -> dict[str, Any]:
        return dict(self.values)


def _operators(plan: Mapping[str, Any]) -> Iterator[str]:
    yield str(plan.get("operatorType", "")).split("@", maxsplit=1)[0]
    for child in plan.get("children", ()):
        yield from _operators(child)


def _hits(plan: Mapping[str, Any]) -> int:
    return int(plan.get("dbHits", 0)) + sum(map(_hits, plan.get("children", ())))
