"""Trusted documents: any document, trusted ones for more, or trusted ones alone; for the server, or for a role."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from graph.address import Address
from graph.errors import Forbidden
from graph.reader import DocumentMode, Limits, Reader
from resolvers.account import Account
from resolvers.question import Question
from tests.attacks.asking import GRAPHQL, ask, codes
from tests.serving import serving
from web.asking import Asking
from web.records import Records
from web.settings import Settings
from web.trusted import TrustedDocuments

TRUSTED = "query Trusted($n: Int!) { users(first: $n) { totalCount } }"
OTHER = "query Other($n: Int!) { users(first: $n) { totalCount } }"
HASH = hashlib.sha256(TRUSTED.encode()).hexdigest()


def serve(address: Address, folder: Path, **settings: object) -> Iterator[str]:
    manifest = folder / "documents.json"
    manifest.write_text(json.dumps({HASH: TRUSTED}))
    chosen = Settings(webhooks=False, trusted_documents=str(manifest), **settings)  # type: ignore[arg-type]
    with serving(address, chosen) as url:
        yield url
    Settings().set_limits()


@pytest.fixture(scope="module")
def enforcing(neo4j_address: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from serve(neo4j_address, tmp_path_factory.mktemp("enforcing"), documents=DocumentMode.ENFORCE)


@pytest.fixture(scope="module")
def preferring(neo4j_address: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from serve(
        neo4j_address,
        tmp_path_factory.mktemp("preferring"),
        documents=DocumentMode.PREFER,
        limit_administrator=True,
        cost=2_000,
        cost_per_second=1,
    )


def test_where_they_are_enforced_trusted_documents_are_answered_however_they_come(enforcing: str) -> None:
    persisted = {"persistedQuery": {"version": 1, "sha256Hash": HASH}}
    bodies: list[dict[str, object]] = [
        {"query": TRUSTED},
        {"documentId": HASH},
        {"documentId": f"sha256:{HASH}"},
        {"extensions": persisted},
        {"query": TRUSTED, "extensions": persisted},
    ]

    for body in bodies:
        response = httpx.post(f"{enforcing}/graphql", json={**body, "variables": {"n": 1}}, headers=GRAPHQL, timeout=60)
        assert (response.status_code, "errors" in response.json()) == (200, False), body


@pytest.mark.parametrize("query", [OTHER, TRUSTED + " ", "{ __typename }", "{ __schema { types { name } } }", "{", ""])
def test_where_they_are_enforced_no_other_document_is_answered(enforcing: str, query: str) -> None:
    response = ask(enforcing, query, {"n": 1})

    expected = (400, ["BAD_USER_INPUT"]) if not query else (403, ["FORBIDDEN"])
    assert (response.status_code, codes(response)) == expected


def test_where_they_are_enforced_a_document_cannot_make_itself_known(enforcing: str) -> None:
    """Automatic persisted queries are anybody's, so that one that was sent once is as strange as before."""
    hash_ = hashlib.sha256(OTHER.encode()).hexdigest()
    body = {"variables": {"n": 1}, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_}}}

    first = httpx.post(f"{enforcing}/graphql", json={**body, "query": OTHER}, headers=GRAPHQL, timeout=60)
    second = httpx.post(f"{enforcing}/graphql", json=body, headers=GRAPHQL, timeout=60)

    assert (first.status_code, codes(first)) == (403, ["FORBIDDEN"])
    assert (second.status_code, codes(second)) == (404, ["PERSISTED_QUERY_NOT_FOUND"])


def test_where_they_are_enforced_exports_and_streams_are_too(enforcing: str) -> None:
    export = httpx.post(f"{enforcing}/export", json={"query": "{ users { nodes { id } } }"}, timeout=60)
    stream = httpx.post(
        f"{enforcing}/graphql",
        json={"query": "subscription { changed { id } }"},
        headers={"accept": "text/event-stream"},
        timeout=60,
    )

    assert (export.status_code, codes(export)) == (403, ["FORBIDDEN"])
    assert (stream.status_code, codes(stream)) == (403, ["FORBIDDEN"])


def test_where_they_are_preferred_others_have_a_smaller_bucket(preferring: str) -> None:
    other = [ask(preferring, OTHER, {"n": 100}, guanxi_cost="1") for _ in range(6)]
    trusted = [ask(preferring, TRUSTED, {"n": 100}, guanxi_cost="1") for _ in range(6)]
    too_much = ask(preferring, "query Much { users(first: 200) { nodes { teams(first: 50) { nodes { id } } } } }")

    statuses = [
        answer.json()["extensions"]["cost"]["throttleStatus"]["maximumAvailable"] for answer in (*other, *trusted)
    ]
    assert statuses == [500.0] * 6 + [2_000] * 6
    assert (too_much.status_code, codes(too_much)) == (400, ["QUERY_TOO_COMPLEX"])


@pytest.mark.parametrize(
    ("server", "role", "is_refused"),
    [
        (DocumentMode.OFF, DocumentMode.OFF, False),
        (DocumentMode.OFF, DocumentMode.PREFER, False),
        (DocumentMode.OFF, DocumentMode.ENFORCE, True),
        (DocumentMode.PREFER, DocumentMode.OFF, False),
        (DocumentMode.ENFORCE, DocumentMode.OFF, True),
    ],
)
def test_the_stricter_one_of_server_and_role_holds(server: DocumentMode, role: DocumentMode, is_refused: bool) -> None:
    asking = Asking(lambda: TrustedDocuments({HASH: TRUSTED}), Records(with_operations=False), server)
    reader = Reader("user_1", limits=Limits(documents=role))

    asking.admit(Question(TRUSTED), reader, Account("user 1"))
    if is_refused:
        with pytest.raises(Forbidden):
            asking.admit(Question(OTHER), reader, Account("user 1"))
    else:
        asking.admit(Question(OTHER), reader, Account("user 1"))
