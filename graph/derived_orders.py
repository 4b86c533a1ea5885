"""What lines and orders are worth, in Cypher, as `order_facts.py` has it in Python."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graph.exact import net_of_line, text_of, worth
from graph.locking import block, records
from graph.money import Currencies

# How many digits behind the point most currencies have.
_DIGITS = 2


def money_values(currencies: Currencies, codes: Iterable[str]) -> dict[str, Any]:
    """The base currency, and how many digits those of these currencies have that have not two."""
    digits = {code: currencies.exponent(code) for code in codes}
    return {"base": currencies.base, "exponents": {code: count for code, count in digits.items() if count != _DIGITS}}


def order_facts(orders: str, money: str) -> list[str]:
    """What the lines of these orders cost and are worth, and the totals. The orders are locked already."""
    lines = [
        *block([orders], _nets(orders)),
        *block([orders], _bases(orders, "unit", money)),
        *block([orders], _bases(orders, "net", money)),
        *block([orders], _totals(orders)),
        *block([orders], _bases_of_given_totals(orders, money)),
        "RETURN count(*) AS orderFacts",
    ]
    return block([orders], lines)


def _nets(orders: str) -> list[str]:
    """Net amounts that no source gave."""
    net = net_of_line("line.quantity", "line.unit", "discount")
    return [
        *records("Order", orders, "order"),
        "MATCH (order)-[:HAS_LINE]->(line:LineItem)",
        "  WHERE line.net IS NULL OR line.netDerived",
        "WITH line, coalesce(line.discountPct, 0.0) AS discount",
        f"WITH line, {net} AS net",
        "SET line.net = net,",
        "    line.netCurrency = CASE WHEN net IS NOT NULL THEN line.unitCurrency END,",
        "    line.netDerived = CASE WHEN net IS NOT NULL THEN true END",
        "RETURN count(*) AS nets",
    ]


def _bases(orders: str, property: str, money: str) -> list[str]:
    """The worth of the lines' amounts in the base currency; the rate is looked up once per order and currency."""
    value = _worth(f"line.{property}", money)
    return [
        *records("Order", orders, "order"),
        "MATCH (order)-[:HAS_LINE]->(line:LineItem)",
        f"WITH order, line.{property}Currency AS currency, collect(line) AS lines",
        *_rate(money),
        f"FOREACH (line IN lines | SET line.{property}Base = {value})",
        f"RETURN count(*) AS {property}Bases",
    ]


def _totals(orders: str) -> list[str]:
    """The sum of the lines, where no source gave a total. Lines in several currencies have none."""
    return [
        *records("Order", orders, "order"),
        "WITH order WHERE order.total IS NULL OR order.totalDerived",
        "OPTIONAL MATCH (order)-[:HAS_LINE]->(line:LineItem) WHERE line.net IS NOT NULL",
        "WITH order, collect(DISTINCT line.netCurrency) AS currencies, sum(line.net) AS total,",
        "    sum(line.netBase) AS base, count(line) = count(line.netBase) AS isValued",
        "WITH *, size(currencies) = 1 AS isOne",
        "SET order.total = CASE WHEN isOne THEN total END,",
        "    order.totalCurrency = CASE WHEN isOne THEN currencies[0] END,",
        "    order.totalBase = CASE WHEN isOne AND isValued THEN base END,",
        "    order.totalDerived = CASE WHEN isOne THEN true END",
        "RETURN count(*) AS totals",
    ]


def _bases_of_given_totals(orders: str, money: str) -> list[str]:
    return [
        *records("Order", orders, "order"),
        "WITH order, order.totalCurrency AS currency",
        "  WHERE order.total IS NOT NULL AND order.totalDerived IS NULL",
        *_rate(money),
        f"SET order.totalBase = {_worth('order.total', money)}",
        "RETURN count(*) AS givenTotals",
    ]


def _rate(money: str) -> list[str]:
    """Bind the rate of an order and a currency, in decimal digits: the order's own, or the latest of its day or before."""
    return [
        "CALL (order, currency) {",
        f"  WITH order, currency WHERE currency <> {money}.base AND NOT coalesce(order.fxRate > 0, false)",
        "  MATCH (rate:Rate)",
        "    WHERE rate.currency = currency AND rate.day <= date(coalesce(order.placedAt, datetime.transaction('UTC')))",
        "  WITH rate ORDER BY rate.currency DESC, rate.day DESC LIMIT 1",
        "  RETURN head(collect(rate.rate)) AS listed",
        "}",
        f"WITH *, CASE WHEN order.fxRate > 0 THEN {text_of('order.fxRate')} ELSE listed END AS rate",
    ]


def _worth(amount: str, money: str) -> str:
    digits = f"coalesce({money}.exponents[{money}.base], {_DIGITS}) - coalesce({money}.exponents[currency], {_DIGITS})"
    return f"CASE WHEN currency = {money}.base THEN {amount} ELSE {worth(amount, 'rate', digits)} END"
