"""WebSockets and streams of events: who may open one, and that it ends when whoever did may not any more."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from websockets.typing import Origin

from graph.database import Database
from tests.feed.sockets import Socket, socket
from tests.signin.conftest import browse, sign_in
from tests.signin.provider import Identities
from tests.signin.world import CUSTOMERS, OF_MARCUS

pytestmark = pytest.mark.usefixtures("no_failures")

CHANGED = "subscription {changed {id}}"


@asynccontextmanager
async def opened(url: str, shown: dict[str, Any] | None, **options: Any) -> AsyncIterator[Socket]:
    async with socket(url, knows=False, **options) as client:
        await client.send("connection_init", **({"payload": shown} if shown is not None else {}))
        yield client


async def acknowledged(client: Socket) -> None:
    assert await client.receive() == {"type": "connection_ack"}


async def test_a_token_opens_a_connection_for_its_user(client: httpx.Client, server_url: str) -> None:
    token = sign_in(client).json()["accessToken"]

    async with opened(server_url, {"authorization": f"Bearer {token}"}) as connection:
        await acknowledged(connection)
        await connection.subscribe(CUSTOMERS)
        found = await connection.receive()

    assert found["payload"] == {"data": {"customers": {"totalCount": OF_MARCUS}}}


async def test_nothing_shown_is_unauthorized(server_url: str) -> None:
    async with opened(server_url, None) as connection:
        assert await connection.closed() == 4401


@pytest.mark.parametrize("shown", ["Bearer x", "Bearer a.b.c", "x", 7, {}, ["Bearer x"]])
async def test_something_wrong_is_forbidden(server_url: str, shown: Any) -> None:
    async with opened(server_url, {"authorization": shown}) as connection:
        assert await connection.closed() == 4403


async def test_a_wrong_token_does_not_fall_back_to_the_cookie(client: httpx.Client, server_url: str) -> None:
    browse(client)
    headers = {"cookie": f"guanxi-session={client.cookies['guanxi-session']}"}
    options = {"additional_headers": headers, "origin": Origin(server_url)}

    async with opened(server_url, {"authorization": "Bearer x"}, **options) as connection:
        assert await connection.closed() == 4403


async def test_a_cookie_counts_for_pages_of_this_server_alone(client: httpx.Client, server_url: str) -> None:
    browse(client)
    headers = {"cookie": f"guanxi-session={client.cookies['guanxi-session']}"}

    async with opened(server_url, None, additional_headers=headers, origin=Origin(server_url)) as connection:
        await acknowledged(connection)
    # A page of another port of this host, whose requests bring the cookie along; and whoever does not say.
    for origin in (Origin("http://127.0.0.1:3000"), Origin("http://localhost:3000"), None):
        async with opened(server_url, None, additional_headers=headers, origin=origin) as connection:
            assert await connection.closed() == 4403, origin


async def test_subscribing_before_is_unauthorized(server_url: str) -> None:
    async with socket(server_url, knows=False) as connection:
        await connection.subscribe(CHANGED)

        assert await connection.closed() == 4401


async def test_a_subscription_ends_with_its_session(client: httpx.Client, server_url: str) -> None:
    signed = sign_in(client).json()

    async with opened(server_url, {"authorization": f"Bearer {signed['accessToken']}"}) as connection:
        await acknowledged(connection)
        await connection.subscribe(CHANGED)
        await connection.silence(0.5)
        await asyncio.to_thread(client.post, "/signout", json={"refreshToken": signed["refreshToken"]})
        ended = time.monotonic()
        code = await connection.closed()

    assert code == 4403
    assert time.monotonic() - ended < 10


async def test_it_ends_when_the_user_leaves(client: httpx.Client, server_url: str, database: Database) -> None:
    token = sign_in(client, "tomas").json()["accessToken"]

    async with opened(server_url, {"authorization": f"Bearer {token}"}) as connection:
        await acknowledged(connection)
        await connection.subscribe(CHANGED)
        await database.run("CYPHER 5 MATCH (u:User {login: 'tomas'}) SET u.active = false")
        try:
            code = await connection.closed()
        finally:
            await database.run("CYPHER 5 MATCH (u:User {login: 'tomas'}) SET u.active = true")

    assert code == 4403


async def test_it_ends_when_the_token_is_over(server_url: str, provider: Identities) -> None:
    # Clocks may differ by a minute, so that this one is over in three seconds.
    token = provider.token(exp=int(time.time()) - 57)

    async with opened(server_url, {"authorization": f"Bearer {token}"}) as connection:
        await acknowledged(connection)
        await connection.subscribe(CHANGED)

        assert await connection.closed() == 4403


async def test_it_ends_when_the_rights_change_and_begins_anew_with_the_new_ones(
    client: httpx.Client, server_url: str, database: Database
) -> None:
    token = sign_in(client, "lin").json()["accessToken"]
    shown = {"authorization": f"Bearer {token}"}
    swap = (
        "CYPHER 5 MATCH (u:User {login: 'lin'})-[had:HAS_ROLE]->(:Role {code: $p[0]}) MATCH (role:Role {code: $p[1]}) "
        "DELETE had CREATE (u)-[:HAS_ROLE]->(role)"
    )

    async with opened(server_url, shown) as connection:
        await acknowledged(connection)
        await connection.subscribe(CHANGED)
        await database.run(swap, p=["analyst", "sales"])
        try:
            code = await connection.closed()
            async with opened(server_url, shown) as again:
                await acknowledged(again)
                await again.subscribe(CUSTOMERS)
                found = await again.receive()
        finally:
            await database.run(swap, p=["sales", "analyst"])

    assert code == 4205
    assert found["payload"]["data"]["customers"]["totalCount"] < 11


async def test_a_stream_of_events_ends_with_its_session(client: httpx.Client, server_url: str) -> None:
    signed = sign_in(client).json()
    headers = {"authorization": f"Bearer {signed['accessToken']}", "accept": "text/event-stream"}

    async with httpx.AsyncClient(base_url=server_url, timeout=120) as other:
        body = b""
        async with other.stream("POST", "/graphql", json={"query": CHANGED}, headers=headers) as stream:
            assert stream.status_code == 200
            await other.post("/signout", json={"refreshToken": signed["refreshToken"]})
            async with asyncio.timeout(30):
                async for part in stream.aiter_bytes():
                    body += part

    assert body.endswith(b"event: complete\ndata:\n\n")
    assert b"event: next" not in body
