"""Whatever a statement changes, what follows from it is right when the statement is done."""

from __future__ import annotations

import asyncio

import pytest

from graph.address import Address
from graph.database import Database, Patience
from graph.derived import recount
from graph.ids import prefix_of
from graph.indexes import reconcile
from graph.model import Model
from graph.operators import operators
from graph.rates import store_rates
from graph.statement import Statement
from tests.data.trade import CURRENCIES, RATES, Trade


@pytest.fixture
async def ready(empty: Database, model: Model) -> Database:
    await reconcile(model, empty)
    await store_rates(empty, RATES)
    return empty


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_recount_finds_nothing_after_any_history(ready: Database, model: Model, seed: int) -> None:
    trade = Trade(ready, model, seed)
    await trade.open()

    for step in range(30):
        await trade.change()
        assert [str(one) for one in await recount(ready, model, CURRENCIES)] == [], f"step {step}"

    bought = await ready.run("MATCH ()-[edge:BOUGHT|TOUCHED]->() RETURN edge.id, type(edge)")
    assert {(prefix_of(id), type_) for id, type_ in bought} == {("purchase", "BOUGHT"), ("touch", "TOUCHED")}
    versions = await ready.run("MATCH (one:Customer|Contact) RETURN DISTINCT one.version, one.updatedAt")
    assert versions == [[1, None]]


async def test_eight_clients_order_for_four_customers_and_nothing_is_lost(
    ready: Database, model: Model, neo4j_address: Address
) -> None:
    trade = Trade(ready, model, 9)
    await trade.open()
    patient = Database(neo4j_address, Patience(retry=120.0, connection=60.0))
    trade.database = patient

    async def client(number: int) -> None:
        for turn in range(10):
            row = trade.order(trade.customers[(number + turn) % 4])
            row["order"] |= {"status": "PLACED"}
            await trade.write({"newOrders": [row], "ids": {"orders": [row["order"]["id"]]}})

    await asyncio.gather(*(client(number) for number in range(8)))
    await patient.close()

    assert await recount(ready, model, CURRENCIES) == []
    ((orders, counted),) = await ready.run(
        "MATCH (order:Order) WITH count(order) AS orders MATCH (customer:Customer) RETURN orders, sum(customer.orderCount)"
    )
    assert (orders, counted) == (80, 80)


async def test_what_is_written_costs_what_it_touches_and_nothing_is_scanned(ready: Database, model: Model) -> None:
    trade = Trade(ready, model, 5)
    await trade.open()
    for _ in range(10):
        await trade.change()
    before = await _cost(trade)

    others = [Trade(ready, model, seed) for seed in range(40)]
    for other in others:
        await other.open()
    for other in others[:10]:
        await other.write({"newOrders": [other.order(one) for one in other.customers], "ids": {"orders": other.orders}})

    assert await _cost(trade) <= before * 1.2


async def _cost(trade: Trade) -> int:
    """The database hits of one more order, as Neo4j plans it for the data that is there."""
    await trade.database.run("CALL db.clearQueryCaches()")
    order = trade.order(trade.customers[0])
    order["order"] |= {"status": "DRAFT"}
    order["lines"] = []
    values = trade.values({"newOrders": [order], "ids": {"orders": [order["order"]["id"]]}})
    found = operators(await trade.database.plan(Statement(trade.text, {"p": values}), profile=True))
    hits = 0
    for operator in found:
        assert "Scan" not in operator.name, operator
        hits += operator.hits
    return hits
