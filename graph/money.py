"""Amounts as they are stored: whole minor units, and their worth in the base currency.

It knows how to round and how to find a rate. Which currencies exist, and how many digits each has, is handed to it.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from pathlib import Path

from graph.errors import BadInput

# Clients that read numbers as IEEE 754 doubles, such as JavaScript, are exact up to here.
LARGEST = 2**53 - 1

# More digits than any product here has, so that nothing is rounded but the result.
_EXACT = Context(prec=2_000, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True)
class Amount:
    """An amount of money as a source gives it: a decimal number and an ISO 4217 code."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Rates:
    """What one unit of a currency was worth in the base currency, by the day from which on."""

    by_currency: Mapping[str, tuple[tuple[date, Decimal], ...]] = field(default_factory=dict)

    def on(self, currency: str, day: date) -> Decimal | None:
        """The latest rate of that day or before; none if the first one is later."""
        known = self.by_currency.get(currency, ())
        position = bisect_right(known, day, key=lambda entry: entry[0])
        return known[position - 1][1] if position else None


@dataclass(frozen=True)
class Currencies:
    """The base currency, how many digits a currency has behind its point, and the rates.

    `exponent` raises ValueError for what is no currency.
    """

    base: str
    exponent: Callable[[str], int]
    rates: Rates = field(default_factory=Rates)

    def minor_units(self, amount: Decimal, currency: str) -> int:
        """Cents of dollars, yen of yen; what is finer is rounded half to even."""
        try:
            digits = self.exponent(currency)
        except ValueError:
            raise BadInput(f'"{currency}" is no currency of ISO 4217; write it as EUR') from None
        return _whole(amount.scaleb(digits))

    def in_base(self, minor: int, currency: str, day: date, rate: Decimal | None = None) -> int | None:
        """Minor units of the base currency, by this rate or by that day's; none if there is no rate."""
        if currency == self.base:
            return minor
        rate = rate or self.rates.on(currency, day)
        if rate is None:
            return None
        digits = self.exponent(self.base) - self.exponent(currency)
        return _whole(_EXACT.scaleb(_EXACT.multiply(Decimal(minor), rate), digits))


def line_net(quantity: Decimal, unit: int, discount_percent: Decimal) -> int:
    """What a line costs in minor units: quantity × unit price, less the discount, rounded half to even."""
    rest = _EXACT.subtract(Decimal(100), discount_percent)
    return _whole(_EXACT.scaleb(_EXACT.multiply(_EXACT.multiply(quantity, Decimal(unit)), rest), -2))


def read_rates(path: Path) -> Rates:
    """Rates from a CSV file with the columns date, currency, rate."""
    found: dict[str, list[tuple[date, Decimal]]] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not {"date", "currency", "rate"} <= set(reader.fieldnames or ()):
                raise BadInput(f"{path.name}:1: rates need the columns date, currency and rate.")
            for row in reader:
                day, rate = _rate(row["date"], row["rate"], f"{path.name}:{reader.line_num}")
                found.setdefault(row["currency"].strip().upper(), []).append((day, rate))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} holds no rates that can be read: {error}.") from None
    return Rates({currency: tuple(sorted(entries)) for currency, entries in found.items()})


def _rate(day: str, rate: str, where: str) -> tuple[date, Decimal]:
    try:
        value = Decimal(rate)
        if not (value.is_finite() and value > 0):
            raise InvalidOperation
        return date.fromisoformat(day), value
    except (ValueError, TypeError, InvalidOperation):
        raise BadInput(f'{where}: "{day}", "{rate}" is no rate; write a row as 2024-05-01,EUR,1.0712.') from None


def _whole(amount: Decimal) -> int:
    whole = int(amount.to_integral_value(ROUND_HALF_EVEN))
    if abs(whole) > LARGEST:
        raise BadInput(f"{amount:f} minor units are out of range; the largest amount is {LARGEST}")
    return whole
