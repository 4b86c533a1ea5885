"""The database is killed while clients are subscribed and webhooks delivered to: nothing committed is missed."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.address import Address
from graph.data_directory import DataDirectory
from graph.database import Database, Patience
from graph.embedded import attach
from graph.errors import GuanxiError
from graph.indexes import reconcile
from resolvers.api import API
from tests.changes import change, write
from tests.embedded.processes import running
from tests.feed.delivering import webhook
from tests.feed.receiver import receiving
from tests.feed.sockets import socket
from tests.feed.test_telling import ready
from tests.serving import serving
from web.settings import Settings


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outage") / "data"


@pytest.fixture(scope="module")
def own(data: Path) -> Iterator[Address]:
    """A database of its own, which may be killed."""
    with attach(data, command="pytest") as address:
        yield address


async def test_what_is_committed_around_an_outage_is_told(own: Address, data: Path, api: API) -> None:
    company = "company_019728c9c00071358ede4ecbd9b40a9a"
    database = Database(own, Patience(retry=1))

    async def hold(opened: Database, _: object) -> None:
        await reconcile(api.model, opened)
        await opened.run("CREATE (:Company:Party {id: $id, name: 'Blue Kiln'})", id=company)

    with serving(own, Settings(webhook_private=True), hold=hold, delivers=True) as url:
        async with socket(url) as client, receiving() as receiver:
            await client.subscribe("subscription { changed { id record { id } } }")
            await ready(client)
            await webhook(database, receiver.url)
            ids = await write(database, change("UPDATE", company))
            told = await client.told(1)

            os.kill(running(DataDirectory(data)).neo4j, signal.SIGKILL)

            # Long enough for the feed to notice, and written as soon as the database is back.
            await asyncio.sleep(1)
            for _ in range(5):
                ids += await persist(database, company)
            told += await client.told(5)
            await receiver.until(6, within=120)
    await database.close()

    assert [each["id"] for each in told] == ids
    assert {each["record"]["id"] for each in told} == {company}
    assert receiver.ids == ids


async def persist(database: Database, company: str) -> list[str]:
    """A write that is repeated until it has been committed."""
    row = change("UPDATE", company)
    async with asyncio.timeout(180):
        while True:
            try:
                # It may have been committed although nobody heard of it.
                found = await database.run("MATCH (c:Change {id: $id}) RETURN c.id", id=row["properties"]["id"])
                return [each[0] for each in found] or await write(database, row)
            except GuanxiError:
                await asyncio.sleep(0.5)
