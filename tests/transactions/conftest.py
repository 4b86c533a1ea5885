"""What tests of transactions share: an empty graph with its constraints, and clients that write into it."""

from __future__ import annotations

from itertools import count

import pytest

from graph.database import Database
from graph.indexes import reconcile
from graph.numbers import Numbers
from resolvers.answer import Answerer
from resolvers.api import API
from tests.asking import declared_api
from tests.transactions.client import Client

_KEYS = count(1)


@pytest.fixture(scope="session")
def declared() -> API:
    return declared_api()


@pytest.fixture(scope="module")
async def empty(database: Database, declared: API) -> None:
    """The database holds constraints and indexes and nothing else."""
    await reconcile(declared.model, database)
    await database.run("CYPHER 5 MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS")


@pytest.fixture
def client(database: Database, declared: API, empty: None) -> Client:
    return Client(Answerer(declared, database, "USD", Numbers(database).next), database)


@pytest.fixture
def key() -> str:
    """An idempotency key that nobody has used."""
    return f"key-{next(_KEYS)}"
