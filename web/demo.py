"""Example data for a first visit."""

from __future__ import annotations

from graph.database import Database
from resolvers.api import API
from web.importing import import_example
from web.settings import Settings


async def fill_empty(settings: Settings, api: API, database: Database) -> None:
    """Put the example world into a database without records."""
    await import_example(settings, api.model, database)
