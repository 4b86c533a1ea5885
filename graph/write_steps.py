"""What a write does, once everything is checked: the text of each step, with the changes that it leaves.

Rows of refused inputs are passed over. Each step is a `CALL` that ends in an aggregate, so that a step without rows
does not end the statement. Records are matched by their keys again: the checks have locked them.
"""

from __future__ import annotations

from graph.arrows import Arrow
from graph.changes import differing_values, edge_change, new_values, record_change
from graph.computed import render_computed
from graph.implied import LINE_OF
from graph.model import Direction, NodeType, OnDelete
from graph.names import labels, name
from graph.rendering import Rendering
from graph.write_checks import drawn, edge_of, labels_text, located
from graph.write_plan import (
    EXTERNAL,
    ChangeEdge,
    Create,
    Cut,
    CutEdge,
    Delete,
    Draw,
    Merge,
    Reference,
    Restore,
    Step,
    Update,
    Upsert,
)

# What every record and relationship that is changed says of itself.
_STAMPED = "{0}.version = coalesce({0}.version, 0) + 1, {0}.updatedAt = now, {0}.updatedBy = $p.user"


def perform(rendering: Rendering, step: Step, rows: str) -> list[str]:
    """The `CALL`s of a step; nothing for a step that only checks."""
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
        case Draw(arrow, source, target):
            parts = [_draw(rendering, arrow, source, target)]
        case Cut(arrow, source, target):
            parts = [_cut(rendering, arrow, source, target)]
        case CutEdge(arrow, source_type):
            parts = [_cut_edge(rendering, arrow, source_type)]
        case ChangeEdge(arrow, source_type):
            parts = [_change_edge(rendering, arrow, source_type)]
        case Delete(node):
            parts = [_delete(rendering, node)]
        case Restore(node):
            parts = [_restore(rendering, node)]
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


def _made(variable: str) -> str:
    return (
        f"{variable}.version = 1, {variable}.createdAt = now, {variable}.updatedAt = now, "
        f"{variable}.createdBy = $p.user, {variable}.updatedBy = $p.user"
    )


def _create(node: NodeType) -> list[str]:
    variable = node.variable
    return [
        f"CREATE ({variable}:{labels(node)})",
        f"SET {variable} = row.properties, {_made(variable)}",
        *record_change(node, "CREATE", variable, "1", "row.names"),
        *new_values(node),
    ]


def _merge(node: NodeType, property: str) -> list[str]:
    """Shared records: of two writes at once the second waits here, and finds what the first one made."""
    variable = node.variable
    return [
        f"MERGE ({variable}:{name(node.labels[-1])} {{{name(property)}: row.value}})",
        f"ON CREATE SET {variable}:{labels(node)}, {variable} = row.properties, {_made(variable)}",
        f"WITH row, {variable} WHERE {variable}.id = row.properties.id",
        *record_change(node, "CREATE", variable, "1", "row.names"),
        *new_values(node),
    ]


def _create_absent(rendering: Rendering, reference: Reference) -> list[str]:
    pattern, _ = located(rendering, reference, reference.node.variable, "row.key")
    lines = [f"WITH row WHERE NOT EXISTS {{ {pattern} }}", *_create(reference.node)]
    if reference.key == EXTERNAL:
        lines += [
            "MERGE (ref:ExternalRef {key: row.key})",
            f"ON CREATE SET ref = row.reference, {_made('ref')}",
            f"CREATE (ref)-[:REFERS_TO]->({reference.node.variable})",
        ]
    return lines


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
        f"SET {variable} += row.values, {_STAMPED.format(variable)}",
        *render_computed(node, variable, "row"),
        *(_line_key(variable) if node.name == LINE_OF.line else []),
    ]


def _line_key(line: str) -> list[str]:
    """A line is known by its order and by its place in it."""
    text = f"({line})<-[:{LINE_OF.type}]-(order:{LINE_OF.order})"
    return [f"SET {line}.key = head([{text} | order.id + ':' + toString({line}.lineNo)])"]


