"""One subscriber's messages: kept in their order, within bounds, until they are read."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass

from graph.errors import GuanxiError, Missed, Unavailable
from resolvers.delivery import Told


@dataclass(frozen=True)
class Bounds:
    """How much is kept for those who read slowly, and how many there may be."""

    # Of each subscriber: how many messages, and how many bytes.
    messages: int = 1_000
    bytes: int = 8_000_000
    # Of a group: how many changes wait to be read.
    changes: int = 100_000
    subscriptions: int = 20_000
    subscriptions_of_one: int = 1_000


class Subscription:
    """One subscriber's messages, in their order. Iterating raises `Missed` once it has told what it kept."""

    def __init__(self, bounds: Bounds, caller: str = "") -> None:
        self._bounds, self.caller = bounds, caller
        self._waiting: deque[Told] = deque()
        self._size = 0
        self._last = ""
        self._ready, self._room = asyncio.Event(), asyncio.Event()
        self._error: GuanxiError | None = None
        self._is_over = False
        # Called before the first message that tells of a sensitive property; and those that were told of before.
        self.on_sensitive: Callable[[frozenset[str]], None] = lambda _: None
        self.noted: frozenset[str] = frozenset()
        # What is told while it still has to be told what was before; and what its group was about to tell by then.
        self._held: deque[Told] | None = None
        self._known: set[str] = set()

    def put(self, told: Told) -> None:
        """Keep a message, or remember that this and what follows was missed."""
        if self._is_over:
            return
        if told.id in self._known:
            self._known.remove(told.id)
            return
        if self._held is not None:
            self._held.append(told)
            if len(self._held) > self._bounds.changes:
                self.miss()
            return
        if not self.has_room:
            self.miss()
            return
        self._keep(told)

    def _keep(self, told: Told) -> None:
        self._waiting.append(told)
        self._size += len(told.body)
        self._last = told.cursor
        self._ready.set()

    @property
    def has_room(self) -> bool:
        return len(self._waiting) < self._bounds.messages and self._size < self._bounds.bytes

    async def put_in_time(self, told: Told) -> None:
        """Keep a message as soon as there is room for it, before those that are held."""
        while not self.has_room and not self._is_over:
            self._room.clear()
            await self._room.wait()
        if not self._is_over:
            self._keep(told)

    def hold(self, known: Iterable[str]) -> None:
        """From now on hold what is put, until it is released; but for changes that are told otherwise."""
        self._held, self._known = deque(), set(known)

    async def release(self) -> None:
        """Tell what was held, and hold no more."""
        while self._held:
            await self.put_in_time(self._held.popleft())
        self._held = None

    def miss(self) -> None:
        """It will not be told of what comes next."""
        self.end(Missed(self._last) if self._last else Unavailable("The server could not keep up; subscribe again."))

    def end(self, error: GuanxiError | None = None) -> None:
        """No more messages after those that are kept; the error, if there is one, is raised then."""
        if not self._is_over:
            self._is_over, self._error = True, error
        self._ready.set()
        self._room.set()

    def forget(self) -> None:
        """No more messages, not even those that are kept: its reader may not have them any more."""
        self._waiting.clear()
        self._size = 0
        self.end()

    async def __aiter__(self) -> AsyncIterator[Told]:
        while True:
            while self._waiting:
                told = self._waiting.popleft()
                self._size -= len(told.body)
                self._room.set()
                if new := told.sensitive - self.noted:
                    self.noted |= new
                    self.on_sensitive(new)
                yield told
            if self._is_over:
                if self._error:
                    raise self._error
                return
            self._ready.clear()
            await self._ready.wait()
