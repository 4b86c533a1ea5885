"""Many subscribers, many changes, and subscribers who do not read: what it costs, counted on the wire."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from graph.address import Address
from graph.conditions import NOTHING
from graph.database import Database
from graph.errors import Missed, Unavailable
from graph.feed import Feed
from graph.reader import ADMINISTRATOR, Reader
from graph.statement import Statement
from resolvers.answer import Answerer
from resolvers.api import API
from resolvers.question import Question
from resolvers.subscription import Bounds, Subscription
from resolvers.subscriptions import Subscriptions
from tests.changes import change, write
from tests.wire import tapped

CHANGED = "subscription { changed { id cursor record { ... on Company { name } } } }"


@asynccontextmanager
async def subscriptions(
    database: Database, bounds: Bounds | None = None, interval: float = 0.05, overlap: float = 35.0
) -> AsyncIterator[Subscriptions]:
    feed = Feed(database, interval=interval, overlap=overlap)
    running = asyncio.create_task(feed.run())
    opened = Subscriptions(feed, bounds or Bounds())
    try:
        yield opened
    finally:
        await opened.stop()
        running.cancel()


async def told(subscription: Subscription, count: int) -> list[str]:
    found: list[str] = []
    async with asyncio.timeout(120):
        async for each in subscription:
            found.append(json.loads(each.body)["data"]["changed"]["id"])
            if len(found) == count:
                return found
    raise AssertionError("the subscription ended")


async def test_a_thousand_subscribers_cost_one_statement_for_each_change(
    api: API, database: Database, neo4j_address: Address, company: str
) -> None:
    with tapped(neo4j_address) as wire:
        # Deliveries go over a connection of their own, beside the feed's looks for changes.
        tap = Database(wire.address)
        answerer = Answerer(api, tap)
        async with subscriptions(database) as all_:
            everyone = [await all_.open(answerer, Question(CHANGED), ADMINISTRATOR)]
            await write(database, change("UPDATE", company))
            await told(everyone[0], 1)
            runs = []
            for count in (1, 1_000):
                everyone += [await all_.open(answerer, Question(CHANGED), ADMINISTRATOR) for _ in range(count - 1)]
                assert (len(all_), all_.groups) == (count, 1)
                wire.clear()
                for _ in range(5):
                    ids = await write(database, change("UPDATE", company))
                    assert await asyncio.gather(*(told(each, 1) for each in everyone)) == [ids] * count
                runs.append(wire.count("RUN"))
        await tap.close()

    assert runs == [5, 5]


async def test_subscribers_who_want_nothing_of_a_change_cost_nothing(
    api: API, database: Database, neo4j_address: Address, company: str
) -> None:
    with tapped(neo4j_address) as wire:
        tap = Database(wire.address)
        answerer = Answerer(api, tap)
        ids = [row[0] for row in await database.run("MATCH (c:Company) WHERE c.id <> $p RETURN c.id", p=company)]
        assert len(ids) > 5
        async with subscriptions(database) as all_:
            query = "subscription ($ids: [ID!]) { changed(ids: $ids) { id } }"
            wanted = await all_.open(answerer, Question(query, None, {"ids": [company]}), ADMINISTRATOR)
            for each in ids:
                await all_.open(answerer, Question(query, None, {"ids": [each]}), ADMINISTRATOR)
            assert all_.groups == len(ids) + 1
            wire.clear()
            written = await write(database, change("UPDATE", company))
            assert await told(wanted, 1) == written
            runs = wire.count("RUN")
        await tap.close()

    assert runs == 1


async def test_who_does_not_read_is_told_where_to_go_on_and_holds_up_nobody(
    api: API, database: Database, company: str
) -> None:
    answerer = Answerer(api, database)
    async with subscriptions(database, Bounds(messages=10)) as all_:
        slow, quick = [await all_.open(answerer, Question(CHANGED), ADMINISTRATOR) for _ in range(2)]
        ids = []
        for _ in range(5):
            written = await write(database, *(change("UPDATE", company) for _ in range(5)))
            assert await told(quick, 5) == written
            ids += written

        read = await told(slow, 10)
        with pytest.raises(Missed) as missed:
            await told(slow, 1)
        resumed = await all_.open(answerer, Question(CHANGED), ADMINISTRATOR, after=missed.value.after)
        rest = await told(resumed, len(ids))

    assert read == ids[:10]
    # It goes on some time before, as late changes may lie there.
    assert rest == ids


async def test_a_burst_of_ten_thousand_changes_arrives_whole_and_in_order(
    api: API, database: Database, company: str
) -> None:
    answerer = Answerer(api, database)
    async with subscriptions(database, Bounds(messages=20_000)) as all_:
        everyone = [await all_.open(answerer, Question(CHANGED), ADMINISTRATOR) for _ in range(3)]
        ids = await write(database, *(change("UPDATE", company, recordVersion=each) for each in range(10_000)))
        found = await asyncio.gather(*(told(each, 10_000) for each in everyone))

    assert found == [ids] * 3


async def test_changes_of_several_writers_at_once_arrive_once_each(api: API, database: Database) -> None:
    """Transactions that overlap in all ways: some of them begin first and are committed last."""
    answerer = Answerer(api, database)
    companies = [str(row[0]) for row in await database.run("MATCH (c:Company) RETURN c.id ORDER BY c.id LIMIT 8")]

    async def writer(number: int) -> list[str]:
        ids = list[str]()
        for turn in range(12):
            held = asyncio.Event()
            asyncio.get_running_loop().call_later(0.37 * ((number + turn) % 4), held.set)
            ids += await write(database, change("UPDATE", companies[number]), held=held)
        return ids

    async with subscriptions(database) as all_:
        subscription = await all_.open(answerer, Question(CHANGED), ADMINISTRATOR)
        written = await asyncio.gather(*(writer(number) for number in range(8)))
        found = await told(subscription, 8 * 12)
        await asyncio.sleep(1.5)
        all_.close(subscription)
        more = [each.id async for each in subscription]

    assert sorted(found) == sorted(id for ids in written for id in ids)
    assert more == []
    # Of each record in the order in which it was changed.
    assert [[id for id in found if id in set(ids)] for ids in written] == written


async def test_the_feed_asks_nothing_while_nobody_listens(
    api: API, database: Database, neo4j_address: Address, company: str
) -> None:
    with tapped(neo4j_address) as wire:
        tap = Database(wire.address)
        answerer = Answerer(api, database)
        async with subscriptions(tap) as all_:
            await asyncio.sleep(0.5)
            before = wire.count("RUN")
            subscription = await all_.open(answerer, Question(CHANGED), ADMINISTRATOR)
            ids = await write(database, change("UPDATE", company))
            assert await told(subscription, 1) == ids
            all_.close(subscription)
            await asyncio.sleep(0.5)
            wire.clear()
            await asyncio.sleep(1)
            after = wire.count("RUN")
            # What happens meanwhile is not told to who comes later.
            await write(database, change("UPDATE", company))
            again = await all_.open(answerer, Question(CHANGED), ADMINISTRATOR)
            ids = await write(database, change("UPDATE", company))
            assert await told(again, 1) == ids
        await tap.close()

    assert (before, after) == (0, 0)


async def test_a_write_of_the_same_process_is_told_at_once(api: API, database: Database, company: str) -> None:
    answerer = Answerer(api, database)
    async with subscriptions(database, interval=30.0) as all_:
        subscription = await all_.open(answerer, Question(CHANGED), ADMINISTRATOR)
        # Until the pauses between its looks have become long.
        await asyncio.sleep(3)

        ids = await write(database, change("UPDATE", company))
        all_.feed.wake()
        async with asyncio.timeout(3):
            found = await told(subscription, 1)

    assert found == ids


async def test_nothing_is_told_again_however_long_nothing_happens(api: API, database: Database, company: str) -> None:
    answerer = Answerer(api, database)
    async with subscriptions(database, overlap=1.0) as all_:
        subscription = await all_.open(answerer, Question(CHANGED), ADMINISTRATOR)
        ids = list[str]()
        for _ in range(3):
            ids += await write(database, change("UPDATE", company), change("UPDATE", company))
            # Longer than a transaction may take here, so that the feed has forgotten what it knew.
            await asyncio.sleep(2.5)
        all_.close(subscription)
        found = [each.id async for each in subscription]

    assert found == ids


async def test_what_was_noticed_when_the_database_went_away_is_told_when_it_is_back(
    api: API, database: Database, company: str
) -> None:
    class Failing(Database):
        """The real database, whose every third reading fails once it begins to."""

        def __init__(self) -> None:
            self.count, self.fails = 0, False

        async def read(self, statement: Statement, **_: object) -> object:
            self.count += 1
            if self.fails and self.count % 3 == 0:
                raise Unavailable("The database is away; try again.")
            return await database.read(statement)

    failing = Failing()
    async with subscriptions(failing) as all_:
        subscription = await all_.open(Answerer(api, failing), Question(CHANGED), ADMINISTRATOR)
        failing.fails = True
        ids = list[str]()
        for _ in range(15):
            ids += await write(database, change("UPDATE", company))
            await asyncio.sleep(0.1)
        found = await told(subscription, 15)

    assert found == ids


async def test_each_reader_is_told_what_it_may_see(api: API, database: Database, company: str, contact: str) -> None:
    answerer = Answerer(api, database)
    readers = (
        ADMINISTRATOR,
        Reader("user_1"),
        Reader("user_2", {"Contact": NOTHING}),
        Reader("user_3", default=NOTHING),
    )
    async with subscriptions(database) as all_:
        opened = [await all_.open(answerer, Question(CHANGED), reader) for reader in readers]
        of_contact, of_both, of_company, of_nobody = await write(
            database,
            change("UPDATE", contact, "Contact"),
            change("LINK", company, otherId=contact, otherType="Contact"),
            change("UPDATE", company),
            change("PURGE", "company_of_nobody"),
        )
        assert await told(opened[0], 4) == [of_contact, of_both, of_company, of_nobody]
        found = [await told(opened[1], 3), await told(opened[2], 1)]
        # By now the third has been asked for as well, and has nothing to tell.
        last = await write(database, change("UPDATE", company))
        assert await told(opened[2], 1) == last
        for each in opened:
            all_.close(each)
        silent = [one.id async for one in opened[3]]

    assert found == [[of_contact, of_both, of_company], [of_company]]
    assert silent == []
