"""Clients subscribe as they come: graphql-ws and graphql-sse under Node."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from graph.database import Database
from tests.changes import change, write
from tests.clients.node import Work


@asynccontextmanager
async def writing(database: Database, company: str) -> AsyncIterator[list[str]]:
    """Something changes again and again; the ids of the changes, as they are written."""
    ids: list[str] = []

    async def run() -> None:
        while True:
            ids.extend(await write(database, change("UPDATE", company)))
            await asyncio.sleep(0.2)

    task = asyncio.create_task(run())
    try:
        yield ids
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def some_company(database: Database) -> str:
    return str((await database.run("MATCH (c:Company) RETURN c.id ORDER BY c.id LIMIT 1"))[0][0])


def is_run(told: list[str], ids: list[str]) -> bool:
    """Whether the changes that were told are three that follow each other."""
    start = ids.index(told[0])
    return told == ids[start : start + 3]


async def test_graphql_ws_and_graphql_sse(url: str, work: Work, database: Database) -> None:
    company = await some_company(database)
    async with writing(database, company) as ids:
        found: dict[str, Any] = await asyncio.to_thread(work.found, "subscriptions", "main.js", f"{url}/graphql")

    for each in found.values():
        assert [told["record"] for told in each["told"]] == [{"id": company}] * 3
        assert is_run([told["id"] for told in each["told"]], ids)
    assert [each["refused"] for each in found.values()] == ["BAD_USER_INPUT", 400]
