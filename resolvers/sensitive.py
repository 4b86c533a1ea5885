"""Which of the properties that a plan reads, compares or sorts by, or that a change tells of, are marked as sensitive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import Any

from graph.model import EdgeType, Model, NodeType, Property, Relationship
from graph.plan import Companion, Operation

# What a plan only refers to: a type has properties that nobody asks for.
_REFERRED = (Model, NodeType, EdgeType, Relationship)


def sensitive_properties(operation: Operation) -> frozenset[str]:
    """The names of the sensitive properties in a plan, wherever they stand in it."""
    return frozenset(_walk(operation))


def _walk(part: Any) -> Iterable[str]:
    match part:
        case Property(name=name, is_sensitive=True):
            # What is compared of an amount is its worth in the base currency.
            yield name.removesuffix("Base")
        case Property() | Companion() | str():
            return
        case tuple() | list() | frozenset():
            for each in part:
                yield from _walk(each)
        case _ if isinstance(part, _REFERRED):
            return
        case _ if is_dataclass(part) and not isinstance(part, type):
            for each in fields(part):
                yield from _walk(getattr(part, each.name))


def sensitive_names(model: Model) -> frozenset[str]:
    """What a change calls the sensitive properties of all records and relationships."""
    of_kinds = [
        *(node.properties for node in model.nodes.values()),
        *(edge.properties for edge in model.edges.values()),
    ]
    return frozenset(each.name for found in of_kinds for each in found.values() if each.is_sensitive)


def told_of(names: Iterable[str], sensitive: frozenset[str]) -> frozenset[str]:
    """The sensitive ones of the properties that a change names; an amount comes with what it is stored in, and its worth."""
    plain = {name.removesuffix("Currency").removesuffix("Base") for name in names}
    return frozenset(each.removesuffix("Base") for each in sensitive) & plain
