"""Pairs of records that may be one, as Cypher: what two records of a type have in common, as far as a reader may see.

What very many records share says nothing of any two of them, and would make a pair of each with each: the telephone of
a company, info@…, a name like "Test". Such a value is passed over.
"""

from __future__ import annotations

from collections.abc import Callable

from graph.masking import NOTHING, read_property
from graph.matching import bind, rights_of_types
from graph.merge_rules import NOT_DUPLICATE_OF
from graph.model import Direction, NodeType, Relationship
from graph.names import name
from graph.plan import Alike, Duplicates, Root
from graph.rendering import Rendering, indent, where

# How many records may share a value that still says something, how many values of each kind are looked at, and how many
# pairs are compared.
SHARED_BY = 10
VALUES = 2_000
PAIRS = 500

RenderBlock = Callable[[Rendering, Root, str], tuple[list[str], str]]


def contact_points(node: NodeType, shared: Callable[[str], bool]) -> tuple[Relationship, ...]:
    """The fields of a type that lead to what several records share."""
    return tuple(
        each
        for each in node.relationships.values()
        if len(each.hops) == 1 and not each.is_path and each.hops[0].direction is Direction.OUT and shared(each.target)
    )


def name_property(node: NodeType) -> str:
    """The indexed property in which two spellings of one name are alike, or the name itself."""
    return "nameKey" if "nameKey" in node.properties else "name"


def compared(node: NodeType) -> tuple[str, ...]:
    """The properties of each record of a pair that scoring looks at: id and name first."""
    return (
        "id",
        "name",
        *(each for each in ("uscc", "vat", "website", "birthDate", "given", "family") if each in node.properties),
    )


def render_duplicates(rendering: Rendering, found: Duplicates, render_block: RenderBlock) -> tuple[list[str], str]:
    """The `CALL` that answers `[evidence, properties, properties, row, row]` of each pair."""
    node, result = found.target, rendering.variable("duplicates")
    sources = [_same_point(rendering, node, each) for each in found.points]
    if rendering.rights.may_read(node, name_property(node)):
        sources.insert(0, _same_name(rendering, node))
    union = [line for index, source in enumerate(sources) for line in (["UNION ALL"] if index else []) + source]
    rows, shown = list[str](), list[str]()
    for block, variable in ((found.one, "one"), (found.other, "other")):
        if block:
            more, value = render_block(rendering, block, variable)
            rows += more
            shown.append(value)
        else:
            shown.append("null")
    values = [_shown(rendering, node, variable) for variable in ("one", "other")]
    return [
        "CALL () {",
        *indent([
            "CALL () {",
            *indent(union),
            "}",
            "WITH one, other, collect(DISTINCT evidence) AS evidence",
            f"WHERE NOT EXISTS {{ (one)-[:{NOT_DUPLICATE_OF}]-(other) }}",
            f"WITH one, other, evidence ORDER BY size(evidence) DESC, one.id, other.id LIMIT {PAIRS}",
            *rows,
            f"RETURN collect([evidence, {', '.join((*values, *shown))}]) AS {result}",
        ]),
        "}",
    ], result  # fmt: skip


def _shown(rendering: Rendering, node: NodeType, variable: str) -> str:
    """What is compared of a record; what may not be read is compared with nothing."""
    texts = [
        f"toString({variable}.{name(each)})" if rendering.rights.may_read(node, each) else NOTHING
        for each in compared(node)
    ]
    return f"[{', '.join(texts)}]"


def _same_name(rendering: Rendering, node: NodeType) -> list[str]:
    bound, key = bind(rendering, node, "record"), name(name_property(node))
    return [
        f"MATCH {bound.text}",
        # The index is on both.
        *where([f"record.{key} IS NOT NULL", "record.id IS NOT NULL", *bound.predicates]),
        f"WITH record.{key} AS value, collect(record) AS records WHERE size(records) > 1 AND size(records) <= {SHARED_BY}",
        f"WITH value, records ORDER BY value LIMIT {VALUES}",
        *_pairs("NAME", "value"),
    ]


