"""A demo world that is small enough to be built in seconds, and what asks it."""

from __future__ import annotations

import pytest

from graph.database import Database
from graph.demo.frame import Frame
from graph.demo.world import frame_of
from resolvers.api import API
from tests.asking import Ask
from tests.tiny_world import TODAY, hold_tiny_world


@pytest.fixture(scope="session")
def small(api: API) -> Frame:
    """The small world as it is made up, without a database."""
    return frame_of(api.model, size="small", seed=7, today=TODAY)


@pytest.fixture(scope="module")
async def world(database: Database, api: API) -> None:
    """The database holds the tiny world and nothing else."""

    await hold_tiny_world(database, api.model)


@pytest.fixture(scope="module")
async def named(world: None, ask: Ask) -> Ask:
    """Asks the tiny world; the built-in queries are part of the API."""
    return ask
