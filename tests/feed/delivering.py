"""A deliverer as it runs beside the requests, and webhooks for it; none are left behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from graph.database import Database
from graph.feed import Feed
from graph.ids import new_id
from resolvers.answer import Answerer
from resolvers.api import API
from tests.asking import Ask
from tests.feed.receiver import SECRET
from web.webhook_sender import Sender
from web.webhooks import Deliverer, Schedule

QUICK = Schedule(attempts=3, first=0.05, longest=0.1, look=0.2, lease=2.0)


@pytest.fixture(autouse=True)
async def no_webhooks(database: Database, no_changes: None) -> AsyncIterator[None]:
    yield
    await database.run("MATCH (n:Webhook|DeadLetter) DETACH DELETE n")
    await database.run("MATCH (n:Deleted) WHERE n.formerLabels = ['Webhook'] DETACH DELETE n")


@asynccontextmanager
async def delivering(
    api: API, database: Database, *, schedule: Schedule = QUICK, private: bool = True, within: float = 15.0
) -> AsyncIterator[Deliverer]:
    """A server's deliverer, as it runs beside the requests."""
    answerer = Answerer(api, database)
    feed, sender = Feed(database, interval=0.05), Sender(allows_private=private, answers_within=within)
    deliverer = Deliverer(database, lambda: answerer, feed, sender, schedule)
    running = [asyncio.create_task(feed.run()), asyncio.create_task(deliverer.run())]
    try:
        yield deliverer
    finally:
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await sender.close()


async def webhook(database: Database, url: str, **properties: Any) -> str:
    id_ = new_id("webhook")
    common = {"id": id_, "url": url, "secret": SECRET, "version": 1, "types": [], "operations": []}
    await database.run(
        "CREATE (w:Webhook) SET w = $p, w.createdAt = datetime.transaction(), w.updatedAt = datetime.transaction()",
        p={**common, **properties},
    )
    return id_


async def state(ask: Ask, id_: str) -> Any:
    query = """query ($id: ID!) { webhook(id: $id) {
        failures lastError deadLetters { nodes { id changeId attempts status error replayAt } } } }"""
    return (await ask.data(query, {"id": id_}))["webhook"]


async def until(holds: Any, within: float = 30.0) -> None:
    async with asyncio.timeout(within):
        while not await holds():  # noqa: ASYNC110 - what is waited for is in the database.
            await asyncio.sleep(0.1)
