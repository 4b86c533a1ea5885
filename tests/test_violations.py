"""Data that violates the model, which only somebody else can have written, costs as little of an answer as it must."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from graph.database import Database
from tests.asking import Ask

COMPANY = "companies(where: {employees: {isNull: false}}, orderBy: {name: ASC}, first: 1)"


@asynccontextmanager
async def written(database: Database, label: str, property: str, value: Any) -> AsyncIterator[str]:
    """One record whose property has a value that it must not have; it is put right afterwards."""
    find = f"MATCH (n:{label}) WITH n ORDER BY n.id LIMIT 1"
    ((id, before),) = await database.run(f"{find} RETURN n.id, n.{property}")
    await database.run(f"MATCH (n:{label} {{id: $id}}) SET n.{property} = $value", id=id, value=value)
    try:
        yield id
    finally:
        await database.run(f"MATCH (n:{label} {{id: $id}}) SET n.{property} = $value", id=id, value=before)


@pytest.mark.usefixtures("trading")
async def test_a_value_that_does_not_fit_is_an_error_of_its_field_alone(ask: Ask, database: Database) -> None:
    async with written(database, "Company", "employees", "many") as id:
        body = await ask("query ($id: ID!) { company(id: $id) { employees id } teams { totalCount } }", {"id": id})

    assert body == {
        "errors": [
            {
                "message": "Int cannot represent non-integer value: 'many'",
                "locations": [{"line": 1, "column": 39}],
                "path": ["company", "employees"],
                "extensions": {"code": "INTERNAL"},
            }
        ],
        "data": {"company": {"employees": None, "id": id}, "teams": {"totalCount": 4}},
    }


@pytest.mark.usefixtures("trading")
@pytest.mark.parametrize(("property", "value", "message"), [
    ("website", ["a.example", "b.example"], "String cannot represent value: ['a.example', 'b.example']"),
    ("vat", 7, None),
    ("employees", True, None),
])  # fmt: skip
async def test_a_value_of_another_type_is_shown_as_graphql_shows_it_or_not_at_all(
    ask: Ask, database: Database, property: str, value: Any, message: str | None
) -> None:
    async with written(database, "Company", property, value) as id:
        body = await ask(f"query ($id: ID!) {{ company(id: $id) {{ {property} id }} }}", {"id": id})

    shown = {"vat": "7", "employees": 1}.get(property)
    assert body["data"] == {"company": {property: shown, "id": id}}
    assert [each["message"] for each in body.get("errors", ())] == ([message] if message else [])


@pytest.mark.usefixtures("trading")
@pytest.mark.parametrize("value", ["many", ["12", "13"], True])
async def test_what_is_no_number_is_passed_over_by_aggregates(ask: Ask, database: Database, value: Any) -> None:
    functions = "count distinct sum avg min max percentile(p: 0.5)"
    text = f"""{{
      companies {{ aggregate {{ employees {{ {functions} }} }} groupBy(by: [{{status: VALUE}}]) {{
        groups {{ aggregate {{ employees {{ sum }} }} }} }} }}
      owned: addresses(first: 1, where: {{parties: {{aggregate: [{{count: {{gte: 0}}}}]}}}}) {{ totalCount }}
      none: contacts(where: {{employers: {{aggregate: [{{employees: {{sum: {{eq: 0}}}}}}]}}}}) {{ totalCount }}
      most: contacts(orderBy: [{{employers: {{employees: {{sum: DESC}}}}}}], first: 1) {{ totalCount }}
    }}"""
    async with written(database, "Company", "employees", None):
        expected = await ask.data(text)
    async with written(database, "Company", "employees", value):
        found = await ask.data(text)

    assert found == expected


@pytest.mark.usefixtures("trading")
async def test_a_null_that_must_not_be_makes_the_nearest_nullable_field_null(ask: Ask, database: Database) -> None:
    async with written(database, "Company", "version", None) as id:
        body = await ask("query ($id: ID!) { company(id: $id) { id v: version } teams { totalCount } }", {"id": id})

    assert body == {
        "errors": [
            {
                "message": "Cannot return null for non-nullable field Company.version.",
                "locations": [{"line": 1, "column": 42}],
                "path": ["company", "v"],
                "extensions": {"code": "INTERNAL"},
            }
        ],
        "data": {"company": None, "teams": {"totalCount": 4}},
    }


@pytest.mark.usefixtures("trading")
async def test_an_unknown_currency_is_an_error_of_its_amount_alone(ask: Ask, database: Database) -> None:
    async with written(database, "Product", "priceCurrency", "???") as id:
        body = await ask("query ($id: ID!) { product(id: $id) { price { amount } id } }", {"id": id})

    assert body["data"] == {"product": {"price": None, "id": id}}
    assert [(each["message"], each["path"]) for each in body["errors"]] == [
        ("Currency cannot represent value: '???'", ["product", "price"])
    ]


@pytest.mark.usefixtures("trading")
async def test_a_record_of_no_known_kind_is_an_error_of_its_own_field(ask: Ask, database: Database) -> None:
    ((id,),) = await database.run("MATCH (call:Call) WITH call ORDER BY call.id LIMIT 1 RETURN call.id")
    await database.run("MATCH (call:Call {id: $id}) REMOVE call:Call", id=id)
    try:
        body = await ask("query ($id: ID!) { activity(id: $id) { id __typename } teams { totalCount } }", {"id": id})
    finally:
        await database.run("MATCH (call:Activity {id: $id}) SET call:Call", id=id)

    assert body["data"] == {"activity": None, "teams": {"totalCount": 4}}
    assert body["errors"][0]["message"].startswith("A record is of none of the types that it may have here: Call,")
    assert body["errors"][0]["path"] == ["activity"]


@pytest.mark.usefixtures("trading")
async def test_what_the_database_cannot_work_out_is_one_error(ask: Ask, database: Database) -> None:
    async with written(database, "Address", "location", "over there"):
        body = await ask("{ addresses(first: 200) { nodes { location { latitude } } } }")

    message = "The database could not answer this; the server's log tells why."
    assert body == {"errors": [{"message": message, "extensions": {"code": "INTERNAL"}}], "data": None}


@pytest.mark.usefixtures("trading")
async def test_a_crash_tells_the_client_nothing_and_the_next_request_is_answered(
    database: Database, server_url: str
) -> None:
    query = "{ customers(first: 200) { nodes { lifecycleStage } } }"

    async with (
        written(database, "Customer", "lifecycleStage", ["ACTIVE"]),
        httpx.AsyncClient(base_url=server_url) as client,
    ):
        crashed = await client.post("/graphql", json={"query": query}, timeout=60)
    async with httpx.AsyncClient(base_url=server_url) as client:
        answered = await client.post("/graphql", json={"query": query}, timeout=60)

    message = "Something went wrong on the server; it has been written to its log."
    assert crashed.status_code == 500
    assert crashed.json() == {"errors": [{"message": message, "extensions": {"code": "INTERNAL"}}]}
    assert "errors" not in answered.json()
