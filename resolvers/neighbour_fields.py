"""The field that answers what is around a record."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_named_type

from graph.model import EdgeType, Kind, NodeType, Property
from graph.plan import Block, FromColumn, Gathered, Item, Neighbours
from graph.ways import ways_from
from resolvers.arguments import Leaf, Tree
from resolvers.connection_fields import plan_connection
from resolvers.shape import AtShape, Complete, ListShape, NullableShape, Shaping, leaf_shape
from resolvers.walk_fields import via

if TYPE_CHECKING:
    from resolvers.planner import Planner

# What is known of the relationship that leads to a neighbour. Its id is a text in any case, so that a page may go on
# behind it; what is shown is null where there is none.
NEIGHBOUR = EdgeType("Neighbour", {
    "id": Property("id", Kind.ID),
    "type": Property("type", Kind.TEXT, is_required=True),
    "direction": Property("direction", Kind.TEXT, is_required=True),
    "relationshipId": Property("relationshipId", Kind.ID),
})  # fmt: skip
# Neo4j knows no other order in which a page could go on: relationships have no index by the record that they start at.
_IN_ORDER: list[Tree] = [{"edge": {name: Leaf(lambda _: "ASC")}} for name in ("type", "direction")]
_COUNTED = ("type", "direction", "count", "isPartial")


def plan_neighbours(
    planner: Planner, root: NodeType, definition: GraphQLField, nodes: list[FieldNode], arguments: dict[str, Tree]
) -> tuple[Neighbours, Complete]:
    """Plan what is around a record: a connection that also tells of the record and counts what leads away from it.

    The type of the record is part of the plan's shape, so that it is asked only about ways that it may have.
    """
    planner.count_block()
    name, id = nodes[0].name.value, planner.identifier(root, arguments["id"])
    chosen = via(planner, name, arguments)
    ways = {way: ends for way, ends in ways_from(planner.api.model, id.target).items() if way.type in chosen}
    ends = replace(root, members=tuple(name for name in root.members if any(name in each for each in ways.values())))
    shown = replace(root, members=id.target.members)
    items: list[Item] = []
    is_counted = False

    def record(type_: GraphQLObjectType, each: list[FieldNode]) -> Complete:
        return AtShape(0, planner.record(shown, each, items, 1))

    def counts(type_: GraphQLObjectType, each: list[FieldNode]) -> Complete:
        return counted(AtShape(1, ListShape(planner.leaves(_inner(type_, "counts"), each, _COUNTED))))

    def total(type_: GraphQLObjectType, each: list[FieldNode]) -> Complete:
        return counted(TotalShape(AtShape(0, leaf_shape(get_named_type(type_.fields["totalCount"].type), each, False))))

    def aggregate(type_: GraphQLObjectType, each: list[FieldNode]) -> Complete:
        return counted(TotalShape(planner.leaves(_inner(type_, "aggregate"), each, ("count",))))

    def counted(complete: Complete) -> Complete:
        nonlocal is_counted
        is_counted = True
        return complete

    ordered = {**arguments, "orderBy": _IN_ORDER}
    told = {"record": record, "counts": counts, "totalCount": total, "aggregate": aggregate}
    page, shape = plan_connection(planner, Gathered(), ends, NEIGHBOUR, definition, nodes, ordered, 1, told)
    around = Block("record", FromColumn("record", False, is_seen=True), shown, tuple(items)) if items else None
    found = Neighbours(
        name, id, id.target, tuple(ways), ends, around, page, has_counts=is_counted, has_whole=shape.has_whole
    )
    return found, NullableShape(shape)


def _inner(type_: GraphQLObjectType, field: str) -> GraphQLObjectType:
    inner = get_named_type(type_.fields[field].type)
    assert isinstance(inner, GraphQLObjectType)
    return inner


@dataclass(frozen=True)
class TotalShape:
    """What is made of how many there are in all, which is known if it is known of each way; as a row of one value."""

    inner: Complete

    def __call__(self, whole: Any, shaping: Shaping) -> Any:
        return self.inner([self.total(whole)], shaping)

    @staticmethod
    def total(whole: Any) -> int | None:
        counts = [count for _, _, count, _ in whole[1]]
        return None if None in counts else sum(counts)
