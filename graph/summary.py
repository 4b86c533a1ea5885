"""What a plan says about a whole set of records: measures over all of it, and over its groups.

The set is what a connection lists without its page: once per record, or once per relationship that has properties.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from graph.conditions import Operator
from graph.model import Kind, NodeType, Property, Relationship
from graph.origin import Origin
from graph.plan import Block

# The way from a record to a related one. A step without a relationship stays where it is, and leads on only if the
# record is of that member of a union.
Path = tuple[tuple[Relationship | None, NodeType], ...]


class Function(Enum):
    """What may be worked out of the values of a property. All of them pass over what lacks it."""

    COUNT = "count"
    DISTINCT = "distinct"
    COUNT_TRUE = "countTrue"
    COUNT_FALSE = "countFalse"
    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"
    PERCENTILE = "percentile"


def aggregated(found: Property, value: str, *, is_careful: bool) -> str:
    """A property's value, as it goes into an aggregate.

    A text where a number is declared, which only somebody else can have written, is passed over like what is absent:
    Neo4j gives up the whole statement over it, which is then rendered with care. Looking at every value would double
    the reads of all others.
    """
    is_number = found.kind in (Kind.INTEGER, Kind.FLOAT, Kind.MONEY)
    return f"CASE WHEN {value} IS :: INTEGER | FLOAT THEN {value} END" if is_number and is_careful else value


@dataclass(frozen=True)
class Measure:
    """One value worked out of a set: how many there are, or a function of a property. `argument` is a percentile's."""

    function: Function = Function.COUNT
    property: Property | None = None
    on_edge: bool = False
    argument: Origin | None = None


@dataclass(frozen=True)
class GroupKey:
    """What groups are told apart by: a property of the record, or of what a path leads to, or of the path's last edge.

    Keys whose paths begin alike speak of the same related record. A record that a path leads to several values from is
    in the group of each, once; where a path breaks off, or leads to nothing that the reader may see, the key is null.
    `unit` is what an instant or a day is cut down to, in the time zone `zone`.
    """

    property: Property
    on_edge: bool = False
    path: Path = ()
    unit: str | None = None
    zone: Origin | None = None


@dataclass(frozen=True)
class KeyRecord:
    """The record whose id is a key of the groups, with what is asked of it."""

    path: Path
    block: Block


@dataclass(frozen=True)
class Measured:
    """Keeps groups of which a measure, by its position, compares so."""

    position: int
    operator: Operator
    value: Origin


@dataclass(frozen=True)
class Complement:
    """Keeps exactly the groups that the condition does not keep."""

    condition: Having


@dataclass(frozen=True)
class Junction:
    """Keeps groups that satisfy every condition, or at least one."""

    word: Literal["AND", "OR"]
    conditions: tuple[Having, ...] = ()


Having = Measured | Complement | Junction


@dataclass(frozen=True)
class GroupOrder:
    """Sorts groups by a measure, by its position, or by all of their keys. Ties go by the keys, upwards."""

    position: int | None
    is_descending: bool
    nulls_first: bool


@dataclass(frozen=True)
class Grouping:
    """The groups of a set, each a row of its keys, its measures and the records among its keys; one more than asked for."""

    name: str
    keys: tuple[GroupKey, ...]
    measures: tuple[Measure, ...]
    records: tuple[KeyRecord, ...]
    having: Having
    order: tuple[GroupOrder, ...]
    limit: Origin


@dataclass(frozen=True)
class Summary:
    """Everything that is asked of one set, which is matched once. Its value is the list of measures, then each grouping's rows."""

    measures: tuple[Measure, ...]
    groupings: tuple[Grouping, ...] = ()
