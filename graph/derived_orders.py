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
    lines = [_nets(orders), _bases(orders, money), _totals(orders)]
    blocks = [line for some in lines for line in block([orders], some)]
    return block([orders], [*blocks, "RETURN count(*) AS orderFacts"])


def _nets(orders: str) -> list[str]:
    """Net amounts that no source gave."""
    return [
        *records("Order", orders, "order"),
        "MATCH (order)-[:HAS_LINE]->(line:LineItem)",
        "  WHERE line.net IS NULL OR line.netDerived",
        "WITH line, coalesce(line.discountPct, 0.0) AS discount",
        *net_of_line("line.quantity", "line.unit", "discount", "net"),
        "SET line.net = net,",
        "    line.netCurrency = CASE WHEN net IS NOT NULL THEN line.unitCurrency END,",
        "    line.netDerived = CASE WHEN net IS NOT NULL THEN true END",
        "RETURN count(*) AS nets",
    ]


def _bases(orders: str, money: str) -> list[str]:
    """The worth in the base currency of the lines' amounts and of totals that a source gave.

    The rate is looked up once per order and currency: the order's own, or the latest of its day or before.
    """
    digits = f"coalesce({money}.exponents[{money}.base], {_DIGITS}) - coalesce({money}.exponents[currency], {_DIGITS})"
    wanted = f"CASE WHEN currency = {money}.base THEN minor ELSE exchanged END"
    return [
        *records("Order", orders, "order"),
        "CALL (order) {",
        "  MATCH (order)-[:HAS_LINE]->(line:LineItem)",
        "  UNWIND [['unit', line.unit, line.unitCurrency], ['net', line.net, line.netCurrency]] AS amount",
        "  RETURN line AS record, amount",
        "  UNION ALL",
        "  WITH order WHERE order.totalDerived IS NULL",
        "  RETURN order AS record, ['total', order.total, order.totalCurrency] AS amount",
        "}",
        "WITH order, amount[2] AS currency, collect({record: record, of: amount[0], minor: amount[1]}) AS amounts",
        "CALL (order, currency) {",
        f"  WITH order, currency WHERE currency <> {money}.base AND NOT coalesce(order.fxRate > 0, false)",
        "  MATCH (rate:Rate)",
        "    WHERE rate.currency = currency AND rate.day <= date(coalesce(order.placedAt, datetime.transaction('UTC')))",
        "  WITH rate ORDER BY rate.currency DESC, rate.day DESC LIMIT 1",
        "  RETURN head(collect(rate.rate)) AS listed",
        "}",
        f"WITH *, CASE WHEN order.fxRate > 0 THEN {text_of('order.fxRate')} ELSE listed END AS rate",
        "UNWIND amounts AS amount",
        "WITH currency, rate, amount.record AS record, amount.of AS of, amount.minor AS minor",
        *worth("minor", "rate", digits, "exchanged"),
        f"WITH record, of, {wanted} AS base",
        *(
            f"FOREACH (_ IN CASE of WHEN '{one}' THEN [1] ELSE [] END | SET record.{one}Base = base)"
            for one in ("unit", "net", "total")
        ),
        "RETURN count(*) AS bases",
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
