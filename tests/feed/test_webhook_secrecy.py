"""What a webhook sends is signed, goes to public addresses alone, and tells what whoever made it may see."""

from __future__ import annotations

import asyncio

import pytest

from graph.database import Database
from graph.people import seed_roles
from resolvers.api import API
from tests.asking import Ask
from tests.changes import change, write
from tests.feed.delivering import delivering, state, until, webhook
from tests.feed.delivering import no_webhooks as no_webhooks
from tests.feed.receiver import SECRET, receiving
from web.webhook_sender import is_public, signatures


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
