"""Runs Neo4j for all commands that are attached to one data directory.

    python -m graph.supervisor DIR HEAP PAGE_CACHE

It is a process of its own, so that Neo4j outlives the command that started it while others use it, and so that Neo4j
is the child of a thread that never ends early: the kernel kills Neo4j when that thread is gone, however it went. When
the last command has left, it stops Neo4j and exits. Its caller waits until it has put itself into the background, and
then finds the socket; EX_TEMPFAIL says that another supervisor holds the directory.
"""

from __future__ import annotations

import fcntl
import os
import selectors
import shutil
import signal
import socket
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from graph import unix_socket
from graph.attachments import Attachments
from graph.data_directory import DataDirectory
from graph.errors import GuanxiError
from graph.java import Memory
from graph.keeper import Keeper
from graph.server import end_leftover

if TYPE_CHECKING:
    from types import FrameType

# While Neo4j starts, it is asked this often whether it has.
ASK_SECONDS = 0.1

# A command may start a supervisor and be killed before it attaches.
NOBODY_CAME_SECONDS = 10.0

LOG_BYTES = 10_000_000
LOOK_AT_LOG_SECONDS = 60.0


class Supervisor:
    def __init__(self, data: DataDirectory, memory: Memory, listener: socket.socket, log: IO[bytes]) -> None:
        self._data = data
        self._log = log
        self._told_to_stop = ""
        self._selector = selectors.DefaultSelector()
        self._keeper = Keeper(data, memory, log, self._tell, self._note)
        self._attachments = Attachments(data.path, self._selector, self._keeper.news, self._note)
        self._selector.register(listener, selectors.EVENT_READ, lambda: self._attachments.accept(listener))
        self._wakers = self._listen_to_signals()

    def run(self) -> None:
        """Look after Neo4j and the commands until nobody needs it any more, or a signal ends it."""
        give_up_at = time.monotonic() + NOBODY_CAME_SECONDS
        try:
            while not self._told_to_stop and not self._attachments.are_over:
                if not self._attachments and time.monotonic() > give_up_at:
                    break
                keep_small(self._data.log)
                try:
                    self._keeper.look()
                except (GuanxiError, OSError) as error:
                    self._keeper.fail(str(error))
                # Once settled, what may happen wakes us: a message, a signal, the end of a child.
                is_quiet = self._attachments and self._keeper.is_settled
                for key, _ in self._selector.select(LOOK_AT_LOG_SECONDS if is_quiet else ASK_SECONDS):
                    key.data()
        finally:
            self._stop()

    def _stop(self) -> None:
        if self._told_to_stop:
            # Otherwise the commands would take it for an accident, and start the next supervisor.
            self._keeper.fail(f"Neo4j was stopped by {self._told_to_stop}. Start Guanxi again.")
        self._keeper.stop()
        self._data.socket.unlink(missing_ok=True)
        self._data.remove_running()
        self._note("stopped")

    def _tell(self, message: dict[str, object]) -> None:
        self._attachments.tell(message)

    def _listen_to_signals(self) -> tuple[socket.socket, socket.socket]:
        # A signal only wakes the selector; the loop then looks at what it means.
        woken, waker = socket.socketpair()
        waker.setblocking(False)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        self._selector.register(woken, selectors.EVENT_READ, lambda: woken.recv(4096))
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._end)
        return woken, waker

    def _end(self, number: int, _: FrameType | None) -> None:
        self._told_to_stop = signal.Signals(number).name

    def _note(self, message: str) -> None:
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
        self._log.write(f"{now}+0000 SUPERVISOR {message}\n".encode())


def keep_small(log: Path) -> None:
    """Move what a log holds into its one predecessor. It is emptied, not replaced: Neo4j appends to this very file."""
    if log.stat().st_size > LOG_BYTES:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


def main(path: str, heap: str, page_cache: str) -> int:
    data = DataDirectory(Path(path))
    with data.lock.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return os.EX_TEMPFAIL
        # We hold the lock, so a socket that lies there belongs to a supervisor that was killed.
        listener = unix_socket.listen(data.socket)
        if os.fork():
            return os.EX_OK
        # Ctrl-C at the caller's terminal is not for us.
        os.setsid()
        with data.log.open("ab", buffering=0) as log, Path(os.devnull).open("rb") as nothing:
            os.dup2(nothing.fileno(), 0)
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
            if left := data.running():
                end_leftover(left)
            Supervisor(data, Memory(heap, page_cache), listener, log).run()
    return os.EX_OK


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
