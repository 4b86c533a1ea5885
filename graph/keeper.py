"""Keeps Neo4j running: starts it, starts it again when it died, and gives up when that is of no use."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

from graph.class_data import archive_flags, start_build
from graph.data_directory import DataDirectory, Running
from graph.server import Neo4jProcess, free_port

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from typing import IO

    from graph.java import Memory

# A Neo4j that was ready for so long and then died is not failing: it was killed.
STABLE_SECONDS = 10.0

# Seconds before the next start after so many deaths in a row. At one more we give up.
PAUSES = (0.0, 1.0, 2.0, 4.0, 8.0)

# One that was never ready dies of something that does not pass: its store, the disk, its settings.
FIRST_TRIES = 2

STILL_STARTING_SECONDS = 30.0


class Keeper:
    """Neo4j's life on one data directory. `tell` is given what the attached commands should know."""

    def __init__(
        self,
        data: DataDirectory,
        memory: Memory,
        log: IO[bytes],
        tell: Callable[[dict[str, object]], None],
        note: Callable[[str], None],
    ) -> None:
        self._data = data
        self._memory = memory
        self._log = log
        self._tell = tell
        self._note = note
        self._access = data.access()
        left = data.running()
        # Commands that outlived a killed supervisor still know its port.
        self._port = free_port(left.port if left else None)
        self._neo4j: Neo4jProcess | None = None
        self._building: subprocess.Popen[bytes] | None = None
        self._next_start = 0.0
        self._next_sign_of_life = 0.0
        self._ready_at: float | None = None
        self._was_ready = False
        self._deaths = 0
        self._failure = ""

    @property
    def is_settled(self) -> bool:
        """Whether nothing happens before a child process ends."""
        return bool(self._failure) or self._ready_at is not None

    def news(self) -> dict[str, object] | None:
        """What a command that attaches now must know at once; None while Neo4j starts."""
        if self._failure:
            return {"failed": self._failure}
        if self._neo4j and self._ready_at is not None:
            access = self._access
            return {"ready": {"uri": self._neo4j.uri, "user": access.user, "password": access.password}}
        return None

    def look(self) -> None:
        """See how Neo4j is and do what follows from it; to be called again and again."""
        if self._building and self._building.poll() is not None:
            self._building = None
        if self._failure:
            return
        if self._neo4j is None:
            if time.monotonic() >= self._next_start:
                self._start()
        elif (code := self._neo4j.exit_code()) is not None:
            self._died(code)
        elif self._ready_at is None:
            if self._neo4j.answers(self._access):
                self._became_ready()
            elif time.monotonic() >= self._next_sign_of_life:
                self._next_sign_of_life = time.monotonic() + STILL_STARTING_SECONDS
                self._tell({"say": f"Neo4j is still starting; {self._data.log} tells what it does."})

    def fail(self, why: str) -> None:
        """Give up for good. Whoever is attached, or attaches before everyone has left, is told why."""
        self._failure = why
        self._note(why)
        self._tell({"failed": why})

    def stop(self) -> None:
        """End every child process, cleanly."""
        if self._building:
            self._building.terminate()
        if self._neo4j:
            self._neo4j.stop()
        if self._building:
            self._building.wait()

    def _start(self) -> None:
        # An archive that keeps Neo4j from starting is done without.
        flags = archive_flags() if self._was_ready or not self._deaths else []
        self._neo4j = Neo4jProcess(self._data, self._memory, self._port, self._log, flags)
        self._data.write_running(Running(os.getpid(), self._neo4j.pid, self._neo4j.created, self._port))
        self._next_sign_of_life = time.monotonic() + STILL_STARTING_SECONDS
        self._note(f"started Neo4j as process {self._neo4j.pid} on port {self._port}")

    def _became_ready(self) -> None:
        self._note("Neo4j is ready")
        self._ready_at = time.monotonic()
        if not self._was_ready:
            self._was_ready = True
            self._building = start_build(self._log)
        if news := self.news():
            self._tell(news)

    def _died(self, code: int) -> None:
        reason = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        self._note(f"Neo4j {reason}")
        was_stable = self._ready_at is not None and time.monotonic() > self._ready_at + STABLE_SECONDS
        self._deaths = 1 if was_stable else self._deaths + 1
        self._neo4j = self._ready_at = None
        if self._deaths == (len(PAUSES) + 1 if self._was_ready else FIRST_TRIES):
            log = self._data.log
            self.fail(f"Neo4j {reason}, {self._deaths} times in a row; {log} tells why. Then start Guanxi again.")
        else:
            self._next_start = time.monotonic() + PAUSES[self._deaths - 1]
            self._tell({"say": f"Neo4j {reason}; it is being started again."})
