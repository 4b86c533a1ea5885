"""A proxy before Bolt that notes every statement that an engine sends, whatever language the engine is written in.

Timing never goes through it: engines are started once behind it, to be counted, and once more to be measured.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

# The driver's own decoder is private, and pinned by the lock: a change of it is noticed by the test of this proxy.
from neo4j._codec.hydration.bolt.v2 import HydrationHandler
from neo4j._codec.packstream._common import UnpackableBuffer
from neo4j._codec.packstream.v1 import Unpacker

from graph.address import Address

# Bolt 5: the signature of RUN, which carries a statement and its parameters.
_RUN = 0x10
# Four bytes that say it is Bolt, and four versions of four bytes each.
_HANDSHAKE = 20


@dataclass(frozen=True)
class Seen:
    """A statement as it was sent."""

    text: str
    parameters: dict[str, Any]


@dataclass
class Tap:
    """A Neo4j at another address, and what was sent there so far."""

    address: Address
    statements: list[Seen] = field(default_factory=list)

    def take(self) -> list[Seen]:
        """What was sent since this was last asked."""
        found, self.statements = self.statements, []
        return found


@asynccontextmanager
async def tapped(address: Address) -> AsyncIterator[Tap]:
    """Stand before a Neo4j."""
    target = urlsplit(address.uri)
    tap = Tap(address)
    tasks = set[asyncio.Task[None]]()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_server, to_server = await asyncio.open_connection(target.hostname, target.port)
        for work in (_forward(reader, to_server, _Reading(tap)), _forward(from_server, writer, None)):
            task = asyncio.create_task(work)
            tasks.add(task)
            task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    tap.address = replace(address, uri=f"bolt://127.0.0.1:{server.sockets[0].getsockname()[1]}")
    try:
        yield tap
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _forward(source: asyncio.StreamReader, sink: asyncio.StreamWriter, reading: _Reading | None) -> None:
    try:
        while piece := await source.read(65536):
            if reading:
                reading.feed(piece)
            sink.write(piece)
            await sink.drain()
    except OSError:
        # One side is gone, which the other is told by closing its connection too.
        pass
    finally:
        sink.close()


class _Reading:
    """Takes apart what one client sends: a handshake, then messages of chunks, each ended by an empty chunk."""

    def __init__(self, tap: Tap) -> None:
        self._tap = tap
        self._rest = b""
        self._message = b""
        self._is_started = False

    def feed(self, piece: bytes) -> None:
        self._rest += piece
        if not self._is_started:
            if len(self._rest) < _HANDSHAKE:
                return
            self._rest, self._is_started = self._rest[_HANDSHAKE:], True
        while len(self._rest) >= 2:
            size = int.from_bytes(self._rest[:2], "big")
            # A client that was offered a manifest of versions answers with its choice, four bytes and a bit mask,
            # before the first chunk; no first chunk is without content.
            if size == 0 and not self._message and self._rest[:2] == b"\0\0":
                if len(self._rest) < 5:
                    return
                self._rest = self._rest[5:] if self._rest[2:4] != b"\0\0" else self._rest[2:]
                continue
            if len(self._rest) < 2 + size:
                return
            chunk, self._rest = self._rest[2 : 2 + size], self._rest[2 + size :]
            if size:
                self._message += chunk
            else:
                self._read(self._message)
                self._message = b""

    def _read(self, message: bytes) -> None:
        if message[1] != _RUN:
            return
        scope = HydrationHandler().new_hydration_scope()
        fields: Any = Unpacker(UnpackableBuffer(message[2:]))  # type: ignore[no-untyped-call]
        text, parameters = (fields.unpack(scope.hydration_hooks) for _ in range(2))
        self._tap.statements.append(Seen(text, parameters))
