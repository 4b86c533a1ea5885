"""Fields that list records: their arguments become a block of the plan, their selection the shape of its value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_named_type

from graph.model import EdgeType, NodeType
from graph.plan import Block, Item, Source
from resolvers.aggregates import Summaries
from resolvers.arguments import Tree
from resolvers.connection import ConnectionShape, Part
from resolvers.orders import cursor_of
from resolvers.pages import plan_page
from resolvers.shape import Complete, ConstantShape, Entry, ListShape, ObjectShape, entry_of

if TYPE_CHECKING:
    from resolvers.planner import Planner

# Plans a field of a connection's type, and answers how it is shaped from the block's whole.
PlanWhole = Callable[[GraphQLObjectType, list[FieldNode]], Complete]


def plan_connection(
    planner: Planner,
    source: Source,
    target: NodeType,
    edge: EdgeType | None,
    definition: GraphQLField,
    nodes: list[FieldNode],
    arguments: dict[str, Tree],
    depth: int,
    whole: Mapping[str, PlanWhole] | None = None,
) -> tuple[Block, ConnectionShape]:
    """Plan a field that lists records, reached over an edge or directly; `depth` is how deep they are in the selection.

    `whole` are the fields that tell of everything that is listed, unless they are those of a summary.
    """
    planner.count_block()
    name = nodes[0].name.value
    type_ = get_named_type(definition.type)
    assert isinstance(type_, GraphQLObjectType)
    condition = planner.filters.condition(arguments.get("where", {}), target, edge)
    orders = planner.orders.read(arguments.get("orderBy"), target, edge)
    cursor = cursor_of(orders, target, edge, planner.api.model)
    page, limit = plan_page(name, arguments, cursor, planner.glances)
    items: list[Item] = []
    shape = ConnectionShape(type_.name, limit, cursor, page.is_backward, bool(page.after))
    summaries = Summaries(planner, name, target, edge, depth)
    whole = whole or {"aggregate": summaries.aggregate, "groupBy": summaries.group_by}
    for key, each in planner.selection.fields(type_, nodes).items():
        match each[0].name.value:
            case "nodes":
                shape.add(Part.NODES, key, ListShape(planner.record(target, each, items, depth)))
            case "edges":
                inner = get_named_type(type_.fields["edges"].type)
                assert isinstance(inner, GraphQLObjectType)
                shape.add(Part.EDGES, key, ListShape(_edge(planner, target, edge, inner, each, items, shape, depth)))
            case "pageInfo":
                page_info = get_named_type(type_.fields["pageInfo"].type)
                shape.add_page_info(key, planner.parts(page_info, each))
            case "totalCount" if "totalCount" not in whole:
                shape.add(Part.COUNT, key)
            case "__typename":
                shape.add(Part.TYPENAME, key)
            case told if told in whole:
                shape.add(Part.SUMMARY, key, whole[told](type_, each))
            case other:
                raise TypeError(f"no plan for {type_.name}.{other}")
    if not shape.looks_beyond:
        # One record more of each list within a list comes to many: 21 × 11 × 6 are a third more than 20 × 10 × 5.
        shape.limit = replace(limit, looks_beyond=False)
        page = replace(page, limit=shape.limit)
    block = Block(
        name, source, target, tuple(items), condition, orders, page,
        counts=shape.has_count, has_cursor=shape.has_cursor, has_rows=shape.has_rows,
        summary=summaries.summary(shape.has_count),
    )  # fmt: skip
    return block, shape


def _edge(
    planner: Planner,
    target: NodeType,
    edge: EdgeType | None,
    type_: GraphQLObjectType,
    nodes: list[FieldNode],
    items: list[Item],
    shape: ConnectionShape,
    depth: int,
) -> Complete:
    entries = []
    for key, each in planner.selection.fields(type_, nodes).items():
        match each[0].name.value:
            case "node":
                entries.append(entry_of(key, None, planner.record(target, each, items, depth), type_, each))
            case "cursor":
                entries.append(entry_of(key, None, shape.complete_cursor(), type_, each))
            case "__typename":
                entries.append(Entry(key, None, ConstantShape(type_.name), each))
            case name:
                assert edge is not None
                entries.append(planner.property_entry(key, edge.properties[name], type_, each, items, on_edge=True))
    return ObjectShape(entries)
