"""What HTTP carries of a write: its idempotency key, whether it was done before, and bookmarks."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from graph.database import Database

NEWER = {"accept": "application/graphql-response+json"}
CREATE = "mutation($n: String!) { createCompany(input: {name: $n}) { company { id name } errors { code } } }"
COUNT = "query($n: String) { companies(where: {name: {eq: $n}}) { totalCount } }"


@pytest.fixture(autouse=True)
async def tidied(database: Database) -> AsyncIterator[None]:
    """What is written here is removed, for others ask the same database."""
    yield
    await database.run("CYPHER 5 MATCH (c:Company) WHERE c.name STARTS WITH 'HTTP ' DETACH DELETE c")
    await database.run("CYPHER 5 MATCH (c:Change|ChangeValue|IdempotencyKey) DETACH DELETE c")


def post(
    client: httpx.Client, name: str, extensions: dict[str, Any] | None = None, headers: dict[str, str] | None = None
) -> httpx.Response:
    body = {"query": CREATE, "variables": {"n": name}, "extensions": extensions or {}}
    return client.post("/graphql", json=body, headers={**NEWER, **(headers or {})})


def test_a_key_is_sent_in_a_header_or_beside_the_document(client: httpx.Client) -> None:
    first = post(client, "HTTP 1", {"idempotencyKey": "http-1"})
    again = [
        post(client, "HTTP 1", {"idempotencyKey": "http-1"}),
        post(client, "HTTP 1", headers={"idempotency-key": "http-1"}),
        # The header's draft standard has it as a text in quotes.
        post(client, "HTTP 1", headers={"idempotency-key": '"http-1"'}),
        post(client, "HTTP 1", {"idempotencyKey": "http-1"}, headers={"idempotency-key": "http-1"}),
    ]

    assert first.status_code == 200
    assert "idempotent-replayed" not in first.headers
    assert "idempotentReplayed" not in first.json()["extensions"]
    for each in again:
        assert (each.status_code, each.json()["data"]) == (200, first.json()["data"])
        assert each.headers["idempotent-replayed"] == "true"
        assert each.json()["extensions"]["idempotentReplayed"] is True


def test_a_key_that_came_with_another_request_is_422(client: httpx.Client) -> None:
    post(client, "HTTP 2", headers={"idempotency-key": "http-2"})

    refused = post(client, "HTTP 3", headers={"idempotency-key": "http-2"})
    plain = post(client, "HTTP 3", headers={"idempotency-key": "http-2", "accept": "application/json"})

    assert (refused.status_code, plain.status_code) == (422, 200)
    assert refused.json() == {
        "errors": [
            {
                "message": "This idempotency key came with another request before; take a new key for each request.",
                "extensions": {"code": "IDEMPOTENCY_KEY_REUSED"},
            }
        ]
    }
    assert plain.json() == refused.json()


@pytest.mark.parametrize(
    ("extensions", "headers"),
    [
        ({"idempotencyKey": "a"}, {"idempotency-key": "b"}),
        ({"idempotencyKey": 7}, {}),
        ({}, {"idempotency-key": ""}),
        ({}, {"idempotency-key": "two words"}),
        ({}, {"idempotency-key": "x" * 256}),
        ({"bookmark": "a"}, {"guanxi-bookmark": "b"}),
        ({"bookmark": ["a"]}, {}),
        ({}, {"guanxi-bookmark": "no bookmark"}),
        ({}, {"guanxi-bookmark": "x" * 5_000}),
        ({}, {"guanxi-bookmark": "neo4j:made:up"}),
    ],
)
def test_what_is_no_key_or_no_bookmark_is_refused(
    client: httpx.Client, extensions: dict[str, Any], headers: dict[str, str]
) -> None:
    response = post(client, "HTTP never", extensions, headers)

    found = response.json()
    assert [error["extensions"]["code"] for error in found["errors"]] == ["BAD_USER_INPUT"]
    count = client.post("/graphql", json={"query": COUNT, "variables": {"n": "HTTP never"}})
    assert count.json()["data"] == {"companies": {"totalCount": 0}}


def test_a_write_tells_a_bookmark_that_a_read_may_bring(client: httpx.Client) -> None:
    written = post(client, "HTTP 4")
    bookmark = written.headers["guanxi-bookmark"]
    asked = {"query": COUNT, "variables": {"n": "HTTP 4"}}

    by_header = client.post("/graphql", json=asked, headers={"guanxi-bookmark": bookmark})
    by_extension = client.post("/graphql", json={**asked, "extensions": {"bookmark": bookmark}})
    next_write = post(client, "HTTP 5", {"bookmark": bookmark})

    assert written.json()["extensions"] == {"bookmark": bookmark}
    assert by_header.json() == by_extension.json() == {"data": {"companies": {"totalCount": 1}}}
    assert "guanxi-bookmark" not in by_header.headers
    assert next_write.headers["guanxi-bookmark"] != bookmark


def test_a_read_waits_until_what_its_bookmark_stands_for_is_there(client: httpx.Client) -> None:
    """A bookmark of the future, as it is on a server that has not heard of the write yet, is not answered early."""
    ahead = _ahead(post(client, "HTTP 6").headers["guanxi-bookmark"], 4)
    asked = {"query": COUNT, "variables": {"n": "HTTP 7"}, "extensions": {"bookmark": ahead}}

    with pytest.raises(httpx.ReadTimeout):
        client.post("/graphql", json=asked, timeout=1.0)
    for _ in range(4):
        post(client, "HTTP 7")
    response = client.post("/graphql", json=asked)

    assert response.json() == {"data": {"companies": {"totalCount": 4}}}


def _ahead(bookmark: str, transactions: int) -> str:
    """The same bookmark, some transactions later. The number is an integer of PackStream behind the database's id."""
    kind, text = bookmark.split(":")
    found = base64.b64decode(text)
    size = {0xC8: 1, 0xC9: 2, 0xCA: 4}.get(found[19], 0)
    number = int.from_bytes(found[20 : 20 + size], "big") if size else found[19]
    later = found[:19] + b"\xca" + (number + transactions).to_bytes(4, "big") + found[20 + size :]
    return f"{kind}:{base64.b64encode(later).decode()}"
