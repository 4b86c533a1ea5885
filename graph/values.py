"""A given value as the one or three properties that are stored for it, checked against its declaration.

Refusals are `BadInput` with the reason alone; whoever knows the place puts it in front.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from neo4j.spatial import WGS84Point

from graph.errors import BadInput
from graph.model import Kind, Property
from graph.money import Amount, Currencies
from graph.suggestion import did_you_mean

# GraphQL's Int has 32 bits.
_LARGEST_INTEGER = 2**31 - 1
_YES = {"true", "yes", "1", "y", "是"}
_NO = {"false", "no", "0", "n", "否"}
_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Place:
    """A point on earth, in degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class Surroundings:
    """What else the meaning of a value depends on: the record's country, the day of its amounts, its own rate."""

    currencies: Currencies
    day: date
    country: str | None = None
    rate: Decimal | None = None
    # A line's foreign amounts are worth what its order's rate says, which is looked up when both are there.
    is_valued_later: bool = False


@dataclass(frozen=True)
class Stored:
    """Properties by name as the database keeps them, and what is doubtful about them."""

    properties: Mapping[str, Any]
    warnings: tuple[str, ...] = ()


NOTHING = Stored({})


def stored(declared: Property, value: Any, around: Surroundings) -> Stored:
    """The properties that a value is kept in. Nothing and white space are kept in none."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return NOTHING
    if declared.is_list:
        items = [value] if not isinstance(value, list | tuple) else value
        kept = [one for item in items if (one := stored_one(declared, item, around).properties.get(declared.name))]
        return Stored({declared.name: kept}) if kept else NOTHING
    return stored_one(declared, value, around)


def stored_one(declared: Property, value: Any, around: Surroundings) -> Stored:
    """One value of a property, which may be declared as a list of such."""
    name = declared.name
    match declared.kind:
        case Kind.TEXT | Kind.ID:
            return _text(declared, checked_text(name, value), around)
        case Kind.MONEY:
            return _money(name, value, around)
        case Kind.ENUM:
            return Stored({name: _enum(declared, value)})
        case kind if kind in _READERS:
            try:
                return Stored({name: _READERS[kind](value)})
            except (ValueError, TypeError, InvalidOperation, OverflowError):
                raise BadInput(f"{name}: {shown(value)} is no {_NOUNS[kind]}") from None
        case _:
            raise TypeError(f"no way to store {declared.kind}")


def checked_text(name: str, value: Any) -> str:
    """A text without white space around it, if it holds nothing that the database or a client cannot take."""
    if not isinstance(value, str):
        value = str(value)
    if _FORBIDDEN.search(value):
        what = "a NUL character" if "\x00" in value else "bytes that are not UTF-8"
        raise BadInput(f"{name}: the text holds {what}")
    return str(value).strip()


def shown(value: Any) -> str:
    """A value in an error: quoted, short, on one line."""
    text = json.dumps(str(value), ensure_ascii=False)
    return text if len(text) <= 60 else text[:56] + '…"'


def decimal(value: Any) -> Decimal:
    """An exact and finite number; refused as ValueError."""
    found = Decimal(repr(value) if isinstance(value, float) else value)
    if not found.is_finite():
        raise ValueError(value)
    return found


def _text(declared: Property, text: str, around: Surroundings) -> Stored:
    if not text:
        return NOTHING
    if declared.normalise is None:
        return Stored({declared.name: text})
    found = declared.normalise(text, around.country)
    if not found.value:
        raise BadInput(f"{declared.name}: {found.warning or 'nothing is left of ' + shown(text)}")
    return Stored({declared.name: found.value}, (f"{declared.name}: {found.warning}",) if found.warning else ())


def _enum(declared: Property, value: Any) -> str:
    text = checked_text(declared.name, value)
    if text not in declared.values:
        raise BadInput(f"{declared.name}: {shown(text)} is none of its values.{did_you_mean(text, declared.values)}")
    return text


def _money(name: str, value: Any, around: Surroundings) -> Stored:
    if not isinstance(value, Amount):
        raise BadInput(f"{name}: {shown(value)} has no currency")
    currencies = around.currencies
    try:
        minor = currencies.minor_units(value.amount, value.currency)
        if around.is_valued_later and value.currency != currencies.base:
            return Stored({name: minor, f"{name}Currency": value.currency})
        base = currencies.in_base(minor, value.currency, around.day, around.rate)
    except BadInput as error:
        raise BadInput(f"{name}: {error.message}") from None
    # Without a rate the worth is removed, or that of an earlier amount would stay.
    kept = {name: minor, f"{name}Currency": value.currency, f"{name}Base": base}
    if base is None:
        return Stored(kept, (no_rate(name, value.currency, currencies.base, around.day),))
    if Decimal(minor).scaleb(-currencies.exponent(value.currency)) != value.amount:
        return Stored(kept, (f"{name}: {value.amount:f} is finer than {value.currency} goes and was rounded",))
    return Stored(kept)


def no_rate(name: str, currency: str, base: str, day: date) -> str:
    """The warning that an amount has no worth in the base currency."""
    return f"{name}: no rate from {currency} to {base} on {day} or before, so it counts in no sum; see GUANXI_RATES"


def _integer(value: Any) -> int:
    found = decimal(value)
    if found != found.to_integral_value() or abs(found) > _LARGEST_INTEGER:
        raise ValueError(value)
    return int(found)


def _float(value: Any) -> float:
    found = float(decimal(value))
    if not math.isfinite(found):
        raise ValueError(value)
    return found


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().casefold()
    if word not in _YES | _NO:
        raise ValueError(value)
    return word in _YES


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        raise TypeError(value)
    return value if isinstance(value, date) else date.fromisoformat(value.strip())


def _datetime(value: Any) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value.strip())
    if found.tzinfo is None:
        raise ValueError(value)
    # Neo4j holds two spellings of one instant to be different, so all are kept in UTC.
    return found.astimezone(UTC)


def _point(value: Any) -> WGS84Point:
    if not (isinstance(value, Place) and abs(value.latitude) <= 90 and abs(value.longitude) <= 180):
        raise ValueError(value)
    return WGS84Point((value.longitude, value.latitude))


def _json(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    json.loads(text)
    return checked_text("JSON", text)


_READERS: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.INTEGER: _integer,
    Kind.FLOAT: _float,
    Kind.BOOLEAN: _boolean,
    Kind.DATE: _date,
    Kind.DATETIME: _datetime,
    Kind.POINT: _point,
    Kind.JSON: _json,
}

_NOUNS: Mapping[Kind, str] = {
    Kind.INTEGER: f"whole number up to {_LARGEST_INTEGER}",
    Kind.FLOAT: "number",
    Kind.BOOLEAN: "yes or no",
    Kind.DATE: "date; one is written as 2024-05-01",
    Kind.DATETIME: "instant with its offset; one is written as 2024-05-01T08:00:00Z",
    Kind.POINT: "place of latitude -90 to 90 and longitude -180 to 180",
    Kind.JSON: "JSON",
}
