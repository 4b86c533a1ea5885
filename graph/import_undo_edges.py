"""Taking back what an import did to relationships: those that it drew, changed and replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph.import_before import Before, Undoing, Undone, back
from graph.import_history import Told, tell
from graph.lookup import gathered, native, run
from graph.model import Model
from graph.names import name


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


async def unlink(undoing: Undoing, befores: Sequence[Before], undone: Undone) -> None:
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


async def restore_edges(undoing: Undoing, befores: Sequence[Before], undone: Undone) -> None:
    changes: list[Told] = []
    rows: list[dict[str, Any]] = []
    for before, element, now in await _edges_of(undoing, befores):
        if element is None:
            undone.keep(before, f"{before.edge_type} to {before.other_id} was removed since")
            continue
        change = back(before, now, undone, f"{before.edge_type} to {before.other_id}: ")
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


async def relink(undoing: Undoing, befores: Sequence[Before], undone: Undone) -> None:
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


def _edge_change(operation: str, before: Before, element: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Told:
    names = [one for one in before.properties if one in old or one in new]
    return Told(
        operation, before.record_id, before.record_type, names, old, new,
        element=element, other_id=before.other_id, other_type=before.other_type,
    )  # fmt: skip
