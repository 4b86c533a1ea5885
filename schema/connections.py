"""The types that clients page through: connections, their edges and arguments, after the Relay specification."""

from __future__ import annotations

from graph.model import EdgeType, Kind, Model, NodeType, Property, Relationship
from schema.naming import prefix
from schema.types import Argument, Field, Types

_SPELLING = {
    Kind.ID: "ID", Kind.TEXT: "str", Kind.INTEGER: "int", Kind.FLOAT: "float", Kind.BOOLEAN: "bool",
    Kind.DATE: "Date", Kind.DATETIME: "DateTime", Kind.MONEY: "Money", Kind.POINT: "Location",
}  # fmt: skip


def add_page_info(types: Types) -> None:
    types.add("type", "PageInfo", [
        Field("hasNextPage", "bool", "Whether there is more after the last edge."),
        Field("hasPreviousPage", "bool", "Whether there is more before the first edge."),
        Field("startCursor", "str | None", "The first edge's cursor."),
        Field("endCursor", "str | None", "The last edge's cursor."),
    ], "Where a page begins and ends.")  # fmt: skip


def add_connection(types: Types, target: NodeType, edge: EdgeType | None, descriptions: dict[str, str]) -> None:
    """Define `…Connection` and `…Edge` for a target that is reached over an edge, or without one."""
    name = prefix(target.name, edge)
    own = edge.properties.values() if edge else ()
    types.add("type", f"{name}Edge", [
        Field("cursor", "str", "Where this edge is in the order that was asked for."),
        Field("node", target.name),
        *(Field(each.name, spell(each), descriptions.get(each.name, "")) for each in own),
    ], edge.description if edge else f"One {target.name} in a page.")  # fmt: skip
    types.add("type", f"{name}Connection", [
        Field("edges", f"list[{name}Edge]"),
        Field("nodes", f"list[{target.name}]", "The edges' nodes."),
        Field("pageInfo", "PageInfo"),
        Field("totalCount", "int", "How many there are in all; counted only when asked for."),
    ], f"A page of {target.name} records.")  # fmt: skip


PAGE_ARGUMENTS = (
    Argument("first", "int | None", "How many; 25 unless told, at most 200."),
    Argument("after", "str | None", "Those after this cursor."),
    Argument("last", "int | None", "How many of those at the end, or before a cursor; not with first or after."),
    Argument("before", "str | None", "Those before this cursor."),
)


def connection_arguments(target: str, edge: EdgeType | None) -> tuple[Argument, ...]:
    name = prefix(target, edge)
    return (
        Argument("where", f"{name}Where | None", "Only those that match."),
        Argument("orderBy", f"list[{name}Order] | None", "In this order; ties by id."),
        *PAGE_ARGUMENTS,
    )


def related_field(model: Model, relationship: Relationship, description: str) -> Field:
    """The GraphQL field of a relationship: a connection, or one record that may be absent or hidden."""
    if not relationship.is_list:
        return Field(relationship.name, f"{relationship.target} | None", description)
    arguments = connection_arguments(relationship.target, relationship.edge)
    return Field(
        relationship.name, f"{prefix(relationship.target, relationship.edge)}Connection", description, arguments
    )


def spell(found: Property) -> str:
    """A property's type as `schema.types.Field` wants it."""
    name = found.enum or _SPELLING[found.kind]
    if found.is_list:
        return f"list[{name}]"
    return name if found.is_required else f"{name} | None"
