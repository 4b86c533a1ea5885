"""What currencies are worth, invented but near the truth: month by month, in any base currency that is known here."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from graph.errors import BadInput
from graph.money import Rates

# In US dollars.
_DOLLARS = {
    "USD": 1.0,
    "EUR": 1.09,
    "GBP": 1.27,
    "CNY": 0.139,
    "JPY": 0.0067,
    "HKD": 0.128,
    "SGD": 0.745,
    "CHF": 1.13,
    "AUD": 0.66,
    "CAD": 0.73,
    "TWD": 0.031,
    "KRW": 0.00073,
    "INR": 0.0119,
}

# Currencies that orders of the demo are in.
ORDERED_IN = ("USD", "EUR", "GBP", "CNY")


class Quotes:
    """Rates against one base currency. Raises BadInput for a base that the demo knows no rate of."""

    def __init__(self, base: str) -> None:
        if base not in _DOLLARS:
            message = f"The demo knows no rates to {base}; take one of {', '.join(_DOLLARS)} as GUANXI_BASE_CURRENCY."
            raise BadInput(message)
        self._base = base

    def on(self, currency: str, day: date) -> float | None:
        """What one unit is worth in the base currency; none for the base itself, which needs no rate."""
        if currency == self._base:
            return None
        return round(_dollars(currency, day) / _dollars(self._base, day), 6)

    @staticmethod
    @lru_cache(maxsize=4_096)
    def from_dollars(amount: float, currency: str) -> Decimal:
        """A price in another currency, rounded as price lists are: to half a unit."""
        return Decimal(max(1, round(amount / _DOLLARS[currency] * 2))) / 2

    def as_rates(self, today: date) -> Rates:
        """The rates of five years, for amounts that do not bring their own."""
        months = [today - timedelta(days=30 * back) for back in range(60, -1, -1)]
        return Rates(
            {
                currency: tuple((month, Decimal(repr(rate))) for month in months if (rate := self.on(currency, month)))
                for currency in ORDERED_IN
                if currency != self._base
            }
        )


def _dollars(currency: str, day: date) -> float:
    """A slow wave of three percent around the usual rate, another one for each currency."""
    if currency == "USD":
        return 1.0
    phase = sum(map(ord, currency))
    month = day.year * 12 + day.month
    return _DOLLARS[currency] * (1 + 0.03 * math.sin(month / 5 + phase))
