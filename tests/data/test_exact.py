"""What Cypher makes of amounts is what Python's decimals make of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.database import Database
from graph.errors import BadInput
from graph.exact import net_of_line, text_of, worth
from graph.money import LARGEST, Currencies, Rates, line_net
from schema.scalars import exponent

_AMOUNTS = (
    st.integers(-LARGEST, LARGEST)
    | st.integers(-100_000, 100_000)
    | st.sampled_from([0, 1, 5, 15, 25, -5, -25, LARGEST, -LARGEST, 10**15, 999_999_999])
)
_SHORT = st.decimals(-1000, 10_000, places=3).map(float)
_QUANTITIES = (
    _SHORT
    | st.floats(-1e12, 1e12)
    | st.sampled_from([0.0, -0.0, 0.5, 1.5, 2.5, -0.5, 0.1 + 0.2, 1e-7, 5e-324, 12345678901234567.0, 1e15, 1e-30])
)
_DISCOUNTS = (
    st.decimals(-200, 300, places=2).map(float)
    | st.floats(0, 100)
    | st.sampled_from([0.0, -0.0, 50.0, 99.5, 100.0, 100.5, 0.1 + 0.2, 33.333333333333336, 1e-20, 1e-300, -5.0, 200.0])
)
_RATES = (
    st.decimals("0.0001", 10_000, places=6) | st.floats(1e-12, 1e12).map(lambda rate: Decimal(repr(rate)))
).filter(lambda rate: rate > 0)
_CODES = st.sampled_from(["EUR", "JPY", "KWD", "CLF", "USD"])


async def test_the_net_amount_of_a_line_is_the_same_to_the_last_digit(database: Database) -> None:
    cases: set[tuple[float, int, float]] = set()

    @settings(max_examples=1_500)
    @given(_QUANTITIES, _AMOUNTS, _DISCOUNTS)
    @example(0.5, 1, 0.0)
    @example(1.5, 1, 0.0)
    @example(2.5, -1, 0.0)
    @example(0.1 + 0.2, LARGEST, 0.1 + 0.2)
    @example(1.0, LARGEST, 0.0)
    @example(1.0, LARGEST, -0.0000001)
    @example(1e15, 0, 0.0)
    def collect(quantity: float, unit: int, discount: float) -> None:
        cases.add((quantity, unit, discount))

    collect()
    rows = sorted(cases)

    text = f"""CYPHER 5 UNWIND $p.rows AS row
        WITH row[0] AS quantity, row[1] AS unit, row[2] AS discount
        {chr(10).join(net_of_line("quantity", "unit", "discount", "net"))}
        RETURN net"""
    found = [row[0] for row in await database.run(text, p={"rows": [list(row) for row in rows]})]

    assert list(zip(rows, found, strict=True)) == [(row, _net(*row)) for row in rows]


async def test_the_worth_of_an_amount_is_the_same_to_the_last_digit(database: Database) -> None:
    cases: set[tuple[int, str, Decimal]] = set()

    @settings(max_examples=1_000)
    @given(_AMOUNTS, _CODES, _RATES)
    def collect(minor: int, currency: str, rate: Decimal) -> None:
        cases.add((minor, currency, rate))

    collect()
    ordered = sorted(cases)
    digits = {currency: exponent("CNY") - exponent(currency) for _, currency, _ in ordered}
    rows = [[minor, f"{rate:f}", digits[currency]] for minor, currency, rate in ordered]

    text = f"""CYPHER 5 UNWIND $p.rows AS row
        WITH row[0] AS minor, row[1] AS rate, row[2] AS digits
        {chr(10).join(worth("minor", "rate", "digits", "base"))}
        RETURN base"""
    found = [row[0] for row in await database.run(text, p={"rows": rows})]

    currencies = Currencies("CNY", exponent, Rates())
    assert list(zip(ordered, found, strict=True)) == [(case, _worth(currencies, *case)) for case in ordered]


async def test_what_is_no_number_is_worth_nothing(database: Database) -> None:
    net = chr(10).join(net_of_line("row[0]", "row[1]", "0.0", "net"))
    text = f"CYPHER 5 UNWIND $p.rows AS row {net} RETURN net, {text_of('row[0]')}"
    rows = [[None, 100], [float("nan"), 100], [float("inf"), 100], [float("-inf"), 100], [1e17, 100], [1.0, None]]
    assert await database.run(text, p={"rows": rows}) == [[None, None]] * 5 + [[None, "1.0"]]

    base = chr(10).join(worth("row[0]", "row[1]", "0", "base"))
    text = f"CYPHER 5 UNWIND $p.rows AS row {base} RETURN base"
    assert await database.run(text, p={"rows": [[None, "1.0"], [5, None], [None, None]]}) == [[None]] * 3


def _net(quantity: float, unit: int, discount: float) -> int | None:
    if abs(quantity) >= 1e16:
        return None
    try:
        return line_net(Decimal(repr(quantity)), unit, Decimal(repr(discount)))
    except BadInput:
        return None


def _worth(currencies: Currencies, minor: int, currency: str, rate: Decimal) -> int | None:
    try:
        return currencies.in_base(minor, currency, date(2025, 1, 1), rate)
    except BadInput:
        return None
