"""Merging while others write: nothing is lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from graph.database import Database
from graph.derived import recount
from resolvers.api import API
from tests.asking import Ask
from tests.duplicates.graphs import CURRENCIES

MERGE = "mutation($k: ID!, $d: ID!) { mergeCustomer(keep: $k, drop: [$d]) { customer { id } errors { code path } } }"
ORDER = """mutation($c: ID!, $p: ID!) { createOrder(input: {status: PLACED, placedAt: "2025-03-01T00:00:00Z",
  customer: {connect: {id: $c}}, lines: {create: [{quantity: 1, unit: {amount: "5", currency: "USD"},
  product: {connect: {id: $p}}}]}}) { order { id } errors { code path } } }"""


@pytest.fixture(autouse=True)
async def empty(ready: Database) -> None:
    await ready.run("MATCH (n) DETACH DELETE n")


async def customer(ask: Ask, name: str) -> str:
    found = await ask.data(
        "mutation($n: String!) { createCustomer(input: {company: {create: {name: $n}}}) { customer { id } errors { message } } }",
        {"n": name},
    )
    return str(found["createCustomer"]["customer"]["id"])


async def test_of_two_merges_of_the_same_records_one_is_done(ask: Ask, ready: Database) -> None:
    one, other = await customer(ask, "One"), await customer(ask, "Other")

    answers = await asyncio.gather(
        *(ask.data(MERGE, {"k": keep, "d": drop}) for keep, drop in [(one, other), (other, one)] * 4)
    )
    codes = [tuple(error["code"] for error in answer["mergeCustomer"]["errors"]) for answer in answers]
    assert codes.count(()) == 1
    assert {code for each in codes for code in each} == {"NOT_FOUND"}
    assert await ready.run("MATCH (c:Customer) RETURN count(*)") == [[1]]
    assert await ready.run("MATCH (:Deleted)-[:MERGED_INTO]->(:Customer) RETURN count(*)") == [[1]]


async def test_no_order_is_lost_that_is_placed_while_its_customer_is_merged(
    ask: Ask, ready: Database, api: API
) -> None:
    product = await ask.data('mutation { createProduct(input: {sku: "s", name: "P"}) { product { id } } }')
    p = product["createProduct"]["product"]["id"]
    for turn in range(4):
        keep, drop = await customer(ask, f"Keep {turn}"), await customer(ask, f"Drop {turn}")
        # More than fifty relationships make a node dense, which Neo4j locks in another way.
        for _ in range(2):
            await ask.data(ORDER, {"c": drop, "p": p})

        async def order(drop: str = drop) -> Any:
            return (await ask.data(ORDER, {"c": drop, "p": p}))["createOrder"]

        async def merge(turn: int = turn, keep: str = keep, drop: str = drop) -> Any:
            await asyncio.sleep(0.03 * turn)
            return (await ask.data(MERGE, {"k": keep, "d": drop}))["mergeCustomer"]

        *ordered, merged = await asyncio.gather(*(order() for _ in range(6)), merge())

        assert merged["errors"] == []
        refused = [each for each in ordered if each["order"] is None]
        assert all(each["errors"][0]["code"] == "NOT_FOUND" for each in refused)
        placed = await ready.run("MATCH (:Customer {id: $id})-[:PLACED]->(o:Order) RETURN count(*)", id=keep)
        assert placed == [[2 + len(ordered) - len(refused)]]
    assert [str(one) for one in await recount(ready, api.model, CURRENCIES)] == []