# --- relationships --------------------------------------------------------------------------------------------------


def _variables(source: NodeType, target: NodeType) -> tuple[str, str]:
    start, end = source.variable, target.variable
    return (start, end) if start != end else (start, f"other{target.name}")


def _far(arrow: Arrow) -> str:
    return ":" + "|".join(map(name, arrow.labels))


def _type_of(rendering: Rendering, node: NodeType, variable: str) -> str:
    """The name of a record's type."""
    if not node.is_abstract:
        return f"'{node.name}'"
    names = ", ".join(f"'{member}'" for member in node.members)
    return f"head([label IN labels({variable}) WHERE label IN [{names}]])"


def _any_type(rendering: Rendering, variable: str) -> str:
    names = ", ".join(f"'{node.name}'" for node in rendering.model.concrete)
    return f"head([label IN labels({variable}) WHERE label IN [{names}]])"


def _draw(rendering: Rendering, arrow: Arrow, source: Reference, target: Reference) -> list[str]:
    start, end = _variables(source.node, target.node)
    edge = edge_of(arrow)
    first, _ = located(rendering, source, start, "row.source")
    second, _ = located(rendering, target, end, "row.target")
    created = f"({start}){drawn(arrow, edge) if not arrow.is_both else f'-[{edge}:{name(arrow.type)}]->'}({end})"
    there = f"EXISTS {{ ({start}){drawn(arrow, '')}({end}) }}"
    lines = [
        f"MATCH {first}",
        f"MATCH {second}",
        # The lock on the record that owns the field lets one of two writes at once see what the other one drew.
        f"SET {start}.id = {start}.id",
        f"WITH row, {start}, {end}",
    ]
    if arrow.is_single:
        lines += _replaced(rendering, arrow, source.node, start, end, is_back=False)
    if arrow.is_single_back:
        lines += _replaced(rendering, arrow, source.node, start, end, is_back=True)
    if arrow.edge is None or arrow.is_single or arrow.is_single_back:
        lines.append(f"WITH row, {start}, {end} WHERE NOT {there}")
    lines += [
        f"CREATE {created}",
        f"SET {edge} = row.properties",
        *edge_change(
            "LINK", edge, start, _type_of(rendering, source.node, start), end, _type_of(rendering, target.node, end),
            "row.names", "row.change",
        ),
        "SET change += row.news",
        *_owned(arrow, start, end),
        *_lined(arrow, start, end),
        f"FOREACH (_ IN CASE WHEN row.isNew THEN [] ELSE [1] END | SET {_STAMPED.format(start)})",
    ]  # fmt: skip
    return lines


def _replaced(
    rendering: Rendering, arrow: Arrow, source: NodeType, start: str, end: str, *, is_back: bool
) -> list[str]:
    """Where a record may have but one such relationship, the one that it had is removed."""
    edge, removed = "replaced", rendering.variable("removed")
    if is_back:
        found, stays, kept, gone = (
            f"({end}){drawn(arrow, edge, is_reversed=True)}(other:{name(source.labels[-1])})",
            start,
            end,
            "other",
        )
    else:
        found, stays, kept, gone = f"({start}){drawn(arrow, edge)}(other{_far(arrow)})", end, start, "other"
    owner, far = (gone, kept) if is_back else (kept, gone)
    return [
        f"CALL (row, {start}, {end}, now) {{",
        f"  MATCH {found} WHERE other <> {stays}",
        *(f"  {line}" for line in _unlinked(rendering, edge, owner, far)),
        f"  DELETE {edge}",
        *(f"  {line}" for line in ([f"SET {_STAMPED.format(owner)}"] if is_back else [])),
        f"  RETURN count(*) AS {removed}",
        "}",
    ]


