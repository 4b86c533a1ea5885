"""Two real databases: one that holds the world, and one that holds what a single user may see of it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph.address import Address
from graph.database import Database, Patience
from graph.embedded import Memory, attach
from graph.indexes import reconcile
from resolvers.answer import Answerer
from resolvers.api import API
from resolvers.readers import Readers
from tests.matrix.asking import Matrix
from tests.matrix.held import Held, write_held
from tests.matrix.world import World, hold_world

# What is planned here is long, and more may be planned on the same machine.
_PATIENCE = Patience(statement=120)


@pytest.fixture(scope="module")
async def world(database: Database, api: API) -> World:
    """The first database holds the world and nothing else."""
    return await hold_world(database)


@pytest.fixture(scope="session")
async def second(tmp_path_factory: pytest.TempPathFactory, api: API) -> AsyncIterator[Database]:
    """A second embedded Neo4j, beside the first one. What it holds is up to the test."""
    kept = os.environ.get("GUANXI_TEST_DATA")
    data = Path(f"{kept}-second") if kept else tmp_path_factory.mktemp("second") / "data"
    with attach(data, command="pytest", memory=Memory("384m", "64m")) as address:
        opened = Database(address, _PATIENCE)
        await write_held(opened, Held((), ()))
        await reconcile(api.model, opened)
        await _allow_masks(opened)
        yield opened
        await opened.close()


async def _allow_masks(database: Database) -> None:
    """Two values that are unique may be masked alike, so that nothing but ids is unique."""
    rows = await database.run("SHOW CONSTRAINTS YIELD name, properties WHERE properties <> ['id'] RETURN name")
    for (name,) in rows:
        await database.run(f"DROP CONSTRAINT `{name}`")


@pytest.fixture(scope="module")
async def matrix(world: World, neo4j_address: Address, second: Database, api: API) -> AsyncIterator[Matrix]:
    first = Database(neo4j_address, _PATIENCE)
    yield Matrix(world, Answerer(api, first), Answerer(api, second), second, Readers(api.model, first))
    await first.close()
