"""Taking back the changes of one batch, in its transaction: relationships first, then properties, then records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from neo4j import AsyncManagedTransaction

from graph.ids import new_id
from graph.import_history import History, Told, is_personal, tell, told
from graph.lookup import gathered, native, run
from graph.model import Model
from graph.names import name

# What a record that was made may still have: its keys elsewhere, its history, and what is derived.
_ITS_OWN = ("REFERS_TO", "OF_RECORD", "BOUGHT", "TOUCHED")


@dataclass(frozen=True)
class Before:
    """One change of the run, with the values before and after."""

    operation: str
    record_id: str
    record_type: str
    properties: tuple[str, ...]
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    edge_type: str = ""
    edge_id: str | None = None
    from_id: str = ""
    to_id: str = ""
    other_id: str = ""
    other_type: str = ""
    # Personal values of somebody who was forgotten meanwhile.
    is_erased: bool = False

    @staticmethod
    def of(change: Mapping[str, Any], value: Mapping[str, Any]) -> Before:
        values = {**change, **value}
        properties = tuple(change.get("properties") or ())
        old = {one: values[f"old.{one}"] for one in properties if f"old.{one}" in values}
        new = {one: values[f"new.{one}"] for one in properties if f"new.{one}" in values}
        known = old.keys() | new.keys()
        return Before(
            change["operation"], change["recordId"], change["recordType"], properties, old, new,
            change.get("edgeType", ""), change.get("edgeId"), change.get("fromId", ""), change.get("toId", ""),
            change.get("otherId", ""), change.get("otherType", ""), bool(properties) and not known,
        )  # fmt: skip


@dataclass
class Undone:
    """`kept` has the type and id of a record and why something of it was not taken back."""

    removed: int = 0
    restored: int = 0
    unlinked: int = 0
    relinked: int = 0
    kept: list[tuple[str, str, str]] = field(default_factory=list)
    renamed: set[str] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)

    def keep(self, before: Before, reason: str) -> None:
        self.kept.append((before.record_type, before.record_id, reason))


@dataclass(frozen=True)
class Undoing:
    """Where and in whose name."""

    transaction: AsyncManagedTransaction
    model: Model
    history: History
    now: datetime


async def undo(undoing: Undoing, befores: Sequence[Before]) -> Undone:
    """Take back the changes of one batch."""
    undone = Undone()
    by_operation: dict[str, list[Before]] = {}
    for before in befores:
        by_operation.setdefault(before.operation, []).append(before)
    await _unlink(undoing, by_operation.get("LINK", ()), undone)
    await _restore_edges(undoing, by_operation.get("UPDATE_EDGE", ()), undone)
    await _relink(undoing, by_operation.get("UNLINK", ()), undone)
    await _restore(undoing, by_operation.get("UPDATE", ()), undone)
    await _remove(undoing, by_operation.get("CREATE", ()), undone)
    return undone


async def _edges_of(undoing: Undoing, befores: Iterable[Before]) -> list[tuple[Before, str | None, dict[str, Any]]]:
    """For each change its relationship as it is now: its element id, None if it is gone, and its properties."""
    groups: dict[tuple[str, str, str], list[Before]] = {}
    for before in befores:
        groups.setdefault((before.edge_type, *_labels(undoing.model, before)), []).append(before)
    found: list[tuple[Before, str | None, dict[str, Any]]] = []
    for (type_, start, end), group in groups.items():
        text = f"""CYPHER 5
            UNWIND $p.rows AS row
            MATCH (start:{name(start)} {{id: row.start}})
            SET start.id = start.id
            WITH start, row
            MATCH (end:{name(end)} {{id: row.end}})
            MATCH (start)-[edge:{name(type_)}]->(end) WHERE row.edge IS NULL OR edge.id = row.edge
            RETURN collect([row.number, elementId(edge), properties(edge)])"""
        rows = [
            {"number": number, "start": one.from_id, "end": one.to_id, "edge": one.edge_id}
            for number, one in enumerate(group)
        ]
        known = {
            number: (element, native(now))
            for number, element, now in await gathered(undoing.transaction, text, rows=rows)
        }
        found += [(one, *known.get(number, (None, {}))) for number, one in enumerate(group)]
    return found


def _labels(model: Model, before: Before) -> tuple[str, str]:
    """The most general labels of the start and of the end."""
    own, other = (model.nodes[each].labels[0] for each in (before.record_type, before.other_type))
    return (own, other) if before.from_id == before.record_id else (other, own)


async def _unlink(undoing: Undoing, befores: Sequence[Before], undone: Undone) -> None:
    changes: list[Told] = []
    owned: list[tuple[str, str, str | None]] = []
    for before, element, now in await _edges_of(undoing, befores):
        if element is None:
            continue
        different = [one for one in before.properties if now.get(one) != before.new.get(one)]
        more = [one for one in now if one not in before.properties and one not in ("id", "version")]
        if different or more:
            undone.keep(
                before, f"{before.edge_type} to {before.other_id} was changed since: {', '.join(different + more)}"
            )
            continue
        changes.append(_edge_change("UNLINK", before, element, before.new, {}))
        if before.edge_type == "OWNED_BY":
            owned.append((before.record_type, before.from_id, None))
    await tell(undoing.transaction, undoing.history, changes)
    await run(
        undoing.transaction,
        """CYPHER 5
        UNWIND $p.elements AS element
        MATCH ()-[edge]->() WHERE elementId(edge) = element
        DELETE edge""",
        elements=[one.element for one in changes],
    )
    await _set_owners(undoing, owned)
    undone.unlinked += len(changes)


async def _restore_edges(undoing: Undoing, befores: Sequence[Before], undone: Undone) -> None:
    changes: list[Told] = []
    rows: list[dict[str, Any]] = []
    for before, element, now in await _edges_of(undoing, befores):
        if element is None:
            undone.keep(before, f"{before.edge_type} to {before.other_id} was removed since")
            continue
        change = _back(before, now, undone, f"{before.edge_type} to {before.other_id}: ")
        if change:
            changes.append(_edge_change("UPDATE_EDGE", before, element, now, change))
            rows.append({"element": element, "change": change})
    await tell(undoing.transaction, undoing.history, changes)
    await run(
        undoing.transaction,
        """CYPHER 5
        UNWIND $p.rows AS row
        MATCH ()-[edge]->() WHERE elementId(edge) = row.element
        SET edge += row.change, edge.version = coalesce(edge.version, 0) + 1""",
        rows=rows,
    )
    undone.restored += len(rows)


async def _relink(undoing: Undoing, befores: Sequence[Before], undone: Undone) -> None:
    """Draw again what was replaced, unless the record has another such relationship by now."""
    owned: list[tuple[str, str, str | None]] = []
    for before in befores:
        is_out = before.from_id == before.record_id
        start, end = _labels(undoing.model, before)
        drawn = f"-[:{name(before.edge_type)}]->" if is_out else f"<-[:{name(before.edge_type)}]-"
        own = "start" if is_out else "end"
        text = f"""CYPHER 5
            MATCH (start:{name(start)} {{id: $p.start}})
            MATCH (end:{name(end)} {{id: $p.end}})
            SET {own}.id = {own}.id
            WITH start, end WHERE NOT EXISTS {{ ({own}){drawn}() }}
            CREATE (start)-[edge:{name(before.edge_type)}]->(end) SET edge = $p.properties
            RETURN elementId(edge)"""
        properties = {**before.old, **({"id": before.edge_id, "version": 1} if before.edge_id else {})}
        made = await run(undoing.transaction, text, start=before.from_id, end=before.to_id, properties=properties)
        if not made:
            undone.keep(
                before,
                f"{before.edge_type} to {before.other_id} is not drawn again: an end is gone or another is there",
            )
            continue
        await tell(undoing.transaction, undoing.history, [_edge_change("LINK", before, made[0][0], {}, before.old)])
        if before.edge_type == "OWNED_BY" and is_out:
            owned.append((before.record_type, before.from_id, before.to_id))
        if before.edge_type == "ACCOUNT_FOR":
            undone.customers.update(one for one in (before.from_id, before.to_id) if one.startswith("customer_"))
        undone.relinked += 1
    await _set_owners(undoing, owned)


async def _set_owners(undoing: Undoing, owned: Sequence[tuple[str, str, str | None]]) -> None:
    """The copy of the owner's id follows the relationship."""
    for type_ in sorted({one for one, _, _ in owned}):
        text = f"""CYPHER 5
            UNWIND $p.rows AS row
            MATCH (record:{name(undoing.model.nodes[type_].labels[0])} {{id: row[0]}})
            SET record.ownerId = row[1]"""
        await run(undoing.transaction, text, rows=[[id_, owner] for one, id_, owner in owned if one == type_])


