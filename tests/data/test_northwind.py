"""Northwind, as examples/northwind.toml maps it. Collected where the sample lies beside the checkout."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import pytest

from graph.database import Database
from graph.derived import recount
from graph.importing import import_folder
from graph.model import Model
from graph.money import Currencies
from graph.rows import Report
from schema.scalars import exponent
from tests.data import books
from tests.data.conftest import NORTHWIND, NOW
from tests.data.whole_graph import counts, whole_graph, wipe

MAPPING = Path(__file__).parents[2] / "examples" / "northwind.toml"


async def run(database: Database, model: Model) -> Report:
    return await import_folder(MAPPING, NORTHWIND, model, database, exponent=exponent, now=NOW)


@pytest.fixture(scope="module")
async def northwind(database: Database, model: Model) -> AsyncIterator[Report]:
    await wipe(database)
    yield await run(database, model)
    await wipe(database)


async def test_every_row_becomes_its_records_and_relationships(database: Database, northwind: Report) -> None:
    """91 customers are 91 companies and people besides; 29 suppliers likewise."""
    labels, types = await counts(database)

    assert labels == {
        "Address": 120, "Category": 8, "Company": 120, "Contact": 120, "Customer": 91, "ExternalRef": 3410,
        "LineItem": 2155, "Order": 830, "Party": 240, "PhoneNumber": 199, "Product": 77, "User": 9,
    }  # fmt: skip
    assert types == {
        "ACCOUNT_FOR": 91, "BOUGHT": 1685, "HAS_ADDRESS": 120, "HAS_LINE": 2155, "HAS_PHONE": 202, "IN_CATEGORY": 77,
        "OF_PRODUCT": 2155, "OWNED_BY": 830, "PLACED": 830, "REFERS_TO": 3410, "REPORTS_TO": 8, "SUPPLIES": 77,
        "WORKS_AT": 120,
    }  # fmt: skip
    assert (northwind.rejected, northwind.exit_code) == ((), 0)


async def test_a_phone_number_that_is_none_is_kept_with_a_warning(database: Database, northwind: Report) -> None:
    """Only 48 of the customers' 91 numbers are valid; none is lost."""
    rows = await database.run(
        """MATCH (:Customer)-[:ACCOUNT_FOR]->(company:Company)-[edge:HAS_PHONE {label: 'work'}]->(phone:PhoneNumber)
        RETURN company.name, phone.status, phone.raw ORDER BY company.name"""
    )

    given = {row["companyName"]: row["phone"] for row in books.read(NORTHWIND / "customers.csv")}
    assert {name: raw for name, _, raw in rows} == given
    assert [status for _, status, _ in rows].count("VALID") == 48
    assert [status for _, status, _ in rows].count("INVALID") == 43
    doubted = [one for one in northwind.warnings if one.file == "customers.csv"]
    assert str(doubted[0]) == 'customers.csv:3: value: "(5) 555-4729" is no telephone number in MX'


async def test_who_works_where_chai_was_bought_is_what_the_files_say(database: Database, northwind: Report) -> None:
    """The headline question, beside a join of the CSV files in plain Python."""
    people = {
        row["customerID"]: (row["companyName"], row["contactName"]) for row in books.read(NORTHWIND / "customers.csv")
    }
    (chai,) = (row["productID"] for row in books.read(NORTHWIND / "products.csv") if row["productName"] == "Chai")
    orders = {row["orderID"]: row["customerID"] for row in books.read(NORTHWIND / "orders.csv")}
    lines = books.read(NORTHWIND / "order-details.csv")
    expected = {people[orders[line["orderID"]]] for line in lines if line["productID"] == chai}

    rows = await database.run(
        """MATCH (:Product {name: 'Chai'})<-[:BOUGHT]-(:Customer)-[:ACCOUNT_FOR]->(company:Company)<-[job:WORKS_AT]-(contact:Contact)
        WHERE job.until IS NULL RETURN company.name, contact.name"""
    )

    assert {tuple(row) for row in rows} == expected
    assert len(rows) == len(expected) == 31


async def test_derived_facts_are_what_the_files_say(database: Database, model: Model, northwind: Report) -> None:
    """BOUGHT, revenue, orderCount and names, recomputed from the lines in plain Python."""
    orders = {
        row["orderID"]: (row["customerID"], books.utc(row["orderDate"]), Decimal(1))
        for row in books.read(NORTHWIND / "orders.csv")
    }
    purchases = books.purchases(orders, books.read(NORTHWIND / "order-details.csv"))
    names = {row["customerID"]: row["companyName"] for row in books.read(NORTHWIND / "customers.csv")}
    placed = [customer for customer, _, _ in orders.values()]
    revenues = {
        number: sum(purchase.revenue for (customer, _), purchase in purchases.items() if customer == number)
        for number in names
    }

    assert await books.bought(database) == {pair: purchase.facts for pair, purchase in purchases.items()}
    assert await books.customers(database) == {
        number: (name, revenues[number], placed.count(number), None) for number, name in names.items()
    }
    assert await recount(database, model, Currencies("USD", exponent)) == []


async def test_a_second_import_changes_nothing(database: Database, model: Model, northwind: Report) -> None:
    """Not a time, not a version: the whole graph is the same."""
    before = await whole_graph(database)

    report = await run(database, model)

    assert await whole_graph(database) == before
    assert all(one.created == one.updated == 0 for one in (*report.records.values(), *report.links.values()))
    assert report.warnings == northwind.warnings
