"""The change feed of a server: it runs beside the requests for as long as they are answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from graph.database import Database
from graph.feed import Feed
from resolvers.subscriptions import Subscriptions
from web.live import Live
from web.settings import Settings
from web.webhook_sender import Sender
from web.webhooks import Deliverer


@asynccontextmanager
async def feeding(database: Database, settings: Settings, live: Live) -> AsyncIterator[Subscriptions]:
    """The subscriptions of a server, which end with it; its webhooks are delivered to meanwhile."""
    feed = Feed(database, overlap=settings.overlap, interval=settings.feed_interval)
    database.on_write = feed.wake
    subscriptions, sender = Subscriptions(feed, settings.bounds), Sender(allows_private=settings.webhook_private)
    deliverer = Deliverer(database, lambda: live.answerer, feed, sender)
    running = [asyncio.create_task(feed.run())]
    if settings.webhooks:
        running.append(asyncio.create_task(deliverer.run()))
    try:
        yield subscriptions
    finally:
        await subscriptions.stop()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await sender.close()
