"""The embedded Neo4j, as a command uses it: attach to the one that runs on a data directory, or start it.

    with attach(Path("data"), command="guanxi query") as address:
        ...  # Neo4j answers at address.uri, and goes on as long as anyone is attached

How it is kept running is the supervisor's affair; this module knows how to reach one and what it says.
"""

from __future__ import annotations

import os
import queue
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from graph import unix_socket
from graph.address import Address
from graph.data_directory import DataDirectory, EmbeddedError
from graph.jars import cache_folder, class_path, read_lock
from graph.java import Memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["EmbeddedError", "Memory", "attach"]

ROOT = Path(__file__).parents[1]

# A supervisor that is stopping its Neo4j may take a minute before the next one can begin.
PATIENCE_SECONDS = 120.0

# A supervisor that is killed so often in a row is not worth another try.
TRIES = 3


def _to_stderr(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")


@contextmanager
def attach(
    data: Path,
    *,
    command: str,
    exclusive: bool = False,
    memory: Memory = Memory(),
    say: Callable[[str], None] = _to_stderr,
) -> Iterator[Address]:
    """The Neo4j that runs on `data`: attach to the one that runs, or start it with `memory`.

    `command` is what others are told about us. With `exclusive`, a second exclusive one is refused, and leaving waits
    for the others; Ctrl-C ends that wait. The last one to leave waits until Neo4j has stopped. `say` is given
    sentences for a person, also from another thread. Raises EmbeddedError or JarsError.
    """
    directory = DataDirectory(data.expanduser().resolve())
    directory.prepare()
    class_path(read_lock(), cache_folder())
    hello = {"command": command, "pid": os.getpid(), "exclusive": exclusive}
    attachment = _Attachment(directory, hello, memory, say)
    try:
        yield attachment.open()
    finally:
        attachment.leave()


class _Attachment:
    """A connection to the supervisor, made again when that is killed, until we leave."""

    def __init__(
        self, data: DataDirectory, hello: dict[str, object], memory: Memory, say: Callable[[str], None]
    ) -> None:
        self._data = data
        self._hello = hello
        self._memory = memory
        self._say = say
        self._leaving = False
        self._others: queue.Queue[list[str]] = queue.Queue()
        self._connection: socket.socket | None = None
        self._messages: Iterator[dict[str, object]] = iter(())
        self._listener: threading.Thread | None = None

    def open(self) -> Address:
        address = self._attach()
        self._listener = threading.Thread(target=self._listen, args=(address,), name="neo4j-supervisor", daemon=True)
        self._listener.start()
        return address

    def leave(self) -> None:
        """Let go, and wait for what follows from it. Ctrl-C ends the wait; what follows happens all the same."""
        self._leaving = True
        if self._connection is None:
            return
        with suppress(OSError, KeyboardInterrupt):
            if self._listener and self._hello["exclusive"]:
                self._wait_for_others(self._connection)
            self._connection.shutdown(socket.SHUT_WR)
            if self._listener:
                self._listener.join(PATIENCE_SECONDS)
            else:
                self._connection.settimeout(PATIENCE_SECONDS)
                for _ in self._messages:
                    pass
        self._connection.close()

    def _wait_for_others(self, connection: socket.socket) -> None:
        unix_socket.tell(connection, {"leaving": True})
        while others := self._others.get():
            self._say(f"Waiting for {', '.join(others)}, which use the same database; Ctrl-C leaves at once.")

    def _attach(self) -> Address:
        """Connect and wait until Neo4j is ready."""
        for _ in range(TRIES):
            self._connection = self._connect()
            self._messages = unix_socket.messages(self._connection)
            unix_socket.tell(self._connection, self._hello)
            for message in self._messages:
                match message:
                    case {"ready": {"uri": str(uri), "user": str(user), "password": str(password)}}:
                        return Address(uri, user, password)
                    case {"refused": str(why)} | {"failed": str(why)}:
                        raise EmbeddedError(why)
                    case {"say": str(sentence)}:
                        self._say(sentence)
            # It was stopping when we came, or was killed: its connections are closed and the next one can begin.
            self._connection.close()
        sentence = f"{self._data.path}: Neo4j's supervisor ended {TRIES} times; {self._data.log} tells why."
        raise EmbeddedError(sentence)

    def _connect(self) -> socket.socket:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up_at:
            try:
                return unix_socket.connect(self._data.socket)
            except (FileNotFoundError, ConnectionRefusedError):
                if not self._start_supervisor():
                    # One holds the lock and has no socket: it has just come, or is just going.
                    time.sleep(0.1)
            except OSError as error:
                message = f"{self._data.socket}: cannot be reached ({error.strerror})."
                raise EmbeddedError(message) from error
        message = f"{self._data.path}: is held by a process that does not answer; {self._data.log} may tell why."
        raise EmbeddedError(message)

    def _start_supervisor(self) -> bool:
        """Whether there is a new one now; where another one holds the data directory there is not."""
        memory = self._memory
        done = subprocess.run(
            [sys.executable, "-m", "graph.supervisor", str(self._data.path), memory.heap, memory.page_cache],
            check=False,
            cwd="/",
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        if done.returncode == os.EX_OK:
            self._say("Starting Neo4j, which takes some ten seconds.")
        elif done.returncode != os.EX_TEMPFAIL:
            reason = done.stderr.strip().rpartition("\n")[2]
            message = f"{self._data.path}: Neo4j's supervisor could not start ({reason})."
            raise EmbeddedError(message)
        return done.returncode == os.EX_OK

    def _listen(self, address: Address) -> None:
        """Pass on what the supervisor says, and replace it when it was killed. Runs on a thread of its own."""
        try:
            while not self._hear_out() and not self._leaving and self._come_back(address):
                pass
        finally:
            # Nobody is left to tell who else there is.
            self._others.put([])

    def _hear_out(self) -> bool:
        """Hear the supervisor until it is gone. Whether it went for good, and said so."""
        went_for_good = False
        for message in self._messages:
            match message:
                case {"say": str(sentence)}:
                    self._say(sentence)
                case {"ready": _}:
                    self._say("Neo4j is ready again.")
                case {"failed": str(why)}:
                    went_for_good = True
                    self._say(why)
                case {"others": list(names)}:
                    self._others.put(names)
        return went_for_good

    def _come_back(self, address: Address) -> bool:
        self._say("Neo4j's supervisor was killed, and Neo4j with it; both are being started again.")
        try:
            found = self._attach()
        except EmbeddedError as error:
            self._say(error.message)
            return False
        self._say("Neo4j is ready again." if found == address else "Neo4j has another port now: start Guanxi again.")
        if self._leaving and self._connection:
            self._connection.close()
        return True
