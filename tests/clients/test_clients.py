"""Clients work as they come: variables, fragments, pages of a connection and errors, over what each of them speaks."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport, HTTPXTransport

from tests.clients.node import Work

QUERY = """
    query Companies($first: Int!, $after: String, $where: CompanyWhere) {
      companies(first: $first, after: $after, where: $where, orderBy: [{name: ASC}]) {
        totalCount
        pageInfo { endCursor }
        nodes { ...Named }
      }
    }
    fragment Named on Company { id name }
"""
ONE = "query One($id: ID!) { company(id: $id) { name } }"
WHERE = {"name": {"ne": "Jingdezhen Blue Kiln"}}

WHOLE = ["operationName", "query", "variables"]
HASHED = ["extensions", "operationName", "variables"]
BOTH = ["extensions", "operationName", "query", "variables"]


@pytest.fixture(scope="module")
def expected(url: str) -> dict[str, Any]:
    """What every client must find: the first ten companies, and the code of an error."""
    body = {"query": QUERY, "variables": {"first": 10, "where": WHERE}}
    companies = httpx.post(f"{url}/graphql", json=body, timeout=120).json()["data"]["companies"]
    names = [each["name"] for each in companies["nodes"]]
    assert len(names) == 10
    return {"totalCount": companies["totalCount"], "names": names, "error": "BAD_USER_INPUT"}


def test_no_trusted_document_is_left_out(url: str) -> None:
    assert httpx.get(f"{url}/readyz", timeout=120).json()["status"] == "ok"


def test_apollo_client(url: str, work: Work, expected: dict[str, Any]) -> None:
    found = work.found("apollo", "main.js", f"{url}/graphql", "persisted-query-manifest.json")

    assert found == {
        "posted": expected | {"requests": sent("POST", BOTH, 200, 200, 400)},
        # The first request learns that the document is not known, and then gives it.
        "persisted": expected
        | {"requests": [*sent("GET", HASHED, 404), *sent("POST", BOTH, 200), *sent("GET", HASHED, 200, 400)]},
        "trusted": expected | {"requests": sent("GET", HASHED, 200, 200, 400)},
    }


def test_urql(url: str, work: Work, expected: dict[str, Any]) -> None:
    found = work.found("urql", "main.js", f"{url}/graphql")

    first, page, error = sent("GET", HASHED, 404), sent("GET", HASHED, 200), sent("GET", HASHED, 404)
    assert found == {
        "posted": expected | {"requests": sent("POST", WHOLE, 200, 200, 400)},
        "got": expected | {"requests": sent("GET", WHOLE, 200, 200, 400)},
        "persisted": expected | {"requests": [*first, *sent("GET", BOTH, 200), *page, *error, *sent("GET", BOTH, 400)]},
    }


def test_relay_with_compiled_documents(url: str, work: Work, expected: dict[str, Any]) -> None:
    found = work.found("relay", "main.mjs", f"{url}/graphql")

    assert found == expected | {"requests": sent("POST", ["documentId", "variables"], 200, 200, 400)}


def test_graphql_codegen_with_documents_by_id(url: str, work: Work, expected: dict[str, Any]) -> None:
    found = work.found("codegen", "main.ts", f"{url}/graphql")

    assert found == expected | {"requests": sent("POST", ["documentId", "variables"], 200, 200, 400)}


def test_what_graphql_codegen_generates_has_the_right_types(work: Work) -> None:
    options = ("--noEmit", "--strict", "--module", "nodenext", "--target", "es2022", "--allowJs", "--skipLibCheck")

    work.run("codegen", "tsc", *options, "--allowImportingTsExtensions", "--types", "node", "main.ts")


def test_the_audits_of_the_reference_implementation(url: str, work: Work) -> None:
    found = work.found("audits", "main.js", f"{url}/graphql")

    assert [each for each in found if each["status"] != "ok"] == []
    assert len(found) == 61


async def test_gql(url: str, expected: dict[str, Any]) -> None:
    transport = HTTPXAsyncTransport(f"{url}/graphql", timeout=120)

    # It asks for the schema first, and validates each document by it.
    async with Client(transport=transport, fetch_schema_from_transport=True, execute_timeout=120) as session:
        first = await session.execute(GraphQLRequest(QUERY, variable_values={"first": 5, "where": WHERE}))
        after = first["companies"]["pageInfo"]["endCursor"]
        second = await session.execute(
            GraphQLRequest(QUERY, variable_values={"first": 5, "after": after, "where": WHERE})
        )
        with pytest.raises(TransportQueryError) as refused:
            await session.execute(GraphQLRequest(ONE, variable_values={"id": "1"}))

    assert refused.value.errors
    assert found_by_gql(first, second, refused.value.errors[0]) == expected


def test_gql_without_async(url: str, expected: dict[str, Any]) -> None:
    client = Client(transport=HTTPXTransport(f"{url}/graphql", timeout=120))

    first = client.execute(GraphQLRequest(QUERY, variable_values={"first": 5, "where": WHERE}))
    after = first["companies"]["pageInfo"]["endCursor"]
    second = client.execute(GraphQLRequest(QUERY, variable_values={"first": 5, "after": after, "where": WHERE}))
    with pytest.raises(TransportQueryError) as refused:
        client.execute(GraphQLRequest(ONE, variable_values={"id": "1"}))

    assert refused.value.errors
    assert found_by_gql(first, second, refused.value.errors[0]) == expected


def found_by_gql(first: dict[str, Any], second: dict[str, Any], error: dict[str, Any]) -> dict[str, Any]:
    names = [each["name"] for page in (first, second) for each in page["companies"]["nodes"]]
    return {"totalCount": first["companies"]["totalCount"], "names": names, "error": error["extensions"]["code"]}


def sent(method: str, asked: list[str], *statuses: int) -> list[dict[str, Any]]:
    return [{"method": method, "asked": asked, "status": status} for status in statuses]
