"""What a mapping says of one value: which columns it comes from, and what is done to their text.

    name = "companyName"                                          a column
    status = { value = "PLACED" }                                 the same for every row
    country = { column = "country", values = "countries" }        looked up in a table of the mapping
    placedAt = { column = "date", format = "%d/%m/%Y", zone = "Europe/Berlin" }

An expression is compiled once, for the property that it is written to, and evaluated for every row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from graph.cells import Cells, Habits
from graph.errors import BadInput
from graph.joined import INNER, OUTER, split_joined
from graph.key_path import KeyPath
from graph.model import Kind, Property
from graph.money import Amount
from graph.personal_name import given_and_family
from graph.suggestion import did_you_mean
from graph.values import Place, shown

Evaluate = Callable[[Cells], Any]
Step = Callable[[Any, Cells], Any]


@dataclass(frozen=True)
class Expression:
    """A value of each row, and the columns that it needs. Evaluating raises BadInput with the reason alone."""

    columns: tuple[str, ...]
    evaluate: Evaluate
    # Whether its cell holds several values as an export joins them.
    is_joined: bool = False


_SOURCES = ("column", "columns", "value", "count", "latitude")
_OPTIONS = (
    *_SOURCES,
    "longitude",
    "separator",
    "split",
    "joined",
    "part",
    "values",
    "unlisted",
    "present",
    "absent",
    "times",
    "format",
    "zone",
    "currency",
)
_TYPED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?")
_NUMBERS = (Kind.INTEGER, Kind.FLOAT, Kind.MONEY)


def compile_expression(spec: Any, declared: Property, habits: Habits, where: KeyPath) -> Expression:
    """The expression that a mapping writes for a property. Raises BadInput with the place if it makes no sense."""
    if isinstance(spec, str):
        spec = {"column": spec}
    if not isinstance(spec, dict):
        raise where.error(f'{spec!r} is no value; write a column as "name" and a constant as {{ value = … }}.')
    for option in spec:
        if option not in _OPTIONS:
            raise where.error(f"No option '{option}' of a value.{did_you_mean(option, _OPTIONS)}")
    if sum(option in spec for option in _SOURCES) != 1:
        raise where.error("A value has one of column, columns, value, count and latitude.")
    columns, source = _source(spec, habits, where)
    currency = _currency(spec, declared, habits, where)
    steps = [
        *_part(spec, where),
        *_lookup(spec, habits, where),
        *_presence(spec),
        *_reading(spec, declared, habits, where),
        *([_amount(currency)] if currency else ()),
    ]
    separator = spec.get("split") if declared.is_list else None
    is_joined = declared.is_list and spec.get("joined") is True

    def apply(value: Any, cells: Cells) -> Any:
        for step in steps:
            value = step(value, cells)
        return value

    def evaluate(cells: Cells) -> Any:
        value = source(cells)
        if is_joined and isinstance(value, str):
            return [apply(item, cells) for item in split_joined(value, INNER if cells.is_part else OUTER) if item]
        if separator and isinstance(value, str):
            return [apply(item.strip(), cells) for item in value.split(separator) if item.strip()]
        return apply(value, cells)

    return Expression(columns + (currency.columns if currency else ()), evaluate, is_joined)


def _source(spec: Mapping[str, Any], habits: Habits, where: KeyPath) -> tuple[tuple[str, ...], Evaluate]:
    if "column" in spec:
        column = where.check_type(spec, "column", str)
        return (column,), lambda cells: cells.by_column.get(column)
    if "columns" in spec:
        columns, separator = tuple(where.check_type(spec, "columns", list)), spec.get("separator", " ")
        return (
            columns,
            lambda cells: (
                separator.join(cells.by_column[column] for column in columns if column in cells.by_column) or None
            ),
        )
    if "count" in spec:
        return _counting(spec["count"])
    if "latitude" in spec:
        return _point(spec["latitude"], spec.get("longitude"), habits, where)
    constant = spec["value"]
    if isinstance(constant, dict | list):
        raise where.error(f"{constant!r} is no constant.")
    return (), lambda _: constant if isinstance(constant, bool) else str(constant)


def _counting(spec: str | list[str]) -> tuple[tuple[str, ...], Evaluate]:
    """1, 2, 3, … for the rows that agree in these columns, in the order of the file."""
    columns = (spec,) if isinstance(spec, str) else tuple(spec)
    # A file may count the same column for several records.
    own = object()

    def evaluate(cells: Cells) -> str:
        key = (own, *(cells.by_column.get(column) for column in columns))
        cells.counts[key] += 1
        return str(cells.counts[key])

    return columns, evaluate


def _point(latitude: str, longitude: Any, habits: Habits, where: KeyPath) -> tuple[tuple[str, ...], Evaluate]:
    if not isinstance(longitude, str):
        raise where.error("A place has the columns latitude and longitude.")

    def evaluate(cells: Cells) -> Place | None:
        texts = (cells.by_column.get(latitude), cells.by_column.get(longitude))
        if None in texts:
            return None
        return Place(*(float(_number(text, habits)) for text in texts if text))

    return (latitude, longitude), evaluate


def _part(spec: Mapping[str, Any], where: KeyPath) -> list[Step]:
    part = spec.get("part")
    if part is None:
        return []
    if part not in ("given", "family"):
        raise (where / "part").error(f"{part!r} is no part of a name; there is given and family.")
    position = 0 if part == "given" else 1
    return [lambda value, _: given_and_family(value)[position] if value else None]


def _lookup(spec: Mapping[str, Any], habits: Habits, where: KeyPath) -> list[Step]:
    named = spec.get("values")
    if named is None:
        return []
    if isinstance(named, str) and named not in habits.tables:
        raise (where / "values").error(f"No table '{named}' in tables.{did_you_mean(named, habits.tables)}")
    table = habits.tables[named] if isinstance(named, str) else named
    unlisted = spec.get("unlisted", "refuse")
    if unlisted not in ("refuse", "keep", "drop"):
        raise (where / "unlisted").error(f"{unlisted!r} is none of refuse, keep and drop.")

    def step(value: Any, cells: Cells) -> Any:
        if value is None or value in table:
            return None if value is None else table[value]
        if unlisted == "refuse":
            raise BadInput(f"{shown(value)} is not listed in {where.keys}.values{did_you_mean(value, table)}")
        cells.doubts.append(
            f"{shown(value)} is not listed in {where.keys}.values and was {'kept' if unlisted == 'keep' else 'dropped'}"
        )
        return value if unlisted == "keep" else None

    return [step]


def _presence(spec: Mapping[str, Any]) -> list[Step]:
    if "present" not in spec and "absent" not in spec:
        return []
    return [lambda value, _: spec.get("absent") if value is None else spec.get("present", value)]


def _reading(spec: Mapping[str, Any], declared: Property, habits: Habits, where: KeyPath) -> list[Step]:
    """The text as a number or an instant, if the property is one."""
    if declared.kind in _NUMBERS:
        times = Decimal(str(spec.get("times", 1)))
        noun = declared.name
        return [lambda value, _: _number(value, habits, noun) * times if isinstance(value, str) else value]
    if "times" in spec:
        raise (where / "times").error(f"{declared.name} is no number.")
    if declared.kind in (Kind.DATE, Kind.DATETIME):
        return [_instants(spec, declared, habits, where)]
    for option in ("format", "zone"):
        if option in spec:
            raise (where / option).error(f"{declared.name} is neither a date nor an instant.")
    return []


def _instants(spec: Mapping[str, Any], declared: Property, habits: Habits, where: KeyPath) -> Step:
    pattern = where.check_type(spec, "format", str)
    zone = _zone(where.check_type(spec, "zone", str) or habits.zone, where)

    def step(value: Any, _: Cells) -> Any:
        if not isinstance(value, str):
            return value
        try:
            # The cells of a workbook are instants already, and come as ISO 8601 whatever the pattern.
            is_typed = pattern is not None and _TYPED.fullmatch(value) is not None
            found = datetime.strptime(value, pattern) if pattern and not is_typed else datetime.fromisoformat(value)  # noqa: DTZ007
            if declared.kind is Kind.DATE:
                return found.date()
            if found.tzinfo is None and zone is not None:
                found = found.replace(tzinfo=zone)
            if found.tzinfo is not None:
                return found.astimezone(UTC)
        except (ValueError, OverflowError):
            noun = "date" if declared.kind is Kind.DATE else "instant"
            raise BadInput(
                f"{declared.name}: {shown(value)} is no {noun}{f' of the form {pattern}' if pattern else ''}"
            ) from None
        raise BadInput(f"{declared.name}: {shown(value)} has no offset, and the mapping names no zone")

    return step


def _zone(name: str | None, where: KeyPath) -> tzinfo | None:
    if name is None or name == "UTC":
        return UTC if name else None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise (where / "zone").error(f"{name!r} is no time zone; write one as Europe/Berlin or UTC.") from None


def _currency(spec: Mapping[str, Any], declared: Property, habits: Habits, where: KeyPath) -> Expression | None:
    if declared.kind is not Kind.MONEY:
        if "currency" in spec:
            raise (where / "currency").error(f"{declared.name} is no amount of money.")
        return None
    found = spec.get("currency", habits.currency)
    if found is None:
        raise where.error('An amount of money needs a currency: currency = "EUR", or { column = … }.')
    if isinstance(found, str):
        return Expression((), lambda _: found)
    return compile_expression(found, Property("currency", Kind.TEXT), habits, where / "currency")


def _amount(currency: Expression) -> Step:
    def step(value: Any, cells: Cells) -> Amount | None:
        if value is None:
            return None
        code = currency.evaluate(cells)
        if code is None:
            raise BadInput(f"the amount {value} has no currency")
        return Amount(value, code.strip().upper())

    return step


def _number(text: Any, habits: Habits, name: str = "number") -> Decimal:
    plain = text.replace(habits.thousands, "") if habits.thousands else text
    try:
        found = Decimal(plain.replace(habits.decimal, ".") if habits.decimal != "." else plain)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found.adjusted()) > 400:
        raise BadInput(f"{name}: {shown(text)} is no number")
    return found
