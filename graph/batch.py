"""One batch of prepared rows, in one transaction.

    find what exists → decide what goes in → compare relationships → write records → draw relationships → copy names

The decision is made on values, so that a refused row leaves nothing behind. The writes check that what was compared
is still so; if another transaction came between, `Overtaken` undoes this one, and the batch is written again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from neo4j import AsyncManagedTransaction

from graph import edges, lookup
from graph.batch_records import Overtaken, write_records
from graph.customer_names import copy_names
from graph.decision import Decision, Known, Slot, decide
from graph.decision_lookups import unique_values, unnumbered
from graph.import_effects import Effect, effects_of
from graph.import_history import History, open_batch
from graph.last_administrator import keeping_an_administrator, may_bereave
from graph.lookup import Found
from graph.model import Model
from graph.names import name
from graph.prepare import PreparedRow
from graph.resolution import Resolved, resolve
from graph.rows import Complaint, Identity, Key, Mode, Report, counted


@dataclass(frozen=True)
class Run:
    """The run of an import that the writing is part of, and who it is done for."""

    id: str
    by: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What a batch did, and to which rows; `deferred` ones name records that may come later."""

    report: Report
    deferred: tuple[PreparedRow, ...] = ()
    effects: tuple[Effect, ...] = ()


async def write_batch(
    transaction: AsyncManagedTransaction,
    rows: Sequence[PreparedRow],
    model: Model,
    now: datetime,
    *,
    is_last: bool,
    run: Run | None = None,
    with_effects: bool = False,
) -> Outcome:
    """Write the rows; with `is_last`, a row that names an unknown record is refused and not deferred.

    What is written within a run of an import is told in its history.
    """
    found = await lookup.find(transaction, model, rows, now)
    given, resolved = rows, resolve(rows, found)
    rows = resolved.rows
    owners = await lookup.owners_of(transaction, unique_values(rows, model, found, now))
    mine = await _mine(transaction, rows, found, run.id) if run else frozenset()
    numbers = await lookup.next_numbers(transaction, unnumbered(rows, found))
    decision = decide(rows, Known(found, owners, numbers, mine, resolved.refused), model, now, is_last=is_last)
    drawing = await edges.compare(transaction, decision.edges)
    for slot in decision.slots.values():
        slot.has_new_edges = slot.id in drawing.sources
    history = await _opened(transaction, decision, drawing, run) if run else None
    could_bereave = any(may_bereave(slot.node.name, slot.change) for slot in decision.slots.values() if not slot.is_new)
    async with keeping_an_administrator(transaction, is_needed=could_bereave):
        await write_records(transaction, decision, now, history)
    await _attach(transaction, decision, resolved)
    if not await edges.draw(transaction, drawing, model, now, history):
        raise Overtaken
    if decision.refused or decision.deferred:
        await lookup.forget_unused(transaction, _keys(given))
    await _copy_names(transaction, model, decision, drawing)
    touched = await lookup.touched_by(
        transaction, _ids(decision, drawing) - _untouched(decision, drawing), _known_activities(decision)
    )
    report = Report(
        _tally(decision.slots.values()), drawing.counts, _refusals(rows, decision), _warnings(decision), touched
    )
    effects = effects_of(decision, drawing) if with_effects else ()
    return Outcome(report, tuple(given[index] for index in sorted(decision.deferred)), effects)


async def _opened(
    transaction: AsyncManagedTransaction, decision: Decision, drawing: edges.Drawing, run: Run
) -> History | None:
    """A batch of the run, if anything is to be written at all."""
    created = sum(slot.is_new for slot in decision.slots.values())
    updated = sum(not slot.is_new and bool(slot.change or slot.has_new_edges) for slot in decision.slots.values())
    if not (created or updated or drawing.new or drawing.changed or drawing.replaced):
        return None
    return await open_batch(transaction, run.id, run.by, created=created, updated=updated)


async def _attach(transaction: AsyncManagedTransaction, decision: Decision, resolved: Resolved) -> None:
    """Give records the keys by which they were not known yet."""
    groups: dict[str, list[dict[str, str]]] = {}
    for key, identity in resolved.attached.items():
        if slot := decision.slots.get(identity):
            groups.setdefault(slot.node.labels[0], []).append({"key": str(key), "id": slot.id})
    for label, rows in groups.items():
        text = f"""CYPHER 5
            UNWIND $p.rows AS row
            MATCH (ref:ExternalRef {{key: row.key}})
            MATCH (record:{name(label)} {{id: row.id}})
            CREATE (ref)-[:REFERS_TO]->(record)"""
        await lookup.run(transaction, text, rows=rows)


async def _mine(
    transaction: AsyncManagedTransaction, rows: Sequence[PreparedRow], found: Mapping[Identity, Found], run: str
) -> frozenset[str]:
    """Which records the run has made itself, where that matters: what it was to create is there when it goes on."""
    asked: dict[str, list[str]] = {}
    for record in (record for row in rows for record in row.records):
        if record.mode is Mode.CREATE and not record.is_shared and record.identity in found:
            asked.setdefault(record.node.labels[0], []).append(found[record.identity].id)
    return frozenset(await lookup.made_by(transaction, run, asked)) if asked else frozenset()


async def _copy_names(
    transaction: AsyncManagedTransaction, model: Model, decision: Decision, drawing: edges.Drawing
) -> None:
    customers = {
        end.id
        for edge in drawing.new
        if edge.arrow.type == "ACCOUNT_FOR"
        for end in (edge.source, edge.target)
        if end.node.name == "Customer"
    }
    renamed = {
        slot.id
        for slot in decision.slots.values()
        if not slot.is_new and "name" in slot.change and "Party" in slot.node.labels
    }
    if customers or renamed:
        await copy_names(transaction, model, customers, renamed)


def _keys(rows: Sequence[PreparedRow]) -> list[Key]:
    return [record.identity for row in rows for record in row.records if isinstance(record.identity, Key)]


def _ids(decision: Decision, drawing: edges.Drawing) -> set[str]:
    """Every record that the batch names, and those that a relationship led to before."""
    ends = {end.id for edge in decision.edges for end in (edge.source, edge.target)}
    return ends | {slot.id for slot in decision.slots.values()} | drawing.left


def _untouched(decision: Decision, drawing: edges.Drawing) -> set[str]:
    """New contacts that took part in nothing yet: nothing follows from that."""
    active = {
        end.id for edge in drawing.new if edge.arrow.type == "PARTICIPATED_IN" for end in (edge.source, edge.target)
    }
    return {slot.id for slot in decision.slots.values() if slot.is_new and slot.node.name == "Contact"} - active


def _known_activities(decision: Decision) -> list[str]:
    return [slot.id for slot in decision.slots.values() if not slot.is_new and slot.node.id_prefix == "activity"]


def _tally(slots: Iterable[Slot]) -> dict[str, Any]:
    created, updated, unchanged = Counter[str](), Counter[str](), Counter[str]()
    for slot in slots:
        tally = created if slot.is_new else updated if slot.change or slot.has_new_edges else unchanged
        tally[slot.node.name] += 1
    return counted(created, updated, unchanged)


def _refusals(rows: Sequence[PreparedRow], decision: Decision) -> tuple[Complaint, ...]:
    return tuple(
        Complaint(rows[index].row.file, rows[index].row.line, reason)
        for index, reason in sorted(decision.refused.items())
    )


def _warnings(decision: Decision) -> tuple[Complaint, ...]:
    return tuple(Complaint(row.row.file, row.row.line, warning) for row in decision.rows for warning in row.warnings)
