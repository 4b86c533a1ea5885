"""What tests of faults share: how often each fault happens, and an empty graph."""

from __future__ import annotations

import pytest

from graph.database import Database
from graph.indexes import reconcile
from resolvers.api import API
from tests.asking import declared_api

FEW, MANY = 3, 50


@pytest.fixture(scope="session")
def times(request: pytest.FixtureRequest) -> int:
    """How often each fault is made to happen; many times with `bin/test --soak`."""
    return MANY if request.config.getoption("--soak") else FEW


@pytest.fixture(scope="session")
def declared() -> API:
    return declared_api()


async def hold_nothing(database: Database, api: API) -> None:
    """Make the database hold constraints and indexes and nothing else."""
    await reconcile(api.model, database)
    await database.run("CYPHER 5 MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 1000 ROWS")
