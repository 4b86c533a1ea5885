"""Rows into records: the one way by which sources, the demo and imports write.

A row goes in as a whole or not at all; loading the same rows again changes nothing. Derived facts are not written
here: the report names the records that they may have changed of.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from neo4j import AsyncManagedTransaction
from neo4j.exceptions import ConstraintError

from graph.batch import Outcome, Run, write_batch
from graph.batch_records import Overtaken
from graph.database import Database
from graph.errors import BadInput, Refused, Unavailable
from graph.import_effects import Effect
from graph.model import Model
from graph.money import Currencies
from graph.prepare import PreparedRow, Preparer
from graph.rows import Complaint, Counts, Identity, Key, Report, Row, Touched

ROWS_PER_TRANSACTION = 1_000
# The first batch plans dozens of statements, which a cold and busy database takes long over.
SECONDS_PER_TRANSACTION = 600.0

_ATTEMPTS = 6
# How often whoever makes rows ready looks whether the database has answered: every millisecond or two.
_ROWS_BETWEEN_GLANCES = 10


class Loader:
    """Loads rows, batch by batch, and keeps account of what became of them.

    `now` is the time that is written into new records, and that their ids begin with: with the same `now`, an empty
    database becomes the same one.
    """

    def __init__(
        self, database: Database, model: Model, currencies: Currencies, now: datetime, run: Run | None = None
    ) -> None:
        self._database = database
        self._run = run
        self._model = model
        self._now = now
        self._preparer = Preparer(model, currencies, now)
        self._account = _Account()
        self._said = _Said()

    @property
    def report(self) -> Report:
        return self._account.report()

    async def load(self, rows: Iterable[Row | Complaint], progress: Callable[[Row], None] = lambda _: None) -> None:
        """Load rows in their order. Those that name a record of a later row wait for it, but not beyond this call.

        A complaint among the rows is passed on into the report. `progress` is told the last row that was written.
        """
        waiting: list[PreparedRow] = []
        writing: asyncio.Task[Sequence[PreparedRow]] | None = None
        try:
            async for batch in self._batches(rows):
                if writing:
                    waiting += await writing
                writing = asyncio.create_task(self._write_and_tell(batch, progress))
            if writing:
                waiting += await writing
        finally:
            if writing:
                writing.cancel()
                await asyncio.wait([writing])
        await self._write_waiting(waiting)

    async def preview(self, rows: Iterable[Row | Complaint]) -> tuple[Effect, ...]:
        """What loading these rows would do, in their order: they are written in one transaction, which is undone."""
        prepared = [one for row in rows if (one := self._prepare(row))]

        async def work(transaction: AsyncManagedTransaction) -> None:
            raise _Undone(await self._write_all(transaction, prepared))

        try:
            await self._database.write_transaction(work, seconds=SECONDS_PER_TRANSACTION)
        except _Undone as undone:
            for outcome in undone.outcomes:
                self._account.add(outcome.report)
            return tuple(effect for outcome in undone.outcomes for effect in outcome.effects)
        raise AssertionError("unreachable")

    async def _write_all(self, transaction: AsyncManagedTransaction, rows: Sequence[PreparedRow]) -> list[Outcome]:
        """Write rows as `load` does, but in a transaction that is there."""
        outcomes: list[Outcome] = []

        async def write(some: Sequence[PreparedRow], *, is_last: bool) -> list[PreparedRow]:
            waiting: list[PreparedRow] = []
            for start in range(0, len(some), ROWS_PER_TRANSACTION):
                batch = some[start : start + ROWS_PER_TRANSACTION]
                outcome = await write_batch(
                    transaction, batch, self._model, self._now, is_last=is_last, with_effects=True
                )
                outcomes.append(outcome)
                waiting += outcome.deferred
            return waiting

        waiting = await write(rows, is_last=False)
        while waiting:
            still = await write(waiting, is_last=False)
            if len(still) == len(waiting):
                await write(still, is_last=True)
                break
            waiting = still
        return outcomes

    async def _batches(self, rows: Iterable[Row | Complaint]) -> AsyncIterator[list[PreparedRow]]:
        """Rows made ready, while the batch before is on its way: the database works in a process of its own."""
        batch: list[PreparedRow] = []
        for count, row in enumerate(rows):
            if count % _ROWS_BETWEEN_GLANCES == 0:
                await asyncio.sleep(0)
            prepared = self._prepare(row)
            if prepared:
                batch.append(prepared)
            if len(batch) == ROWS_PER_TRANSACTION:
                yield batch
                batch = []
        if batch:
            yield batch

    async def _write_and_tell(
        self, batch: Sequence[PreparedRow], progress: Callable[[Row], None]
    ) -> Sequence[PreparedRow]:
        deferred = await self._write(batch, is_last=False)
        progress(batch[-1].row)
        return deferred

    def _prepare(self, row: Row | Complaint) -> PreparedRow | None:
        if isinstance(row, Complaint):
            self._account.rejected.append(row)
            return None
        try:
            prepared = self._preparer.prepare(row)
            self._said.check(prepared)
        except BadInput as error:
            self._account.rejected.append(Complaint(row.file, row.line, error.message))
            return None
        return prepared

    async def _write_waiting(self, waiting: list[PreparedRow]) -> None:
        """Try again as long as that helps, since a row that went in may be what another one waits for."""
        while waiting:
            still: list[PreparedRow] = []
            for start in range(0, len(waiting), ROWS_PER_TRANSACTION):
                still += await self._write(waiting[start : start + ROWS_PER_TRANSACTION], is_last=False)
            if len(still) == len(waiting):
                break
            waiting = still
        for start in range(0, len(waiting), ROWS_PER_TRANSACTION):
            await self._write(waiting[start : start + ROWS_PER_TRANSACTION], is_last=True)

    async def _write(self, rows: Sequence[PreparedRow], *, is_last: bool) -> Sequence[PreparedRow]:
        if not rows:
            return ()
        outcome = await self._attempt(rows, is_last=is_last)
        self._account.add(outcome.report)
        return outcome.deferred

    async def _attempt(self, rows: Sequence[PreparedRow], *, is_last: bool) -> Outcome:
        async def work(transaction: AsyncManagedTransaction) -> Outcome:
            return await write_batch(transaction, rows, self._model, self._now, is_last=is_last, run=self._run)

        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._database.write_transaction(work, seconds=SECONDS_PER_TRANSACTION)
            except Refused:
                raise
            except (Overtaken, ConstraintError, Unavailable) as error:
                # Whoever came between has committed by now, so the next attempt finds what it wrote.
                if attempt == _ATTEMPTS:
                    if isinstance(error, Unavailable):
                        raise
                    message = "The same records are being changed all the time by somebody else; try again later."
                    raise Unavailable(message) from error
                await asyncio.sleep(random.uniform(0, 0.1 * 2**attempt))  # noqa: S311 - it only spreads out retries.
        raise AssertionError("unreachable")


class _Undone(Exception):
    """Undoes the transaction that it is raised in, and brings out what was done."""

    def __init__(self, outcomes: list[Outcome]) -> None:
        super().__init__()
        self.outcomes = outcomes


class _Said:
    """What earlier rows said of a record: a row that says otherwise would make every load change it to and fro."""

    def __init__(self) -> None:
        self._facts: dict[str, tuple[str, dict[str, int]]] = {}

    def check(self, row: PreparedRow) -> None:
        for record in row.records:
            names: list[Identity] = [
                *([record.identity] if isinstance(record.identity, Key) else []),
                *record.candidates,
            ]
            if record.is_shared or not names:
                continue
            said: dict[str, Any] = dict(record.values)
            said |= {link.arrow.field: str(link.to) for link in record.links if link.arrow.is_single}
            facts = {name: hash(str(value)) for name, value in said.items()}
            where = f"{row.row.file}:{row.row.line}"
            for one in names:
                place, earlier = self._facts.setdefault(str(one), (where, facts))
                if earlier is not facts:
                    _compare(one, place, facts, earlier)


def _compare(identity: Identity, where: str, facts: dict[str, int], earlier: dict[str, int]) -> None:
    for name, fact in facts.items():
        if earlier.setdefault(name, fact) != fact:
            what = f'{identity.type} "{identity.id if isinstance(identity, Key) else identity.value}"'
            raise BadInput(f"{name} of {what} is not what {where} says; a key must stand for one record")


class _Account:
    """What has been done so far."""

    def __init__(self) -> None:
        self.rejected: list[Complaint] = []
        self._warnings: list[Complaint] = []
        self._records: dict[str, Counts] = {}
        self._links: dict[str, Counts] = {}
        self._customers: set[str] = set()
        self._contacts: set[str] = set()
        self._orders: set[str] = set()

    def add(self, report: Report) -> None:
        for mine, more in ((self._records, report.records), (self._links, report.links)):
            for name, counts in more.items():
                mine[name] = mine.get(name, Counts()) + counts
        self.rejected += report.rejected
        self._warnings += report.warnings
        self._customers |= report.touched.customers
        self._contacts |= report.touched.contacts
        self._orders |= report.touched.orders

    def report(self) -> Report:
        order = {name: place for place, name in enumerate(dict.fromkeys(one.file for one in self.rejected))}
        return Report(
            dict(sorted(self._records.items())),
            dict(sorted(self._links.items())),
            tuple(sorted(self.rejected, key=lambda one: (order[one.file], one.line))),
            tuple(self._warnings),
            Touched(frozenset(self._customers), frozenset(self._contacts), frozenset(self._orders)),
        )
