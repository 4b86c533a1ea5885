"""What tests of field rights share: a graph that tells what got out, and readers who may see parts of it."""

from __future__ import annotations

import pytest

from graph.database import Database
from resolvers.api import API
from tests.fields.telling_graph import hold_telling_graph


@pytest.fixture(scope="module")
async def telling(database: Database, api: API) -> None:
    """The database holds one record of each type, whose values are all different."""
    await hold_telling_graph(database, api.model)
