"""How a write finds what its rows name: records by their keys, under the reader's rights, and relationships by their field."""

from __future__ import annotations

from graph.arrows import Arrow
from graph.matching import bind, rights_of_types
from graph.model import Direction, NodeType
from graph.names import name
from graph.patterns import Bound
from graph.rendering import Rendering
from graph.unrestricted import sees_all
from graph.write_plan import Reference


def located(rendering: Rendering, reference: Reference, variable: str, key: str) -> tuple[str, tuple[str, ...]]:
    """The pattern of the record that a key names, and the reader's predicate on it."""
    bound = bind(rendering, reference.node, variable)
    match reference.key:
        case "externalRef":
            return called_elsewhere(rendering, bound, key)
        case "change":
            of_it = f"change.recordId = {variable}.id"
            return f"(change:Change {{id: {key}}})-[:OF_RECORD]->{bound.text}", (of_it, *bound.predicates)
        case "edge":
            assert reference.arrow is not None
            text = f"{bound.text}{drawn(reference.arrow, 'via', is_once=True)}(:{'|'.join(map(name, reference.arrow.labels))})"
            return text, (f"via.id = {key}", *bound.predicates)
    return f"{bound.text[:-1]} {{{name(reference.key)}: {key}}})", bound.predicates


def called_elsewhere(rendering: Rendering, bound: Bound, key: str) -> tuple[str, tuple[str, ...]]:
    """What another system calls a record names it for those who may know that."""
    reference = rendering.model.nodes["ExternalRef"]
    variable = "" if sees_all(rendering, reference) else rendering.variable(reference.variable)
    called = rights_of_types(rendering, (reference,), variable)
    text = f"({variable}:ExternalRef {{key: {key}}})-[:REFERS_TO]->{bound.text}"
    return text, (*called, *bound.predicates)


def labels_text(node: NodeType) -> str:
    """The labels of a type as a list of texts."""
    return "[" + ", ".join(f"'{name(label)}'" for label in node.labels) + "]"


def edge_of(arrow: Arrow) -> str:
    """What a relationship of an arrow is called in a statement."""
    first, *others = arrow.type.lower().split("_")
    return first + "".join(word.capitalize() for word in others)


def listed(arrow: Arrow, edge: str) -> str:
    """Of a field that lists some of the relationships of its type, the test on those."""
    if arrow.when is None:
        return ""
    return f"{edge}.{name(arrow.when.property)} IS {'NULL' if arrow.when.is_null else 'NOT NULL'}"


def drawn(arrow: Arrow, edge: str, *, is_reversed: bool = False, is_once: bool = False) -> str:
    """The arrow as a pattern finds it, from the record that owns the field.

    One that is found in both directions is found twice where neither end is known, or `is_once` in the one it has.
    """
    if arrow.is_both and is_once:
        return f"-[{edge}:{name(arrow.type)}]->"
    if arrow.is_both:
        return f"-[{edge}:{name(arrow.type)}]-"
    return f"-[{edge}:{name(arrow.type)}]->" if arrow.is_out != is_reversed else f"<-[{edge}:{name(arrow.type)}]-"


def arrow_of(types: tuple[str, ...], direction: Direction) -> str:
    text = "|".join(map(name, types))
    left = "<-" if direction is Direction.IN else "-"
    right = "->" if direction is Direction.OUT else "-"
    return f"{left}[:{text}]{right}"
