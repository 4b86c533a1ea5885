"""The trading example, as the golden cases and the pages see it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from graph.database import Database
from graph.importing import import_folder
from graph.model import Model
from schema.scalars import exponent
from tests.contents import hold

TRADING = Path(__file__).parents[1] / "examples" / "trading"

# The time that ids begin with and that is written into records, so that the graph is the same in every run.
NOW = datetime(2025, 6, 1, tzinfo=UTC)


async def hold_trading(database: Database, model: Model) -> None:
    """Make the database hold the trading example and nothing else."""

    async def load() -> None:
        report = await import_folder(TRADING / "trading.toml", TRADING, model, database, exponent=exponent, now=NOW)
        assert report.rejected == ()

    await hold(database, "trading", load)
