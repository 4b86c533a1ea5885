"""A TCP proxy in front of Bolt that sees which messages a client sends."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from graph.address import Address

# The signatures of Bolt's messages (Bolt protocol 5, "Messages").
_MESSAGES = {0x01: "HELLO", 0x6A: "LOGON", 0x10: "RUN", 0x11: "BEGIN", 0x12: "COMMIT", 0x13: "ROLLBACK", 0x2F: "DISCARD", 0x3F: "PULL", 0x0F: "RESET", 0x02: "GOODBYE", 0x66: "ROUTE", 0x54: "TELEMETRY"}  # fmt: skip
_HANDSHAKE = 20
_CHOICE = 5


@dataclass
class Wire:
    """What went through: the names of the messages in their order, and in how many pieces they were sent."""

    address: Address
    messages: list[str] = field(default_factory=list)
    sends: int = 0

    def clear(self) -> None:
        self.messages.clear()
        self.sends = 0

    def count(self, name: str) -> int:
        return self.messages.count(name)


@contextmanager
def tapped(address: Address, port: int = 0) -> Iterator[Wire]:
    """A Neo4j at another address, every message to which is noted; at a free port unless told."""
    target = urlsplit(address.uri)
    listener = socket.create_server(("127.0.0.1", port))
    wire = Wire(replace(address, uri=f"bolt://127.0.0.1:{listener.getsockname()[1]}"))
    threading.Thread(target=_accept, args=(listener, (target.hostname, target.port), wire), daemon=True).start()
    try:
        yield wire
    finally:
        listener.close()


def _accept(listener: socket.socket, target: tuple[str | None, int | None], wire: Wire) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        server = socket.create_connection((str(target[0]), int(target[1] or 0)))
        threading.Thread(target=_forward, args=(client, server, _Reading(wire)), daemon=True).start()
        threading.Thread(target=_forward, args=(server, client, None), daemon=True).start()


def _forward(source: socket.socket, sink: socket.socket, reading: _Reading | None) -> None:
    try:
        while piece := source.recv(65536):
            if reading:
                reading.feed(piece)
            sink.sendall(piece)
    except OSError:
        pass
    finally:
        for each in (source, sink):
            each.close()


class _Reading:
    """Takes the bytes of one connection apart: a handshake, then messages of chunks, each ended by an empty chunk."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._rest = b""
        self._skip = _HANDSHAKE
        self._is_first_chunk = True
        self._is_choice_next = False

    def feed(self, piece: bytes) -> None:
        self._wire.sends += 1
        self._rest += piece
        if self._skip:
            skipped = min(self._skip, len(self._rest))
            self._rest, self._skip = self._rest[skipped:], self._skip - skipped
            self._is_choice_next = not self._skip
        if self._is_choice_next:
            # Four bytes of version and one of capabilities, which may arrive apart from each other.
            if len(self._rest) < _CHOICE:
                return
            # A client that was offered a manifest of versions answers with its choice before the first chunk, which would
            # not begin with two zeros.
            self._is_choice_next = False
            self._rest = self._rest[_CHOICE:] if self._rest[:2] == b"\0\0" else self._rest
        while len(self._rest) >= 2:
            size = int.from_bytes(self._rest[:2], "big")
            if len(self._rest) < 2 + size:
                return
            chunk, self._rest = self._rest[2 : 2 + size], self._rest[2 + size :]
            if size and self._is_first_chunk:
                self._wire.messages.append(_MESSAGES.get(chunk[1], hex(chunk[1])))
            self._is_first_chunk = size == 0
