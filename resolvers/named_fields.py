"""Fields that named queries answer: their arguments become the body's values, their columns the response."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)

from graph.errors import BadInput
from graph.model import Kind, NodeType
from graph.named_query import NamedQuery, Parameter
from graph.origin import Origin
from graph.plan import Block, Column, FromColumn, Named, Table
from resolvers.arguments import Leaf, Tree, arguments_of, checked_text
from resolvers.connection_fields import plan_connection
from resolvers.request import LIMITS, Request
from resolvers.selection import Fielded
from resolvers.shape import Complete, ConstantShape, Entry, ListShape, NullableShape, ObjectShape, entry_of, leaf_shape

if TYPE_CHECKING:
    from resolvers.planner import Planner

_KINDS = {"Date": Kind.DATE, "DateTime": Kind.DATETIME}


@dataclass(frozen=True, eq=False)
class ArgumentValue:
    """An argument as a whole, inputs and lists included, or null if it is absent."""

    tree: Tree
    hint: str
    where: str
    is_limit: bool = False

    def __call__(self, request: Request) -> Any:
        value = checked_text(_value(self.tree, request.variables), self.where)
        if self.is_limit and (not isinstance(value, int) or not 0 <= value <= LIMITS.list):
            raise BadInput(f"{self.where} is {'null' if value is None else value}; ask for 0 to {LIMITS.list}.")
        return value


def plan_named(
    planner: Planner, type_: Fielded, owner: NodeType | None, nodes: list[FieldNode], depth: int
) -> tuple[Block | Table, Complete]:
    """Plan a field of `type_` that a file answers; `owner` is the record that it starts from."""
    name = nodes[0].name.value
    query, definition = planner.api.named[type_.name, name], type_.fields[name]
    arguments = arguments_of(definition, nodes[0], planner.glances.variables)
    source = Named(query, _arguments(query, arguments))
    shown = get_named_type(definition.type)
    is_list = is_list_type(get_nullable_type(definition.type))
    if shown.name in planner.api.connections:
        target = planner.api.connections[shown.name].target
        return plan_connection(planner, source, target, None, definition, nodes, arguments, depth)
    planner.count_block()
    if shown.name in planner.api.model.nodes:
        target = planner.api.model.nodes[shown.name]
        items: list[Any] = []
        complete = planner.record(target, nodes, items, depth)
        return Block(name, source, target, tuple(items), is_list=is_list), _listed(complete, is_list)
    if is_leaf_type(shown):
        column = Column(query.columns[0], _KINDS.get(shown.name))
        return Table(name, source, (column,), is_list, is_scalar=True), leaf_shape(shown, nodes, is_list)
    assert isinstance(shown, GraphQLObjectType)
    return _table(planner, name, source, shown, nodes, is_list, depth)


def _arguments(query: NamedQuery, given: Mapping[str, Tree]) -> tuple[tuple[str, Origin], ...]:
    names = [piece.name for piece in query.pieces if isinstance(piece, Parameter)]
    return tuple(
        (name, ArgumentValue(given.get(name), name, f"{query.field}.{name}", name in query.limits))
        for name in dict.fromkeys(names)
    )


def _table(
    planner: Planner,
    name: str,
    source: Named,
    type_: GraphQLObjectType,
    nodes: list[FieldNode],
    is_list: bool,
    depth: int,
) -> tuple[Table, Complete]:
    """Rows of a type that the file's header declares, with a column for each of its fields."""
    items: list[Column | Block] = []
    entries: list[Entry] = []
    for key, each in planner.selection.fields(type_, nodes).items():
        column = each[0].name.value
        if column == "__typename":
            entries.append(Entry(key, None, ConstantShape(type_.name), each))
            continue
        definition = type_.fields[column]
        item, complete = _column(planner, column, definition.type, each, depth)
        items.append(item)
        entries.append(entry_of(key, len(items) - 1, complete, type_, each))
    return Table(name, source, tuple(items), is_list), _listed(ObjectShape(entries), is_list)


def _column(
    planner: Planner, column: str, type_: GraphQLOutputType, nodes: list[FieldNode], depth: int
) -> tuple[Column | Block, Complete]:
    shown: GraphQLNamedType = get_named_type(type_)
    is_list = is_list_type(get_nullable_type(type_))
    if shown.name not in planner.api.model.nodes:
        return Column(column, _KINDS.get(shown.name), is_list), leaf_shape(shown, nodes, is_list)
    target = planner.api.model.nodes[shown.name]
    items: list[Any] = []
    complete = planner.record(target, nodes, items, depth + 1)
    return Block(column, FromColumn(column, is_list), target, tuple(items), is_list=is_list), _listed(complete, is_list)


def _listed(complete: Complete, is_list: bool) -> Complete:
    return ListShape(complete) if is_list else NullableShape(complete)


def _value(tree: Tree, variables: Mapping[str, Any]) -> Any:
    if isinstance(tree, dict):
        return {key: _value(each, variables) for key, each in tree.items()}
    if isinstance(tree, list):
        return [_value(each, variables) for each in tree]
    return _stored(tree.value(variables)) if isinstance(tree, Leaf) else None


def _stored(value: Any) -> Any:
    """The value as the driver takes it."""
    match value:
        case list():
            return [_stored(each) for each in value]
        case Enum():
            return value.value
        case Decimal():
            return float(value)
        case None | str() | int() | float() | date() | datetime():
            return value
        case _:
            raise TypeError(f"no value of a statement is a {type(value).__name__}")
