"""`guanxi check`, `guanxi rebuild` and `guanxi purge`: what must hold of everything that is stored, and what need not be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from graph import invariants
from graph.database import Database
from graph.indexes import reconcile
from graph.model import Model
from graph.money import Currencies
from graph.purge import purge
from graph.rates import store_rates
from schema.scalars import exponent
from web.opening import rates, say
from web.settings import Settings


async def check_records(settings: Settings, model: Model, database: Database) -> bool:
    """Print every difference, as it is found; whether there is none."""
    count = 0
    async for one in invariants.check(database, model, _currencies(settings)):
        print(one)
        count += 1
    print(f"{count} differences in what is stored")
    return count == 0


async def rebuild_records(settings: Settings, model: Model, database: Database) -> bool:
    """Mend everything that can be mended, and print what cannot; whether that is nothing."""
    await reconcile(model, database)
    await store_rates(database, rates(settings))
    count = 0
    async for one in invariants.rebuild(database, model, _currencies(settings)):
        say(str(one))
        count += 1
    print("rebuilt" if count == 0 else f"rebuilt, but for {count} faults that have to be mended by hand")
    return count == 0


async def purge_records(settings: Settings, database: Database) -> None:
    """Remove what was deleted longer ago than the retention time."""
    before = datetime.now(UTC) - timedelta(days=settings.retention)
    count = 0
    async for purged in purge(database, before):
        count += purged
        say(f"{count} records purged")
    print(f"{count} records that were deleted before {before:%Y-%m-%d %H:%M} UTC are gone for good")


def _currencies(settings: Settings) -> Currencies:
    return Currencies(settings.base_currency, exponent, rates(settings))
