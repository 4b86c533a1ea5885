"""`guanxi demo`, and the world that a first `bin/serve` shows."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from graph.database import Database
from graph.demo.frame import SIZES
from graph.demo.mark import read_mark
from graph.demo.world import build_demo
from graph.model import Model
from schema.scalars import exponent
from web.importing import is_empty, print_report, progress
from web.opening import say
from web.settings import Settings

FIRST_SEED = 1


class DemoSize(StrEnum):
    """How large a world: 300 companies, ten times as many, or 100,000 contacts and a million activities."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


async def fill(settings: Settings, model: Model, database: Database, size: DemoSize, seed: int) -> None:
    """Build a world as it looks today, and say what went in."""
    with progress() as told:
        report = await build_demo(
            model, database, size=size.value, seed=seed,
            exponent=exponent, today=datetime.now(UTC).date(), base_currency=settings.base_currency, progress=told,
        )  # fmt: skip
    print_report(report)


async def fill_empty(settings: Settings, model: Model, database: Database) -> None:
    """Put the small world into a database that has no records, or finish the world that was begun there."""
    if await is_empty(database):
        say("The database is empty; an invented world of some 300 companies goes in, which takes a moment.")
        await fill(settings, model, database, DemoSize.SMALL, FIRST_SEED)
        return
    begun = await read_mark(database)
    if begun and not begun.is_finished and begun.size in SIZES:
        say(f"An invented world was begun on {begun.today} and is not whole yet; the rest goes in.")
        await fill(settings, model, database, DemoSize(begun.size), begun.seed)
