"""Every change reaches each webhook, signed, in order and once while nothing fails, whatever happens in between."""

from __future__ import annotations

import asyncio
from typing import Any

from graph.database import Database
from graph.webhooks import replay_dead_letters
from resolvers.api import API
from tests.asking import Ask
from tests.changes import change, write
from tests.feed.delivering import delivering, state, until, webhook
from tests.feed.delivering import no_webhooks as no_webhooks
from tests.feed.receiver import receiving


async def test_a_change_is_delivered_signed(api: API, ask: Ask, database: Database, company: str) -> None:
    async with receiving() as receiver, delivering(api, database):
        await webhook(database, receiver.url)
        values = {"name": ("Blue Kiln", "景德镇")}
        (id_,) = await write(database, change("UPDATE", company, values=values, recordVersion=4))
        (got,) = await receiver.until(1)

    listed = (await ask.data("{ changes { nodes { createdAt cursor } } }"))["changes"]["nodes"][0]
    assert (got.target, got.headers["content-type"]) == ("POST /hook?x=%E5%85%B3%E7%B3%BB HTTP/1.1", "application/json")
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert (got.id, got.is_signed()) == (id_, True)
    assert got.content == {
        "type": "company.update",
        "timestamp": listed["createdAt"],
        "data": {
            "id": id_, "createdAt": listed["createdAt"], "operation": "UPDATE", "recordId": company,
            "recordType": "Company", "recordVersion": 4, "properties": ["name"], "cursor": listed["cursor"],
            "edgeType": None, "edgeId": None, "fromId": None, "toId": None, "otherId": None, "otherType": None,
        },
    }  # fmt: skip


async def test_only_what_was_asked_for_is_delivered(api: API, database: Database, company: str, contact: str) -> None:
    async with receiving() as receiver, delivering(api, database):
        await webhook(database, receiver.url, types=["Contact"], operations=["UPDATE", "LINK"])
        rows = [
            change("UPDATE", company),
            change("CREATE", contact, "Contact"),
            change("UPDATE", contact, "Contact"),
            change("LINK", company, otherId=contact, otherType="Contact"),
        ]
        ids = await write(database, *rows)
        await receiver.until(2)
        await asyncio.sleep(0.5)

    assert receiver.ids == ids[2:]


async def test_a_failed_delivery_is_tried_again_and_those_after_it_wait(
    api: API, ask: Ask, database: Database, company: str
) -> None:
    answers = iter([500, 302, 200, 200, 200])
    async with receiving(answer=lambda _: next(answers), headers="location: /elsewhere\r\n") as receiver:
        async with delivering(api, database):
            id_ = await webhook(database, receiver.url)
            ids = await write(database, *(change("UPDATE", company) for _ in range(3)))
            await receiver.until(5)
            await asyncio.sleep(0.3)
        found = await state(ask, id_)

    assert receiver.ids == [ids[0]] * 3 + ids[1:]
    assert all(got.is_signed() for got in receiver.received)
    assert found == {"failures": 0, "lastError": None, "deadLetters": {"nodes": []}}


async def test_what_cannot_be_delivered_is_kept_and_can_be_replayed(
    api: API, ask: Ask, database: Database, company: str
) -> None:
    bad: set[str] = set()

    def answer(got: Any) -> int:
        return 503 if got.id in bad else 200

    async with receiving(answer=answer) as receiver, delivering(api, database):
        rows = [change("UPDATE", company) for _ in range(3)]
        bad |= {rows[0]["properties"]["id"], rows[1]["properties"]["id"]}
        id_ = await webhook(database, receiver.url)
        ids = await write(database, *rows)
        await receiver.until(7)
        given_up = await state(ask, id_)
        bad.remove(ids[0])
        letters = [letter["id"] for letter in given_up["deadLetters"]["nodes"]]
        assert sorted(await replay_dead_letters(database, id_)) == sorted(letters)
        await receiver.until(9)
        await until(lambda: _is_settled(ask, id_))
        after = await state(ask, id_)

    error = "The receiver answered 503."
    lost = [(ids[0], 3, 503, error), (ids[1], 3, 503, error)]
    shown = [
        tuple(each[key] for key in ("changeId", "attempts", "status", "error"))
        for each in given_up["deadLetters"]["nodes"]
    ]
    assert sorted(shown) == sorted(lost)
    assert receiver.ids == [ids[0]] * 3 + [ids[1]] * 3 + [ids[2]] + [ids[0], ids[1]]
    (left,) = after["deadLetters"]["nodes"]
    assert (left["changeId"], left["attempts"], left["replayAt"]) == (ids[1], 4, None)


