"""gql, a client in Python, subscribes as it comes."""

from __future__ import annotations

import asyncio

from gql import Client, GraphQLRequest
from gql.transport.websockets import WebsocketsTransport

from graph.database import Database
from tests.changes import change, write


async def test_gql_over_a_websocket(server_url: str, database: Database, company: str) -> None:
    # It asks for the schema first, over the same connection, and takes no more than a megabyte unless told.
    transport = WebsocketsTransport(
        f"{server_url.replace('http', 'ws')}/graphql",
        subprotocols=["graphql-transport-ws"],
        connect_args={"max_size": None},
    )
    told: list[str] = []

    async def listen(client: Client) -> None:
        async with client as session:
            async for each in session.subscribe(GraphQLRequest("subscription { changed { id } }")):
                told.append(each["changed"]["id"])
                if len(told) == 3:
                    return

    listening = asyncio.create_task(listen(Client(transport=transport, fetch_schema_from_transport=True)))
    ids: list[str] = []
    while not listening.done():
        ids += await write(database, change("UPDATE", company))
        await asyncio.sleep(0.2)
    await listening

    start = ids.index(told[0])
    assert told == ids[start : start + 3]
