"""Whether the reader's rights ask nothing at all of the records of a type: then no statement speaks of them."""

from __future__ import annotations

from graph.conditions import EVERYTHING
from graph.model import NodeType
from graph.reader import Action
from graph.rendering import Rendering


def sees_all(rendering: Rendering, node: NodeType) -> bool:
    """Whether the reader may see every record of a type; or, of a log, every entry."""
    reader = rendering.reader
    if node.seen_through:
        return node.name in reader.whole_logs or (reader.is_administrator and node.name not in reader.predicates)
    members = rendering.model.concrete if node.name in rendering.model.logs else _members(rendering, node)
    return all(rendering.reader.predicate(member) == EVERYTHING for member in members)


def may_all(rendering: Rendering, action: Action, types: tuple[NodeType, ...]) -> bool:
    """Whether the reader may do something to every record of some types that it sees."""
    members = (member for node in types for member in _members(rendering, node))
    return all(rendering.reader.allowed(action, member) == EVERYTHING for member in members)


def _members(rendering: Rendering, node: NodeType) -> tuple[NodeType, ...]:
    return tuple(rendering.model.nodes[name] for name in node.members)