def _same_point(rendering: Rendering, node: NodeType, relationship: Relationship) -> list[str]:
    point = rendering.model.nodes[relationship.target]
    type, value = name(relationship.hops[0].types[0]), name(point.shared_by or "id")
    what, bound = bind(rendering, point, "point"), bind(rendering, node, "record")
    shown = "value" if "value" in point.properties else "lines"
    is_told = "shared" in point.properties and rendering.rights.may_read(point, "shared")
    desk = "coalesce(point.shared, false)" if is_told else "false"
    value_shown = read_property(rendering, point, "point", name(shown))
    # Several values may look alike once they are masked.
    each = "" if value_shown == f"point.{shown}" else "point, "
    return [
        f"MATCH {what.text}",
        *where([
            f"point.{value} IS NOT NULL",
            f"1 < COUNT {{ (point)<-[:{type}]-() }} <= {SHARED_BY * 2}",
            *what.predicates,
        ]),
        f"WITH point ORDER BY point.{value} LIMIT {VALUES}",
        f"MATCH (point)<-[:{type}]-{bound.text}",
        *where(bound.predicates),
        f"WITH {each}{value_shown} AS value, {desk} AS isDesk, collect(DISTINCT record) AS records",
        f"WHERE size(records) > 1 AND size(records) <= {SHARED_BY}",
        *_pairs(type.removeprefix("HAS_"), "value", "isDesk"),
    ]  # fmt: skip


def _pairs(kind: str, value: str, desk: str = "false") -> list[str]:
    return [
        "UNWIND records AS one",
        "UNWIND records AS other",
        "WITH * WHERE one.id < other.id",
        f"RETURN one, other, ['{kind}', {value}, size(records), {desk}] AS evidence",
    ]


def render_alike(rendering: Rendering, found: Alike, render_block: RenderBlock) -> tuple[list[str], str]:
    """The `CALL` that answers `[evidence, properties or null, row or null, owner's row or null]` of each record.

    Records are found whoever may see them; what is told of one that is not to be seen is what was asked anyway.
    """
    node, result = found.target, rendering.variable("alike")
    bare = bind(rendering.trusted(), node, "record").text
    key = name(name_property(node))
    lines = [
        f"MATCH {bare} WHERE record.{key} = {rendering.value(found.called)} AND record.id IS NOT NULL",
        f"WITH record LIMIT {SHARED_BY}",
        f"RETURN record, ['NAME', {rendering.value(found.called)}, 2, false] AS evidence",
    ]
    for relationship, wanted in found.points:
        point = rendering.model.nodes[relationship.target]
        label, by, type = name(point.labels[-1]), name(point.shared_by or "id"), name(relationship.hops[0].types[0])
        lines += [
            "UNION ALL",
            f"UNWIND {rendering.value(wanted)} AS value",
            f"MATCH (point:{label} {{{by}: value}})<-[:{type}]-{bare}",
            f"WITH value, point, record LIMIT {SHARED_BY}",
            f"RETURN record, ['{type.removeprefix('HAS_')}', value, 2, coalesce(point.shared, false)] AS evidence",
        ]
    rights = " AND ".join(rights_of_types(rendering, (node,), "record")) or "true"
    shown = _shown(rendering, node, "record")
    more = [
        "WITH record, collect(DISTINCT evidence) AS evidence ORDER BY record.id",
        f"WITH record, evidence, coalesce({rights}, false) AS isSeen",
        "WITH record, evidence, isSeen, CASE WHEN isSeen THEN record END AS seen",
    ]
    values = ["evidence", f"CASE WHEN isSeen THEN {shown} END"]
    if found.record:
        inner, value = render_block(rendering, found.record, "seen")
        more += inner
        values.append(value)
    else:
        values.append("null")
    if found.owner:
        more.append("WITH *, head([(record)-[:OWNED_BY]->(user:User) | user]) AS owner")
        inner, value = render_block(rendering, found.owner, "owner")
        more += inner
        values.append(value)
    else:
        values.append("null")
    return [
        "CALL () {",
        *indent(["CALL () {", *indent(lines), "}", *more, f"RETURN collect([{', '.join(values)}]) AS {result}"]),
        "}",
    ], result
