"""Statements that the database has not planned yet take turns: planning one costs it more than running a hundred.

A document that never repeats would otherwise keep every core of the database busy with planning, while those who ask
what was asked before wait. They do not wait here.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from graph.errors import Busy
from resolvers.account import ACCOUNT

# To be called once the database has planned a statement, which it then runs.
Planned = Callable[[], None]


class FirstRuns:
    """Lets through at once what was planned before; of the rest, only a few, and each text once.

    `at_once` statements are planned at the same time, `waiting` more may wait for their turn; beyond that lies
    `Busy`. Of these places one caller takes `of_one` at most. A turn ends when the statement has been planned, or after
    `longest` seconds: how long it then runs, and whether it succeeds, is no matter. The last `remembered` texts are taken
    for planned, which is as many as Neo4j itself keeps.
    """

    def __init__(
        self, at_once: int = 2, waiting: int = 100, remembered: int = 1_000, of_one: int = 30, longest: float = 5.0
    ) -> None:
        self._of_one, self._planning_of = of_one, Counter[str]()
        self._turns = asyncio.Semaphore(at_once)
        self._places = at_once + waiting
        self._remembered, self._longest = remembered, longest
        self._planned: OrderedDict[str, None] = OrderedDict()
        self._planning: dict[str, asyncio.Event] = {}

    def is_planned(self, text: str) -> bool:
        """Whether a statement was planned before, and so may be run at once."""
        if text in self._planned:
            self._planned.move_to_end(text)
            return True
        return False

    @asynccontextmanager
    async def turn(self, text: str) -> AsyncIterator[Planned]:
        """Wait until a statement may be sent; the turn ends with a call of what is yielded, or with the block.

        Raises `Busy` where too many wait.
        """
        while not self.is_planned(text):
            if text not in self._planning:
                async with self._first(text) as planned:
                    yield planned
                return
            # The same text is being planned for another request.
            await self._planning[text].wait()
        yield lambda: None

    @asynccontextmanager
    async def _first(self, text: str) -> AsyncIterator[Planned]:
        account = ACCOUNT.get()
        caller = account.caller if account else ""
        if len(self._planning) >= self._places or (caller and self._planning_of[caller] >= self._of_one):
            raise Busy("Too many questions of new kinds are asked at once; try again, or repeat known ones.")
        done = self._planning[text] = asyncio.Event()
        self._planning_of[caller] += 1
        has_turn = False

        def end() -> None:
            nonlocal has_turn
            if has_turn:
                has_turn = False
                self._turns.release()
            if self._planning.get(text) is done:
                del self._planning[text]
                self._planning_of[caller] -= 1
                if not self._planning_of[caller]:
                    del self._planning_of[caller]
            done.set()

        def planned() -> None:
            self._planned[text] = None
            if len(self._planned) > self._remembered:
                self._planned.popitem(last=False)
            end()

        try:
            await self._turns.acquire()
            has_turn = True
            # A transaction may hold what another one waits for while it waits itself for its turn.
            limit = asyncio.get_running_loop().call_later(self._longest, end)
            try:
                yield planned
            finally:
                limit.cancel()
            planned()
        finally:
            end()
