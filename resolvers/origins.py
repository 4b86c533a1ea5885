"""Where the values of a plan come from: each takes its own from a request, checked and as the database wants it.

Origins are equal only to themselves, so that the text of a statement depends on the shape of a request alone.
"""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from graph import ids
from graph.errors import BadInput
from graph.model import NodeType
from graph.suggestion import did_you_mean
from resolvers.arguments import Leaf, checked_text
from resolvers.cursor import Cursor
from resolvers.request import LIMITS, Request


@dataclass(frozen=True, eq=False)
class Operand:
    """A value that a property is compared with."""

    leaf: Leaf
    hint: str
    where: str

    def __call__(self, request: Request) -> Any:
        value = _stored(self.leaf(request))
        if value is None or (isinstance(value, list) and None in value):
            raise BadInput(f"{self.where} is null; ask {{isNull: true}} for what is absent.")
        return checked_text(value, self.where)


@dataclass(frozen=True, eq=False)
class Amount:
    """An amount in the base currency, in its minor units. A part of a minor unit is kept, as nothing equals it."""

    leaf: Leaf
    hint: str
    where: str

    def __call__(self, request: Request) -> Any:
        value = self.leaf(request)
        return (
            [self._minor(each, request) for each in value] if isinstance(value, list) else self._minor(value, request)
        )

    def _minor(self, value: Decimal | None, request: Request) -> int | float:
        if value is None:
            raise BadInput(f"{self.where} is null; ask {{isNull: true}} for what is absent.")
        # The magnitude is looked at first, since a decimal may be too large to be multiplied at all.
        if value and value.adjusted() + request.base_exponent > 18:
            raise BadInput(f"{self.where} is {value:.3E}, which no amount reaches.")
        scaled = value.scaleb(request.base_exponent)
        if abs(scaled) >= 2**63:
            raise BadInput(f"{self.where} is {value}, which no amount reaches.")
        return int(scaled) if scaled == scaled.to_integral_value() else float(scaled)


@dataclass(frozen=True, eq=False)
class Identifier:
    """The id of a record of one of some types."""

    leaf: Leaf
    target: NodeType
    prefixes: frozenset[str]

    hint = "id"

    def __call__(self, request: Request) -> str:
        value: str = self.leaf(request)
        self.prefix_of(value)
        return value

    def prefix_of(self, value: str) -> str:
        """The prefix of an id, which tells the type of its record. Raises `BadInput` for an id of another type."""
        prefix = ids.prefix_of(value)
        if prefix not in self.prefixes:
            raise BadInput(
                f"{value} is not the id of a {self.target.name}: those start with {_alternatives(self.prefixes)}."
            )
        return prefix


@dataclass(frozen=True, eq=False)
class PageLimit:
    """How many records are fetched: as many as the page has, and one more if it is asked whether there is another page."""

    leaf: Leaf | None
    where: str
    looks_beyond: bool = True

    hint = "limit"

    def size(self, request: Request) -> int:
        size: int | None = self.leaf(request) if self.leaf else None
        if size is None:
            return LIMITS.default_page
        if not 0 <= size <= LIMITS.page:
            raise BadInput(f"{self.where} is {size}; ask for 0 to {LIMITS.page} records, and for more page by page.")
        return size

    def __call__(self, request: Request) -> int:
        return self.size(request) + self.looks_beyond


@dataclass(frozen=True, eq=False)
class GroupLimit:
    """How many groups are fetched: one more than asked for."""

    leaf: Leaf | None
    where: str

    hint = "groups"

    def size(self, request: Request) -> int:
        size: int | None = self.leaf(request) if self.leaf else None
        if size is None:
            return LIMITS.default_groups
        if not 0 <= size <= LIMITS.groups:
            raise BadInput(f"{self.where} is {size}; ask for 0 to {LIMITS.groups} groups.")
        return size

    def __call__(self, request: Request) -> int:
        return self.size(request) + 1


@dataclass(frozen=True, eq=False)
class Percentile:
    """Which part of the values lies below: 0.5 for the median."""

    leaf: Leaf
    where: str

    hint = "percentile"

    def __call__(self, request: Request) -> float:
        value = self.leaf(request)
        if not 0 <= value <= 1:
            raise BadInput(f"{self.where} is {value}; write a number from 0 to 1: 0.5 is the median.")
        return float(value)


@dataclass(frozen=True, eq=False)
class TimeZone:
    """The name of a time zone, UTC unless told."""

    leaf: Leaf | None
    where: str

    hint = "timeZone"

    def __call__(self, request: Request) -> str:
        name: str | None = self.leaf(request) if self.leaf else None
        if name is None:
            return "UTC"
        if name not in _time_zones():
            raise BadInput(
                f"{self.where} is no time zone of the IANA database; write it as Asia/Shanghai."
                f"{did_you_mean(name, _time_zones())}"
            )
        return name


# Names in the files of the operating system that Neo4j does not know.
_UNKNOWN_ZONES = frozenset("EST Factory GMT+0 GMT-0 HST MST ROC localtime".split())


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones()) - _UNKNOWN_ZONES


@dataclass(frozen=True, eq=False)
class CursorKey:
    """One of the values that a cursor holds."""

    leaf: Leaf
    cursor: Cursor
    index: int
    # The argument that the cursor was given as.
    where: str

    @property
    def hint(self) -> str:
        return f"{self.where}_{self.cursor.keys[self.index].name}"

    def __call__(self, request: Request) -> Any:
        return self.cursor.decode(self.leaf(request), self.where)[self.index]


def _stored(value: Any) -> Any:
    """The value as the driver takes it; the type of an instant stays, so that it compares with stored ones."""
    if isinstance(value, list):
        return [_stored(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    assert value is None or isinstance(value, str | int | float | bool | date | datetime), value
    return value


def _alternatives(prefixes: frozenset[str]) -> str:
    shown = [f"{prefix}_" for prefix in sorted(prefixes)]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
