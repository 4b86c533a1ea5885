"""Processes are killed and stopped while clients write; afterwards nothing is lost, and nothing is there by half."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import httpx
import pytest

from graph import attempts
from graph.address import Address
from graph.data_directory import DataDirectory
from graph.database import Database, Patience
from graph.embedded import Memory, attach
from graph.numbers import Numbers
from graph.reader import ADMINISTRATOR
from resolvers.answer import Answer, Answerer
from resolvers.api import API
from resolvers.question import Question
from tests.faults.conftest import hold_nothing
from tests.faults.ledger import CREATE, Ledger, entry
from tests.faults.workers import Worker, working

CLIENTS = 4
# A start takes ten seconds, and many times as long on a machine that does other things as well.
PATIENT = Patience(statement=120.0, retry=300.0, settle=300.0)
_NAMES = count(1)
_CHANCE = random.Random()  # noqa: S311 - it only chooses moments.


@dataclass(frozen=True)
class Own:
    """A Neo4j that only these tests use, so that they may kill it."""

    address: Address
    data: DataDirectory

    def signal(self, number: signal.Signals) -> None:
        running = self.data.running()
        assert running
        os.kill(running.neo4j, number)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    path = tmp_path_factory.mktemp("killed") / "data"
    with attach(path, command="pytest", memory=Memory(heap="512m", page_cache="32m")) as address:
        yield Own(address, DataDirectory(path))


@dataclass
class Writing:
    """Clients that write one entry after the other, with and without keys, and note what they are told."""

    ledger: Ledger
    ask: Callable[[str], Awaitable[None]]
    stopped: bool = False
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def run(self) -> None:
        while not self.stopped:
            name = f"e{next(_NAMES)}"
            self.ledger.asked.add(name)
            await self.ask(name)

    async def until_more(self, number: int, within: float = 600.0) -> None:
        """Wait until so many more entries have been acknowledged."""
        wanted = len(self.ledger.acknowledged) + number
        async with asyncio.timeout(within):
            while len(self.ledger.acknowledged) < wanted:
                for task in self.tasks:
                    if task.done():
                        task.result()
                await asyncio.sleep(0.01)


@asynccontextmanager
async def writing(ledger: Ledger, ask: Callable[[str], Awaitable[None]]) -> AsyncIterator[Writing]:
    found = Writing(ledger, ask)
    found.tasks = [asyncio.create_task(found.run()) for _ in range(CLIENTS)]
    try:
        yield found
    finally:
        found.stopped = True
        await asyncio.gather(*found.tasks)


@asynccontextmanager
async def direct(
    own: Own, api: API, patience: Patience
) -> AsyncIterator[tuple[Database, Ledger, Callable[[str], Awaitable[None]]]]:
    database = Database(own.address, patience)
    ledger = Ledger()
    answerer = Answerer(api, database, "USD", Numbers(database).next)

    async def ask(name: str) -> None:
        key = f"key-{name}" if int(name[1:]) % 2 else None
        ledger.note(name, await answerer.answer(Question(CREATE, None, entry(name), key=key), ADMINISTRATOR))

    try:
        await hold_nothing(database, api)
        for name in (f"e{next(_NAMES)}" for _ in range(2)):
            await ask(name)
        yield database, ledger, ask
    finally:
        await database.close()


async def test_the_database_is_killed_while_it_writes(own: Own, declared: API, times: int) -> None:
    async with direct(own, declared, PATIENT) as (database, ledger, ask):
        async with writing(ledger, ask) as clients:
            for _ in range(times):
                await clients.until_more(10)
                await asyncio.sleep(_CHANCE.uniform(0, 0.05))
                own.signal(signal.SIGKILL)
            await clients.until_more(10)

        assert ledger.unknown == ledger.denied == set()
        await ledger.verify(database, declared.model)


async def test_a_database_that_stays_away_is_said_to_be_away(own: Own, declared: API) -> None:
    async with direct(own, declared, Patience(retry=0.2, settle=0.2)) as (database, ledger, ask):
        async with writing(ledger, ask) as clients:
            await clients.until_more(5)
            own.signal(signal.SIGKILL)
            await clients.until_more(5)

        # Some heard that it is away; those whose statement was under way heard that nobody can know.
        assert ledger.denied
        await ledger.verify(database, declared.model)


async def test_the_database_is_stopped_and_goes_on(own: Own, declared: API, times: int) -> None:
    async with direct(own, declared, PATIENT) as (database, ledger, ask):
        async with writing(ledger, ask) as clients:
            for _ in range(times):
                await clients.until_more(5)
                own.signal(signal.SIGSTOP)
                await asyncio.sleep(_CHANCE.uniform(0.2, 1.0))
                own.signal(signal.SIGCONT)
            await clients.until_more(5)

        assert ledger.unknown == ledger.denied == set()
        await ledger.verify(database, declared.model)


async def test_the_database_goes_on_when_nobody_waits_any_more(
    own: Own, declared: API, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It finds statements in its buffers then, whose clients have given up and ask what became of them."""
    async with direct(own, declared, replace(PATIENT, statement=20.0)) as (database, ledger, ask):
        async with writing(ledger, ask) as clients:
            await clients.until_more(5)
            monkeypatch.setattr(attempts, "GRACE", -18.0)
            for _ in range(times):
                own.signal(signal.SIGSTOP)
                await asyncio.sleep(_CHANCE.uniform(2.5, 3.5))
                own.signal(signal.SIGCONT)
                await clients.until_more(3)

        # On a busy machine some find the time too short, and are told that nothing was done.
        assert ledger.unknown == set()
        await ledger.verify(database, declared.model)


async def test_a_worker_is_killed_and_its_clients_repeat_their_requests(
    own: Own, declared: API, times: int, tmp_path: Path
) -> None:
    database = Database(own.address)
    await hold_nothing(database, declared)
    ledger = Ledger()
    with working(own.address, tmp_path) as start:
        ahead = [start() for _ in range(min(times, 3) + 1)]
        current: list[Worker] = [ahead.pop(0)]
        async with httpx.AsyncClient(timeout=300) as http:

            async def ask(name: str) -> None:
                body = {"query": CREATE, "variables": entry(name)}
                while True:
                    try:
                        response = await http.post(
                            f"{await current[0].url()}/graphql",
                            json=body,
                            headers={"idempotency-key": f"worker-{name}"},
                        )
                    except httpx.TransportError:
                        await asyncio.sleep(0.02)
                        continue
                    found = response.json()
                    ledger.note(name, Answer(found["data"], found.get("errors", [])))
                    return

            async with writing(ledger, ask) as clients:
                for _ in range(times):
                    await clients.until_more(10)
                    await asyncio.sleep(_CHANCE.uniform(0, 0.05))
                    killed, current[0] = current[0], ahead.pop(0)
                    killed.kill()
                    if len(ahead) < 2 and times > 3:
                        ahead.append(start())
                await clients.until_more(10)

    assert ledger.unknown == ledger.denied == set()
    await ledger.verify(database, declared.model)
    await database.close()
