"""The ways that lead from a record to others: types of relationships, each in one direction, that fields go along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Direction, Model, NodeType


@dataclass(frozen=True, order=True)
class Way:
    """Relationships of one type that start at a record, or that end at it."""

    type: str
    is_out: bool

    @property
    def word(self) -> str:
        return "OUT" if self.is_out else "IN"


def relationship_types(model: Model) -> tuple[str, ...]:
    """The types of all relationships that fields of the model lead over."""
    return tuple(sorted({way.type for _, way, _ in _steps(model)}))


def ways_from(model: Model, node: NodeType) -> dict[Way, frozenset[str]]:
    """The ways that lead from records of a type, each with the concrete types that it leads to."""
    found: defaultdict[Way, set[str]] = defaultdict(set)
    for start, way, end in _steps(model):
        if start in node.members:
            found[way].add(end)
    return {way: frozenset(found[way]) for way in sorted(found)}


def _steps(model: Model) -> Iterator[tuple[str, Way, str]]:
    """Every step that a field takes, from a concrete type to a concrete type, and the same step back."""
    for owner in model.concrete:
        for relationship in owner.relationships.values():
            starts = {owner.name}
            for hop in relationship.hops:
                ends = {member for label in hop.labels for member in model.nodes[label].members}
                for name in hop.types:
                    for is_out in _directions(hop.direction):
                        for start in starts:
                            for end in ends:
                                yield start, Way(name, is_out), end
                                yield end, Way(name, not is_out), start
                starts = ends | starts if hop.is_optional else ends


def _directions(direction: Direction) -> tuple[bool, ...]:
    return (True, False) if direction is Direction.BOTH else (direction is Direction.OUT,)
