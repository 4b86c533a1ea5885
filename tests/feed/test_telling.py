"""What changes is told: whoever wrote it, in order, to those who asked for it and may see it, once it is committed."""

from __future__ import annotations

import asyncio

import pytest

from graph.database import Database
from tests.changes import change, write
from tests.feed.sockets import Socket, socket

CHANGED = "subscription { changed { id operation record { id ... on Company { name } } } }"


async def test_a_change_is_told_with_its_record_as_it_is_now(server_url: str, database: Database, company: str) -> None:
    async with socket(server_url) as client:
        await client.subscribe(CHANGED)
        await ready(client)
        rename = f"MATCH (c:Company {{id: '{company}'}}) SET c.name = '景德镇 \"Blue\"'"
        (id,) = await write(database, change("UPDATE", company), before=rename)

        (told,) = await client.told(1)

    assert told == {"id": id, "operation": "UPDATE", "record": {"id": company, "name": '景德镇 "Blue"'}}


async def test_only_what_was_asked_for_is_told(server_url: str, database: Database, company: str, contact: str) -> None:
    async with socket(server_url) as client:
        await client.subscribe("subscription { changed(types: [Contact]) { id } }", id="types")
        await client.subscribe(
            "subscription ($ids: [ID!]) { changed(ids: $ids) { id } }", id="ids", variables={"ids": [company]}
        )
        where = {"company": {"id": {"eq": company}}, "contact": {"name": {"eq": "nobody of this name"}}}
        await client.subscribe(
            "subscription ($w: RecordWhere) { changed(where: $w) { id } }", id="where", variables={"w": where}
        )
        await ready(client)
        ids = await write(
            database,
            change("UPDATE", company),
            change("UPDATE", contact, "Contact"),
            change("LINK", company, otherId=contact, otherType="Contact"),
        )
        told: dict[str, list[str]] = {"types": [], "ids": [], "where": []}
        for _ in range(6):
            message = await client.receive()
            told[message["id"]].append(message["payload"]["data"]["changed"]["id"])
        await client.silence()

    assert told == {"types": ids[1:], "ids": [ids[0], ids[2]], "where": [ids[0], ids[2]]}


async def test_changes_of_one_record_are_told_in_the_order_of_its_versions(
    server_url: str, database: Database, company: str
) -> None:
    async with socket(server_url) as client:
        await client.subscribe("subscription { changed { recordVersion } }")
        await ready(client)
        # Of these the one that was made last began first.
        await write(database, *(change("UPDATE", company, recordVersion=version) for version in (5, 3, 4)))

        told = await client.told(3)

    assert [each["recordVersion"] for each in told] == [3, 4, 5]


async def test_what_is_committed_late_is_told_all_the_same(server_url: str, database: Database, company: str) -> None:
    release = asyncio.Event()
    async with socket(server_url) as client:
        await client.subscribe("subscription { changed { id } }")
        await ready(client)
        late = asyncio.create_task(write(database, change("UPDATE", company, recordVersion=1), held=release))
        await asyncio.sleep(0.2)
        newer = await write(database, change("CREATE", "company_of_nobody"))
        first = await client.told(1)
        await asyncio.sleep(2)
        newest = await write(database, change("CREATE", "company_of_nobody"))
        second = await client.told(1)
        release.set()
        older = await late
        third = await client.told(1)
        await client.silence()

    assert [each["id"] for each in (*first, *second, *third)] == [*newer, *newest, *older]


async def test_a_subscriber_goes_on_after_a_cursor_and_misses_nothing(
    server_url: str, database: Database, company: str
) -> None:
    async with socket(server_url) as client:
        await client.subscribe("subscription { changed { id cursor } }")
        await ready(client)
        before = await write(database, *(change("UPDATE", company) for _ in range(3)))
        cursor = (await client.told(3))[-1]["cursor"]
    missed = await write(database, *(change("UPDATE", company) for _ in range(450)))

    async with socket(server_url) as client:
        await client.subscribe("subscription ($c: String) { changed(after: $c) { id } }", variables={"c": cursor})
        # What was told shortly before may come again.
        told = [each["id"] for each in await client.told(3 + 450)]
        since = await write(database, change("UPDATE", company))
        told += [each["id"] for each in await client.told(1)]
        await client.silence()

    assert told == [*before, *missed, *since]


async def test_a_record_that_was_deleted_meanwhile_is_absent_and_its_change_is_told(
    server_url: str, database: Database, company: str
) -> None:
    gone = f"MATCH (c:Company {{id: '{company}'}}) REMOVE c:Company:Party SET c:Deleted"
    async with socket(server_url) as client:
        await client.subscribe(CHANGED)
        await client.subscribe("subscription { changed(where: {company: {}}) { id } }", id="where")
        await ready(client)
        try:
            (id,) = await write(database, change("DELETE", company), before=gone)
            told = await client.told(1)
            await client.silence()
        finally:
            await database.run(f"MATCH (c:Deleted {{id: '{company}'}}) REMOVE c:Deleted SET c:Company:Party")

    assert told == [{"id": id, "operation": "DELETE", "record": None}]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("subscription { changed { nobody } }", "Cannot query field 'nobody' on type 'Change'."),
        ("subscription { a: changed { id } b: changed { id } }", "must select only one top level field"),
        ('subscription { changed(ids: ["7"]) { id } }', '"7" is no id'),
        ("subscription { changed(ids: []) { id } }", "changed.ids is empty"),
        ('subscription { changed(after: "x") { id } }', "`after` is no cursor"),
        ("subscription { __typename }", "must not select an introspection top level field"),
        ("subscription { changed @skip(if: true) { id } }", "must not use `@skip` or `@include`"),
        ("subscription {", "Syntax Error"),
    ],
)
async def test_what_cannot_be_subscribed_to(server_url: str, query: str, message: str) -> None:
    async with socket(server_url) as client:
        await client.subscribe(query)

        found = await client.receive()

        # The connection goes on.
        await client.send("ping")
        assert await client.receive() == {"type": "pong"}
    assert (found["type"], found["id"]) == ("error", "1")
    assert message in found["payload"][0]["message"]
    assert found["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_queries_are_answered_too(server_url: str) -> None:
    async with socket(server_url) as client:
        await client.subscribe("{ companies(first: 0) { totalCount } }")

        answer, done = await client.receive(), await client.receive()

    assert answer["payload"]["data"]["companies"]["totalCount"] > 0
    assert done == {"type": "complete", "id": "1"}


async def ready(client: Socket) -> None:
    """Wait until the server has taken note of the subscriptions: it prepares them in their order."""
    await client.subscribe("{ companies(first: 0) { totalCount } }", id="ready")
    for _ in range(2):
        message = await client.receive()
        assert message["id"] == "ready", message
    await asyncio.sleep(0.3)
