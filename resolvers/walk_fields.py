"""The field that answers a path between two records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_named_type

from graph.errors import BadInput
from graph.model import NodeType
from graph.plan import Block, FromColumn, Item, Path
from graph.ways import relationship_types
from resolvers.arguments import Leaf, Tree
from resolvers.origins import Identifier
from resolvers.request import LIMITS
from resolvers.shape import (
    Complete,
    ConstantShape,
    Entry,
    ListShape,
    NullableShape,
    ObjectShape,
    entry_of,
    leaf_shape,
)

if TYPE_CHECKING:
    from resolvers.planner import Planner


def plan_path(
    planner: Planner, target: NodeType, definition: GraphQLField, nodes: list[FieldNode], arguments: dict[str, Tree]
) -> tuple[Path, Complete]:
    """Plan a path. Which relationships it goes over, and how far, is part of its shape."""
    planner.count_block()
    type_ = get_named_type(definition.type)
    assert isinstance(type_, GraphQLObjectType)
    items: list[Item] = []
    entries = []
    shown: Complete
    for key, each in planner.selection.fields(type_, nodes).items():
        match each[0].name.value:
            case "length":
                entries.append(
                    entry_of(key, 0, leaf_shape(get_named_type(type_.fields["length"].type), each, False), type_, each)
                )
            case "nodes":
                entries.append(entry_of(key, 2, ListShape(planner.record(target, each, items, 2)), type_, each))
            case "relationships":
                entries.append(entry_of(key, 1, ListShape(_step(planner, type_, each)), type_, each))
            case "__typename":
                entries.append(Entry(key, None, ConstantShape(type_.name), each))
            case other:
                raise TypeError(f"no plan for {type_.name}.{other}")
    shown = NullableShape(ObjectShape(entries))
    inner = Block("nodes", FromColumn("nodes", True, is_seen=True), target, tuple(items), is_list=True)
    name = nodes[0].name.value
    start, end = (_identifier(planner, arguments[each], target) for each in ("from", "to"))
    return Path(name, start, end, via(planner, "path", arguments), _hops(planner, arguments), inner), shown


def via(planner: Planner, field: str, arguments: dict[str, Tree]) -> tuple[str, ...]:
    """The types of relationships that a walk may go over, which are part of its shape."""
    leaf = arguments.get("via")
    if not isinstance(leaf, Leaf):
        return relationship_types(planner.api.model)
    named = planner.glances.at(leaf.value)
    if not named:
        raise BadInput(f"{field}.via is empty; name relationships to go over, or leave it out for all.")
    return tuple(sorted({str(getattr(each, "value", each)) for each in named}))


def _identifier(planner: Planner, leaf: Tree, target: NodeType) -> Identifier:
    assert isinstance(leaf, Leaf)
    members = (planner.api.model.nodes[member] for member in target.members)
    return Identifier(leaf, target, frozenset(member.id_prefix for member in members))


def _hops(planner: Planner, arguments: dict[str, Tree]) -> int:
    leaf = arguments.get("maxHops")
    hops = planner.glances.at(leaf.value) if isinstance(leaf, Leaf) else None
    if hops is None:
        return LIMITS.default_hops
    if not 1 <= hops <= LIMITS.hops:
        raise BadInput(f"path.maxHops is {hops}; a path has 1 to {LIMITS.hops} relationships.")
    return int(hops)


def _step(planner: Planner, type_: GraphQLObjectType, nodes: list[FieldNode]) -> Complete:
    """One relationship of a path."""
    inner = get_named_type(type_.fields["relationships"].type)
    assert isinstance(inner, GraphQLObjectType)
    return planner.leaves(inner, nodes, ("type", "from", "to"))
