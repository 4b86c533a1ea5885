"""A demo world that is small enough to be built in seconds."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from graph.database import Database
from graph.demo.frame import Size
from graph.demo.world import build_demo
from graph.importing import Progress
from graph.model import Model
from graph.rows import Report
from schema.scalars import exponent
from tests.contents import hold

# The last days before the Spring Festival, when much goes on.
TODAY = date(2026, 2, 10)
NOW = datetime.combine(TODAY, time(), UTC)

# Large enough that chance drowns no story, and that each stage of a career occurs.
TINY = Size(companies=70, private=10, users=14, orders=2.0, activities=4.0)


async def build(
    database: Database,
    model: Model,
    *,
    size: Size = TINY,
    seed: int = 7,
    today: date = TODAY,
    progress: Progress = lambda _, __, ___: None,
) -> Report:
    return await build_demo(model, database, size=size, seed=seed, exponent=exponent, today=today, progress=progress)


async def hold_tiny_world(database: Database, model: Model) -> None:
    """Make the database hold the tiny world and nothing else."""

    async def load() -> None:
        report = await build(database, model)
        assert (report.rejected, report.warnings) == ((), ())

    await hold(database, "demo", load)
