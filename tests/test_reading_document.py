"""What docs/reading.md shows is answered, and says what the text says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.asking import Ask

DOCUMENT = Path(__file__).parents[1] / "docs" / "reading.md"
FILTER, ORDER, PAGE = re.findall(r"```graphql\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)

ORDERS = "{customers(first: 200) {nodes {number lifecycleStage orders(first: 200) {nodes {placedAt status total {amount currency}}}}}}"

pytestmark = pytest.mark.usefixtures("trading")


async def test_the_filter_keeps_what_the_text_says(ask: Ask) -> None:
    found = (await ask.data(FILTER))["customers"]["nodes"]
    everyone = (await ask.data(ORDERS))["customers"]["nodes"]

    def keeps(customer: dict[str, Any]) -> bool:
        orders = customer["orders"]["nodes"]
        return (
            customer["lifecycleStage"] in ("ACTIVE", "LOYAL")
            and any(order["placedAt"] and order["placedAt"] >= "2024-01-01" for order in orders)
            and sum(order["status"] != "CANCELLED" for order in orders) >= 3
            and any(float(order["total"]["amount"]) > 500 for order in orders if order["total"])
        )

    # All amounts of those that are kept are dollars, the base currency.
    assert [each["number"] for each in found] == sorted(each["number"] for each in everyone if keeps(each))
    assert 0 < len(found) < len(everyone)


async def test_the_order_is_by_how_many(ask: Ask) -> None:
    counts = [each["orders"]["totalCount"] for each in (await ask.data(ORDER))["customers"]["nodes"]]

    assert counts == sorted(counts, reverse=True)
    assert len(counts) == 3


async def test_the_page_begins_at_the_newest(ask: Ask) -> None:
    orders = (await ask.data(PAGE))["orders"]

    assert (len(orders["nodes"]), orders["totalCount"] > 2) == (2, True)
    assert orders["pageInfo"]["hasNextPage"] is True
    assert orders["pageInfo"]["hasPreviousPage"] is False
