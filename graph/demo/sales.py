"""Accounts and orders of the demo world, and the rows that they become."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from graph.demo.frame import key
from graph.money import Amount
from graph.rows import Link, Record, Row


@dataclass(frozen=True)
class Departure:
    """That a customer left: when, why, and to which competitor, by its key, if we know."""

    at: datetime
    reason: str
    to: str | None = None


@dataclass(frozen=True)
class Account:
    """A customer: of a company or of a private person, by their key."""

    key: str
    number: str
    company: str | None
    person: str | None
    owner: str
    stage: str
    tier: str
    currency: str
    since: date
    credit: Decimal | None = None
    next_touch: datetime | None = None
    departure: Departure | None = None

    def row(self, line: int) -> Row:
        party = key("company", self.company) if self.company else key("contact", self.person or "")
        links = [Link("party", party), Link("owner", key("user", self.owner))]
        properties = {
            "number": self.number,
            "lifecycleStage": self.stage,
            "valueTier": self.tier,
            "serviceLevel": {"HIGH": "premium", "MEDIUM": "standard", "LOW": "standard"}[self.tier],
            "currency": self.currency,
            "creditLimit": Amount(self.credit, self.currency) if self.credit else None,
            "paymentTermsDays": 30 if self.company else 0,
            "sinceDate": self.since,
            "nextTouchAt": self.next_touch,
        }
        if self.departure:
            properties |= {"churnedAt": self.departure.at, "churnReason": self.departure.reason}
            if self.departure.to:
                gone = {"at": self.departure.at, "reason": self.departure.reason}
                links.append(Link("churnedTo", key("company", self.departure.to), gone))
        return Row(
            "customers", line, (Record("customer", "Customer", key("customer", self.key), properties, tuple(links)),)
        )


@dataclass(frozen=True)
class Item:
    """A line of an order; the price is of one, in the order's currency."""

    sku: str
    quantity: int
    price: Decimal
    discount: int = 0


@dataclass(frozen=True)
class Sale:
    """An order. `rate` is what one unit of its currency is worth in the base currency, unless it is that."""

    key: str
    number: str
    account: str
    person: str | None
    owner: str
    status: str
    placed_at: datetime | None
    currency: str
    rate: float | None
    channel: str
    items: tuple[Item, ...]

    def row(self, line: int) -> Row:
        links = [Link("customer", key("customer", self.account)), Link("owner", key("user", self.owner))]
        if self.person:
            links.append(Link("contact", key("contact", self.person)))
        promised = self.placed_at + timedelta(days=7) if self.placed_at else None
        properties = {
            "number": self.number,
            "status": self.status,
            "placedAt": self.placed_at,
            "fxRate": self.rate,
            "promisedAt": promised,
            "deliveredAt": promised + timedelta(hours=5) if promised and self.status == "FULFILLED" else None,
            "channel": self.channel,
        }
        order = Record("order", "Order", key("order", self.key), properties, tuple(links))
        lines = (self._line(number, item) for number, item in enumerate(self.items, 1))
        return Row("orders", line, (order, *lines))

    def _line(self, number: int, item: Item) -> Record:
        properties = {
            "lineNo": number,
            "quantity": item.quantity,
            "unit": Amount(item.price, self.currency),
            "discountPct": item.discount or None,
        }
        links = (Link("order", "order"), Link("product", key("product", item.sku)))
        return Record(f"line{number}", "LineItem", key("line", f"{self.key}:{number}"), properties, links)
