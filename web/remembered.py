"""Answers that are remembered for a moment."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Asks for each key once in a while, and once for all who want to know it at the same time.

    What was asked before it was forgotten is not remembered. Failures are not either.
    """

    def __init__(self, ask: Callable[[K], Awaitable[V]], seconds: float, most: int = 10_000) -> None:
        self._ask, self._seconds, self._most = ask, seconds, most
        self._known: OrderedDict[K, tuple[float, V]] = OrderedDict()
        self._asking: dict[K, asyncio.Task[V]] = {}

    async def __call__(self, key: K) -> V:
        known = self._known.get(key)
        if known and known[0] > time.monotonic():
            return known[1]
        asking = self._asking.get(key)
        if asking is None:
            asking = self._asking[key] = asyncio.create_task(self._asked(key))
        # Whoever gives up waiting does not take the answer from the others.
        return await asyncio.shield(asking)

    async def _asked(self, key: K) -> V:
        task = asyncio.current_task()
        # The answer is as old as the question.
        asked = time.monotonic()
        try:
            found = await self._ask(key)
            if self._asking.get(key) is task:
                self._known[key] = (asked + self._seconds, found)
                self._known.move_to_end(key)
                if len(self._known) > self._most:
                    self._known.popitem(last=False)
            return found
        finally:
            if self._asking.get(key) is task:
                del self._asking[key]

    def forget(self, key: K) -> None:
        """Ask anew next time, even if somebody is asking just now."""
        self._known.pop(key, None)
        self._asking.pop(key, None)
