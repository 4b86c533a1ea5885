"""What operations cost their callers: reserved from a bucket before they run, and given back as far as it was not used.

requested cost (from the plan) → bucket → statement → rows that came → the rest goes back
"""

from __future__ import annotations

import asyncio
import math
from collections import Counter
from dataclasses import dataclass
from typing import Any

from graph.errors import RateLimited, TooComplex
from graph.reader import Reader
from resolvers.account import Account
from resolvers.buckets import Bucket, Buckets


@dataclass(frozen=True)
class Rates:
    """How much each caller may spend, unless its role says otherwise; costs are in points, one for each record."""

    cost: int = 1_000_000
    cost_per_second: int = 20_000
    # Of documents that are not trusted, where trusted ones are preferred: so much of the above.
    untrusted_share: float = 0.25
    # Statements that the database has not planned before.
    shapes: int = 300
    shapes_per_second: float = 2.0
    # Whether whoever need not sign in, as the built-in administrator, pays as well.
    includes_administrator: bool = False
    callers: int = 10_000


@dataclass(slots=True)
class Reservation:
    """What an operation has put aside."""

    bucket: Bucket | None
    requested: int
    actual: int | None = None

    def settle(self, actual: int) -> None:
        """Give back what was reserved beyond the actual cost, once."""
        if self.actual is None:
            self.actual = min(max(actual, 1), self.requested)
            if self.bucket:
                self.bucket.give_back(self.requested - self.actual)

    @property
    def told(self) -> dict[str, Any]:
        """`extensions.cost`, in the words that Shopify's clients know."""
        status = throttle_status(self.bucket) if self.bucket else None
        return {"requestedQueryCost": self.requested, "actualQueryCost": self.actual, "throttleStatus": status}


def throttle_status(bucket: Bucket) -> dict[str, int | float]:
    return {
        "maximumAvailable": bucket.capacity,
        "currentlyAvailable": math.floor(bucket.level),
        "restoreRate": bucket.per_second,
    }


class Throttle:
    """The buckets of all callers."""

    def __init__(self, rates: Rates = Rates(), buckets: Buckets | None = None) -> None:
        self.rates = rates
        self.buckets = Buckets(rates.callers) if buckets is None else buckets
        # How many operations were refused, by the kind of bucket.
        self.refused: Counter[str] = Counter()

    async def reserve(self, account: Account | None, reader: Reader, points: int) -> Reservation:
        """Put the cost of an operation aside. Raises `RateLimited`, or `TooComplex` for more than the bucket holds."""
        points = max(points, 1)
        if account is None or self.is_free(reader):
            return Reservation(None, points)
        kind, capacity, per_second = self._measures(account, reader)
        if points > capacity:
            raise TooComplex(
                f"The request may cost {points:,} points, and you never have more than {capacity:,.0f}; ask for smaller "
                "pages, or for fewer lists within lists."
            )
        while True:
            bucket = self.buckets.bucket((account.caller, kind), capacity, per_second)
            seconds = bucket.take(points)
            if not seconds:
                return Reservation(bucket, points)
            if not account.is_patient:
                break
            await asyncio.sleep(seconds)
        self.refused[kind] += 1
        raise RateLimited(
            f"The request may cost {points:,} points, and you have {math.floor(bucket.level):,} of {capacity:,.0f}; "
            f"there are {per_second:,.0f} more every second.",
            seconds,
            {"requestedQueryCost": points, "actualQueryCost": None, "throttleStatus": throttle_status(bucket)},
        )

    def meet(self, account: Account | None, reader: Reader) -> None:
        """Note that a caller asks for a statement that was never planned. Raises `RateLimited` if it often does."""
        if account is None or account.is_trusted or account.is_patient or self.is_free(reader):
            return
        rates = self.rates
        bucket = self.buckets.bucket((account.caller, "shapes"), rates.shapes, rates.shapes_per_second)
        if seconds := bucket.take(1):
            self.refused["shapes"] += 1
            raise RateLimited(
                "You ask for too many questions of new kinds; send values as variables, so that the document stays the "
                "same, or wait.",
                seconds,
                {"requestedQueryCost": 1, "actualQueryCost": None, "throttleStatus": throttle_status(bucket)},
            )

    def is_free(self, reader: Reader) -> bool:
        """Whether nobody has signed in: then there is one person at one computer, whom nothing is kept from."""
        return reader.is_administrator and reader.user_id is None and not self.rates.includes_administrator

    def _measures(self, account: Account, reader: Reader) -> tuple[str, float, float]:
        limits, rates = reader.limits, self.rates
        cost = rates.cost if limits.cost is None else limits.cost
        per_second = rates.cost_per_second if limits.cost_per_second is None else limits.cost_per_second
        if account.prefers_trusted and not account.is_trusted:
            return "untrusted", cost * rates.untrusted_share, per_second * rates.untrusted_share
        return "cost", cost, per_second
