"""What a write does to relationships: the text that draws, removes and changes them, and tells each in a `Change`.

Where a record may have but one relationship of a kind, the new one takes the place of the old, whichever end it was
drawn from. An old one may lead to a record that has been deleted meanwhile; it goes as well, lest it come back with it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from graph.arrows import Arrow
from graph.changes import DIGITS, FRESH_CHANGE, edge_change, stamped
from graph.implied import LINE_OF
from graph.model import Model, NodeType
from graph.names import name
from graph.rendering import Rendering, indent
from graph.write_checks import open_ones
from graph.write_patterns import drawn, edge_of, listed, located
from graph.write_plan import ChangeEdge, Close, Cut, CutEdge, Draw, Reference


@dataclass(frozen=True)
class TypeNames:
    """An origin: the names of all types of records, which are labels too."""

    names: tuple[str, ...]
    hint: str = "types"

    def __call__(self, request: Any) -> list[str]:
        return list(self.names)


def render_draw(rendering: Rendering, step: Draw, found: Collection[Reference] = ()) -> list[str]:
    """`found` is what the checks have found: it must be there still, or the whole is tried again."""
    arrow, start, end = step.arrow, *_variables(step.source.node, step.target.node)
    edge = edge_of(arrow)
    first, _ = located(rendering, step.source, start, "row.source")
    second, _ = located(rendering, step.target, end, "row.target")
    lines = [*_matched_again(first, start, step.source in found), *_matched_again(second, end, step.target in found)]
    if not step.is_source_new:
        # The lock on the record that owns the field lets one of two writes at once see what the other one drew.
        lines += [f"SET {start}.id = {start}.id", f"WITH row, {start}, {end}"]
    if arrow.is_single and not step.is_source_new:
        lines += _replaced(rendering, arrow, start, end, is_back=False)
    if arrow.is_single_back and not step.is_target_new:
        lines += [f"SET {end}.id = {end}.id", f"WITH row, {start}, {end}"]
        lines += _replaced(rendering, arrow, start, end, is_back=True)
    if arrow.edge is None and not step.is_target_new:
        lines.append(f"WITH row, {start}, {end} WHERE NOT EXISTS {{ ({start}){drawn(arrow, '')}({end}) }}")
    if arrow.type == LINE_OF.type:
        lines += _placed(arrow, start, end)
    return [
        *lines,
        f"CREATE ({start}){drawn(arrow, edge) if not arrow.is_both else f'-[{edge}:{name(arrow.type)}]->'}({end})",
        f"SET {edge} = row.properties",
        *edge_change(
            "LINK", edge, start, _type_of(rendering, step.source.node, start), end,
            _type_of(rendering, step.target.node, end), "row.names", "row.change",
            version=_version_of(step, start),
        ),
        "SET change += row.news",
        *_owned(arrow, start, end),
        *(_numbered(arrow, start, end) if arrow.type == LINE_OF.type else []),
        *_stamped(step, start),
    ]  # fmt: skip


def _matched_again(pattern: str, variable: str, is_found: bool) -> list[str]:
    """Somebody may have deleted meanwhile what the checks have found. Two nodes with one unique id are an error, which
    lets whoever runs the statement try it again: then the checks do not find it."""
    if not is_found:
        return [f"MATCH {pattern}"]
    attempt = "(:Attempt {id: row.change})"
    is_gone = f"CASE WHEN {variable} IS NULL THEN [1] ELSE [] END"
    return [f"OPTIONAL MATCH {pattern}", f"FOREACH (_ IN {is_gone} | CREATE {attempt}, {attempt})", "WITH *"]


def render_own(rendering: Rendering, node: NodeType) -> list[str]:
    variable = node.variable
    return [
        f"MATCH ({variable}:{'&'.join(map(name, node.labels))} {{id: row.made}})",
        "MATCH (owner:User {id: row.owner})",
        f"CREATE ({variable})-[ownedBy:OWNED_BY]->(owner)",
        *edge_change(
            "LINK",
            "ownedBy",
            variable,
            f"'{node.name}'",
            "owner",
            "'User'",
            "[]",
            "row.change",
            version=f"{variable}.version",
        ),
        f"SET {variable}.ownerId = owner.id",
    ]


def _version_of(step: Draw, start: str) -> str:
    """Which version of its source a relationship makes. What the same write makes stays the first one."""
    if step.is_source_new:
        return f"{start}.version"
    return (
        f"CASE WHEN {start}.id = row.made THEN {start}.version ELSE {start}.version + 1 END"
        if step.may_make_source
        else ""
    )


def _stamped(step: Draw, start: str) -> list[str]:
    if step.is_source_new:
        return []
    if step.may_make_source:
        return [f"FOREACH (_ IN CASE WHEN {start}.id = row.made THEN [] ELSE [1] END | SET {stamped(start)})"]
    return [f"SET {stamped(start)}"]


def render_cut(rendering: Rendering, step: Cut) -> list[str]:
    arrow, target = step.arrow, step.target
    start, edge = step.source.node.variable, edge_of(arrow)
    end = _variables(step.source.node, target.node)[1] if target else "other"
    first, _ = located(rendering, step.source, start, "row.source")
    lines = [f"MATCH {first}", f"SET {start}.id = {start}.id", f"WITH row, {start}"]
    if target:
        second, _ = located(rendering, target, end, "row.target")
        lines += [f"MATCH {second}", f"MATCH ({start}){drawn(arrow, edge)}({end}){_where(listed(arrow, edge))}"]
    else:
        far = "|".join((*map(name, arrow.labels), "Deleted"))
        lines.append(f"MATCH ({start}){drawn(arrow, edge)}({end}:{far}){_where(listed(arrow, edge))}")
    # The first change has the id that the request knows, by which it is found out whether all this was done.
    change = f"CASE place WHEN 0 THEN row.change ELSE {FRESH_CHANGE} END"
    return [
        *lines,
        f"WITH row, {start}, collect([{edge}, {end}]) AS found",
        "UNWIND range(0, size(found) - 1) AS place",
        f"WITH row, {start}, found[place][0] AS {edge}, found[place][1] AS {end}, place, {DIGITS}",
        *_unlinked(rendering, edge, start, end, change),
        f"DELETE {edge}",
        *_disowned(arrow, start, end),
        f"SET {stamped(start)}",
    ]


def render_cut_edge(rendering: Rendering, step: CutEdge) -> list[str]:
    matched, start, edge = _matched(step.arrow, step.source)
    return [
        *matched,
        *_unlinked(rendering, edge, start, "other", "row.change"),
        f"DELETE {edge}",
        *_disowned(step.arrow, start, "other"),
        f"SET {stamped(start)}",
    ]


def render_change_edge(rendering: Rendering, step: ChangeEdge) -> list[str]:
    matched, start, edge = _matched(step.arrow, step.source)
    differs = f"coalesce({edge}[name] <> row.values[name], {edge}[name] IS NOT NULL OR row.values[name] IS NOT NULL)"
    return [
        *matched,
        f"WITH row, {start}, {edge}, other, [name IN row.changing WHERE {differs}] AS changed",
        "WHERE size(changed) > 0",
        *edge_change(
            "UPDATE_EDGE", edge, start, f"'{step.source.name}'", "other", _any_type(rendering.model, rendering, "other"),
            "changed", "row.change",
        ),
        f"FOREACH (name IN changed | SET change['old.' + name] = {edge}[name], change['new.' + name] = row.values[name])",
        f"SET {edge} += row.values, {edge}.version = coalesce({edge}.version, 0) + 1",
        f"SET {stamped(start)}",
    ]  # fmt: skip


def render_close(rendering: Rendering, step: Close) -> list[str]:
    assert step.arrow.when
    start, edge, until = step.source.node.variable, edge_of(step.arrow), name(step.arrow.when.property)
    return [
        f"MATCH {open_ones(rendering, step, edge)}",
        *edge_change(
            "UPDATE_EDGE", edge, start, f"'{step.source.node.name}'", "other",
            _any_type(rendering.model, rendering, "other"), f"['{until}']",
        ),
        f"SET change['new.{until}'] = row.until, {edge}.{until} = row.until",
        f"SET {edge}.version = coalesce({edge}.version, 0) + 1, {stamped(start)}",
    ]  # fmt: skip


def _matched(arrow: Arrow, source: NodeType) -> tuple[list[str], str, str]:
    """The relationship of a row, whose record is locked: its version is about to be told."""
    start, edge = source.variable, edge_of(arrow)
    far = "|".join(map(name, arrow.labels))
    pattern = f"({start}:{'&'.join(map(name, source.labels))}){drawn(arrow, edge, is_once=True)}(other:{far})"
    locked = [f"SET {start}.id = {start}.id", f"WITH row, {start}, {edge}, other"]
    return [f"MATCH {pattern} WHERE {edge}.id = row.key", *locked], start, edge


def _variables(source: NodeType, target: NodeType) -> tuple[str, str]:
    start, end = source.variable, target.variable
    return (start, end) if start != end else (start, f"other{target.name}")


def _where(test: str) -> str:
    return f" WHERE {test}" if test else ""


def _type_of(rendering: Rendering, node: NodeType, variable: str) -> str:
    """The name of a record's type."""
    return _any_type(rendering.model, rendering, variable) if node.is_abstract else f"'{node.name}'"


