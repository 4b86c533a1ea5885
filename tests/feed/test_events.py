"""Subscriptions as server-sent events, for whoever has no WebSocket: GraphQL over SSE, one stream per operation."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from graph.database import Database
from tests.changes import change, write

CHANGED = "subscription { changed { id } }"
ACCEPT = {"accept": "text/event-stream"}


class Events:
    """What a stream sends, event by event; comments apart."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.aiter_lines()

    async def next(self) -> dict[str, str]:
        event: dict[str, str] = {}
        async with asyncio.timeout(60):
            async for line in self._lines:
                if not line and event:
                    return event
                name, _, value = line.partition(":")
                if name:
                    event[name] = value.removeprefix(" ")
        raise AssertionError("the stream ended")


@asynccontextmanager
async def stream(url: str, **options: Any) -> AsyncIterator[Events]:
    async with httpx.AsyncClient(timeout=60) as client:
        method = "POST" if "json" in options else "GET"
        async with client.stream(method, f"{url}/graphql", **options) as response:
            assert (response.status_code, response.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
            events = Events(response)
            yield events


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_changes_are_told_as_events(server_url: str, database: Database, company: str, method: str) -> None:
    asked: dict[str, Any] = {"json": {"query": CHANGED}} if method == "POST" else {"params": {"query": CHANGED}}
    async with stream(server_url, headers=ACCEPT, **asked) as events:
        (id,) = await write(database, change("UPDATE", company))

        event = await events.next()

    assert (event["event"], json.loads(event["data"])) == ("next", {"data": {"changed": {"id": id}}})


async def test_a_browser_goes_on_after_the_last_event_that_it_had(
    server_url: str, database: Database, company: str
) -> None:
    async with stream(server_url, headers=ACCEPT, params={"query": CHANGED}) as events:
        first = await write(database, change("UPDATE", company))
        cursor = (await events.next())["id"]
    second = await write(database, change("UPDATE", company))

    async with stream(server_url, headers=ACCEPT | {"Last-Event-ID": cursor}, params={"query": CHANGED}) as events:
        told = [json.loads((await events.next())["data"])["data"]["changed"]["id"] for _ in range(2)]

    assert told == [*first, *second]


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("{ companies { totalCount } }", 400, "This is no subscription; accept application/json for its answer."),
        ("subscription { changed { nobody } }", 400, "Cannot query field 'nobody' on type 'Change'."),
        ('subscription { changed(after: "x") { id } }', 400, "`after` is no cursor"),
    ],
)
async def test_what_is_refused_is_no_stream(server_url: str, query: str, status: int, message: str) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        response = await client.post(f"{server_url}/graphql", headers=ACCEPT, json={"query": query})

    assert response.status_code == status
    assert message in response.json()["errors"][0]["message"]


async def test_a_subscription_is_no_query(server_url: str) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        response = await client.post(f"{server_url}/graphql", json={"query": CHANGED})

    message = "A subscription is told over a WebSocket, or to who accepts text/event-stream."
    assert response.json() == {"errors": [{"message": message, "extensions": {"code": "BAD_USER_INPUT"}}]}


async def test_a_page_of_a_stranger_gets_no_stream_by_get(server_url: str) -> None:
    headers = ACCEPT | {"sec-fetch-site": "cross-site"}
    async with httpx.AsyncClient(timeout=60) as client:
        response = await client.get(f"{server_url}/graphql", headers=headers, params={"query": CHANGED})

    assert response.status_code == 403
