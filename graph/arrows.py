"""Relationship fields as what is drawn in the graph: a type, a direction, and how many there may be."""

from __future__ import annotations

from dataclasses import dataclass

from graph.errors import BadInput
from graph.model import Direction, EdgeType, Model, NodeType, Presence, Relationship
from graph.suggestion import did_you_mean

# The properties that tell two relationships between the same two records apart, where a link does not say which.
_TELLING = ("since", "kind", "label", "role")


@dataclass(frozen=True, eq=False)
class Arrow:
    """What a link of one field becomes."""

    field: str
    type: str
    is_out: bool
    # The concrete types that the field may lead to.
    targets: frozenset[str]
    edge: EdgeType | None
    # The record has at most one of these, or the record at the far end has.
    is_single: bool
    is_single_back: bool
    # The labels that the field's pattern names at its far end, and whether the pattern is without a direction.
    labels: tuple[str, ...] = ()
    is_both: bool = False
    when: Presence | None = None
    # The property of the record that holds the target's id, where nothing is drawn.
    reference: str | None = None

    @property
    def telling(self) -> tuple[str, ...]:
        known = self.edge.properties if self.edge else {}
        return next(((name,) for name in _TELLING if name in known), ())


# Ids of other records that a source may give; all others are written by Guanxi alone.
REFERENCES = ("createdBy",)


class Arrows:
    """The arrows of a model's fields, worked out once each."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._known: dict[tuple[str, str], Arrow] = {}

    def __getitem__(self, place: tuple[str, str]) -> Arrow:
        """The arrow of (type, field). Refuses a field that is none, or that is a path."""
        if place not in self._known:
            self._known[place] = self._arrow(self._model.nodes[place[0]], place[1])
        return self._known[place]

    def _arrow(self, node: NodeType, field: str) -> Arrow:
        relationship = node.relationships.get(field)
        if relationship is None:
            raise BadInput(f"No relationship '{field}' of {node.name}.{did_you_mean(field, linkable(node))}")
        if relationship.reference in REFERENCES:
            targets = frozenset(self._model.nodes[relationship.target].members)
            return Arrow(field, "", True, targets, None, True, False, reference=relationship.reference)
        if not is_linkable(relationship):
            raise BadInput(
                f"{node.name}.{field} cannot be written: it is derived, or leads over several relationships."
            )
        hop = relationship.hops[0]
        targets = frozenset(member for label in hop.labels for member in self._model.nodes[label].members)
        back = Direction.IN if hop.direction is Direction.OUT else Direction.OUT
        return Arrow(
            field,
            hop.types[0],
            hop.direction is not Direction.IN,
            targets,
            relationship.edge,
            not relationship.is_list,
            any(
                _is_single(other, hop.types[0], back, node.name, self._model)
                for target in targets
                for other in self._model.nodes[target].relationships.values()
            ),
            stored_labels(self._model, hop.labels),
            hop.direction is Direction.BOTH,
            relationship.when,
        )


def stored_labels(model: Model, types: tuple[str, ...]) -> tuple[str, ...]:
    """The labels that records of some types have: a union is no label, and stands for those of its members."""
    return tuple(
        label
        for name in types
        for label in (
            (name,)
            if model.nodes[name].labels
            else (model.nodes[each].labels[-1] for each in model.nodes[name].members)
        )
    )


def linkable(node: NodeType) -> list[str]:
    """The fields of a type that a link may name."""
    return [
        name
        for name, relationship in node.relationships.items()
        if is_linkable(relationship) or relationship.reference in REFERENCES
    ]


def is_linkable(relationship: Relationship) -> bool:
    """Whether the field is one relationship of one type that users may draw."""
    return len(relationship.hops) == 1 and not relationship.is_path and not relationship.is_derived


def _is_single(relationship: Relationship, type: str, direction: Direction, source: str, model: Model) -> bool:
    if relationship.is_list or not is_linkable(relationship):
        return False
    hop = relationship.hops[0]
    members = {member for label in hop.labels for member in model.nodes[label].members}
    return hop.types == (type,) and hop.direction is direction and source in members
