"""Every change reaches each webhook, signed, in order and once while nothing fails, whatever happens in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from graph.database import Database
from graph.feed import Feed
from graph.ids import new_id
from graph.people import seed_roles
from graph.webhooks import replay_dead_letters
from resolvers.answer import Answerer
from resolvers.api import API
from tests.asking import Ask
from tests.changes import change, write
from tests.feed.receiver import SECRET, receiving
from web.webhook_sender import Sender, is_public, signatures
from web.webhooks import Deliverer, Schedule

QUICK = Schedule(attempts=3, first=0.05, longest=0.1, look=0.2, lease=2.0)


@pytest.fixture(autouse=True)
async def no_webhooks(database: Database, no_changes: None) -> AsyncIterator[None]:
    yield
    await database.run("MATCH (n:Webhook|DeadLetter) DETACH DELETE n")
    await database.run("MATCH (n:Deleted) WHERE n.formerLabels = ['Webhook'] DETACH DELETE n")


@asynccontextmanager
async def delivering(
    api: API, database: Database, *, schedule: Schedule = QUICK, private: bool = True, within: float = 15.0
) -> AsyncIterator[Deliverer]:
    """A server's deliverer, as it runs beside the requests."""
    answerer = Answerer(api, database)
    feed, sender = Feed(database, interval=0.05), Sender(allows_private=private, answers_within=within)
    deliverer = Deliverer(database, lambda: answerer, feed, sender, schedule)
    running = [asyncio.create_task(feed.run()), asyncio.create_task(deliverer.run())]
    try:
        yield deliverer
    finally:
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await sender.close()


async def webhook(database: Database, url: str, **properties: Any) -> str:
    id_ = new_id("webhook")
    common = {"id": id_, "url": url, "secret": SECRET, "version": 1, "types": [], "operations": []}
    await database.run(
        "CREATE (w:Webhook) SET w = $p, w.createdAt = datetime.transaction(), w.updatedAt = datetime.transaction()",
        p={**common, **properties},
    )
    return id_


async def state(ask: Ask, id_: str) -> Any:
    query = """query ($id: ID!) { webhook(id: $id) {
        failures lastError deadLetters { nodes { id changeId attempts status error replayAt } } } }"""
    return (await ask.data(query, {"id": id_}))["webhook"]


async def until(holds: Any, within: float = 30.0) -> None:
    async with asyncio.timeout(within):
        while not await holds():  # noqa: ASYNC110 - what is waited for is in the database.
            await asyncio.sleep(0.1)


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


async def test_the_signature_is_the_one_of_the_specification() -> None:
    """The example of the reference libraries' own tests."""
    found = signatures(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )

    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_while_a_secret_is_replaced_both_sign(api: API, database: Database, company: str) -> None:
    new = "whsec_" + "QUFB" * 8
    async with receiving() as receiver, delivering(api, database):
        await webhook(database, receiver.url, secret=f"{new} {SECRET}")
        await write(database, change("UPDATE", company))
        (got,) = await receiver.until(1)

    assert (got.is_signed(new), got.is_signed(SECRET), got.is_signed("whsec_" + "QkJC" * 8)) == (True, True, False)


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


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:{}/", "http://localhost:{}/", "http://[::ffff:127.0.0.1]:{}/", "http://2130706433:{}/"]
)
async def test_nothing_is_sent_into_our_own_network(
    api: API, ask: Ask, database: Database, company: str, url: str
) -> None:
    async with receiving() as receiver, delivering(api, database, private=False):
        id_ = await webhook(database, url.format(receiver.port))
        await write(database, change("UPDATE", company))

        async def is_given_up() -> bool:
            return bool((await state(ask, id_))["deadLetters"]["nodes"])

        await until(is_given_up)
        found = await state(ask, id_)

    assert receiver.received == []
    assert "leads to no public address; see GUANXI_WEBHOOK_PRIVATE." in found["lastError"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.215.14", True), ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.1.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), (".".join("0000"), False), ("224.0.0.1", False),
        ("255.255.255.255", False), ("::1", False), ("::", False), ("fe80::1", False), ("fd00::1", False),
        ("ff02::1", False), ("::ffff:10.0.0.1", False), ("2002:7f00:1::", False), ("64:ff9b::a00:1", False),
        ("64:ff9b::5db8:d70e", True), ("2001:0:7f00:1::", False), ("2001:db8::1", False),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, expected: bool) -> None:
    assert is_public(address) is expected


async def test_the_secret_is_shown_nowhere(ask: Ask, api: API, database: Database) -> None:
    id_ = await webhook(database, "https://receiver.example/")

    body = await ask("query ($id: ID!) { webhook(id: $id) { secret } }", {"id": id_})
    filtered = await ask('{ webhooks(where: {secret: {startsWith: "whsec_"}}) { totalCount } }')

    assert "Cannot query field 'secret'" in body["errors"][0]["message"]
    assert "type 'WebhookWhere' not to include unknown field 'secret'" in filtered["errors"][0]["message"]
    assert "whsec_" not in api.sdl.replace("whsec_ and", "")


async def test_it_tells_what_whoever_made_it_may_see(api: API, database: Database) -> None:
    """Marcus, whose role is sales, owns the first of these customers."""
    await seed_roles(database, api.model)
    ((marcus,),) = await database.run(
        "CYPHER 5 MATCH (u:User {login: 'marcus'}) MATCH (r:Role {code: 'sales'}) MERGE (u)-[:HAS_ROLE]->(r) RETURN u.id"
    )
    ((his,),) = await database.run(
        "CYPHER 5 MATCH (c:Customer {ownerId: $p}) RETURN c.id ORDER BY c.id LIMIT 1", p=marcus
    )
    ((other,),) = await database.run(
        "CYPHER 5 MATCH (c:Customer) WHERE c.ownerId <> $p RETURN c.id ORDER BY c.id LIMIT 1", p=marcus
    )
    try:
        async with receiving() as receiver, delivering(api, database):
            await webhook(database, receiver.url, createdBy=marcus)
            await write(database, change("UPDATE", other, "Customer"), change("UPDATE", his, "Customer"))
            await receiver.until(1)
            # Once he has left, it tells nothing.
            await database.run("CYPHER 5 MATCH (u:User {id: $p}) SET u.active = false", p=marcus)
            await asyncio.sleep(1.0)
            await write(database, change("UPDATE", his, "Customer"))
            await asyncio.sleep(2.0)
    finally:
        await database.run(
            "CYPHER 5 MATCH (u:User {id: $p})-[had:HAS_ROLE]->() SET u.active = true DELETE had", p=marcus
        )

    assert [got.content["data"]["recordId"] for got in receiver.received] == [his]