async def _restore(undoing: Undoing, befores: Sequence[Before], undone: Undone) -> None:
    for type_ in sorted({before.record_type for before in befores}):
        node = undoing.model.nodes[type_]
        group = [before for before in befores if before.record_type == type_]
        stored = await _locked(undoing, node.labels[0], [before.record_id for before in group])
        rows: list[dict[str, Any]] = []
        changes: list[Told] = []
        for before in group:
            now = stored.get(before.record_id)
            if now is None:
                undone.keep(before, "it was deleted since")
                continue
            change = _back(before, now, undone)
            if not change:
                continue
            computed = node.compute({**now, **change})
            rows.append({"id": before.record_id, "change": {**change, **computed}})
            personal = frozenset(one for one in change if is_personal(node, one))
            changes.append(
                Told(
                    "UPDATE",
                    before.record_id,
                    type_,
                    list(change),
                    now,
                    change,
                    node.labels[0],
                    now["version"] + 1,
                    personal,
                )
            )
            if "name" in change and "Party" in node.labels:
                undone.renamed.add(before.record_id)
        await tell(undoing.transaction, undoing.history, changes)
        text = f"""CYPHER 5
            UNWIND $p.rows AS row
            MATCH (record:{name(node.labels[0])} {{id: row.id}})
            SET record += row.change, record.version = record.version + 1, record.updatedAt = $p.now"""
        await run(undoing.transaction, text, rows=rows, now=undoing.now)
        undone.restored += len(rows)


