"""What `aggregate` and `groupBy` should answer, worked out in plain Python over what a connection lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cmp_to_key
from itertools import product
from math import ceil, floor
from statistics import fmean
from typing import Any
from zoneinfo import ZoneInfo

from graph.model import Kind, NodeType, Property, Relationship
from tests.oracle import Listed, Oracle

# Where a value is found: at the record or, if true, at the relationship; and the name under which it is stored.
Place = tuple[bool, str]


@dataclass(frozen=True)
class Measure:
    """A function of a property; `p` is a percentile's."""

    function: str
    declared: Property
    on_edge: bool = False
    p: float | None = None
    is_given: bool = False

    @property
    def name(self) -> str:
        return (
            f"{self.declared.name}Base"
            if self.declared.kind is Kind.MONEY and not self.is_given
            else self.declared.name
        )

    def of(self, listed: list[Listed]) -> Any:
        values = [found for each in listed if (found := _stored(each, self.on_edge, self.name)) is not None]
        return FUNCTIONS[self.function](values, self.p)


@dataclass(frozen=True)
class Key:
    """What groups are told apart by."""

    declared: Property
    # Relationships, and members of a union that the record must be one of.
    path: tuple[Relationship | NodeType, ...] = ()
    on_edge: bool = False
    unit: str | None = None
    zone: str | None = None

    @property
    def name(self) -> str:
        return f"{self.declared.name}Currency" if self.declared.kind is Kind.MONEY else self.declared.name

    def of(self, listed: Listed | None) -> Any:
        value = _stored(listed, self.on_edge, self.name) if listed else None
        return value if value is None or self.unit is None else truncated(value, self.unit, self.zone or "UTC")


@dataclass(frozen=True)
class Group:
    keys: tuple[Any, ...]
    members: list[Listed]


@dataclass
class _Branch:
    """The keys that speak of one related record, and those that lie beyond it."""

    keys: dict[int, Key] = field(default_factory=dict)
    further: dict[Relationship | NodeType, _Branch] = field(default_factory=dict)


def groups_of(oracle: Oracle, listed: list[Listed], keys: list[Key]) -> list[Group]:
    """The groups of what is listed, in no order. Each is in the groups of all that its paths lead to, once."""
    root = _Branch()
    for index, key in enumerate(keys):
        branch = root
        for step in key.path:
            branch = branch.further.setdefault(step, _Branch())
        branch.keys[index] = key
    found: dict[tuple[Any, ...], list[Listed]] = defaultdict(list)
    for each in listed:
        rows = {tuple(row[i] for i in range(len(keys))) for row in _rows(oracle, each, root)}
        for row in rows:
            found[row].append(each)
    return [Group(row, members) for row, members in found.items()]


def _rows(oracle: Oracle, here: Listed | None, branch: _Branch) -> Iterator[dict[int, Any]]:
    own = {index: key.of(here) for index, key in branch.keys.items()}
    parts = []
    for step, further in branch.further.items():
        ends: list[Listed | None] = []
        if here and isinstance(step, NodeType):
            ends = [here] if here.record.type == step.name else []
        elif here and isinstance(step, Relationship):
            ends = [*oracle.related(here.record, step)]
        parts.append([row for end in ends or [None] for row in _rows(oracle, end, further)])
    for combination in product(*parts):
        yield {**own, **{index: value for row in combination for index, value in row.items()}}


