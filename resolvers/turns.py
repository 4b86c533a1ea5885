"""Turns at the database: so many statements at once, so many that wait, and no caller before all others.

A slot that is free is taken at once. Where there is none, callers take turns with their waiting statements, however
many one of them has. A caller never holds all slots, so that whoever comes next need not wait for what it asked.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from dataclasses import dataclass

from graph.errors import Busy


@dataclass(frozen=True)
class Room:
    """How many statements run and wait at once, in all and of one caller."""

    running: int = 64
    running_of_one: int = 48
    waiting: int = 1_000
    waiting_of_one: int = 250


class Turns:
    def __init__(self, room: Room = Room()) -> None:
        self._room = room
        self._running_of: Counter[str] = Counter()
        self.running = self.waiting = 0
        self._queues: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    def start(self, caller: str) -> bool:
        """Take a slot that is free, to be released again. Whether there was one, and nobody waits for it."""
        running_of_it = self._running_of.get(caller, 0)
        if self._queues or self.running >= self._room.running or running_of_it >= self._room.running_of_one:
            return False
        self.running += 1
        self._running_of[caller] = running_of_it + 1
        return True

    async def take(self, caller: str) -> None:
        """Wait for a slot, to be released again. Raises `Busy` where too many wait."""
        if self.start(caller):
            return
        queue = self._queues.get(caller)
        if self.waiting >= self._room.waiting or (queue and len(queue) >= self._room.waiting_of_one):
            raise Busy("More is asked at once than this server takes; try again in a second.")
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queues.setdefault(caller, deque()).append(turn)
        self.waiting += 1
        self._admit()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # The slot was given just before nobody wanted it any more.
                self.release(caller)
            else:
                self._leave(caller, turn)
            raise

    def release(self, caller: str) -> None:
        self.running -= 1
        running_of_it = self._running_of[caller] - 1
        if running_of_it:
            self._running_of[caller] = running_of_it
        else:
            del self._running_of[caller]
        if self._queues:
            self._admit()

    def _may_run(self, caller: str) -> bool:
        return self.running < self._room.running and self._running_of[caller] < self._room.running_of_one

    def _start(self, caller: str) -> None:
        self.running += 1
        self._running_of[caller] += 1

    def _admit(self) -> None:
        """Give free slots to those who wait, one of each caller in turn."""
        while (caller := next((each for each in self._queues if self._may_run(each)), None)) is not None:
            turn = self._queues[caller].popleft()
            self.waiting -= 1
            # Whoever had a turn goes to the end.
            self._queues.move_to_end(caller)
            if not self._queues[caller]:
                del self._queues[caller]
            self._start(caller)
            turn.set_result(None)

    def _leave(self, caller: str, turn: asyncio.Future[None]) -> None:
        queue = self._queues[caller]
        queue.remove(turn)
        self.waiting -= 1
        if not queue:
            del self._queues[caller]
