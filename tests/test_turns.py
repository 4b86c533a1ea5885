"""Statements take turns: so many at once, so many that wait, and no caller before all others."""

from __future__ import annotations

import asyncio

import pytest

from graph.errors import Busy
from resolvers.turns import Room, Turns


class Statements:
    """Statements that run until they are told to end, in the order in which they began."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self.running: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}

    def start(self, name: str) -> asyncio.Task[None]:
        self._ends[name] = asyncio.Event()
        return asyncio.create_task(self._run(name))

    def end(self, name: str) -> None:
        self._ends[name].set()

    async def _run(self, name: str) -> None:
        caller = name[0]
        await self.turns.take(caller)
        try:
            self.running.append(name)
            await self._ends[name].wait()
        finally:
            self.running.remove(name)
            self.turns.release(caller)


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_callers_take_turns_however_many_statements_one_of_them_has() -> None:
    found = Statements(Turns(Room(running=2, running_of_one=2, waiting=10, waiting_of_one=10)))
    tasks = [found.start(name) for name in ("a1", "a2", "a3", "a4", "b1", "c1")]
    await settle()
    order = [list(found.running)]
    for name in ("a1", "a2", "a3", "b1", "c1", "a4"):
        found.end(name)
        await settle()
        order.append(list(found.running))
    await asyncio.gather(*tasks)

    assert order == [["a1", "a2"], ["a2", "a3"], ["a3", "b1"], ["b1", "c1"], ["c1", "a4"], ["a4"], []]
    assert (found.turns.running, found.turns.waiting) == (0, 0)


async def test_a_caller_leaves_slots_to_others() -> None:
    found = Statements(Turns(Room(running=3, running_of_one=2, waiting=10, waiting_of_one=10)))
    tasks = [found.start(name) for name in ("a1", "a2", "a3", "b1")]
    await settle()
    first = list(found.running)
    for name in ("a1", "a2", "a3", "b1"):
        found.end(name)
    await asyncio.gather(*tasks)

    assert first == ["a1", "a2", "b1"]


async def test_one_caller_cannot_fill_the_queue_and_all_of_them_can() -> None:
    found = Statements(Turns(Room(running=1, running_of_one=1, waiting=3, waiting_of_one=2)))
    tasks = [found.start(name) for name in ("a1", "a2", "a3")]
    await settle()

    with pytest.raises(Busy):
        await found.turns.take("a")
    tasks.append(found.start("b1"))
    await settle()
    with pytest.raises(Busy):
        await found.turns.take("c")

    assert found.turns.waiting == 3
    for name in ("a1", "a2", "a3", "b1"):
        found.end(name)
    await asyncio.gather(*tasks)


async def test_who_does_not_wait_any_longer_leaves_its_place() -> None:
    found = Statements(Turns(Room(running=1, running_of_one=1, waiting=5, waiting_of_one=5)))
    first, second, third = (found.start(name) for name in ("a1", "a2", "b1"))
    await settle()
    second.cancel()
    await settle()
    waiting = found.turns.waiting
    # A slot that is given in the same moment goes on to the next.
    found.end("a1")
    await first
    third.cancel()
    await asyncio.gather(second, third, return_exceptions=True)

    assert waiting == 1
    assert (found.turns.running, found.turns.waiting) == (0, 0)
