"""What the text of a pattern is made of: labels, arrows, and what must be true of them besides. Knows no reader."""

from __future__ import annotations

from dataclasses import dataclass

from graph.model import Direction, Hop, NodeType, Relationship
from graph.rendering import Rendering


@dataclass(frozen=True)
class Bound:
    """A part of a pattern, and what must be true of it besides."""

    text: str
    predicates: tuple[str, ...] = ()


def bound_already(variable: str) -> Bound:
    """A node that an earlier clause has bound, rights and all."""
    return Bound(f"({variable})")


def render_labels(rendering: Rendering, node: NodeType) -> str:
    """All labels of a type; of a type without a label, those of its members, one of which must be there.

    Cypher refuses ":A:B" in a clause that has a ":C|D" anywhere inside.
    """
    if node.labels:
        return ":" + "&".join(node.labels)
    return ":" + "|".join(rendering.model.nodes[member].labels[-1] for member in node.members)


def edge_name(relationship: Relationship) -> str:
    """What a relationship is called in a statement: WORKS_AT is worksAt."""
    first, *others = relationship.hops[-1].types[0].lower().split("_")
    return first + "".join(word.capitalize() for word in others)


def render_arrow(hop: Hop, edge: str) -> str:
    left = "<-" if hop.direction is Direction.IN else "-"
    right = "->" if hop.direction is Direction.OUT else "-"
    return f"{left}[{edge}:{'|'.join(hop.types)}{'*0..1' if hop.is_optional else ''}]{right}"


def render_when(relationship: Relationship, edge: str) -> tuple[str, ...]:
    """The relationship's own `when`. An optional hop binds a list of at most one edge."""
    if relationship.when is None:
        return ()
    test = f"{relationship.when.property} IS {'NULL' if relationship.when.is_null else 'NOT NULL'}"
    is_optional = relationship.hops[-1].is_optional
    return (f"all(each IN {edge} WHERE each.{test})",) if is_optional else (f"{edge}.{test}",)
