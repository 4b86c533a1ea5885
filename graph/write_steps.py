"""What a write does, once everything is checked: the text of each step, with the changes that it leaves.

Rows of refused inputs are passed over. Each step is a `CALL` that ends in an aggregate, so that a step without rows
does not end the statement. Records are matched by their keys again: the checks have locked them.
"""

from __future__ import annotations

from collections.abc import Collection

from graph.changes import differing_values, made, new_values, record_change, stamped
from graph.computed import render_computed
from graph.implied import LINE_OF
from graph.model import NodeType
from graph.names import labels, name
from graph.rendering import Rendering
from graph.write_deletion import render_delete, render_restore
from graph.write_edges import render_change_edge, render_close, render_cut, render_cut_edge, render_draw, render_own
from graph.write_patterns import located
from graph.write_plan import (
    EXTERNAL,
    REFERRED_TO,
    ChangeEdge,
    Close,
    Create,
    Cut,
    CutEdge,
    Delete,
    Draw,
    Merge,
    Own,
    Reference,
    Restore,
    Step,
    Update,
    Upsert,
)


def perform(rendering: Rendering, step: Step, rows: str, found: Collection[Reference] = ()) -> list[str]:
    """The `CALL`s of a step; nothing for a step that only checks. `found` is what the checks have found."""
    rendering = rendering.trusted()
    match step:
        case Create(node):
            parts = [_create(node)]
        case Merge(node, property):
            parts = [_merge(node, property)]
        case Update(reference):
            parts = [_update(rendering, reference)]
        case Upsert(reference):
            parts = [_update(rendering, reference), _create_absent(rendering, reference)]
        case Draw():
            parts = [render_draw(rendering, step, found)]
        case Own(node):
            parts = [render_own(rendering, node)]
        case Cut():
            parts = [render_cut(rendering, step)]
        case CutEdge():
            parts = [render_cut_edge(rendering, step)]
        case ChangeEdge():
            parts = [render_change_edge(rendering, step)]
        case Close():
            parts = [render_close(rendering, step)]
        case Delete(node):
            parts = [render_delete(rendering, node)]
        case Restore(node):
            parts = [render_restore(rendering, node)]
        case _:
            return []
    return [line for part in parts for line in _call(rendering, rows, part)]


def _call(rendering: Rendering, rows: str, lines: list[str]) -> list[str]:
    done = rendering.variable("done")
    return [
        "CALL (now, refused) {",
        f"  UNWIND {rows} AS row",
        "  WITH row WHERE NOT row.root IN refused",
        *(f"  {line}" for line in lines),
        f"  RETURN count(*) AS {done}",
        "}",
    ]


def _create(node: NodeType) -> list[str]:
    variable = node.variable
    return [
        f"CREATE ({variable}:{labels(node)})",
        f"SET {variable} = row.properties, {made(variable)}",
        *record_change(node, "CREATE", variable, "1", "row.names"),
        *new_values(node),
    ]


def _merge(node: NodeType, property: str) -> list[str]:
    """Shared records: of two writes at once the second waits here, and finds what the first one made."""
    variable = node.variable
    return [
        f"MERGE ({variable}:{name(node.labels[-1])} {{{name(property)}: row.value}})",
        f"ON CREATE SET {variable}:{labels(node)}, {variable} = row.properties, {made(variable)}",
        f"WITH row, {variable} WHERE {variable}.id = row.properties.id",
        *record_change(node, "CREATE", variable, "1", "row.names"),
        *new_values(node),
    ]


def _create_absent(rendering: Rendering, reference: Reference) -> list[str]:
    pattern, _ = located(rendering, reference, reference.node.variable, "row.key")
    absent = f"WITH row WHERE NOT EXISTS {{ {pattern} }}"
    if reference.key != EXTERNAL:
        return [absent, *_create(reference.node)]
    return [
        absent,
        # Of two writes at once the second waits here. What it then finds was made since it looked, and its own record
        # would be a second one of that name: a violated constraint makes it look again.
        "MERGE (ref:ExternalRef {key: row.key})",
        f"ON CREATE SET ref = row.reference, {made('ref')}",
        "SET ref.id = ref.id",
        "WITH row, ref, EXISTS { (ref)-[:REFERS_TO]->(other) WHERE NOT other:Deleted } AS isTaken",
        "FOREACH (_ IN CASE WHEN isTaken THEN [1] ELSE [] END | CREATE (:ExternalRef {key: row.key}))",
        # The deleted record that had the name is not what is meant any more; should it be restored, it meets this one.
        "WITH row, ref",
        "CALL (ref) {",
        "  MATCH (ref)-[stale:REFERS_TO]->(gone)",
        f"  MERGE (ref)-[:{REFERRED_TO}]->(gone)",
        "  DELETE stale",
        "  RETURN count(*) AS stales",
        "}",
        *_create(reference.node),
        f"CREATE (ref)-[:REFERS_TO]->({reference.node.variable})",
    ]


def _update(rendering: Rendering, reference: Reference) -> list[str]:
    node = reference.node
    variable = node.variable
    pattern, _ = located(rendering, reference, variable, "row.key")
    differs = (
        f"coalesce({variable}[name] <> row.values[name], {variable}[name] IS NOT NULL OR row.values[name] IS NOT NULL)"
    )
    return [
        f"MATCH {pattern}",
        f"WITH row, {variable}, [name IN row.changing WHERE {differs}] AS changed",
        "WHERE size(changed) > 0",
        *record_change(node, "UPDATE", variable, f"{variable}.version + 1", "changed"),
        *differing_values(node, variable),
        f"SET {variable} += row.values, {stamped(variable)}",
        *render_computed(node, variable, "row"),
        *(_line_key(variable) if node.name == LINE_OF.line else []),
    ]


def _line_key(line: str) -> list[str]:
    """A line is known by its order and by its place in it."""
    text = f"({line})<-[:{LINE_OF.type}]-(order:{LINE_OF.order})"
    return [f"SET {line}.key = head([{text} | order.id + ':' + toString({line}.lineNo)])"]
