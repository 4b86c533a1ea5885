"""The derived facts once more, in plain Python from the CSV files: what the graph must agree with."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

from graph.database import Database

Row = Mapping[str, str]


@dataclass
class Purchase:
    orders: set[str] = field(default_factory=set)
    quantity: int = 0
    revenue: int = 0
    instants: list[datetime] = field(default_factory=list)

    @property
    def facts(self) -> tuple[Any, ...]:
        return len(self.orders), self.quantity, self.revenue, min(self.instants), max(self.instants)


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def cents(amount: Decimal) -> int:
    return int((amount * 100).to_integral_value(ROUND_HALF_EVEN))


def net(line: Row) -> int:
    return cents(Decimal(line["unitPrice"]) * Decimal(line["quantity"]) * (1 - Decimal(line["discount"])))


def purchases(
    orders: Mapping[str, tuple[str, datetime, Decimal]], lines: Iterable[Row]
) -> dict[tuple[str, str], Purchase]:
    """By customer and product; `orders` gives the customer, the instant and the rate of those that count."""
    found: dict[tuple[str, str], Purchase] = {}
    for line in lines:
        if line["orderID"] in orders:
            customer, placed, rate = orders[line["orderID"]]
            purchase = found.setdefault((customer, line["productID"]), Purchase())
            purchase.orders.add(line["orderID"])
            purchase.quantity += int(line["quantity"])
            purchase.revenue += int((net(line) * rate).to_integral_value(ROUND_HALF_EVEN))
            purchase.instants.append(placed)
    return found


async def bought(database: Database) -> dict[tuple[str, str], tuple[Any, ...]]:
    """The same from the graph, by the customer's number and the product's sku."""
    rows = await database.run(
        """MATCH (customer:Customer)-[edge:BOUGHT]->(product:Product)
        WHERE edge.revenueCurrency = 'USD' AND edge.revenueBase = edge.revenue AND edge.version = 1
        RETURN customer.number, product.sku, edge.orders, edge.quantity, edge.revenue, edge.firstAt, edge.lastAt"""
    )
    return {
        (number, sku): (orders, quantity, revenue, first.to_native(), last.to_native())
        for number, sku, orders, quantity, revenue, first, last in rows
    }


async def customers(database: Database) -> dict[str, tuple[Any, ...]]:
    """Name, revenue, orderCount and lastTouchAt by number."""
    rows = await database.run(
        """MATCH (customer:Customer)
        WHERE customer.revenueCurrency = 'USD' AND customer.revenueBase = customer.revenue
        RETURN customer.number, customer.name, customer.revenue, customer.orderCount, customer.lastTouchAt"""
    )
    return {number: (*facts, touch.to_native() if touch else None) for number, *facts, touch in rows}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
