"""Taking back what an import did to records: their properties get their old values, and what it made is removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph.ids import new_id
from graph.import_before import Before, Undoing, Undone, back
from graph.import_history import Told, is_personal, tell, told
from graph.lookup import gathered, native, run
from graph.names import name

# What a record that was made may still have: its keys elsewhere, its history, and what is derived.
_ITS_OWN = ("REFERS_TO", "OF_RECORD", "BOUGHT", "TOUCHED")


async def restore(undoing: Undoing, befores: Sequence[Before], undone: Undone) -> None:
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
            change = back(before, now, undone)
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


async def remove(undoing: Undoing, befores: Sequence[Before], undone: Undone) -> None:
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
