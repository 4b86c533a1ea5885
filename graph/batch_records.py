"""The records of a batch, written: made, merged where they are shared, or changed if they are still as they were read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from neo4j import AsyncManagedTransaction

from graph import lookup
from graph.decision import Decision, Slot
from graph.ids import new_id
from graph.import_history import History, Told, creation, named, tell, update_of
from graph.model import Kind, NodeType, Property
from graph.names import labels, name
from graph.rows import Key, Natural

_BATCH = "MATCH (batch:ImportBatch {id: $p.batch})"


class Overtaken(Exception):
    """Another transaction changed what this one had read."""


async def write_records(
    transaction: AsyncManagedTransaction, decision: Decision, now: datetime, history: History | None
) -> None:
    for (node, is_shared), slots in _new(decision.slots.values()).items():
        await (_merge if is_shared else _create)(transaction, node, slots, now, history)
    changed = _changed(decision.slots.values())
    if history and changed:
        await tell(
            transaction, history, [told for slots in changed.values() for slot in slots if (told := _told(slot))]
        )
    for label, slots in changed.items():
        await _update(transaction, label, slots, now)


def _told(slot: Slot) -> Told | None:
    stored = slot.stored or {}
    return update_of(slot.node, slot.id, stored, slot.change, stored.get("version", 0) + 1)


def _new(slots: Iterable[Slot]) -> dict[tuple[NodeType, bool], list[Slot]]:
    groups: dict[tuple[NodeType, bool], list[Slot]] = {}
    for slot in slots:
        if slot.is_new:
            groups.setdefault((slot.node, slot.is_shared), []).append(slot)
    return groups


def _changed(slots: Iterable[Slot]) -> dict[str, list[Slot]]:
    """Existing records to write, by the most general of their labels, whose constraint finds them."""
    groups: dict[str, list[Slot]] = {}
    for slot in slots:
        if not slot.is_new and (slot.change or slot.has_new_edges):
            groups.setdefault(slot.node.labels[0], []).append(slot)
    return groups


async def _create(
    transaction: AsyncManagedTransaction,
    node: NodeType,
    slots: Sequence[Slot],
    now: datetime,
    history: History | None,
) -> None:
    text = f"""CYPHER 5
        {_BATCH if history else ""}
        UNWIND $p.rows AS row
        CREATE (record:{labels(node)})
        SET record = row.properties, record.createdAt = coalesce(datetime(row.instants.createdAt), $p.now),
            record.updatedAt = $p.now{_instants(node)}{creation(node) if history else ""}
        WITH record, row WHERE row.key IS NOT NULL
        MATCH (ref:ExternalRef {{key: row.key}})
        CREATE (ref)-[:REFERS_TO]->(record)"""
    rows = [
        {"key": str(slot.identity) if isinstance(slot.identity, Key) else None, **_whole(slot, history)}
        for slot in slots
    ]
    await lookup.run(transaction, text, rows=rows, now=now, **(history.values if history else {}))


async def _merge(
    transaction: AsyncManagedTransaction,
    node: NodeType,
    slots: Sequence[Slot],
    now: datetime,
    history: History | None,
) -> None:
    """Shared records: of two loads at once the second waits here, and starts again with the id that the first gave."""
    by = next(slot.identity.property for slot in slots if isinstance(slot.identity, Natural))
    text = f"""CYPHER 5
        UNWIND $p.rows AS row
        MERGE (record:{name(node.labels[-1])} {{{name(by)}: row.value}})
        ON CREATE SET record:{labels(node)}, record = row.properties, record.createdAt = coalesce(datetime(row.instants.createdAt), $p.now),
            record.updatedAt = $p.now{_instants(node)}
        RETURN record.id"""
    ordered = sorted(slots, key=lambda slot: str(slot.change[by]))
    rows = [{"value": slot.change[by], **_whole(slot, None)} for slot in ordered]
    merged = await lookup.run(transaction, text, rows=rows, now=now)
    if {row[0] for row in merged} != {slot.id for slot in slots}:
        raise Overtaken
    if history:
        # All of them are new, or this would have been overtaken.
        text = f"""CYPHER 5
            {_BATCH}
            UNWIND $p.rows AS row
            MATCH (record:{name(node.labels[-1])} {{id: row.id}}){creation(node)}"""
        told = [{"id": slot.id, **_change(slot)} for slot in slots]
        await lookup.run(transaction, text, rows=told, **history.values)


async def _update(transaction: AsyncManagedTransaction, label: str, slots: Sequence[Slot], now: datetime) -> None:
    # The first SET takes the record's lock, so that the version that is then read cannot change any more.
    text = f"""CYPHER 5
        UNWIND $p.rows AS row
        MATCH (record:{name(label)} {{id: row.id}})
        SET record.id = row.id
        WITH record, row WHERE record.version = row.version
        SET record += row.change, record.version = row.version + 1, record.updatedAt = $p.now
        RETURN count(*)"""
    rows = [
        {"id": slot.id, "version": (slot.stored or {}).get("version"), "change": slot.change}
        for slot in sorted(slots, key=lambda slot: slot.id)
    ]
    ((written,),) = await lookup.run(transaction, text, rows=rows, now=now)
    if written != len(rows):
        raise Overtaken


def _instants(node: NodeType) -> str:
    """A new record's instants travel as texts: the driver takes longer over one than over all the rest of a row."""
    names = [name(one.name) for one in node.properties.values() if _is_instant(one)]
    return "".join(f", record.{one} = datetime(row.instants.{one})" for one in names)


def _is_instant(declared: Property) -> bool:
    return declared.kind is Kind.DATETIME and not declared.is_list and declared.name not in ("createdAt", "updatedAt")


def _change(slot: Slot) -> dict[str, Any]:
    """What a row says of the change that it makes."""
    return {"change": new_id("change"), "names": named(slot.node, slot.change)}


def _whole(slot: Slot, history: History | None) -> dict[str, Any]:
    """All properties of a new record, its instants apart."""
    plain: dict[str, Any] = {"id": slot.id, "version": 1}
    instants: dict[str, str] = {}
    for one, value in slot.change.items():
        if isinstance(value, datetime):
            instants[one] = value.isoformat()
        else:
            plain[one] = value
    return {"properties": plain, "instants": instants, **(_change(slot) if history else {})}
