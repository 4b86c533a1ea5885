"""A receiver of webhooks: a real HTTP server, which answers as a test says and remembers what it was sent."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

SECRET = "whsec_" + base64.b64encode(b"32 bytes that nobody else knows.").decode()


@dataclass
class Received:
    """One delivery, as it came over the wire."""

    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def content(self) -> Any:
        return json.loads(self.body)

    def is_signed(self, secret: str = SECRET) -> bool:
        """As the specification of Standard Webhooks tells receivers to verify, with the standard library alone."""
        assert abs(int(self.headers["webhook-timestamp"]) - time.time()) < 300
        signed = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + self.body
        key = base64.b64decode(secret.split("_", 1)[1])
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        return f"v1,{expected}" in self.headers["webhook-signature"].split()


@dataclass
class Receiver:
    """`answer` says what each delivery is answered with: a status, and whether to hang before."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    answer: Callable[[Received], int] = lambda _: 204
    hangs: float = 0.0
    headers: str = ""
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _ending: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?x=关系"

    @property
    def ids(self) -> list[str]:
        return [each.id for each in self.received]

    async def until(self, count: int, within: float = 60.0) -> list[Received]:
        """What was received, once there are so many deliveries."""
        async with asyncio.timeout(within):
            while len(self.received) < count:
                self._arrived.clear()
                await self._arrived.wait()
        return self.received

    def end(self) -> None:
        """Hang no longer."""
        self._ending.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {
                name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            body = await reader.readexactly(int(headers["content-length"]))
            got = Received(head[0], headers, body)
            self.received.append(got)
            self._arrived.set()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), self.hangs)
            writer.write(f"HTTP/1.1 {self.answer(got)} Status\r\n{self.headers}content-length: 0\r\n\r\n".encode())
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def receiving(**options: Any) -> AsyncIterator[Receiver]:
    receiver = Receiver(**options)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", receiver.port)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        receiver.end()
        # What hangs is answered now, and its connection closed.
        await asyncio.sleep(0.1)
