"""The field that tells who asks, and what the reader may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_named_type

from graph.conditions import NOTHING
from graph.grants import ADMINISTRATOR
from graph.model import Model, NodeType
from graph.origin import Origin
from graph.plan import Block, ById, Viewer
from graph.reader import Action
from resolvers.arguments import Leaf, arguments_of
from resolvers.request import Request
from resolvers.shape import Complete, ConstantShape, Entry, ObjectShape, entry_of, leaf_shape

if TYPE_CHECKING:
    from resolvers.planner import Planner


@dataclass(frozen=True)
class _Me:
    """The id of the reader's user; null for the built-in administrator."""

    hint = "me"

    def __call__(self, request: Request) -> str | None:
        return request.reader.user_id


@dataclass(frozen=True)
class _Roles:
    """The codes of the reader's roles."""

    hint = "roles"

    def __call__(self, request: Request) -> list[str]:
        reader = request.reader
        return sorted(reader.roles | {ADMINISTRATOR} if reader.is_administrator else reader.roles)


@dataclass(frozen=True, eq=False)
class _Can:
    """Whether an action on records of a type is not refused whatever the record."""

    action: Leaf
    type: Leaf
    model: Model

    hint = "can"

    def __call__(self, request: Request) -> bool:
        action, name = (_name(leaf(request)) for leaf in (self.action, self.type))
        node, reader = self.model.nodes[name], request.reader
        return NOTHING not in (reader.predicate(node), reader.allowed(Action(action), node))


def _name(value: Any) -> str:
    """An enum's value, which is its name as well."""
    return str(getattr(value, "value", value))


def plan_viewer(
    planner: Planner, target: NodeType, definition: GraphQLField, nodes: list[FieldNode]
) -> tuple[Viewer, Complete]:
    """Plan who asks. What is known without the database travels with the statement, and comes back with its row."""
    type_ = get_named_type(definition.type)
    assert isinstance(type_, GraphQLObjectType)
    items: list[Block | Origin] = []
    entries = []
    for key, each in planner.selection.fields(type_, nodes).items():
        name = each[0].name.value
        if name == "__typename":
            entries.append(Entry(key, None, ConstantShape(type_.name), each))
        elif name == "user":
            block, complete = planner.single(ById(_Me()), target, each, 1)
            entries.append(entry_of(key, len(items), complete, type_, each))
            items.append(block)
        else:
            shape = leaf_shape(get_named_type(type_.fields[name].type), each, is_list=name == "roles")
            entries.append(entry_of(key, len(items), shape, type_, each))
            items.append(_known(planner, type_, name, each))
    return Viewer(nodes[0].name.value, tuple(items)), ObjectShape(entries)


def _known(planner: Planner, type_: GraphQLObjectType, name: str, nodes: list[FieldNode]) -> Origin:
    if name == "roles":
        return _Roles()
    arguments = arguments_of(type_.fields[name], nodes[0], planner.glances.variables)
    action, record_type = arguments["action"], arguments["type"]
    assert isinstance(action, Leaf)
    assert isinstance(record_type, Leaf)
    return _Can(action, record_type, planner.api.model)