async def _is_settled(ask: Ask, id_: str) -> bool:
    letters = (await state(ask, id_))["deadLetters"]["nodes"]
    return [letter["replayAt"] for letter in letters] == [None]


async def test_a_receiver_that_is_gone_is_removed(api: API, ask: Ask, database: Database, company: str) -> None:
    async with receiving(answer=lambda _: 410) as receiver, delivering(api, database):
        id_ = await webhook(database, receiver.url)
        await write(database, *(change("UPDATE", company) for _ in range(3)))
        await receiver.until(1)

        async def is_gone() -> bool:
            return bool(
                (await ask.data("query ($id: ID!) { webhook(id: $id) { id } }", {"id": id_}))["webhook"] is None
            )

        await until(is_gone)
        await asyncio.sleep(0.5)
    told = await ask.data("{ changes(types: [Webhook]) { nodes { operation recordId } } }")

    assert len(receiver.received) == 1
    assert told == {"changes": {"nodes": [{"operation": "DELETE", "recordId": id_}]}}


async def test_a_restart_goes_on_where_it_was(api: API, database: Database, company: str) -> None:
    async with receiving() as receiver:
        await webhook(database, receiver.url)
        async with delivering(api, database):
            first = await write(database, *(change("UPDATE", company) for _ in range(25)))
            await receiver.until(25)
            await asyncio.sleep(0.5)
        between = await write(database, *(change("UPDATE", company) for _ in range(5)))
        async with delivering(api, database):
            last = await write(database, change("UPDATE", company))
            await receiver.until(31)
            await asyncio.sleep(1)

    assert receiver.ids == [*first, *between, *last]


async def test_two_servers_deliver_everything_once(api: API, database: Database, company: str) -> None:
    async with receiving() as receiver, delivering(api, database), delivering(api, database):
        await webhook(database, receiver.url)
        ids = []
        for _ in range(20):
            ids += await write(database, change("UPDATE", company), change("UPDATE", company))
            await asyncio.sleep(0.05)
        await receiver.until(40)
        await asyncio.sleep(1)

    assert receiver.ids == ids


async def test_when_a_server_dies_another_one_takes_over(api: API, database: Database, company: str) -> None:
    async with receiving() as receiver:
        await webhook(database, receiver.url)
        # A server that died while it held the lease.
        await database.run(
            "MATCH (w:Webhook) SET w.leaseOwner = 'dead', w.leaseUntil = datetime.realtime() + duration('PT3S')"
        )
        async with delivering(api, database):
            ids = await write(database, change("UPDATE", company))
            await asyncio.sleep(1)
            early = len(receiver.received)
            await receiver.until(1)

    assert (early, receiver.ids) == (0, ids)


async def test_what_is_committed_late_is_delivered_too(api: API, database: Database, company: str) -> None:
    release = asyncio.Event()
    async with receiving() as receiver, delivering(api, database):
        await webhook(database, receiver.url)
        late = asyncio.create_task(write(database, change("UPDATE", company), held=release))
        await asyncio.sleep(0.3)
        newer = await write(database, change("CREATE", "company_of_nobody"))
        await receiver.until(1)
        await asyncio.sleep(2)
        release.set()
        older = await late
        await receiver.until(2)

    assert receiver.ids == [*newer, *older]


async def test_a_slow_receiver_holds_up_nobody_else(api: API, database: Database, company: str) -> None:
    async with receiving(hangs=30.0) as slow, receiving() as quick, delivering(api, database, within=1.0):
        for each in (slow, quick):
            await webhook(database, each.url)
        ids = await write(database, *(change("UPDATE", company) for _ in range(5)))
        await quick.until(5, within=5)
        await slow.until(3)

    assert quick.ids == ids
    assert slow.ids[:3] == [ids[0]] * 3
