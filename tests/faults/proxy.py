"""A TCP proxy in front of Bolt that breaks a connection at a chosen message, as networks do at the worst of times."""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from enum import Enum
from urllib.parse import urlsplit

from graph.address import Address

# The signatures of Bolt's messages (Bolt protocol 5, "Messages").
_RUN, _COMMIT, _FAILURE = 0x10, 0x12, 0x7F
# What every write of ours has in its text, and no other statement.
_WRITE = b"AS mark"
_HANDSHAKE, _CHOICE = 20, 5
# A late statement arrives together with the one that its sender sends again, or after so many seconds.
_GIVES_UP = 60.0
# SUCCESS of RUN, the record, and SUCCESS of PULL, by which a statement that commits by itself is done.
_TO_THE_END = 3


class Fault(Enum):
    BEFORE_RUN = "the statement never arrives"
    WHILE_RUNNING = "the statement arrives, and the connection is cut at once"
    LATE = "the connection is cut, and the statement arrives when its sender sends it again"
    BEFORE_ANSWER = "a statement that commits by itself is done, and its answer is lost"
    BEFORE_COMMIT = "the transaction has written, and COMMIT never arrives"
    BEFORE_SUCCESS = "COMMIT is done, and its SUCCESS is lost"


@dataclass
class Proxy:
    """A Neo4j at another address. `arm` breaks the next connection that gets there; `struck` counts those."""

    address: Address
    struck: int = 0
    # What the server said of statements that came late.
    late: queue.Queue[str] = field(default_factory=queue.Queue)
    # What happens between an answer that is lost and the end of its connection.
    on_strike: Callable[[], object] = lambda: None
    # Set by every write that goes through.
    repeated: threading.Event = field(default_factory=threading.Event)
    _armed: Fault | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def arm(self, fault: Fault) -> None:
        with self._lock:
            self._armed = fault

    def strike(self, *faults: Fault) -> Fault | None:
        """The fault to happen now, if one of these is armed; it happens once."""
        with self._lock:
            found = self._armed
            if found not in faults:
                return None
            self._armed = None
            self.struck += 1
            return found


@contextmanager
def breaking(address: Address) -> Iterator[Proxy]:
    target = urlsplit(address.uri)
    listener = socket.create_server(("127.0.0.1", 0))
    proxy = Proxy(replace(address, uri=f"bolt://127.0.0.1:{listener.getsockname()[1]}"))

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection((str(target.hostname), int(target.port or 0)))
                connection = _Connection(proxy, client, server)
                threading.Thread(target=connection.up, daemon=True).start()
                threading.Thread(target=connection.down, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield proxy
    finally:
        listener.close()


class _Connection:
    """One client's connection. Messages go up whole, so that the fault happens between two of them."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self._proxy, self._client, self._server = proxy, client, server
        # How many of the server's answers are swallowed before the connection is cut; the client sees none of them.
        self._swallow = 0
        self._swallowed: _Answers | None = None
        self._is_late = False

    def up(self) -> None:
        with suppress(OSError):
            self._server.sendall(self._exactly(_HANDSHAKE))
            head = self._exactly(2)
            if head != b"\0\0":
                message = head + self._rest(head)
            else:
                self._server.sendall(head + self._exactly(_CHOICE - 2))
                message = self._message()
            while True:
                if not self._passes(message):
                    return
                self._server.sendall(message)
                message = self._message()
        self._cut()

    def down(self) -> None:
        with suppress(OSError):
            while piece := self._server.recv(65536):
                if self._swallowed is None:
                    self._client.sendall(piece)
                    continue
                answers = self._swallowed.feed(piece)
                if _FAILURE in answers or len(answers) >= self._swallow:
                    break
            if self._swallowed:
                self._proxy.on_strike()
            if self._is_late and self._swallowed:
                self._proxy.late.put("refused" if _FAILURE in self._swallowed.found else "done")
        self._cut()

    def _passes(self, message: bytes) -> bool:
        """Whether the message goes up as it should; if not, the connection is done with."""
        signature = message[3]
        if signature == _RUN and _WRITE in message:
            fault = self._proxy.strike(Fault.BEFORE_RUN, Fault.WHILE_RUNNING, Fault.LATE, Fault.BEFORE_ANSWER)
            match fault:
                case Fault.BEFORE_RUN:
                    self._cut()
                    return False
                case Fault.WHILE_RUNNING:
                    self._server.sendall(message + self._message())
                    self._cut()
                    return False
                case Fault.LATE:
                    self._deliver_late(message + self._message())
                    return False
                case Fault.BEFORE_ANSWER:
                    self._begin_to_swallow(_TO_THE_END)
                case _:
                    self._proxy.repeated.set()
        if signature == _COMMIT:
            match self._proxy.strike(Fault.BEFORE_COMMIT, Fault.BEFORE_SUCCESS):
                case Fault.BEFORE_COMMIT:
                    self._cut()
                    return False
                case Fault.BEFORE_SUCCESS:
                    self._begin_to_swallow(1)
        return True

    def _deliver_late(self, message: bytes) -> None:
        self._is_late = True
        self._begin_to_swallow(_TO_THE_END)
        self._proxy.repeated.clear()
        with suppress(OSError):
            self._client.shutdown(socket.SHUT_RDWR)
        self._proxy.repeated.wait(_GIVES_UP)
        self._server.sendall(message)

    def _begin_to_swallow(self, count: int) -> None:
        # The server is silent now, so that the next thing it says is the beginning of an answer.
        self._swallow, self._swallowed = count, _Answers()

    def _cut(self) -> None:
        for each in (self._client, self._server):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _message(self) -> bytes:
        return self._rest(b"")

    def _rest(self, read: bytes) -> bytes:
        """A message to its end: chunks with their sizes, ended by an empty one."""
        parts = [read]
        head = read or self._exactly(2)
        if not read:
            parts.append(head)
        while True:
            size = int.from_bytes(head, "big")
            if size == 0:
                return b"".join(parts)
            parts.append(self._exactly(size))
            head = self._exactly(2)
            parts.append(head)

    def _exactly(self, count: int) -> bytes:
        parts = b""
        while len(parts) < count:
            piece = self._client.recv(count - len(parts))
            if not piece:
                raise ConnectionResetError
            parts += piece
        return parts


class _Answers:
    """Takes what the server says apart: `found` are the signatures of its messages."""

    def __init__(self) -> None:
        self.found: list[int] = []
        self._rest, self._is_first_chunk = b"", True

    def feed(self, piece: bytes) -> list[int]:
        self._rest += piece
        while len(self._rest) >= 2:
            size = int.from_bytes(self._rest[:2], "big")
            if len(self._rest) < 2 + size:
                break
            chunk, self._rest = self._rest[2 : 2 + size], self._rest[2 + size :]
            if size and self._is_first_chunk:
                self.found.append(chunk[1])
            self._is_first_chunk = size == 0
        return self.found
