"""Automatic persisted queries: a hash instead of a document, after the document was sent with it once."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import httpx
import pytest

from web.persisted import PersistedQueries

NEWER = {"accept": "application/graphql-response+json"}
NOT_FOUND = {"errors": [{"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}]}
MISMATCH = '"extensions.persistedQuery.sha256Hash" is not the SHA-256 of "query", in lower-case digits.'


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def extensions(hash_: str, version: Any = 1) -> dict[str, Any]:
    return {"persistedQuery": {"version": version, "sha256Hash": hash_}}


def test_a_document_is_asked_by_its_hash_after_it_was_sent_once(client: httpx.Client) -> None:
    query = "query Posted($name: String!) { __type(name: $name) { name } } # 关系"
    hashed = {"extensions": extensions(sha256(query)), "variables": {"name": "Company"}}
    answer = {"data": {"__type": {"name": "Company"}}}

    unknown = client.post("/graphql", json=hashed, headers=NEWER)
    plain = client.post("/graphql", json=hashed)
    sent = client.post("/graphql", json={**hashed, "query": query}, headers=NEWER)
    known = client.post("/graphql", json=hashed, headers=NEWER)

    assert (unknown.status_code, unknown.json()) == (404, NOT_FOUND)
    assert (plain.status_code, plain.json()) == (200, NOT_FOUND)
    assert [(each.status_code, each.json()) for each in (sent, known)] == [(200, answer), (200, answer)]


def test_the_same_by_get(client: httpx.Client) -> None:
    query = "{ got: __typename }"
    hashed = {"extensions": json.dumps(extensions(sha256(query)))}

    unknown = client.get("/graphql", params=hashed, headers=NEWER)
    sent = client.get("/graphql", params={**hashed, "query": query}, headers=NEWER)
    known = client.get("/graphql", params=hashed, headers=NEWER)
    unchanged = client.get("/graphql", params=hashed, headers={**NEWER, "if-none-match": known.headers["etag"]})

    assert [each.status_code for each in (unknown, sent, known, unchanged)] == [404, 200, 200, 304]
    assert unknown.headers["cache-control"] == "no-store"
    assert known.json() == {"data": {"got": "Query"}}


def test_a_hash_is_also_a_document_id(client: httpx.Client) -> None:
    query = "{ byId: __typename }"
    client.post("/graphql", json={"query": query, "extensions": extensions(sha256(query))})

    found = client.post("/graphql", json={"documentId": f"sha256:{sha256(query)}"})

    assert found.json() == {"data": {"byId": "Query"}}


def test_a_hash_that_is_not_that_of_the_text_is_refused_and_not_kept(client: httpx.Client) -> None:
    query, other = "{ honest: __typename }", "{ forged: __typename }"

    forged = client.post("/graphql", json={"query": other, "extensions": extensions(sha256(query))})
    upper = client.post("/graphql", json={"query": query, "extensions": extensions(sha256(query).upper())})
    asked = client.post("/graphql", json={"extensions": extensions(sha256(query))})

    for refused in (forged, upper):
        (error,) = refused.json()["errors"]
        assert (refused.status_code, error["message"]) == (400, MISMATCH)
    assert asked.json() == NOT_FOUND


def test_a_document_that_is_not_valid_is_not_kept(client: httpx.Client) -> None:
    query = "{ nobody }"

    client.post("/graphql", json={"query": query, "extensions": extensions(sha256(query))})

    assert client.post("/graphql", json={"extensions": extensions(sha256(query))}).json() == NOT_FOUND


@pytest.mark.parametrize(
    ("persisted", "message"),
    [
        (extensions("x", 2), '"extensions.persistedQuery.version" must be 1.'),
        (extensions("x", None), '"extensions.persistedQuery.version" must be 1.'),
        ({"persistedQuery": 1}, '"extensions.persistedQuery" must be an object with "version" and "sha256Hash".'),
        (
            {"persistedQuery": {"version": 1, "sha256Hash": 1}},
            '"extensions.persistedQuery" must be an object with "version" and "sha256Hash".',
        ),
        ({"persistedQuery": None}, 'The body lacks "query", the text of a GraphQL document.'),
    ],
)
def test_a_malformed_one_is_refused(client: httpx.Client, persisted: dict[str, Any], message: str) -> None:
    response = client.post("/graphql", json={"extensions": persisted})

    assert (response.status_code, response.json()["errors"][0]["message"]) == (400, message)


def test_the_last_asked_are_kept_up_to_a_number() -> None:
    kept = PersistedQueries(count=2)
    for name in ("a", "b"):
        kept.keep(name, f"text {name}")

    kept.get("a")
    kept.keep("c", "text c")

    assert [kept.get(name) for name in ("a", "b", "c")] == ["text a", None, "text c"]
    assert len(kept) == 2


def test_they_are_kept_up_to_a_size_in_bytes() -> None:
    kept = PersistedQueries(size=10)
    for name in ("a", "b", "c", "c"):
        kept.keep(name, "关系")
    sizes = [kept.size]

    kept.keep("large", "x" * 11)
    sizes.append(kept.size)

    assert sizes == [6, 0]
    assert len(kept) == 0
