"""Conditions on records: a small closed algebra, frozen and printable. How they are asked is not their matter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from graph.model import NodeType, Property, Relationship
from graph.origin import Origin

if TYPE_CHECKING:
    from graph.summary import Function


class Operator(Enum):
    EQ = "eq"
    NE = "ne"
    IN = "in"
    NOT_IN = "notIn"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    CONTAINS = "contains"
    STARTS_WITH = "startsWith"
    ENDS_WITH = "endsWith"
    IS_NULL = "isNull"
    WITHIN = "within"
    OLDER_THAN = "olderThan"
    HAS = "has"
    HAS_ANY = "hasAny"


class Quantifier(Enum):
    SOME = "some"
    NONE = "none"
    ALL = "all"
    SINGLE = "single"


@dataclass(frozen=True)
class All:
    """Keeps what satisfies every condition; without any, everything."""

    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class AnyOf:
    """Keeps what satisfies at least one condition; without any, nothing."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Not:
    """Keeps exactly what the condition does not keep."""

    condition: Condition


@dataclass(frozen=True)
class Compare:
    """Keeps what has a property that compares so; `on_edge`, the property is the relationship's.

    Folded, texts compare whatever the case and the width of their letters.
    """

    property: Property
    operator: Operator
    value: Origin
    on_edge: bool = False
    is_folded: bool = False


@dataclass(frozen=True)
class Related:
    """Keeps what has some, no, only or exactly one related record that satisfies a condition."""

    relationship: Relationship
    target: NodeType
    quantifier: Quantifier
    condition: Condition


@dataclass(frozen=True)
class RelatedAggregate:
    """How many related records satisfy a condition, or what a property of them, or of the edges, sums up to."""

    relationship: Relationship
    target: NodeType
    function: Function
    condition: Condition
    property: Property | None = None
    on_edge: bool = False


@dataclass(frozen=True)
class CompareAggregate:
    """Keeps what has an aggregate of related records that compares so; `property` is of the aggregate's own kind."""

    aggregate: RelatedAggregate
    property: Property
    operator: Operator
    value: Origin


@dataclass(frozen=True)
class OfType:
    """Keeps records of one member of an abstract type that satisfy a condition."""

    type: NodeType
    condition: Condition


Condition = All | AnyOf | Not | Compare | Related | CompareAggregate | OfType

EVERYTHING = All()
NOTHING = AnyOf(())


def either(*conditions: Condition) -> Condition:
    """What satisfies one of the conditions, in the fewest words."""
    if EVERYTHING in conditions:
        return EVERYTHING
    flat = (inner for each in conditions for inner in (each.conditions if isinstance(each, AnyOf) else (each,)))
    left = tuple(dict.fromkeys(flat))
    return left[0] if len(left) == 1 else AnyOf(left)


def both(*conditions: Condition) -> Condition:
    if NOTHING in conditions:
        return NOTHING
    left = tuple(each for each in conditions if each != EVERYTHING)
    return left[0] if len(left) == 1 else All(left)
