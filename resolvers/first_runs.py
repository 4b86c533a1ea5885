"""Statements that the database has not planned yet take turns: planning one costs it more than running a hundred.

A document that never repeats would otherwise keep every core of the database busy with planning, while those who ask
what was asked before wait. They do not wait here.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from graph.errors import Busy
from resolvers.account import ACCOUNT


class FirstRuns:
    """Lets through at once what ran before; of the rest, only a few, and each text once.

    `at_once` statements are planned at the same time, `waiting` more may wait for their turn; beyond that lies
    `Unavailable`. Of these places one caller takes `of_one` at most. The last `remembered` texts are taken for planned,
    which is as many as Neo4j itself keeps.
    """

    def __init__(self, at_once: int = 2, waiting: int = 100, remembered: int = 1_000, of_one: int = 30) -> None:
        self._of_one, self._planning_of = of_one, Counter[str]()
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
        account = ACCOUNT.get()
        caller = account.caller if account else ""
        if len(self._planning) >= self._places or (caller and self._planning_of[caller] >= self._of_one):
            raise Busy("Too many questions of new kinds are asked at once; try again, or repeat known ones.")
        done = self._planning[text] = asyncio.Event()
        self._planning_of[caller] += 1
        try:
            async with self._turns:
                yield
            self._planned[text] = None
            if len(self._planned) > self._remembered:
                self._planned.popitem(last=False)
        finally:
            del self._planning[text]
            self._planning_of[caller] -= 1
            if not self._planning_of[caller]:
                del self._planning_of[caller]
            done.set()
