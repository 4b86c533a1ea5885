"""Of one record the changes come in the order of its versions: told, told again after a cursor, listed, delivered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from graph.address import Address
from graph.bookmarks import Bookmarks
from graph.database import Database, Patience, nobody
from graph.feed import Feed
from graph.noted import Noted
from graph.reader import ADMINISTRATOR
from graph.statement import Statement
from resolvers.answer import Answerer
from resolvers.api import API
from resolvers.question import Question
from resolvers.subscription import Subscription
from tests.changes import change, write
from tests.feed.delivering import delivering, webhook
from tests.feed.receiver import receiving
from tests.feed.test_many import subscriptions

CHANGED = "subscription($after: String) { changed(types: [Company], after: $after) { id recordId recordVersion } }"


async def update(answerer: Answerer, ids: list[str], employees: int) -> None:
    """Change records one after the other, in one transaction."""
    fields = " ".join(
        f'c{place}: updateCompany(id: "{id}", input: {{employees: $n}}) {{ errors {{ message }} }}'
        for place, id in enumerate(ids)
    )
    question = Question(f"mutation($n: Int) @atomic {{ {fields} }}", None, {"n": employees})
    body = (await answerer.answer(question, ADMINISTRATOR)).body()
    assert body == {"data": {f"c{place}": {"errors": []} for place in range(len(ids))}}


async def versions(subscription: Subscription, record: str, count: int) -> list[int]:
    """The versions of one record in the order in which they are told."""
    found: list[int] = []
    async with asyncio.timeout(240):
        async for each in subscription:
            told = json.loads(each.body)["data"]["changed"]
            if told["recordId"] == record:
                found.append(told["recordVersion"])
            if len(found) == count:
                return found
    raise AssertionError("the subscription ended")


async def overtaken(api: API, database: Database, blocked: str, record: str, between: int) -> list[int]:
    """Two clients change a record, and who began first is second, since it had to wait for another record before.

    Between the two are so many other changes. Answers the versions that the record had.
    """
    first, second = (Answerer(api, database) for _ in range(2))
    ((before,),) = await database.run("MATCH (c:Company {id: $p}) RETURN c.version", p=record)
    release = asyncio.Event()
    lock = f"MATCH (c:Company {{id: '{blocked}'}}) SET c.id = c.id"
    # Of another record than the others: even an id that nobody has is locked by who looks for it to write.
    holder = asyncio.create_task(write(database, change("CREATE", "company_of_holder"), before=lock, held=release))
    await asyncio.sleep(0.3)
    waiting = asyncio.create_task(update(first, [blocked, record], 1))
    await asyncio.sleep(0.5)
    await write(database, *(change("CREATE", "company_of_nobody") for _ in range(between)))
    await update(second, [record], 2)
    release.set()
    await asyncio.gather(holder, waiting)
    ((employees, after),) = await database.run("MATCH (c:Company {id: $p}) RETURN c.employees, c.version", p=record)
    assert (employees, after) == (1, before + 2), "the one that began first was not the second one"
    return [before + 1, before + 2]


@pytest.fixture
async def patient(neo4j_address: Address) -> AsyncIterator[Database]:
    """A transaction may wait for a long time here."""
    opened = Database(neo4j_address, Patience(statement=600.0, retry=60.0))
    yield opened
    await opened.close()


@pytest.fixture
async def two(database: Database) -> tuple[str, str]:
    """Two companies, which are locked in this order."""
    rows = await database.run("MATCH (c:Company) WITH c ORDER BY c.id LIMIT 2 SET c.employees = 0 RETURN c.id")
    return str(rows[0][0]), str(rows[1][0])


async def test_who_began_first_and_came_second_is_told_second_on_whichever_page(
    api: API, patient: Database, two: tuple[str, str]
) -> None:
    answerer = Answerer(api, patient)
    async with subscriptions(patient) as all_:
        live = await all_.open(answerer, Question(CHANGED), ADMINISTRATOR)
        await write(patient, change("UPDATE", two[0]))
        cursor = await first_cursor(live)
        expected = await overtaken(api, patient, *two, between=250)

        told = await versions(live, two[1], 2)
        resumed = await all_.open(answerer, Question(CHANGED, None, {"after": cursor}), ADMINISTRATOR)
        again = await versions(resumed, two[1], 2)

    assert told == expected
    assert again == expected


async def test_a_list_of_changes_has_those_of_a_record_in_their_order(
    api: API, patient: Database, two: tuple[str, str]
) -> None:
    expected = await overtaken(api, patient, *two, between=2)
    answerer, found, after = Answerer(api, patient), list[int](), None
    query = """query($after: String) { changes(types: [Company], first: 1, after: $after) {
        nodes { recordId recordVersion } pageInfo { endCursor hasNextPage } } }"""

    while True:
        body = (await answerer.answer(Question(query, None, {"after": after}), ADMINISTRATOR)).body()["data"]["changes"]
        found += [each["recordVersion"] for each in body["nodes"] if each["recordId"] == two[1]]
        if not body["pageInfo"]["hasNextPage"]:
            break
        after = body["pageInfo"]["endCursor"]

    assert found == expected


async def test_a_webhook_is_told_in_order_on_whichever_page(api: API, patient: Database, two: tuple[str, str]) -> None:
    async with receiving() as receiver:
        await webhook(patient, receiver.url, operations=["UPDATE"])
        expected = await overtaken(api, patient, *two, between=200)
        async with delivering(api, patient):
            got = await receiver.until(3)

    told = [each.content["data"] for each in got]
    assert [each["recordVersion"] for each in told if each["recordId"] == two[1]] == expected


class Interrupting(Database):
    """The real database; before a reading whose text has a word, something else is done once."""

    def __init__(self, inner: Database) -> None:
        self.inner = inner
        self.word, self.happens = "", cast("Callable[[], Awaitable[None]]", _nothing)

    async def read(
        self, statement: Statement, *, bookmarks: Bookmarks | None = None, planned: Callable[[], None] = nobody
    ) -> Any:
        if self.word and self.word in statement.text:
            self.word, happens = "", self.happens
            await happens()
        return await self.inner.read(statement)


async def _nothing() -> None:
    pass


async def test_a_change_that_was_found_without_the_one_before_it_waits_for_it(database: Database, company: str) -> None:
    """Between counting and reading, two more versions are committed, and only the second that has the later is read."""
    there = Interrupting(database)
    feed, told = Feed(there, interval=60.0), list[Noted]()
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(seconds=5)

    def listen(changes: Any) -> None:
        told.extend(changes)

    feed.listen(listen)
    running = asyncio.create_task(feed.run())
    try:
        await feed.started()
        # A late one, so that a second is read in which something is missing.
        await write(database, change("UPDATE", "company_of_nobody", at=at))

        async def meanwhile() -> None:
            await write(database, change("UPDATE", company, recordVersion=7, at=at - timedelta(seconds=1)))
            await write(database, change("UPDATE", company, recordVersion=8, at=at + timedelta(milliseconds=1)))

        after_count = _after("count(*) AS changes", there, meanwhile)
        there.word, there.happens = "count(*) AS changes", after_count
        feed.wake()
        async with asyncio.timeout(120):
            while [each.version for each in told if each.record == company] != [7, 8]:
                assert [each.version for each in told if each.record == company] in ([], [7])
                feed.wake()
                await asyncio.sleep(0.05)
    finally:
        running.cancel()


def _after(word: str, there: Interrupting, happens: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Once that is read, something happens before what is read next."""

    async def then() -> None:
        there.word, there.happens = "MATCH (change:Change)", happens

    return then


