"""What clients see of the analyst's generic moves."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry

from graph.model import Model
from graph.neighbours import LOOKED_AT
from graph.ways import relationship_types
from resolvers.api import Root, RootKind
from schema.connections import PAGE_ARGUMENTS
from schema.types import Argument, Field, Types


@strawberry.enum(description="Whether a relationship starts at a record, or ends at it.")
class RelationshipDirection(Enum):
    OUT = "OUT"
    IN = "IN"


def add_walks(types: Types, model: Model) -> list[tuple[Field, Root]]:
    """Define what the walks take and answer; their fields, and what each leads to."""
    make: Any = Enum
    made = make("RelationshipType", {name: name for name in relationship_types(model)})
    types.namespace["RelationshipType"] = strawberry.enum(made, description="A type of relationship.")
    types.namespace["RelationshipDirection"] = RelationshipDirection
    return [_path(types, model), _neighbours(types, model)]


def _path(types: Types, model: Model) -> tuple[Field, Root]:
    types.add("type", "PathStep", [
        Field("type", "RelationshipType"),
        Field("from", "ID", "The record that the relationship starts from, whichever way the path goes."),
        Field("to", "ID", "The record that the relationship leads to."),
    ], "One relationship of a path.")  # fmt: skip
    types.add("type", "Path", [
        Field("length", "int", "How many relationships it has."),
        Field("nodes", "list[Node]", "From the one record to the other, both included."),
        Field("relationships", "list[PathStep]", "In the order of the path."),
    ], "A way from one record to another.")  # fmt: skip
    field = Field("path", "Path | None", (
        "One of the shortest ways from one record to another, always the same one; null if there is none. It goes "
        "through nothing that you may not see, and through no record that more than a thousand relationships meet in."
    ), (
        Argument("from", "ID"),
        Argument("to", "ID"),
        Argument("via", "list[RelationshipType] | None", "Only over these relationships, in any direction."),
        Argument("maxHops", "int | None", "How many relationships at most; 4 unless told, at most 6."),
    ))  # fmt: skip
    return field, Root(RootKind.PATH, model.nodes["Node"])


def _neighbours(types: Types, model: Model) -> tuple[Field, Root]:
    types.add("type", "NeighbourCount", [
        Field("type", "RelationshipType"),
        Field("direction", "RelationshipDirection"),
        Field("count", "int | None", (
            "How many there are. Where there are too many to look at, all that the database keeps are counted, and "
            "only for those who may see everything."
        )),
        Field("isPartial", "bool", f"Whether there are more than {LOOKED_AT:,}, of which only so many are looked at."),
    ], "How many relationships of one type and direction a record has, to records that you may see.")  # fmt: skip
    types.add("type", "NeighbourEdge", [
        Field("cursor", "str", "Where this edge is in the order of the neighbours."),
        Field("node", "Node"),
        Field("type", "RelationshipType"),
        Field("direction", "RelationshipDirection", "OUT, if the relationship leads to the neighbour."),
        Field("relationshipId", "ID | None", "The relationship's own id, if it is of a kind that has properties."),
    ], "A neighbour, and the relationship with it.")  # fmt: skip
    types.add("type", "NeighbourAggregate", [
        Field("count", "int | None", "How many there are; what totalCount tells."),
    ], "What is told of everything around a record; of each type and direction, `counts` tells it.")  # fmt: skip
    types.add("type", "NeighbourConnection", [
        Field("record", "Node", "The record itself."),
        Field("counts", "list[NeighbourCount]", "What there is of each type and direction, before any is listed."),
        Field("edges", "list[NeighbourEdge]"),
        Field("nodes", "list[Node]", "The edges' nodes."),
        Field("pageInfo", "PageInfo"),
        Field("totalCount", "int | None", (
            "How many there are in all: the `counts` added up. Null where one of them is, which is told only to those "
            "who may see everything."
        )),
        Field("aggregate", "NeighbourAggregate", "Told of all of them, not only of this page."),
    ], "What is around a record, and a page of it.")  # fmt: skip
    field = Field("neighbours", "NeighbourConnection | None", (
        "What is around a record, whatever leads there: in the order of the relationships' types, directions and the "
        "neighbours' ids. Null if you may not see the record."
    ), (
        Argument("id", "ID"),
        Argument("via", "list[RelationshipType] | None", "Only over these relationships."),
        *PAGE_ARGUMENTS,
    ))  # fmt: skip
    return field, Root(RootKind.NEIGHBOURS, model.nodes["Node"])
