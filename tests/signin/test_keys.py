"""API keys: made once, shown once, good for what they are limited to and no longer than they are."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from graph.database import Database
from tests.signin.conftest import bearer, count, sign_in
from tests.signin.world import ALL, OF_MARCUS

pytestmark = pytest.mark.usefixtures("no_failures")

CREATE = "mutation ($input: CreateApiKeyInput!) {createApiKey(input: $input) {id prefix key expiresAt}}"
REVOKE = "mutation ($id: ID!) {revokeApiKey(id: $id) {isRevoked}}"
KEYS = "{apiKeys {nodes {id prefix name owner {login} grants {nodes {key}}}}}"


def ask(client: httpx.Client, query: str, token: str, **variables: Any) -> dict[str, Any]:
    body = {"query": query, "variables": variables}
    found: dict[str, Any] = client.post("/graphql", json=body, headers=bearer(token)).json()
    return found


def token_of(client: httpx.Client, login: str = "marcus") -> str:
    return str(sign_in(client, login).json()["accessToken"])


def made(client: httpx.Client, token: str, **given: Any) -> dict[str, Any]:
    found: dict[str, Any] = ask(client, CREATE, token, input=given)["data"]["createApiKey"]
    return found


def test_a_key_signs_in_as_its_owner(client: httpx.Client) -> None:
    key = made(client, token_of(client), name="nightly report")

    by_bearer, by_header = count(client, **bearer(key["key"])), count(client, **{"x-api-key": key["key"]})

    expected = {"data": {"customers": {"totalCount": OF_MARCUS}}}
    assert (by_bearer.json(), by_header.json()) == (expected, expected)
    left = datetime.fromisoformat(key["expiresAt"]) - datetime.now(UTC)
    assert timedelta(days=89) < left <= timedelta(days=90)


def test_it_is_never_shown_again_and_only_a_hash_is_kept(client: httpx.Client) -> None:
    token = token_of(client)
    key = made(client, token, name="once")

    listed = ask(client, KEYS, token)["data"]["apiKeys"]["nodes"]

    (found,) = [each for each in listed if each["id"] == key["id"]]
    assert found == {
        "id": key["id"],
        "prefix": key["prefix"],
        "name": "once",
        "owner": {"login": "marcus"},
        "grants": {"nodes": []},
    }
    assert "hash" in ask(client, "{apiKeys {nodes {hash}}}", token)["errors"][0]["message"]


async def test_the_database_holds_no_key(client: httpx.Client, database: Database) -> None:
    key = made(client, token_of(client))
    secret = key["key"].rsplit("_", 1)[1]

    rows = await database.run(
        "CYPHER 5 MATCH (n) UNWIND keys(n) AS name WITH toStringOrNull(n[name]) AS text WHERE text CONTAINS $p RETURN text",
        p=secret,
    )

    assert (len(secret), rows) == (64, [])


def test_what_is_almost_a_key_is_nobody(client: httpx.Client) -> None:
    key = made(client, token_of(client))["key"]
    last = "0" if key[-1] != "0" else "1"

    for wrong in (key[:-1], key[:-1] + last, key + "0", key.upper(), key.replace("_", "-"), "guanxi_", "guanxi__"):
        assert count(client, **bearer(wrong)).status_code == 401, wrong


def test_it_may_do_no_more_than_it_is_limited_to(client: httpx.Client) -> None:
    token = token_of(client, "ingrid")
    reads = {"recordType": "Customer", "action": "READ", "scope": "ALL"}
    limited = made(client, token, grants=[reads])["key"]
    nothing = made(client, token, grants=[])["key"]

    orders = "{customers {totalCount} orders {totalCount}}"

    assert ask(client, orders, limited) == {"data": {"customers": {"totalCount": ALL}, "orders": {"totalCount": 0}}}
    assert ask(client, orders, nothing) == {"data": {"customers": {"totalCount": 0}, "orders": {"totalCount": 0}}}


def test_nor_than_its_owner(client: httpx.Client) -> None:
    key = made(client, token_of(client), grants=[{"recordType": "Customer", "action": "READ", "scope": "ALL"}])

    assert count(client, **bearer(key["key"])).json() == {"data": {"customers": {"totalCount": OF_MARCUS}}}


async def test_a_grant_that_is_deleted_limits_it_further_and_not_less(client: httpx.Client, database: Database) -> None:
    reads = {"recordType": "Customer", "action": "READ", "scope": "TEAM"}
    key = made(client, token_of(client, "ingrid"), grants=[reads])["key"]

    await database.run("CYPHER 5 MATCH (g:Grant {key: 'Customer::READ:TEAM:'}) DETACH DELETE g")
    await asyncio.sleep(1.0)

    assert count(client, **bearer(key)).json() == {"data": {"customers": {"totalCount": 0}}}


def test_a_key_makes_and_revokes_no_keys(client: httpx.Client) -> None:
    key = made(client, token_of(client, "ingrid"))

    found = [ask(client, CREATE, key["key"], input={}), ask(client, REVOKE, key["key"], id=key["id"])]

    assert [each["errors"][0]["extensions"]["code"] for each in found] == ["FORBIDDEN"] * 2


def test_only_administrators_make_keys_for_others(client: httpx.Client) -> None:
    admin, marcus = token_of(client, "ingrid"), token_of(client)
    lin = ask(client, '{users(where: {login: {eq: "lin"}}) {nodes {id}}}', admin)["data"]["users"]["nodes"][0]["id"]

    refused = ask(client, CREATE, marcus, input={"ownerId": lin})
    key = made(client, admin, ownerId=lin)

    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    found = ask(client, "{viewer {user {login}}}", key["key"])
    assert found["data"]["viewer"]["user"] == {"login": "lin"}


@pytest.mark.parametrize(
    "given",
    [
        {"expiresAt": "2020-01-01T00:00:00Z"},
        {"ownerId": "user_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e"},
        {"grants": [{"recordType": "Customer", "action": "READ"}]},
        {"grants": [{"recordType": "Customer", "scope": "ALL", "right": "READ"}]},
        {"grants": [{"recordType": "Nothing", "action": "READ", "scope": "ALL"}]},
        {"grants": [{"recordType": "Customer", "field": "nmae", "right": "READ"}]},
        {"grants": [{"recordType": "Customer:x", "action": "READ", "scope": "ALL"}]},
    ],
    ids=str,
)
def test_nonsense_is_refused(client: httpx.Client, given: dict[str, Any]) -> None:
    found = ask(client, CREATE, token_of(client, "ingrid"), input=given)

    assert found["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_it_is_over_when_it_expires_or_is_revoked(client: httpx.Client, database: Database) -> None:
    token = token_of(client)
    expired, revoked = made(client, token), made(client, token)
    assert [count(client, **bearer(each["key"])).status_code for each in (expired, revoked)] == [200, 200]

    await database.run(
        "CYPHER 5 MATCH (k:ApiKey {id: $p}) SET k.expiresAt = datetime() - duration('PT1S')", p=expired["id"]
    )
    others = ask(client, REVOKE, token_of(client, "lin"), id=revoked["id"])
    mine = ask(client, REVOKE, token, id=revoked["id"])
    await asyncio.sleep(1.0)

    assert (others["data"]["revokeApiKey"], mine["data"]["revokeApiKey"]) == ({"isRevoked": False}, {"isRevoked": True})
    assert [count(client, **bearer(each["key"])).status_code for each in (expired, revoked)] == [401, 401]


async def test_when_it_was_used_is_written_down_once_a_minute(client: httpx.Client, database: Database) -> None:
    key = made(client, token_of(client))
    used = "CYPHER 5 MATCH (k:ApiKey {id: $p}) RETURN toString(k.lastUsedAt), k.version"

    for _ in range(3):
        count(client, **bearer(key["key"]))
    async with asyncio.timeout(30):
        while (first := await database.run(used, p=key["id"]))[0][0] is None:
            await asyncio.sleep(0.1)
    count(client, **bearer(key["key"]))
    await asyncio.sleep(0.5)

    assert await database.run(used, p=key["id"]) == first
    assert first[0][1] == 1
