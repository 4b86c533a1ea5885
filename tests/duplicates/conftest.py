"""A database that is made ready once, and emptied by whoever fills it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from graph.database import Database
from graph.indexes import reconcile
from resolvers.answer import Answerer
from resolvers.api import API
from tests.asking import Ask


async def numbers(type: str, count: int) -> Sequence[str]:
    """Numbers that nobody else has."""
    numbers.last += count  # type: ignore[attr-defined]
    last: int = numbers.last  # type: ignore[attr-defined]
    return [f"{type}-{number}" for number in range(last - count, last)]


numbers.last = 1_000  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
async def ready(database: Database, api: API) -> Database:
    await reconcile(api.model, database)
    return database


@pytest.fixture(scope="module")
def ask(api: API, ready: Database) -> Ask:
    return Ask(Answerer(api, ready, "USD", numbers))
