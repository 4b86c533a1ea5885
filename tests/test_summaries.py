"""Filters and orders by how many related records there are, and by what they sum up to, beside what the lists show."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from graph.errors import BadInput
from tests.asking import Ask

pytestmark = pytest.mark.usefixtures("trading")

CUSTOMERS = """query ($where: CustomerWhere, $orderBy: [CustomerOrder!], $first: Int, $after: String) {
    customers(where: $where, orderBy: $orderBy, first: $first, after: $after) {
        nodes {
            id
            orders(first: 200) { totalCount nodes { placedAt total { amount currency } } }
            bought(first: 200) { edges { quantity } }
        }
        pageInfo { hasNextPage endCursor }
    }
}"""


async def customers(ask: Ask, **variables: Any) -> list[dict[str, Any]]:
    """All customers that match, in order, fetched three at a time."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = (await ask.data(CUSTOMERS, {**variables, "first": 3, "after": after}))["customers"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def quantity(customer: dict[str, Any]) -> float:
    return sum(float(edge["quantity"]) for edge in customer["bought"]["edges"])


def last_order(customer: dict[str, Any]) -> str:
    return max((order["placedAt"] for order in customer["orders"]["nodes"] if order["placedAt"]), default="")


@pytest.mark.parametrize(
    ("order", "key"),
    [
        ({"orders": {"count": "DESC"}}, lambda each: each["orders"]["totalCount"]),
        ({"bought": {"edge": {"quantity": {"sum": "DESC"}}}}, quantity),
        ({"orders": {"placedAt": {"max": "DESC"}}}, last_order),
    ],
    ids=["count", "sum of the edges' quantity", "latest"],
)
async def test_orders_by_a_summary(ask: Ask, order: dict[str, Any], key: Any) -> None:
    everyone = await customers(ask)
    ordered = await customers(ask, orderBy=[order])

    found = [key(each) for each in ordered]
    assert found == sorted(map(key, everyone), reverse=True)
    assert len(set(found)) > 1
    assert {each["id"] for each in ordered} == {each["id"] for each in everyone}


async def test_filters_by_how_many_there_are(ask: Ask) -> None:
    everyone = await customers(ask)
    counts = sorted(each["orders"]["totalCount"] for each in everyone)
    middle = counts[len(counts) // 2]

    found = await customers(ask, where={"orders": {"aggregate": [{"count": {"gte": middle}}]}})

    assert [each["id"] for each in found] == [each["id"] for each in everyone if each["orders"]["totalCount"] >= middle]
    assert 0 < len(found) < len(everyone)


async def test_counts_only_those_that_match(ask: Ask) -> None:
    everyone = await customers(ask)
    late = {"where": {"placedAt": {"gte": "2024-06-01T00:00:00Z"}}, "count": {"eq": 0}}

    found = await customers(ask, where={"orders": {"aggregate": [late]}})

    assert [each["id"] for each in found] == [each["id"] for each in everyone if last_order(each) < "2024-06"]
    assert 0 < len(found) < len(everyone)


async def test_filters_by_sums_of_edges_and_of_money(ask: Ask) -> None:
    everyone = await customers(ask)
    quantities = sorted(map(quantity, everyone))
    middle = quantities[len(quantities) // 2]

    found = await customers(ask, where={"bought": {"aggregate": [{"edge": {"quantity": {"sum": {"gt": middle}}}}]}})
    dollars = {"where": {"total": {"currency": {"eq": "USD"}}}, "total": {"max": {"gte": "1000.00"}}}
    large = await customers(ask, where={"orders": {"aggregate": [dollars]}})

    assert [each["id"] for each in found] == [each["id"] for each in everyone if quantity(each) > middle]
    expected = [
        each["id"]
        for each in everyone
        if any(
            order["total"] and order["total"]["currency"] == "USD" and Decimal(order["total"]["amount"]) >= 1000
            for order in each["orders"]["nodes"]
        )
    ]
    assert [each["id"] for each in large] == expected
    assert expected


async def test_a_null_is_refused_and_so_is_a_currency(ask: Ask) -> None:
    refused = {
        "where.orders.aggregate[0].count is null": {"count": None},
        "where.orders.aggregate[0].total.sum is null": {"total": {"sum": None}},
        "where.orders.aggregate[0].total.sum.currency": {"total": {"sum": {"currency": {"eq": "USD"}}}},
    }
    for message, aggregate in refused.items():
        body = await ask(CUSTOMERS, {"where": {"orders": {"aggregate": [aggregate]}}})
        assert body["errors"][0]["extensions"]["code"] == BadInput.code
        assert body["errors"][0]["message"].startswith(message)
