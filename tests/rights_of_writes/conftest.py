"""What tests of the rights to write share: an empty graph, who writes into it, and what it holds."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from graph.database import Database
from graph.indexes import reconcile
from resolvers.answer import Answerer
from resolvers.api import API
from tests.asking import declared_api
from tests.data.whole_graph import whole_graph, wipe
from tests.mutations.conftest import Write, numbers


@pytest.fixture(scope="session")
def whole() -> API:
    return declared_api()


@pytest.fixture(scope="module")
async def write(whole: API, database: Database) -> Write:
    """Writes into a graph that is empty at first."""
    await wipe(database)
    await reconcile(whole.model, database)
    return Write(Answerer(whole, database, "USD", numbers), database)


@asynccontextmanager
async def unchanged(write: Write) -> AsyncIterator[None]:
    """Nothing at all is written here, to records, to relationships or to the log."""
    before = await whole_graph(write.database)
    yield
    assert await whole_graph(write.database) == before