async def first_cursor(subscription: Subscription) -> str:
    async with asyncio.timeout(240):
        async for each in subscription:
            return each.cursor
    raise AssertionError("the subscription ended")


async def test_many_clients_of_few_records_are_told_in_order_live_and_resumed(
    api: API, database: Database, neo4j_address: Address
) -> None:
    rows = await database.run("MATCH (c:Company) WITH c ORDER BY c.id LIMIT 3 RETURN c.id, c.version")
    records = {str(id): int(version) for id, version in rows}
    answerer = Answerer(api, database)

    async def client(number: int) -> None:
        mine = Answerer(api, database)
        for turn in range(5):
            # All lock in the order of the ids, so that nobody locks anybody out.
            await update(
                mine, [id for place, id in enumerate(records) if (number + turn) % 3 != place], 10 * number + turn
            )

    async with subscriptions(database) as all_:
        live = await all_.open(answerer, Question(CHANGED), ADMINISTRATOR)
        # Settled is what lies far back, so that this one begins with what is told while it comes.
        await write(database, change("UPDATE", "company_of_nobody"))
        cursor = await first_cursor(live)
        clients = [asyncio.create_task(client(number)) for number in range(4)]
        found: dict[str, list[list[int]]] = {id: [] for id in records}
        late = []
        while not all(each.done() for each in clients):
            late.append(await all_.open(answerer, Question(CHANGED, None, {"after": cursor}), ADMINISTRATOR))
            await asyncio.sleep(0.3)
        await asyncio.gather(*clients)
        ended = dict(await database.run("MATCH (c:Company) WHERE c.id IN $p RETURN c.id, c.version", p=list(records)))
        for each in (live, *late):
            seen: dict[str, list[int]] = {id: [] for id in records}
            async with asyncio.timeout(240):
                async for message in each:
                    told = json.loads(message.body)["data"]["changed"]
                    if told["recordId"] in seen:
                        seen[told["recordId"]].append(told["recordVersion"])
                    if all(versions and versions[-1] == ended[id] for id, versions in seen.items()):
                        break
            for id, versions in seen.items():
                found[id].append(versions)

    for id, before in records.items():
        whole = list(range(before + 1, ended[id] + 1))
        assert found[id] == [whole] * (1 + len(late))
