"""Pairs of records that may be one, as Cypher: what two records of a type have in common, as far as a reader may see.

What very many records share says nothing of any two of them, and would make a pair of each with each: the telephone of
a company, info@…, a name like "Test". Such a value is passed over.
"""

from __future__ import annotations

from collections.abc import Callable

from graph.matching import bind
from graph.merge_rules import NOT_DUPLICATE_OF
from graph.model import Direction, NodeType, Relationship
from graph.names import name
from graph.plan import Duplicates, Root
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
    sources = [_same_name(rendering, node), *(_same_point(rendering, node, each) for each in found.points)]
    union = [line for index, source in enumerate(sources) for line in (["UNION ALL"] if index else []) + source]
    rows, shown = list[str](), list[str]()
    for block, variable in ((found.one, "one"), (found.other, "other")):
        if block:
            more, value = render_block(rendering, block, variable)
            rows += more
            shown.append(value)
        else:
            shown.append("null")
    values = [f"[{', '.join(_shown(variable, each) for each in compared(node))}]" for variable in ("one", "other")]
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


def _shown(variable: str, property: str) -> str:
    return f"toString({variable}.{name(property)})"


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
    desk = "coalesce(point.shared, false)" if "shared" in point.properties else "false"
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
        f"WITH point.{name(shown)} AS value, {desk} AS isDesk, collect(DISTINCT record) AS records",
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
