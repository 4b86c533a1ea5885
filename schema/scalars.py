"""The scalars of the API, and the two small types that stand for one stored value each.

A scalar's `parse_value` answers what is sent to the database; its errors are sentences for the client. Instants are
kept in UTC, since Neo4j holds two spellings of one instant to be different.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NewType

import strawberry
from graphql import GraphQLError
from iso4217 import Currency as ISOCurrency
from strawberry.types.scalar import ScalarDefinition

DateTime = NewType("DateTime", str)
Date = NewType("Date", str)
DecimalText = NewType("DecimalText", str)
Currency = NewType("Currency", str)
Duration = NewType("Duration", str)
JSON = NewType("JSON", object)


class Money:
    """An amount in a currency."""


class Location:
    """A place on earth, in degrees (WGS 84)."""


# As many digits as cannot lead the database out of the years that it knows.
_DURATION = re.compile(
    r"P(?=.)(\d{1,6}Y)?(\d{1,7}M)?(\d{1,7}W)?(\d{1,8}D)?(T(?=.)(\d{1,9}H)?(\d{1,9}M)?(\d{1,9}(\.\d{1,9})?S)?)?",
    re.ASCII,
)


def parse_datetime(value: Any) -> datetime:
    """An aware instant in UTC. Refuses a text without an offset: nobody could tell which instant it means.

    >>> parse_datetime("2024-05-01T08:00:00+08:00").isoformat()
    '2024-05-01T00:00:00+00:00'
    """
    found = None
    if isinstance(value, str) and "T" in value.upper():
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            found = None
    if found is None:
        raise GraphQLError(f"{_shown(value)} is no instant; write it as 2024-05-01T08:00:00Z.")
    if found.tzinfo is None:
        raise GraphQLError(f"{_shown(value)} lacks its offset from UTC; write it as {value}Z or {value}+08:00.")
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise GraphQLError(f"{_shown(value)} lies outside the years 1 to 9999.") from None


def parse_date(value: Any) -> date:
    """A calendar day, written as 2024-05-01 and in no other way."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise GraphQLError(f"{_shown(value)} is no date; write it as 2024-05-01.")


def parse_decimal(value: Any) -> Decimal:
    """An exact number. A float is refused, since it is not exact; a whole number is taken."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        try:
            found = Decimal(value)
        except InvalidOperation:
            found = Decimal("NaN")
        if found.is_finite():
            return found
    raise GraphQLError(f'{_shown(value)} is no decimal number; write it as a text: "12.50".')


def parse_currency(value: Any) -> str:
    """An ISO 4217 code in capitals."""
    if isinstance(value, str):
        try:
            return str(ISOCurrency(value.upper()).code)
        except ValueError:
            pass
    raise GraphQLError(f"{_shown(value)} is no currency of ISO 4217; write it as EUR.")


def parse_duration(value: Any) -> str:
    """An ISO 8601 duration, such as P30D or PT12H; it is subtracted from now by the database's calendar."""
    if isinstance(value, str) and _DURATION.fullmatch(value):
        return value
    raise GraphQLError(f"{_shown(value)} is no duration; write it as P30D, P6M or PT12H.")


CURRENCY_CODES = tuple(sorted(str(one.code) for one in ISOCurrency))


def exponent(currency: str) -> int:
    """How many digits a currency has behind its point: 2 for EUR, 0 for JPY."""
    return ISOCurrency(currency).exponent or 0


def _shown(value: Any) -> str:
    text = repr(value) if not isinstance(value, str) else f'"{value}"'
    return text if len(text) <= 60 else text[:57] + "…"


def _scalar(name: str, description: str, parse: Any, url: str | None = None) -> ScalarDefinition:
    return strawberry.scalar(name=name, description=description, parse_value=parse, serialize=str, specified_by_url=url)


SCALARS: Mapping[object, ScalarDefinition] = {
    DateTime: _scalar(
        "DateTime", "An instant with its offset, as RFC 3339 writes it. Answers are in UTC.", parse_datetime
    ),
    Date: _scalar("Date", "A calendar day: 2024-05-01.", parse_date),
    DecimalText: _scalar("Decimal", 'An exact number, as a text: "12.50".', parse_decimal),
    Currency: _scalar("Currency", "A currency's code in ISO 4217: EUR.", parse_currency),
    JSON: strawberry.scalar(name="JSON", description="Any value of JSON.", serialize=lambda value: value),
    Duration: _scalar("Duration", "A span of time in ISO 8601: P30D.", parse_duration),
}
