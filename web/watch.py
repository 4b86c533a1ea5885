"""Watches over connections that stay open: each ends within seconds after whoever opened it may no longer, or may less.

A connection was opened with the rights of its moment, and what it is told is read with them. Once they are others, it ends
as well; its client connects again and is told by its new ones.
"""

from __future__ import annotations

import asyncio
import logging
from enum import Enum

from graph.errors import GuanxiError
from graph.reader import Reader
from web.identity import BUILT_IN, Gate, Identity
from web.security_events import record

# How often it looks, in seconds.
INTERVAL = 1.0


class Ending(Enum):
    """Why a connection has to end."""

    OVER = "Your session has ended; sign in again."
    CHANGED = "Your rights have changed; connect again."


class Watched:
    """A connection that is watched. `ended` is set once it has to end, for the reason `ending`."""

    def __init__(self, identity: Identity, reader: Reader) -> None:
        self.identity, self.reader = identity, reader
        self.ended = asyncio.Event()
        self.ending: Ending | None = None

    def end(self, ending: Ending) -> None:
        if self.ending is None:
            self.ending = ending
            self.ended.set()


class Watch:
    """All connections of a server that stay open."""

    def __init__(self, gate: Gate, interval: float = INTERVAL) -> None:
        self._gate, self._interval = gate, interval
        self._watched: set[Watched] = set()

    def begin(self, identity: Identity, reader: Reader) -> Watched:
        watched = Watched(identity, reader)
        # The built-in administrator never ends.
        if identity != BUILT_IN:
            self._watched.add(watched)
        return watched

    def leave(self, watched: Watched) -> None:
        self._watched.discard(watched)

    async def run(self) -> None:
        """Look again and again, until it is cancelled."""
        while True:
            await asyncio.sleep(self._interval)
            if not self._watched:
                continue
            try:
                await self.look()
            except GuanxiError as error:
                # While the database is away nothing is told to anybody.
                logging.getLogger(__name__).warning("open connections cannot be looked at: %s", error.message)
            except Exception:
                logging.getLogger(__name__).exception("open connections cannot be looked at")

    async def look(self) -> None:
        """End those that have to end."""
        watched = list(self._watched)
        now = await self._gate.still({each.identity for each in watched})
        for each in watched:
            reader = now[each.identity]
            if reader is None:
                record("connection_ended", refused=True, user=each.identity.user, means=each.identity.means.value)
                each.end(Ending.OVER)
            elif reader is not each.reader and reader != each.reader:
                each.end(Ending.CHANGED)
