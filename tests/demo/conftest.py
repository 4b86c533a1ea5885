"""A demo world that is small enough to be built in seconds, and what asks it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from graph.database import Database
from graph.demo.frame import Frame, Size
from graph.demo.world import build_demo, frame_of
from graph.model import Model
from graph.rows import Report
from resolvers.api import API
from schema.scalars import exponent
from tests.asking import Ask
from tests.contents import hold

# The last days before the Spring Festival, when much goes on.
TODAY = date(2026, 2, 10)
NOW = datetime.combine(TODAY, time(), UTC)

# Large enough that chance drowns no story, and that each stage of a career occurs.
TINY = Size(companies=70, private=10, users=14, orders=2.0, activities=4.0)


async def build(database: Database, model: Model, *, size: Size = TINY, seed: int = 7) -> Report:
    return await build_demo(model, database, size=size, seed=seed, exponent=exponent, today=TODAY)


@pytest.fixture(scope="session")
def small(api: API) -> Frame:
    """The small world as it is made up, without a database."""
    return frame_of(api.model, size="small", seed=7, today=TODAY)


@pytest.fixture(scope="module")
async def world(database: Database, api: API) -> None:
    """The database holds the tiny world and nothing else."""

    async def load() -> None:
        report = await build(database, api.model)
        assert (report.rejected, report.warnings) == ((), ())

    await hold(database, "demo", load)


@pytest.fixture(scope="module")
async def named(world: None, ask: Ask) -> Ask:
    """Asks the tiny world; the built-in queries are part of the API."""
    return ask
