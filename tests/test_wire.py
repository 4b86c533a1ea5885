"""One request is one statement, counted on the wire between the driver and Neo4j."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from graph.address import Address
from graph.database import Database, Patience
from graph.errors import Refused
from graph.indexes import reconcile
from tests.asking import declared_api
from tests.serving import serving
from tests.wire import Wire, tapped

THREE_LEVELS = (
    "companies(first: 3) {nodes {name contacts(first: 3) {totalCount nodes {name employers {nodes {name}}}}}}"
)
FIVE_ROOTS = "a: companies {totalCount} b: contacts(first: 1) {nodes {name}} c: products {nodes {sku}} d: orders {totalCount} e: users {nodes {name}}"
REQUESTS = {
    "one root field": "{companies {nodes {name}}}",
    "five root fields": f"{{{FIVE_ROOTS}}}",
    "three levels of nesting": f"{{{THREE_LEVELS}}}",
    "all of these in one document": f"{{f: companies {{nodes {{name}}}} {FIVE_ROOTS} {THREE_LEVELS}}}",
    "aggregates and groups": "{orders {totalCount nodes {id} aggregate {count} groupBy(by: [{customer: {name: VALUE}}]) {groups {count}}}}",
    "a named query with nested selections": "{products(first: 2) {nodes {alsoBought {product {name category {name}}}}}}",
}


@pytest.fixture(scope="module")
def wire(neo4j_address: Address) -> Iterator[Wire]:
    with tapped(neo4j_address) as found:
        yield found


@pytest.fixture(scope="module")
def url(wire: Wire) -> Iterator[str]:
    with serving(wire.address) as found:
        # The first request opens the connection that the others use.
        httpx.post(f"{found}/graphql", json={"query": "{users(first: 0) {totalCount}}"}, timeout=120).raise_for_status()
        yield found


@pytest.mark.parametrize("query", REQUESTS.values(), ids=REQUESTS.keys())
def test_a_request_is_one_statement_in_one_transaction(url: str, wire: Wire, query: str) -> None:
    wire.clear()

    body = httpx.post(f"{url}/graphql", json={"query": query}, timeout=120).json()

    assert "errors" not in body
    # RESET may be sent when a connection comes back to the pool; it asks nothing of the graph.
    sent = [message for message in wire.messages if message not in ("RESET", "TELEMETRY")]
    assert sent == ["RUN", "PULL"]
    assert wire.sends == 1


@pytest.mark.parametrize("query", ["{__typename}", '{__type(name: "Money") {name}}', "{nobody}", "{"])
def test_what_needs_no_record_asks_the_database_nothing(url: str, wire: Wire, query: str) -> None:
    wire.clear()

    httpx.post(f"{url}/graphql", json={"query": query}, timeout=120)

    assert wire.count("RUN") == 0


async def test_a_wrong_password_is_tried_once_lest_neo4j_lock_the_account(neo4j_address: Address) -> None:
    with tapped(neo4j_address) as tap:
        database = Database(replace(tap.address, password="wrong"), Patience(retry=5))
        with pytest.raises(Refused, match="refuses our user name or password"):
            await reconcile(declared_api().model, database)
        await database.close()

    assert tap.messages.count("LOGON") == 1
