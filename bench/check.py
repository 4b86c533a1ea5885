"""Before timing: that all engines answer alike, and what each of them asks of the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.answers import bare, difference, unordered
from bench.engines import Engine, EngineFailed, Failures, Running, cursor_of, running
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
) -> tuple[dict[tuple[str, str], Asked], Failures]:
    """Compare all answers with the first engine's, and count what each asks of the database.

    Adds to `values` what only a running engine can tell. A peer that fails a question has failed that question; raises
    `EngineFailed` where the floor or Guanxi fails, or where their answers differ.
    """
    checking = _Checking(values)
    database = Database(address)
    try:
        # A peer's answers are no model for the others.
        for engine in sorted(engines, key=lambda each: each.is_peer):
            try:
                async with tapped(address) as tap, running(engine, tap.address, logs / f"{engine.name}.log") as one:
                    await _add_cursors(one, values)
                    for workload in workloads:
                        await checking.check(workload, one, tap, database)
            except EngineFailed as error:
                if not engine.is_peer:
                    raise
                checking.failed |= {(each.name, engine.name): str(error) for each in workloads}
    finally:
        await database.close()
    return checking.asked, checking.failed


@dataclass
class _Checking:
    """What was found so far, and the first answers to each question, which all others must equal."""

    values: Values
    asked: dict[tuple[str, str], Asked] = field(default_factory=dict)
    failed: Failures = field(default_factory=dict)
    expected: dict[tuple[str, int], Any] = field(default_factory=dict)

    async def check(self, workload: Workload, one: Running, tap: Tap, database: Database) -> None:
        """Ask one engine one question. Raises `EngineFailed` for the floor and Guanxi alone."""
        if one.engine.question(workload.name) is None:
            return
        try:
            asked = await self._compared(workload, one, tap, database)
        except EngineFailed as error:
            if not one.engine.is_peer:
                raise
            self.failed[workload.name, one.engine.name] = str(error)
        else:
            self.asked[workload.name, one.engine.name] = asked

    async def _compared(self, workload: Workload, one: Running, tap: Tap, database: Database) -> Asked:
        first, *others = self.values[workload.name][:COMPARED]
        # What an engine asks only once, such as which version of Neo4j it is, is no part of a request.
        await one.ask(workload.name, first)
        tap.take()
        self._compare(workload, one, 0, await one.ask(workload.name, first))
        asked = await _asked(tap, database, one, workload.name, first)
        for number, variant in enumerate(others, start=1):
            self._compare(workload, one, number, await one.ask(workload.name, variant))
        return asked

    def _compare(self, workload: Workload, one: Running, number: int, found: Any) -> None:
        answer = bare(found) if workload.is_ordered else unordered(bare(found))
        expected = self.expected.setdefault((workload.name, number), answer)
        if differs := difference(expected, answer):
            raise EngineFailed(f"{one.engine.title} answers {workload.name} otherwise than the others: {differs}.")


async def _add_cursors(one: Running, values: Values) -> None:
    if one.engine.name == "guanxi":
        for variant in values.get("page", ()):
            variant["after"] = await cursor_of(one, variant["record"])


async def _asked(tap: Tap, database: Database, one: Running, workload: str, values: Mapping[str, Any]) -> Asked:
    seen = _of_requests(tap.take())
    plans = [await _profile(database, each) for each in seen]
    scans = [operator for plan in plans for operator in _operators(plan) if operator in _SCANS]
    shares = None
    if one.engine.name == "guanxi":
        await one.ask(workload, values, varied=True)
        # What the server looks after by itself just then, such as who has which rights, has no such column.
        texts, others = ([each.text for each in some if "AS answer" in each.text] for some in (seen, tap.take()))
        shares = texts == others
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


def _of_requests(seen: Sequence[Seen]) -> list[Seen]:
    """What requests ask, but for what a server asks by itself meanwhile, such as whether there are changes to tell."""
    return [each for each in seen if "AS answer" in each.text or not _is_own(each)]


def _is_own(seen: Seen) -> bool:
    return any(word in seen.text for word in (":Change", ":Webhook", ":IdempotencyKey"))