def _unlinked(rendering: Rendering, edge: str, source: str, target: str, id: str = "") -> list[str]:
    return [
        *edge_change(
            "UNLINK", edge, source, _any_type(rendering, source), target, _any_type(rendering, target),
            f"[name IN keys({edge}) WHERE NOT name IN ['id', 'version']]", id,
        ),
        f"FOREACH (name IN [name IN keys({edge}) WHERE NOT name IN ['id', 'version']] | "
        f"SET change['old.' + name] = {edge}[name])",
    ]  # fmt: skip


def _owned(arrow: Arrow, start: str, end: str) -> list[str]:
    """Rights test a copy of the owner's id."""
    if arrow.type != "OWNED_BY":
        return []
    record, owner = (start, end) if arrow.is_out else (end, start)
    return [f"SET {record}.ownerId = {owner}.id"]


def _disowned(arrow: Arrow, start: str, end: str) -> list[str]:
    if arrow.type != "OWNED_BY":
        return []
    return [f"REMOVE {start if arrow.is_out else end}.ownerId"]


def _lined(arrow: Arrow, start: str, end: str) -> list[str]:
    if arrow.type != LINE_OF.type:
        return []
    order, line = (start, end) if arrow.is_out else (end, start)
    return [f"SET {line}.key = {order}.id + ':' + toString({line}.lineNo)"]


def _cut(rendering: Rendering, arrow: Arrow, source: Reference, target: Reference | None) -> list[str]:
    start, edge = source.node.variable, edge_of(arrow)
    end = _variables(source.node, target.node)[1] if target else "other"
    first, _ = located(rendering, source, start, "row.source")
    lines = [f"MATCH {first}", f"SET {start}.id = {start}.id", f"WITH row, {start}"]
    if target:
        second, _ = located(rendering, target, end, "row.target")
        lines += [f"MATCH {second}", f"MATCH ({start}){drawn(arrow, edge)}({end}){_open(arrow, edge)}"]
    else:
        lines.append(f"MATCH ({start}){drawn(arrow, edge)}({end}{_far(arrow)}){_open(arrow, edge)}")
    return [
        *lines,
        *_unlinked(rendering, edge, start, end),
        f"DELETE {edge}",
        *_disowned(arrow, start, end),
        f"SET {_STAMPED.format(start)}",
    ]


def _open(arrow: Arrow, edge: str) -> str:
    """A field that lists some of the relationships of its type is cut only of these."""
    if arrow.when is None:
        return ""
    return f" WHERE {edge}.{name(arrow.when.property)} IS {'NULL' if arrow.when.is_null else 'NOT NULL'}"


def _edge_matched(rendering: Rendering, arrow: Arrow, source: NodeType) -> tuple[str, str, str]:
    start, edge = source.variable, edge_of(arrow)
    return (
        f"MATCH ({start}:{'&'.join(map(name, source.labels))}){drawn(arrow, edge)}(other{_far(arrow)}) "
        f"WHERE {edge}.id = row.key",
        start,
        edge,
    )


def _cut_edge(rendering: Rendering, arrow: Arrow, source: NodeType) -> list[str]:
    matched, start, edge = _edge_matched(rendering, arrow, source)
    return [
        matched,
        *_unlinked(rendering, edge, start, "other", "row.change"),
        f"DELETE {edge}",
        *_disowned(arrow, start, "other"),
        f"SET {_STAMPED.format(start)}",
    ]


def _change_edge(rendering: Rendering, arrow: Arrow, source: NodeType) -> list[str]:
    matched, start, edge = _edge_matched(rendering, arrow, source)
    differs = f"coalesce({edge}[name] <> row.values[name], {edge}[name] IS NOT NULL OR row.values[name] IS NOT NULL)"
    return [
        matched,
        f"WITH row, {start}, {edge}, other, [name IN row.changing WHERE {differs}] AS changed",
        "WHERE size(changed) > 0",
        *edge_change(
            "UPDATE_EDGE", edge, start, f"'{source.name}'", "other", _any_type(rendering, "other"), "changed",
            "row.change",
        ),
        f"FOREACH (name IN changed | SET change['old.' + name] = {edge}[name], change['new.' + name] = row.values[name])",
        f"SET {edge} += row.values, {edge}.version = coalesce({edge}.version, 0) + 1",
        f"SET {_STAMPED.format(start)}",
    ]  # fmt: skip


