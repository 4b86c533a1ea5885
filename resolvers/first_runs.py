"""Statements that the database has not planned yet take turns: planning one costs it more than running a hundred.

A document that never repeats would otherwise keep every core of the database busy with planning, while those who ask
what was asked before wait. They do not wait here.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from graph.errors import Unavailable


class FirstRuns:
    """Lets through at once what ran before; of the rest, only a few, and each text once.

    `at_once` statements are planned at the same time, `waiting` more may wait for their turn; beyond that lies
    `Unavailable`. The last `remembered` texts are taken for planned, which is as many as Neo4j itself keeps.
    """

    def __init__(self, at_once: int = 2, waiting: int = 100, remembered: int = 1_000) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._places = at_once + waiting
        self._remembered = remembered
        self._planned: OrderedDict[str, None] = OrderedDict()
        self._planning: dict[str, asyncio.Event] = {}

    def is_planned(self, text: str) -> bool:
        """Whether a statement ran before, and so may be run at once."""
        if text in self._planned:
            self._planned.move_to_end(text)
            return True
        return False

    @asynccontextmanager
    async def turn(self, text: str) -> AsyncIterator[None]:
        """Wait until a statement may be run. Raises `Unavailable` where too many wait."""
        while not self.is_planned(text):
            if text not in self._planning:
                async with self._first(text):
                    yield
                return
            # The same text is being planned for another request.
            await self._planning[text].wait()
        yield

    @asynccontextmanager
    async def _first(self, text: str) -> AsyncIterator[None]:
        if len(self._planning) >= self._places:
            raise Unavailable("Too many questions of new kinds are asked at once; try again, or repeat known ones.")
        done = self._planning[text] = asyncio.Event()
        try:
            async with self._turns:
                yield
            self._planned[text] = None
            if len(self._planned) > self._remembered:
                self._planned.popitem(last=False)
        finally:
            del self._planning[text]
            done.set()