def _back(before: Before, now: Mapping[str, Any], undone: Undone, where: str = "") -> dict[str, Any]:
    """The old values of what is still as the run left it; of the rest it is told."""
    if before.is_erased:
        undone.keep(before, f"{where}its old values were erased")
        return {}
    change: dict[str, Any] = {}
    for one in before.properties:
        if now.get(one) == before.new.get(one):
            change[one] = before.old.get(one)
        else:
            undone.keep(before, f"{where}{one} was changed since")
    return change


async def _remove(undoing: Undoing, befores: Sequence[Before], undone: Undone) -> None:
    for type_ in sorted({before.record_type for before in befores}):
        node = undoing.model.nodes[type_]
        group = [before for before in befores if before.record_type == type_]
        stored = await _locked(undoing, node.labels[0], [before.record_id for before in group])
        related = await _related(undoing, node.labels[0], [before.record_id for before in group])
        gone: list[dict[str, Any]] = []
        for before in group:
            now = stored.get(before.record_id)
            if now is None:
                continue
            names = () if before.is_erased else (one for one in told(node) if one not in _follows(before))
            different = [one for one in names if now.get(one) != before.new.get(one)]
            if different:
                undone.keep(before, f"it was changed since: {', '.join(different)}")
            elif before.record_id in related:
                undone.keep(before, f"it is related to others: {', '.join(related[before.record_id])}")
            else:
                gone.append({"id": before.record_id, "change": new_id("change"), "version": now["version"]})
        await _delete(undoing, node.labels[0], type_, gone)
        undone.removed += len(gone)


def _follows(before: Before) -> tuple[str, ...]:
    """What is worked out from other records when an import ends, if its source does not say it."""
    if before.record_type == "Order" and "total" not in before.new:
        return ("total", "totalCurrency", "totalBase")
    return ("unitBase", "netBase") if before.record_type == "LineItem" else ()


async def _locked(undoing: Undoing, label: str, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The records as they are, which nobody changes any more until the end of the transaction."""
    text = f"""CYPHER 5
        UNWIND $p.ids AS id
        MATCH (record:{name(label)} {{id: id}})
        SET record.id = record.id
        RETURN collect(record {{.*, createdAt: null, updatedAt: null}})"""
    rows = await gathered(undoing.transaction, text, ids=sorted(ids))
    return {row["id"]: native(row) for row in rows}


async def _related(undoing: Undoing, label: str, ids: Sequence[str]) -> dict[str, list[str]]:
    """The kinds of relationships, other than its own ones, of those records that have some."""
    text = f"""CYPHER 5
        UNWIND $p.ids AS id
        MATCH (record:{name(label)} {{id: id}})-[edge]-() WHERE NOT type(edge) IN $p.own
        WITH record.id AS id, collect(DISTINCT type(edge)) AS types
        RETURN collect([id, types])"""
    rows = await gathered(undoing.transaction, text, ids=sorted(ids), own=list(_ITS_OWN))
    return {id_: sorted(types) for id_, types in rows}


async def _delete(undoing: Undoing, label: str, type_: str, gone: Sequence[Mapping[str, Any]]) -> None:
    """Remove records for good, with their keys and with the values that their changes have of them."""
    text = f"""CYPHER 5
        MATCH (batch:ImportBatch {{id: $p.batch}})
        UNWIND $p.rows AS row
        MATCH (record:{name(label)} {{id: row.id}})
        CREATE (change:Change {{id: row.change, operation: 'PURGE', recordId: row.id, recordType: $p.type,
            recordVersion: row.version, properties: [], version: 1, createdAt: datetime.realtime('Z'),
            updatedAt: datetime.realtime('Z'), requestId: $p.run, createdBy: $p.by}})
        CREATE (change)-[:IN_BATCH]->(batch)
        WITH record
        OPTIONAL MATCH (record)<-[:OF_RECORD]-(:Change)-[:HAS_VALUE]->(value:ChangeValue)
        DETACH DELETE value
        WITH DISTINCT record
        OPTIONAL MATCH (ref:ExternalRef)-[:REFERS_TO]->(record)
        DETACH DELETE ref
        WITH DISTINCT record
        DETACH DELETE record"""
    if gone:
        await run(undoing.transaction, text, rows=list(gone), type=type_, **undoing.history.values)


def _edge_change(operation: str, before: Before, element: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Told:
    names = [one for one in before.properties if one in old or one in new]
    return Told(
        operation, before.record_id, before.record_type, names, old, new,
        element=element, other_id=before.other_id, other_type=before.other_type,
    )  # fmt: skip