def _any_type(model: Model, rendering: Rendering, variable: str) -> str:
    names = rendering.value(TypeNames(tuple(node.name for node in model.concrete)))
    return f"head([label IN coalesce({variable}.formerLabels, labels({variable})) WHERE label IN {names}])"


def _replaced(rendering: Rendering, arrow: Arrow, start: str, end: str, *, is_back: bool) -> list[str]:
    """The relationship that a record has, and may have but one of, is removed."""
    edge, removed = "replaced", rendering.variable("removed")
    kept, stays = (end, start) if is_back else (start, end)
    owner, far = ("other", kept) if is_back else (kept, "other")
    # Of one with properties, the new one may lead to the same record.
    others = "" if arrow.edge else f" WHERE other <> {stays}"
    return [
        f"CALL (row, {start}, {end}, now) {{",
        *indent([
            f"MATCH ({kept}){drawn(arrow, edge, is_reversed=is_back)}(other){others}",
            # The record that loses it becomes another version, which is told: so it is locked first.
            *([f"SET {owner}.id = {owner}.id", "WITH *"] if is_back else []),
            *_unlinked(rendering, edge, owner, far),
            f"DELETE {edge}",
            *([f"SET {stamped(owner)}"] if is_back else []),
            f"RETURN count(*) AS {removed}",
        ]),
        "}",
    ]  # fmt: skip


