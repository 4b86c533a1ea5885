"""Statements that the database has not planned take turns; those that it has do not wait for them."""

from __future__ import annotations

import asyncio

import pytest

from graph.errors import Unavailable
from resolvers.first_runs import FirstRuns


class Runs:
    """Runs statements that go on until they are told to end, and keeps account of which run."""

    def __init__(self, first_runs: FirstRuns) -> None:
        self._first_runs = first_runs
        self.running: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}

    async def run(self, text: str) -> None:
        async with self._first_runs.turn(text):
            self.running.append(text)
            await self._ends.setdefault(text, asyncio.Event()).wait()
            self.running.remove(text)

    def start(self, text: str) -> asyncio.Task[None]:
        return asyncio.create_task(self.run(text))

    def end(self, text: str) -> None:
        self._ends.setdefault(text, asyncio.Event()).set()


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_only_a_few_are_planned_at_once_and_known_ones_pass_by() -> None:
    runs = Runs(FirstRuns(at_once=2))
    runs.end("known")
    await runs.run("known")
    tasks = [runs.start(text) for text in ("a", "b", "c")]
    await settle()
    assert runs.running == ["a", "b"]

    await asyncio.wait_for(runs.run("known"), 1)

    runs.end("a")
    await settle()
    assert runs.running == ["b", "c"]
    runs.end("b")
    runs.end("c")
    await asyncio.gather(*tasks)


async def test_one_text_is_planned_once_and_then_runs_as_often_as_it_is_asked() -> None:
    runs = Runs(FirstRuns(at_once=2))
    tasks = [runs.start("a") for _ in range(3)]
    await settle()
    assert runs.running == ["a"]

    runs.end("a")
    await asyncio.gather(*tasks)


async def test_a_text_that_failed_is_tried_by_the_next_that_waits() -> None:
    first_runs = FirstRuns(at_once=1)

    async def fail() -> None:
        async with first_runs.turn("a"):
            await asyncio.sleep(0)
            raise Unavailable("away")

    results = await asyncio.gather(fail(), fail(), return_exceptions=True)

    assert [type(result) for result in results] == [Unavailable, Unavailable]


async def test_more_than_may_wait_are_refused() -> None:
    runs = Runs(FirstRuns(at_once=1, waiting=1))
    tasks = [runs.start("a"), runs.start("b")]
    await settle()

    with pytest.raises(Unavailable, match="Too many questions of new kinds"):
        await runs.run("c")

    runs.end("a")
    runs.end("b")
    await asyncio.gather(*tasks)


async def test_only_the_last_texts_are_remembered() -> None:
    first_runs = FirstRuns(remembered=1)
    for text in ("a", "b"):
        async with first_runs.turn(text):
            pass
    runs = Runs(first_runs)
    tasks = [runs.start("a"), runs.start("a")]
    await settle()

    assert runs.running == ["a"]

    runs.end("a")
    await asyncio.gather(*tasks)