def truncated(value: Any, unit: str, zone: str) -> Any:
    """The first day of a value's period; of an hour, the instant at which it begins."""
    if isinstance(value, datetime):
        local = value.astimezone(ZoneInfo(zone))
        if unit == "HOUR":
            return value - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        value = local.date()
    assert isinstance(value, date)
    match unit:
        case "DAY":
            return value
        case "WEEK":
            return value - timedelta(days=value.weekday())
        case "MONTH":
            return value.replace(day=1)
        case "QUARTER":
            return value.replace(month=(value.month - 1) // 3 * 3 + 1, day=1)
        case "YEAR":
            return value.replace(month=1, day=1)
        case _:
            raise ValueError(unit)


def start_of(key: date, zone: str) -> datetime:
    """When a period begins that is given by its first day, or by its start."""
    if isinstance(key, datetime):
        return key
    return datetime(key.year, key.month, key.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _stored(listed: Listed, on_edge: bool, name: str) -> Any:
    if on_edge:
        assert listed.edge
        return listed.edge.properties.get(name)
    return listed.record.properties.get(name)


# --- functions ------------------------------------------------------------------------------------------------------


def _percentile(values: list[Any], p: float | None) -> float | None:
    assert p is not None
    if not values:
        return None
    ordered, place = sorted(values), p * (len(values) - 1)
    low, high = ordered[floor(place)], ordered[ceil(place)]
    return float(low) if low == high else float(low * (ceil(place) - place) + high * (place - floor(place)))


FUNCTIONS: Mapping[str, Callable[[list[Any], float | None], Any]] = {
    "count": lambda values, _: len(values),
    "distinct": lambda values, _: len(set(values)),
    "countTrue": lambda values, _: sum(value is True for value in values),
    "countFalse": lambda values, _: sum(value is False for value in values),
    "sum": lambda values, _: sum(map(Fraction, values)) if values else 0,
    "avg": lambda values, _: fmean(values) if values else None,
    "min": lambda values, _: min(values, default=None),
    "max": lambda values, _: max(values, default=None),
    "percentile": _percentile,
}


# --- having and order -----------------------------------------------------------------------------------------------

_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda value, operand: value is not None and value == operand,
    "ne": lambda value, operand: value is None or value != operand,
    "lt": lambda value, operand: value is not None and value < operand,
    "lte": lambda value, operand: value is not None and value <= operand,
    "gt": lambda value, operand: value is not None and value > operand,
    "gte": lambda value, operand: value is not None and value >= operand,
}


def has(
    group: Group, having: Mapping[str, Any], properties: Mapping[str, Property], edge: Mapping[str, Property]
) -> bool:
    """Whether a group satisfies a `having` argument."""

    def holds(word: str, asked: Any) -> bool:
        match word:
            case "and":
                return all(has(group, each, properties, edge) for each in asked)
            case "or":
                return any(has(group, each, properties, edge) for each in asked)
            case "not":
                return not has(group, asked, properties, edge)
            case "count":
                return _compares(len(group.members), asked)
            case "edge":
                return all(_functions(group, edge[name], each, True) for name, each in asked.items())
            case _:
                return _functions(group, properties[word], asked, False)

    return all(holds(word, asked) for word, asked in having.items())


def _functions(group: Group, found: Property, asked: Mapping[str, Any], on_edge: bool) -> bool:
    def holds(name: str, comparison: Mapping[str, Any]) -> bool:
        words = {word: operand for word, operand in comparison.items() if word != "p"}
        return _compares(Measure(name, found, on_edge, comparison.get("p")).of(group.members), words, found)

    return all(holds(name, comparison) for name, comparison in asked.items())


def _compares(value: Any, asked: Mapping[str, Any], found: Property | None = None) -> bool:
    return all(_COMPARISONS[word](value, _operand(operand, found)) for word, operand in asked.items())


def _operand(operand: Any, found: Property | None) -> Any:
    if not isinstance(operand, str) or found is None:
        return operand
    if found.kind is Kind.MONEY:
        return Decimal(operand) * 100
    return (datetime if found.kind is Kind.DATETIME else date).fromisoformat(operand)


def ordered(groups: list[Group], order_by: list[tuple[Measure | str, str]]) -> list[Group]:
    """Groups by measures, by "count" or by "keys", each with its way; by size unless told. Ties go by the keys."""
    orders = [*(order_by or [("count", "DESC")]), ("keys", "ASC")]

    def compare(one: Group, other: Group) -> int:
        for what, way in orders:
            for a, b in zip(_values(one, what), _values(other, what), strict=True):
                if found := _compare(a, b, way):
                    return found
        return 0

    return sorted(groups, key=cmp_to_key(compare))


def _values(group: Group, what: Measure | str) -> tuple[Any, ...]:
    if isinstance(what, Measure):
        return (what.of(group.members),)
    return group.keys if what == "keys" else (len(group.members),)


def _compare(one: Any, other: Any, way: str) -> int:
    if one is None or other is None:
        found = (one is None) - (other is None)
        return -found if way.endswith("NULLS_FIRST") else found
    found = int(one > other) - int(one < other)
    return -found if way.startswith("DESC") else found