# --- out of sight, and back -----------------------------------------------------------------------------------------


def _delete(rendering: Rendering, node: NodeType) -> list[str]:
    variable = node.variable
    lines = [
        f"MATCH ({variable}:{'&'.join(map(name, node.labels))} {{id: row.key}})",
        *record_change(node, "DELETE", variable, f"{variable}.version + 1", "[]"),
        *_hide(node, variable),
        f"SET {_STAMPED.format(variable)}",
    ]
    for relationship in node.relationships.values():
        if relationship.on_delete is OnDelete.CASCADE:
            part = rendering.model.nodes[relationship.target]
            hop, gone = relationship.hops[0], rendering.variable("gone")
            lines += [
                f"WITH row, {variable}",
                f"CALL (row, {variable}, now) {{",
                f"  MATCH ({variable}){_step(hop.types[0], hop.direction)}({part.variable}:{'&'.join(map(name, part.labels))})",
                f"  SET {part.variable}.deletedWith = {variable}.id",
                *(f"  {line}" for line in _part_change(part, "DELETE")),
                *(f"  {line}" for line in _hide(part, part.variable)),
                f"  RETURN count(*) AS {gone}",
                "}",
            ]
    return lines


def _part_change(part: NodeType, operation: str) -> list[str]:
    variable = part.variable
    change = record_change(part, operation, variable, f"{variable}.version", "[]")
    return [
        f"WITH {variable}, replace(randomUUID(), '-', '') AS digits",
        change[0].replace("row.change", "'change_' + substring(digits, 0, 12) + '7' + substring(digits, 13)"),
        *change[1:],
    ]


def _hide(node: NodeType, variable: str) -> list[str]:
    return [
        f"REMOVE {variable}:{labels(node)}",
        f"SET {variable}:Deleted, {variable}.formerLabels = {labels_text(node)}, {variable}.deletedAt = now, "
        f"{variable}.deletedBy = $p.user",
    ]


def _show(node: NodeType, variable: str) -> list[str]:
    return [
        f"REMOVE {variable}:Deleted, {variable}.formerLabels, {variable}.deletedAt, {variable}.deletedBy, "
        f"{variable}.deletedWith",
        f"SET {variable}:{labels(node)}",
    ]


def _restore(rendering: Rendering, node: NodeType) -> list[str]:
    variable = node.variable
    lines = [
        f"MATCH ({variable}:Deleted {{id: row.key}})",
        *_show(node, variable),
        *record_change(node, "RESTORE", variable, f"{variable}.version + 1", "[]"),
        f"SET {_STAMPED.format(variable)}",
    ]
    for relationship in node.relationships.values():
        if relationship.on_delete is OnDelete.CASCADE:
            part = rendering.model.nodes[relationship.target]
            hop, back = relationship.hops[0], rendering.variable("back")
            lines += [
                f"WITH row, {variable}",
                f"CALL (row, {variable}, now) {{",
                f"  MATCH ({variable}){_step(hop.types[0], hop.direction)}({part.variable}:Deleted)",
                f"  WHERE {part.variable}.deletedWith = {variable}.id",
                *(f"  {line}" for line in _show(part, part.variable)),
                *(f"  {line}" for line in _part_change(part, "RESTORE")),
                f"  RETURN count(*) AS {back}",
                "}",
            ]
    return lines


def _step(type: str, direction: Direction) -> str:
    return f"<-[:{name(type)}]-" if direction is Direction.IN else f"-[:{name(type)}]->"
