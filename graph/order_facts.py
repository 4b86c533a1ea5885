"""What orders are worth: net amounts and totals that no source gave, and foreign amounts by the order's rate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from neo4j import AsyncManagedTransaction

from graph.errors import BadInput
from graph.lookup import gathered, native
from graph.money import Currencies, line_net


async def of_orders(
    transaction: AsyncManagedTransaction, currencies: Currencies, ids: Sequence[str]
) -> tuple[list[tuple[str, str, dict[str, Any]]], list[str]]:
    """What is to be written, as (label, id, properties), and what could not be valued, one sentence per order."""
    found: list[tuple[str, str, dict[str, Any]]] = []
    warnings: list[str] = []
    for stored, lines in await gathered(transaction, _ORDERS, ids=ids):
        order = native(stored)
        valued = [_valued(line, order, currencies) for line in lines]
        for line, change in valued:
            if change:
                found.append(("LineItem", line["id"], change))
        change, warning = _total(order, [{**line, **change} for line, change in valued], currencies)
        if change:
            found.append(("Order", order["id"], change))
        if warning or any(_lacks_worth({**line, **change}) for line, change in valued):
            warnings.append(f"order {order['number']}: {warning or _no_rate(order, lines, currencies)}")
    return found, warnings


def _valued(
    line: dict[str, Any], order: dict[str, Any], currencies: Currencies
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A line, and the amounts that it lacks or has wrong."""
    wanted = _net(line)
    for name in ("unit", "net"):
        wanted[f"{name}Base"] = _worth(name, {**line, **wanted}, order, currencies)
    return line, {name: value for name, value in wanted.items() if line.get(name) != value}


def _net(line: dict[str, Any]) -> dict[str, Any]:
    """Quantity × unit price, less the discount, unless the source gave a net amount."""
    if line.get("net") is not None and not line.get("netDerived"):
        return {}
    net = None
    if line.get("quantity") is not None and line.get("unit") is not None:
        discount = line.get("discountPct") or 0.0
        try:
            net = line_net(Decimal(repr(line["quantity"])), line["unit"], Decimal(repr(discount)))
        except (BadInput, InvalidOperation):
            # It lies beyond what can be stored, or is no number.
            net = None
    known = net is not None
    return {"net": net, "netCurrency": line["unitCurrency"] if known else None, "netDerived": True if known else None}


def _worth(name: str, record: dict[str, Any], order: dict[str, Any], currencies: Currencies) -> int | None:
    """What an amount of the order or of one of its lines is worth in the base currency."""
    minor, currency = record.get(name), record.get(f"{name}Currency")
    if minor is None or currency is None:
        return None
    day = order["placedAt"].date() if order.get("placedAt") else datetime.now(UTC).date()
    rate = Decimal(repr(order["fxRate"])) if (order.get("fxRate") or 0) > 0 else None
    try:
        return currencies.in_base(minor, currency, day, rate)
    except (BadInput, InvalidOperation):
        return None


def _total(order: dict[str, Any], lines: list[dict[str, Any]], known: Currencies) -> tuple[dict[str, Any], str | None]:
    """The sum of the lines, unless the source gave a total. Lines in several currencies have none."""
    if order.get("total") is not None and not order.get("totalDerived"):
        worth = _worth("total", order, order, known)
        return {} if order.get("totalBase") == worth else {"totalBase": worth}, None
    priced = [line for line in lines if line.get("net") is not None]
    currencies = {line["netCurrency"] for line in priced}
    wanted: dict[str, Any] = dict.fromkeys(("total", "totalCurrency", "totalBase", "totalDerived"))
    warning = "its lines are in several currencies, so it has no total" if len(currencies) > 1 else None
    if len(currencies) == 1:
        worths = [line.get("netBase") for line in priced]
        wanted = {
            "total": sum(line["net"] for line in priced),
            "totalCurrency": currencies.pop(),
            "totalBase": None if None in worths else sum(worth for worth in worths if worth is not None),
            "totalDerived": True,
        }
    return {name: value for name, value in wanted.items() if order.get(name) != value}, warning


def _lacks_worth(line: dict[str, Any]) -> bool:
    return line.get("net") is not None and line.get("netBase") is None


def _no_rate(order: dict[str, Any], lines: Sequence[dict[str, Any]], currencies: Currencies) -> str:
    foreign = sorted(
        {line["netCurrency"] for line in lines if (line.get("netCurrency") or currencies.base) != currencies.base}
    )
    day = order.get("placedAt")
    when = f" on {day:%Y-%m-%d} or before" if day else ""
    return f"no rate from {', '.join(foreign)} to {currencies.base}{when}, so it counts in no sum; see GUANXI_RATES"


_ORDERS = """CYPHER 5
    UNWIND $p.ids AS id
    MATCH (order:Order {id: id})
    CALL (order) {
        MATCH (order)-[:HAS_LINE]->(line:LineItem)
        RETURN collect(line {.id, .quantity, .discountPct, .unit, .unitCurrency, .unitBase,
            .net, .netCurrency, .netBase, .netDerived}) AS lines
    }
    RETURN collect([order {.id, .number, .placedAt, .fxRate, .total, .totalCurrency, .totalBase, .totalDerived}, lines])"""
