"""Whatever is broken on purpose, `check` names it and `rebuild` mends it."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from neo4j import GraphDatabase
from neo4j.time import DateTime

from graph.address import Address
from graph.database import Database
from graph.indexes import reconcile
from graph.invariants import check, rebuild
from graph.model import Model
from graph.rates import store_rates
from tests.data.trade import CURRENCIES, RATES, Trade

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Case:
    """How something is broken, and what is said of it."""

    text: str
    said: str
    is_mended: bool = True


CASES = {
    "search text": Case("MATCH (n:Company) WITH n LIMIT 1 SET n.searchText = 'KCompany'", "searchText does not follow"),
    "sort key": Case("MATCH (n:Contact) WITH n LIMIT 1 REMOVE n.sortKey", "sortKey does not follow"),
    "kind": Case("MATCH (n:Call) WITH n LIMIT 1 SET n.kind = 'TASK'", "kind does not follow"),
    "hash": Case("CREATE (:Address {id: $id, version: 1, lines: 'x', hash: 'y'})", "hash does not follow"),
    "version": Case("MATCH (n:Product) WITH n LIMIT 1 REMOVE n.version", "version is missing"),
    "edge version": Case("MATCH ()-[e:BOUGHT]->() WITH e LIMIT 1 REMOVE e.version", "BOUGHT has no version"),
    "edge id": Case("MATCH ()-[e:BOUGHT]->() WITH e LIMIT 1 SET e.id = 'purchase_1'", "BOUGHT has no id"),
    "empty key": Case("MATCH (n:Company) WITH n LIMIT 1 SET n.vat = ''", "vat is empty"),
    "empty number": Case("MATCH (n:Order) WITH n LIMIT 1 SET n.number = ''", "number is empty"),
    "empty sku": Case("MATCH (n:Product) WITH n LIMIT 1 SET n.sku = ''", "sku is empty", is_mended=False),
    "worth": Case(
        "MATCH (n:Product) WITH n LIMIT 1 SET n.price = 5, n.priceCurrency = 'USD', n.priceBase = 6", "priceBase is"
    ),
    "currency without an amount": Case(
        "MATCH (n:Product) WITH n LIMIT 1 SET n.priceCurrency = 'USD'", "price is absent but its currency"
    ),
    "amount without a currency": Case(
        "MATCH (n:Product) WITH n LIMIT 1 SET n.price = 5", "price has no currency", is_mended=False
    ),
    "party": Case("MATCH (:Customer)-[e:ACCOUNT_FOR]->() WITH e LIMIT 1 DELETE e", "party leads to 0", is_mended=False),
    "order of a line": Case(
        """MATCH (order:Order)-[e:HAS_LINE]->(line:LineItem) WITH order, line, e LIMIT 1
        SET line.key = order.id + ':1' DELETE e""",
        "order leads to 0 records",
    ),
    "revenue": Case("MATCH (n:Customer) WITH n LIMIT 1 SET n.revenue = -1", "revenue should be"),
    "order count": Case("MATCH (n:Customer) WITH n LIMIT 1 REMOVE n.orderCount", "orderCount should be"),
    "last touch": Case("MATCH (n:Customer) WITH n LIMIT 1 SET n.lastTouchAt = datetime()", "lastTouchAt should be"),
    "customer's name": Case("MATCH (n:Customer) WITH n LIMIT 1 SET n.name = 'x'", "name should be"),
    "bought": Case("MATCH ()-[e:BOUGHT]->() WITH e LIMIT 1 SET e.quantity = 0.5", "quantity should be"),
    "bought is gone": Case("MATCH ()-[e:BOUGHT]->() WITH e LIMIT 1 DELETE e", "BOUGHT customer_"),
    "touched": Case("MATCH ()-[e:TOUCHED]->() WITH e LIMIT 1 SET e.count = 77", "count should be"),
    "net": Case("MATCH (n:LineItem) WHERE n.netDerived WITH n LIMIT 1 SET n.net = n.net + 1", "net should be"),
    "total": Case("MATCH (n:Order) WHERE n.totalDerived WITH n LIMIT 1 SET n.total = n.total + 1", "total should be"),
    "owner": Case("MATCH (n:Order) WITH n LIMIT 1 SET n.ownerId = 'user_1'", "ownerId should be"),
}  # fmt: skip


@pytest.fixture(scope="module")
async def traded(database: Database, model: Model) -> None:
    """A trade in which nothing is wrong."""
    await database.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS")
    await reconcile(model, database)
    await store_rates(database, RATES)
    trade = Trade(database, model, 4)
    await trade.open()
    for _ in range(12):
        row = trade.order(trade.customers[0])
        row["order"] |= {"status": "PAID"}
        await trade.write({"newOrders": [row], "ids": {"orders": [row["order"]["id"]]}})
    for _ in range(6):
        await trade.change()


@pytest.mark.parametrize("name", CASES)
async def test_what_is_broken_is_named_and_mended(database: Database, model: Model, traded: None, name: str) -> None:
    case = CASES[name]
    assert await _check(database, model) == []
    kept = await database.run("MATCH (n) RETURN elementId(n), labels(n), properties(n)")
    edges = await database.run("MATCH (a)-[e]->(b) RETURN elementId(a), type(e), properties(e), elementId(b)")

    await database.run(case.text, id="address_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e")
    found = await _check(database, model)
    left = [str(one) async for one in rebuild(database, model, CURRENCIES)]
    again = await _check(database, model)

    assert any(case.said in one for one in found), found
    assert (left == [], again == []) == (case.is_mended, case.is_mended), (left, again)
    await _restore(database, kept, edges)


async def _check(database: Database, model: Model) -> list[str]:
    return [str(one) async for one in check(database, model, CURRENCIES)]


async def _restore(database: Database, nodes: list[list[Any]], edges: list[list[Any]]) -> None:
    """What was there before, so that every case starts from what is right."""
    for row in nodes + edges:
        # The driver would write the zone by its name.
        row[2] = {
            key: value.to_native().astimezone(UTC) if isinstance(value, DateTime) else value
            for key, value in row[2].items()
        }
    await database.run(
        "MATCH (n) WHERE NOT elementId(n) IN $ids DETACH DELETE n", ids=[element for element, _, _ in nodes]
    )
    await database.run("UNWIND $rows AS row MATCH (n) WHERE elementId(n) = row[0] SET n = row[2]", rows=nodes)
    await database.run("MATCH ()-[e]->() DELETE e")
    for type_ in {str(type_) for _, type_, _, _ in edges}:
        await database.run(
            f"""UNWIND $rows AS row MATCH (a) WHERE elementId(a) = row[0] MATCH (b) WHERE elementId(b) = row[3]
            CREATE (a)-[e:{type_}]->(b) SET e = row[2]""",
            rows=[row for row in edges if row[1] == type_],
        )


def test_the_commands_say_by_their_exit_code_whether_all_is_well(
    neo4j_address: Address, traded: None, tmp_path: Path
) -> None:
    rows = [f"{day},{code},{rate}" for code, entries in RATES.by_currency.items() for day, rate in entries]
    (tmp_path / "rates.csv").write_text("\n".join(["date,currency,rate", *rows]))
    given = {
        "NEO4J_URI": neo4j_address.uri,
        "NEO4J_USER": neo4j_address.user,
        "NEO4J_PASSWORD": neo4j_address.password,
        "GUANXI_RATES": str(tmp_path / "rates.csv"),
    }

    def guanxi(command: str) -> tuple[int, str]:
        done = subprocess.run(
            [ROOT / "bin" / "guanxi", command],
            capture_output=True,
            text=True,
            env=os.environ | given,
            timeout=240,
            check=False,
        )
        return done.returncode, done.stdout.splitlines()[0]

    with GraphDatabase.driver(neo4j_address.uri, auth=(neo4j_address.user, neo4j_address.password)) as driver:
        driver.execute_query("MATCH (n:Customer) WITH n LIMIT 1 SET n.sortKey = 'x'")

    broken, rebuilt, well = guanxi("check"), guanxi("rebuild"), guanxi("check")

    assert broken[0] == 1
    assert "sortKey does not follow from the record's properties" in broken[1]
    assert rebuilt == (0, "rebuilt")
    assert well == (0, "0 differences in what is stored")