def _unlinked(rendering: Rendering, edge: str, source: str, target: str, id: str = "") -> list[str]:
    model = rendering.model
    return [
        *edge_change(
            "UNLINK", edge, source, _any_type(model, rendering, source), target, _any_type(model, rendering, target),
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


def _placed(arrow: Arrow, start: str, end: str) -> list[str]:
    """A line that has no number yet comes after the order's others; several of one request in their order."""
    order, line = (start, end) if arrow.is_out else (end, start)
    last = f"head(COLLECT {{ MATCH ({order})-[:{LINE_OF.type}]->(each:{LINE_OF.line}) RETURN max(each.lineNo) }})"
    return [f"WITH row, {order}, {line}, coalesce({line}.lineNo, coalesce({last}, 0) + row.offset) AS place"]


def _numbered(arrow: Arrow, start: str, end: str) -> list[str]:
    """A line is known by its order and by its place in it; the change that tells of its making tells its number."""
    order, line = (start, end) if arrow.is_out else (end, start)
    created = f"COLLECT {{ MATCH ({line})<-[:OF_RECORD]-(made:Change {{operation: 'CREATE'}}) RETURN made }}"
    return [
        f"FOREACH (made IN CASE WHEN {line}.lineNo IS NULL THEN {created} ELSE [] END | "
        "SET made['new.lineNo'] = place, made.properties = ['lineNo'] + made.properties)",
        f"SET {line}.lineNo = place, {line}.key = {order}.id + ':' + toString(place)",
    ]
