"""Statements that the database has not planned take turns; those that it has do not wait for them."""

from __future__ import annotations

import asyncio

import pytest

from graph.database import Database
from graph.errors import Unavailable
from graph.reader import ADMINISTRATOR
from graph.statement import Statement
from resolvers.answer import Answer, Answerer
from resolvers.api import API
from resolvers.first_runs import FirstRuns
from resolvers.question import Question
from tests.mutations.conftest import numbers


class Runs:
    """Runs statements that go on until they are told to end, and keeps account of which run."""

    def __init__(self, first_runs: FirstRuns) -> None:
        self._first_runs = first_runs
        self.running: list[str] = []
        self._ends: dict[str, asyncio.Event] = {}

    async def run(self, text: str) -> None:
        async with self._first_runs.turn(text) as planned:
            self.running.append(text)
            if text.startswith("planned"):
                planned()
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


async def test_a_turn_ends_when_the_statement_is_planned_however_long_it_runs() -> None:
    runs = Runs(FirstRuns(at_once=1))
    tasks = [runs.start(text) for text in ("planned a", "planned a", "planned b", "c")]
    await settle()

    assert runs.running == ["planned a", "planned a", "planned b", "c"]

    for text in ("planned a", "planned b", "c"):
        runs.end(text)
    await asyncio.gather(*tasks)


async def test_a_statement_that_fails_as_it_runs_has_been_planned() -> None:
    first_runs = FirstRuns(at_once=1)

    async def fail() -> None:
        async with first_runs.turn("a") as planned:
            planned()
            raise Unavailable("away")

    with pytest.raises(Unavailable):
        await fail()

    assert first_runs.is_planned("a")


async def test_planning_that_comes_to_no_end_gives_its_turn_away() -> None:
    runs = Runs(FirstRuns(at_once=1, longest=0.05))
    tasks = [runs.start(text) for text in ("a", "b", "a")]
    await settle()
    assert runs.running == ["a"]

    await asyncio.sleep(0.2)

    assert sorted(runs.running) == ["a", "a", "b"]
    runs.end("a")
    runs.end("b")
    await asyncio.gather(*tasks)
    # No turn was given back twice.
    tasks = [runs.start(text) for text in ("c", "d")]
    await settle()
    assert runs.running == ["c"]
    runs.end("c")
    runs.end("d")
    await asyncio.gather(*tasks)


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


# --- on the real database -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "CYPHER 5 UNWIND range(1, 3000000 + $p.n) AS i WITH sum(i % 7) AS sum RETURN [sum] AS answer",
    "CYPHER 5 MERGE (n:Attempt {id: 'first run'}) WITH n UNWIND range(1, 3000000 + $p.n) AS i WITH n, sum(i % 7) AS sum "
    "DELETE n RETURN [sum] AS answer",
], ids=["read", "write"])  # fmt: skip
async def test_neo4j_says_that_it_has_planned_before_it_runs(database: Database, text: str) -> None:
    planned = asyncio.Event()
    statement = Statement(text, {"n": 1})

    run = (
        database.write(statement, planned=planned.set)
        if "MERGE" in text
        else database.read(statement, planned=planned.set)
    )
    running = asyncio.create_task(run)
    await asyncio.wait_for(planned.wait(), 20)
    is_done = running.done()
    answer = await running

    assert not is_done
    assert answer[0] > 0


MUTATION = """mutation {0} {{
  one: createCategory(input: {{code: "{1}", name: "A"}}) {{ category {{ id {2} }} errors {{ message }} }}
}}"""


@pytest.mark.parametrize(("directive", "key"), [("", None), ("", "key"), ("@atomic", None), ("@atomic", "key")])
async def test_mutations_of_any_kind_take_their_turn(
    database: Database, trading: None, api: API, directive: str, key: str | None
) -> None:
    answerer = Answerer(api, database, "USD", numbers)
    first_runs = FirstRuns(at_once=1)
    answerer._first_runs = answerer.charging._first_runs = answerer._mutator._fields._first_runs = first_runs

    async def write(code: str) -> Answer:
        text = MUTATION.format(directive, f"first-{directive}-{key}-{code}", "name" if key else "code")
        return await answerer.answer(Question(text, key=key and f"{key}{code}{directive}"), ADMINISTRATOR)

    async with first_runs.turn("another"):
        waiting = asyncio.create_task(write("a"))
        await asyncio.sleep(0.5)
        has_waited = not waiting.done()
    first = await waiting
    async with first_runs.turn("yet another"):
        second = await asyncio.wait_for(write("b"), 20)
    await database.run("MATCH (n:Category) WHERE n.code STARTS WITH 'first-' DETACH DELETE n")

    assert has_waited
    assert [answer.data["one"]["errors"] for answer in (first, second) if answer.data] == [[], []]
