"""A client of graphql-transport-ws that sends just what a test says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

PROTOCOL = Subprotocol("graphql-transport-ws")
WITHIN = 60.0


class Socket:
    """One connection; messages are objects."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, type_: str, **rest: Any) -> None:
        await self.connection.send(json.dumps({"type": type_, **rest}))

    async def receive(self, within: float = WITHIN) -> dict[str, Any]:
        async with asyncio.timeout(within):
            found: dict[str, Any] = json.loads(await self.connection.recv())
        return found

    async def subscribe(self, query: str, id: str = "1", **payload: Any) -> None:
        await self.send("subscribe", id=id, payload={"query": query, **payload})

    async def told(self, count: int) -> list[Any]:
        """What the next messages say has changed."""
        found = []
        for _ in range(count):
            message = await self.receive()
            assert message["type"] == "next", message
            assert "errors" not in message["payload"], message
            found.append(message["payload"]["data"]["changed"])
        return found

    async def silence(self, seconds: float = 1.5) -> None:
        try:
            message = await self.receive(seconds)
        except TimeoutError:
            return
        raise AssertionError(message)

    async def closed(self, within: float = WITHIN) -> int | None:
        """The code with which the server closes the connection."""
        async with asyncio.timeout(within):
            await self.connection.wait_closed()
        return self.connection.close_code


@asynccontextmanager
async def socket(url: str, *, knows: bool = True, **options: Any) -> AsyncIterator[Socket]:
    """A connection, initialised unless told."""
    address = url.replace("http://", "ws://") + "/graphql"
    async with connect(address, subprotocols=[PROTOCOL], **options) as connection:
        opened = Socket(connection)
        if knows:
            await opened.send("connection_init")
            assert await opened.receive() == {"type": "connection_ack"}
        yield opened
