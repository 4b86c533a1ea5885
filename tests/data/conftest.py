"""What the tests of loading share: an empty database, the whole of it as values, and short imports."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph.database import Database
from graph.importing import import_folder
from graph.model import Model
from graph.rows import Report
from resolvers.api import API
from schema.scalars import exponent
from tests.data.whole_graph import wipe

NORTHWIND = Path(__file__).parents[3] / "shared" / "data" / "northwind"

# The sample may not be committed; where it lies beside the checkout, as in CI, its test is part of the suite.
collect_ignore = [] if NORTHWIND.is_dir() else ["test_northwind.py"]

NOW = datetime(2025, 7, 1, tzinfo=UTC)

Import = Callable[[str, Mapping[str, str]], Awaitable[Report]]


@pytest.fixture(scope="session")
def model(api: API) -> Model:
    return api.model


@pytest.fixture
async def empty(database: Database) -> Database:
    """The database without anything in it."""
    await wipe(database)
    return database


@pytest.fixture
def importing(database: Database, model: Model, tmp_path: Path) -> Import:
    """Imports files, given by their texts, with a mapping, given by its text."""

    async def run(mapping: str, files: Mapping[str, str]) -> Report:
        (tmp_path / "test.toml").write_text(mapping, encoding="utf-8")
        for name, text in files.items():
            (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape"))
        return await import_folder(tmp_path / "test.toml", tmp_path, model, database, exponent=exponent, now=NOW)

    return run
