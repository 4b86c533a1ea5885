"""Undoing a run of an import, batch by batch, the last one first.

Each change is taken back where things still are as the run left them: a relationship is removed, a property gets its old
value, a record that was made is removed with what it was called elsewhere. What somebody changed since stays, and is
told, record by record. A revert that was interrupted is completed by reverting again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from neo4j import AsyncManagedTransaction

from graph.customer_names import copy_names
from graph.database import Database
from graph.derived import refresh
from graph.errors import BadInput
from graph.ids import new_id
from graph.import_before import Before, Undoing, Undone
from graph.import_history import History
from graph.import_undo import undo
from graph.last_administrator import keeping_an_administrator, may_bereave
from graph.lookup import gathered, native, run, touched_by
from graph.model import Model
from graph.money import Currencies
from graph.rows import Touched

_SECONDS = 600.0


@dataclass
class Reverted:
    """What was taken back, and what was not: by record, why."""

    removed: int = 0
    restored: int = 0
    unlinked: int = 0
    relinked: int = 0
    kept: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, undone: Undone) -> None:
        self.removed += undone.removed
        self.restored += undone.restored
        self.unlinked += undone.unlinked
        self.relinked += undone.relinked
        self.kept += undone.kept


async def revert_run(
    database: Database,
    model: Model,
    currencies: Currencies,
    run_id: str,
    *,
    by: str | None,
    now: datetime,
    progress: Callable[[int, int], None] = lambda _, __: None,
) -> Reverted:
    """Take back what a run has done. Raises `BadInput` if there is no such run, or if it was reverted before."""
    await database.write_transaction(partial(_begin, run_id=run_id, now=now))
    batches = await database.read_transaction(partial(_batches, run_id=run_id))
    report = Reverted()
    for done, (batch, is_undone) in enumerate(batches):
        if not is_undone:
            work = partial(_undo_batch, model=model, run_id=run_id, batch=batch, by=by, now=now)
            report.add(await database.write_transaction(work, seconds=_SECONDS))
        touched = await database.read_transaction(partial(_touched, batch=batch))
        await refresh(database, model, currencies, touched, now)
        await database.write_transaction(partial(_settle, batch=batch))
        progress(done + 1, len(batches))
    await database.write_transaction(partial(_finish, run_id=run_id, now=now))
    return report


async def types_of_run(database: Database, run_id: str) -> frozenset[str]:
    """The types of the records that a run has changed, or drawn relationships between."""
    rows = await database.run(
        """CYPHER 5
        MATCH (:ImportRun {id: $p})<-[:OF_RUN]-(:ImportBatch)<-[:IN_BATCH]-(change:Change)
        UNWIND [change.recordType, change.otherType] AS type
        WITH DISTINCT type WHERE type IS NOT NULL
        RETURN type""",
        p=run_id,
    )
    return frozenset(str(type) for (type,) in rows)


async def _begin(transaction: AsyncManagedTransaction, run_id: str, now: datetime) -> None:
    found = await run(
        transaction,
        """CYPHER 5
        MATCH (run:ImportRun {id: $p.run})
        SET run.id = run.id
        WITH run, run.status AS before
        SET run.status = CASE before WHEN 'REVERTED' THEN before ELSE 'REVERTING' END, run.updatedAt = $p.now
        RETURN before""",
        run=run_id, now=now,
    )  # fmt: skip
    if not found:
        raise BadInput(f'There is no import run "{run_id}".')
    if found[0][0] == "REVERTED":
        raise BadInput(f"{run_id} was reverted before.")


async def _batches(transaction: AsyncManagedTransaction, run_id: str) -> list[tuple[str, bool]]:
    """The batches that are not done with, the last one first, and whether their changes are taken back already."""
    rows = await run(
        transaction,
        """CYPHER 5
        MATCH (:ImportRun {id: $p.run})<-[:OF_RUN]-(batch:ImportBatch) WHERE coalesce(batch.isSettled, false) = false
        RETURN batch.id, coalesce(batch.isUndone, false) ORDER BY batch.id DESC""",
        run=run_id,
    )
    return [(str(id_), bool(is_undone)) for id_, is_undone in rows]


async def _undo_batch(
    transaction: AsyncManagedTransaction, model: Model, run_id: str, batch: str, by: str | None, now: datetime
) -> Undone:
    history = await _open(transaction, run_id, batch, by)
    befores = await _read(transaction, batch)
    async with keeping_an_administrator(transaction, is_needed=any(map(_may_bereave, befores))):
        undone = await undo(Undoing(transaction, model, history, now), befores)
    if undone.renamed or undone.customers:
        await copy_names(transaction, model, undone.customers, undone.renamed)
    return undone


def _may_bereave(before: Before) -> bool:
    is_person = before.operation == "CREATE" and before.record_type in ("User", "Role")
    return is_person or before.edge_type == "HAS_ROLE" or may_bereave(before.record_type, before.properties)


async def _open(transaction: AsyncManagedTransaction, run_id: str, batch: str, by: str | None) -> History:
    """A batch for the changes that taking back makes. It belongs to no run, so that nothing takes it back."""
    history = History(run_id, by, new_id("import_batch"))
    await run(
        transaction,
        """CYPHER 5
        MATCH (batch:ImportBatch {id: $p.undone})
        SET batch.isUndone = true
        CREATE (:ImportBatch {id: $p.batch})-[:UNDOES]->(batch)""",
        undone=batch, **history.values,
    )  # fmt: skip
    return history


async def _read(transaction: AsyncManagedTransaction, batch: str) -> list[Before]:
    rows = await gathered(
        transaction,
        """CYPHER 5
        MATCH (:ImportBatch {id: $p.batch})<-[:IN_BATCH]-(change:Change)
        OPTIONAL MATCH (change)-[:HAS_VALUE]->(value:ChangeValue)
        RETURN collect([change {.*, createdAt: null, updatedAt: null}, value {.*}])""",
        batch=batch,
    )
    return [Before.of(native(change), native(value or {})) for change, value in rows]


async def _touched(transaction: AsyncManagedTransaction, batch: str) -> Touched:
    """The records whose derived facts the batch's changes, and their being taken back, may have changed."""
    ids: list[str] = await gathered(
        transaction,
        """CYPHER 5
        MATCH (:ImportBatch {id: $p.batch})<-[:IN_BATCH]-(change:Change)
        UNWIND [change.recordId, change.otherId] AS id
        RETURN collect(DISTINCT id)""",
        batch=batch,
    )
    orders: list[str] = await gathered(
        transaction,
        """CYPHER 5
        UNWIND $p.lines AS id
        MATCH (:LineItem {id: id})<-[:HAS_LINE]-(order:Order)
        RETURN collect(DISTINCT order.id)""",
        lines=[one for one in ids if one.startswith("line_item_")],
    )
    return await touched_by(transaction, [*ids, *orders], [one for one in ids if one.startswith("activity_")])


async def _settle(transaction: AsyncManagedTransaction, batch: str) -> None:
    await run(transaction, "CYPHER 5 MATCH (batch:ImportBatch {id: $p.batch}) SET batch.isSettled = true", batch=batch)


async def _finish(transaction: AsyncManagedTransaction, run_id: str, now: datetime) -> None:
    await run(
        transaction,
        """CYPHER 5
        MATCH (run:ImportRun {id: $p.run})
        SET run.status = 'REVERTED', run.revertedAt = $p.now, run.updatedAt = $p.now, run.version = run.version + 1""",
        run=run_id, now=now,
    )  # fmt: skip
