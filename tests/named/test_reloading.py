"""Files that change at a bad moment are read all the same, and until then the server says that it lags behind."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from pathlib import Path

import httpx

from graph.address import Address
from graph.database import Database, Patience
from graph.feed import Feed
from graph.indexes import reconcile
from resolvers.subscriptions import Subscriptions
from tests.asking import declared_api
from tests.wire import tapped
from web.app import Services, create_app
from web.live import LOOK_AGAIN, Live
from web.queries import load_queries
from web.settings import Settings

_FILE = '/* extend type Query { "How many teams there are." teamCount: Int! } */\nMATCH (team:Team) WHERE true /* visible(team) */\nRETURN count(team) AS value'


async def test_files_that_change_while_the_database_is_away_are_read_when_it_is_back(
    neo4j_address: Address, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    database = Database(replace(neo4j_address, uri=f"bolt://127.0.0.1:{port}"), Patience(retry=0.1, connection=30.0))
    api, settings = declared_api(), Settings(queries=str(tmp_path))
    live = Live(api, settings, database, await load_queries(api, settings, None), {})
    watching = asyncio.create_task(live.watch())
    (tmp_path / "team_count.cypher").write_text(_FILE, encoding="utf-8")

    await asyncio.sleep(4 * LOOK_AGAIN)
    while_away = ("Query", "teamCount") in live.queries.api.named, live.is_stale(), watching.done()
    with tapped(neo4j_address, port):
        for _ in range(2_400):
            if not live.is_stale():
                break
            await asyncio.sleep(0.1)
    watching.cancel()
    await database.close()

    assert while_away == (False, True, False)
    assert not live.is_stale()
    assert ("Query", "teamCount") in live.queries.api.named


async def test_readyz_says_that_files_are_newer_than_what_is_served(
    database: Database, neo4j_address: Address, tmp_path: Path
) -> None:
    api, settings = declared_api(), Settings(queries=str(tmp_path))
    await reconcile(api.model, database)
    live = await Live.load(api, settings, database)
    subscriptions = Subscriptions(Feed(database))
    app = create_app(Services(live, database, settings, neo4j_address, api.model, subscriptions))

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        before = await client.get("/readyz")
        (tmp_path / "team_count.cypher").write_text(_FILE, encoding="utf-8")
        after = await client.get("/readyz")

    assert before.json()["status"] == "ok"
    assert after.status_code == 200
    assert after.json() == {
        "status": "stale",
        "reason": "Files of named queries or trusted documents are newer than what is served.",
    }
