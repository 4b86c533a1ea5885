"""The field that explains who may do what with a record. The database tells the facts; `graph/access.py` reasons."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_named_type

from graph.access import explained, facts_of
from graph.model import Model, NodeType
from graph.plan import Access
from graph.reader import Action
from resolvers.arguments import Leaf, Tree
from resolvers.origins import Identifier
from resolvers.shape import Complete, ListShape, Shaping

if TYPE_CHECKING:
    from resolvers.planner import Planner

# How many reasons are told at once.
MOST = 1_000
_POSITIONS = ("userId", "userName", "action", "because", "role", "grant", "through")


@dataclass(frozen=True)
class _Reasons:
    """The reasons that follow from a row of facts, as rows of their own."""

    model: Model
    action: Leaf | None
    shape: Complete

    def __call__(self, row: Any, shaping: Shaping) -> Any:
        if row is None:
            return self.shape([], shaping)
        asked = self.action(shaping.request) if self.action else None
        actions = [Action(getattr(asked, "value", asked))] if asked else list(Action)
        found = explained(self.model, facts_of(self.model, row), actions)
        rows = [
            [who.id, who.name, action.value, why.because.value, why.role or None, why.grant or None, why.through]
            for who, action, why in islice(found, MOST)
        ]
        return self.shape(rows, shaping)


def plan_access(
    planner: Planner, target: NodeType, definition: GraphQLField, nodes: list[FieldNode], arguments: dict[str, Tree]
) -> tuple[Access, Complete]:
    """Plan the facts about one record."""
    planner.count_block()
    type_, id, action = get_named_type(definition.type), arguments["id"], arguments.get("action")
    assert isinstance(type_, GraphQLObjectType)
    assert isinstance(id, Leaf)
    assert action is None or isinstance(action, Leaf)
    members = (planner.api.model.nodes[member] for member in target.members)
    origin = Identifier(id, target, frozenset(member.id_prefix for member in members))
    shape = ListShape(planner.leaves(type_, nodes, _POSITIONS))
    return Access(nodes[0].name.value, origin, target), _Reasons(planner.api.model, action, shape)
