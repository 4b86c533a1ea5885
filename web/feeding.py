"""The change feed of a server: it runs beside the requests for as long as they are answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from graph.database import Database
from graph.feed import Feed
from resolvers.subscriptions import Subscriptions
from web.settings import Settings


@asynccontextmanager
async def feeding(database: Database, settings: Settings) -> AsyncIterator[Subscriptions]:
    """The subscriptions of a server, which end with it."""
    feed = Feed(database, overlap=settings.overlap, interval=settings.feed_interval)
    database.on_write = feed.wake
    subscriptions = Subscriptions(feed)
    running = asyncio.create_task(feed.run())
    try:
        yield subscriptions
    finally:
        await subscriptions.stop()
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
