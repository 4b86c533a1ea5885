"""The trading example, without any change in it before each test."""

from __future__ import annotations

import pytest

from graph.database import Database
from tests.changes import forget


@pytest.fixture(autouse=True)
async def no_changes(database: Database, trading: None) -> None:
    await forget(database)


@pytest.fixture
async def company(database: Database) -> str:
    """The id of a company."""
    return str((await database.run("MATCH (c:Company) RETURN c.id ORDER BY c.id LIMIT 1"))[0][0])


@pytest.fixture
async def contact(database: Database, company: str) -> str:
    """The id of a contact who works at that company."""
    found = await database.run("MATCH (c:Contact) RETURN c.id ORDER BY c.id LIMIT 1")
    return str(found[0][0])
