"""The trading example that is part of the project: small enough to be checked by eye, rich enough for the tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from graph.database import Database
from graph.derived import recount
from graph.importing import import_folder
from graph.model import Model
from graph.money import Currencies
from graph.rows import Report
from schema.scalars import exponent
from tests.data import books
from tests.data.conftest import NOW
from tests.data.whole_graph import counts, whole_graph, wipe

TRADING = Path(__file__).parents[2] / "examples" / "trading"
SEATTLE = ZoneInfo("America/Los_Angeles")


async def run(database: Database, model: Model) -> Report:
    return await import_folder(TRADING / "trading.toml", TRADING, model, database, exponent=exponent, now=NOW)


@pytest.fixture(scope="module")
async def report(database: Database, model: Model) -> AsyncIterator[Report]:
    await wipe(database)
    yield await run(database, model)
    await wipe(database)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SEATTLE).astimezone(UTC)


async def test_every_row_becomes_its_records_and_relationships(database: Database, report: Report) -> None:
    """Nothing is refused, and the one doubtful value goes in with a warning."""
    labels, types = await counts(database)

    assert labels == {
        "Activity": 20, "Address": 13, "Call": 6, "Category": 4, "Chat": 1, "Company": 13, "Contact": 25, "Customer": 11,
        "Demo": 1, "Email": 4, "EmailAddress": 33, "ExternalRef": 230, "LineItem": 98, "Meeting": 4, "Note": 1,
        "Order": 40, "Party": 38, "PhoneNumber": 25, "Product": 10, "Task": 1, "Team": 4, "Training": 1, "User": 5,
        "Visit": 1,
    }  # fmt: skip
    assert types == {
        "ABOUT": 36, "ACCOUNT_FOR": 11, "BOUGHT": 34, "CHILD_OF": 1, "HAS_ADDRESS": 13, "HAS_EMAIL": 35, "HAS_LINE": 98,
        "HAS_PHONE": 25, "IN_CATEGORY": 10, "MEMBER_OF": 5, "OF_PRODUCT": 98, "ORDERED": 40, "OWNED_BY": 51,
        "PARTICIPATED_IN": 48, "PART_OF": 2, "PLACED": 40, "REFERS_TO": 230, "REPLY_TO": 1, "REPORTS_TO": 4,
        "SUBSIDIARY_OF": 1, "SUPPLIES": 10, "TOUCHED": 24, "WORKS_AT": 26,
    }  # fmt: skip
    assert report.rejected == ()
    assert [str(one) for one in report.warnings] == ['companies.csv:13: value: "555-TEA" is no telephone number in NO']


async def test_every_record_has_what_every_record_has(database: Database, report: Report) -> None:
    """An id with its type's prefix, times and a version; a name's order and search text; the owner's id beside OWNED_BY."""
    rows = await database.run(
        """MATCH (n) WHERE n.id IS NULL OR n.createdAt IS NULL OR n.updatedAt IS NULL OR n.version IS NULL
            OR (n:Party OR n:Customer OR n:Product) AND (n.name IS NULL OR n.sortKey IS NULL OR n.searchText IS NULL)
            OR n.ownerId <> head([(n)-[:OWNED_BY]->(user) | user.id]) OR any(key IN keys(n) WHERE n[key] = '')
        RETURN n"""
    )
    chinese = await database.run("MATCH (c:Customer {number: 'K05'}) RETURN c.name, c.sortKey, c.searchText")

    assert rows == []
    ((name, sort_key, terms),) = chinese
    assert (name, sort_key) == ("上海云间茶馆有限公司", "shang4hai3yun2jian1cha2guan3you3xian4gong1si1")
    assert {"KCustomer", f"E{name}", "P云间茶馆有限公司", "Wyun", "Eshyjcgyxgs", "Pyjcgyxgs", "Ek05"} <= set(
        terms.split()
    )


async def test_derived_facts_are_what_the_files_say(database: Database, model: Model, report: Report) -> None:
    """Drafts and cancelled orders do not count, foreign ones count by their own rate."""
    orders = {
        row["orderID"]: (row["customerID"], instant(row["orderDate"]), Decimal(row["fxRate"] or 1))
        for row in books.read(TRADING / "orders.csv")
        if row["status"] in ("PLACED", "PAID", "FULFILLED")
    }
    purchases = books.purchases(orders, books.read(TRADING / "order-details.csv"))
    companies = {row["companyID"]: row["companyName"] for row in books.read(TRADING / "companies.csv")}
    people = {row["personID"]: row["name"] for row in books.read(TRADING / "people.csv")}
    placed = [customer for customer, _, _ in orders.values()]
    touches: dict[str, datetime] = {}
    for row in books.read(TRADING / "activities.csv"):
        if row["status"] in ("", "DONE") and row["kind"] not in ("note", "task"):
            for number in filter(None, row["customers"].split(";")):
                touches[number] = max(instant(row["at"]), touches.get(number, instant(row["at"])))
    expected = {}
    for row in books.read(TRADING / "customers.csv"):
        number, name = row["customerID"], companies.get(row["companyID"]) or people[row["personID"]]
        revenue = sum(purchase.revenue for (customer, _), purchase in purchases.items() if customer == number)
        expected[number] = (name, revenue, placed.count(number), touches.get(number))

    assert await books.bought(database) == {pair: purchase.facts for pair, purchase in purchases.items()}
    assert await books.customers(database) == expected
    assert await recount(database, model, Currencies("USD", exponent)) == []


async def test_touched_counts_what_both_took_part_in(database: Database, report: Report) -> None:
    """DONE activities only; strength is count / (count + 5)."""
    met: dict[tuple[str, str], list[datetime]] = {}
    for row in books.read(TRADING / "activities.csv"):
        if row["status"] in ("", "DONE"):
            for user in filter(None, row["users"].split(";")):
                for contact in filter(None, row["contacts"].split(";")):
                    met.setdefault((user, contact), []).append(instant(row["at"]))

    rows = await database.run(
        """MATCH (a:ExternalRef)-[:REFERS_TO]->(:User)-[t:TOUCHED]->(:Contact)<-[:REFERS_TO]-(b:ExternalRef)
        RETURN a.externalId, b.externalId, t.count, t.lastAt, t.strength"""
    )

    assert {(user, contact): (count, last.to_native(), strength) for user, contact, count, last, strength in rows} == {
        pair: (len(instants), max(instants), len(instants) / (len(instants) + 5)) for pair, instants in met.items()
    }


async def test_a_second_import_changes_nothing(database: Database, model: Model, report: Report) -> None:
    """Not a time, not a version: the whole graph is the same."""
    before = await whole_graph(database)

    again = await run(database, model)

    assert await whole_graph(database) == before
    assert all(one.created == one.updated == 0 for one in (*again.records.values(), *again.links.values()))


async def test_recount_finds_what_is_wrong(database: Database, model: Model, report: Report) -> None:
    """A fact that somebody tampered with is named, and the next import makes it right."""
    before = await whole_graph(database, without=("version", "updatedAt"))
    await database.run("MATCH (c:Customer {number: 'K11'}) SET c.orderCount = 7, c.name = 'x'")
    await database.run("MATCH (:Customer {number: 'K11'})-[b:BOUGHT]->() DELETE b")

    (difference,) = await recount(database, model, Currencies("USD", exponent))
    await run(database, model)

    assert (difference.change["orderCount"], difference.change["name"]) == (1, "Beatrix Hale")
    assert {edge.type for edge in difference.edges} == {"BOUGHT"}
    assert await whole_graph(database, without=("version", "updatedAt")) == before
