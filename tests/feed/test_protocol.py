"""graphql-transport-ws to the letter: each rule of the protocol, with the code that it closes with."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from graph.address import Address
from graph.database import Database
from tests.changes import change, write
from tests.feed.sockets import Socket, socket
from tests.feed.test_telling import ready
from tests.serving import serving
from web.allowance import Allowance
from web.settings import Settings


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("nonsense", 4400),
        ("[]", 4400),
        ("null", 4400),
        ('"connection_init"', 4400),
        ("{}", 4400),
        ('{"type": 7}', 4400),
        ('{"type": "nobody"}', 4400),
        ('{"type": "start", "id": "1"}', 4400),
        ('{"type": "subscribe"}', 4400),
        ('{"type": "subscribe", "id": "", "payload": {"query": "{x}"}}', 4400),
        ('{"type": "subscribe", "id": 1, "payload": {"query": "{x}"}}', 4400),
        (json.dumps({"type": "subscribe", "id": "i" * 257, "payload": {"query": "{x}"}}), 4400),
        ('{"type": "subscribe", "id": "1"}', 4400),
        ('{"type": "subscribe", "id": "1", "payload": []}', 4400),
        ('{"type": "subscribe", "id": "1", "payload": {}}', 4400),
        ('{"type": "subscribe", "id": "1", "payload": {"query": 7}}', 4400),
        ('{"type": "subscribe", "id": "1", "payload": {"query": "{x}", "variables": []}}', 4400),
        ('{"type": "complete"}', 4400),
        ('{"type": "connection_init"}', 4429),
        ("[" * 100_000, 4400),
        ('{"type": "ping", "payload": "' + "\\ud800" + '"}', 4400),
        (b"\x00\x01", 4400),
        ("x" * 1_000_001, 1009),
    ],
    ids=lambda each: each[:40] if isinstance(each, str) else None,
)
async def test_a_wrong_message_closes_the_connection(server_url: str, sent: str | bytes, code: int) -> None:
    async with socket(server_url) as client:
        await client.connection.send(sent)

        assert await client.closed() == code


async def test_nothing_is_answered_before_the_connection_is_initialised(server_url: str) -> None:
    async with socket(server_url, knows=False) as client:
        await client.send("ping", payload={"any": "thing"})
        assert await client.receive() == {"type": "pong"}
        await client.subscribe("{ __typename }")

        assert await client.closed() == 4401
    assert client.connection.close_reason == "Unauthorized"


async def test_an_id_is_taken_while_its_operation_goes_on_and_free_again_once_it_is_completed(server_url: str) -> None:
    async with socket(server_url) as client:
        await client.subscribe("subscription { changed { id } }", id='"关系"')
        await client.send("complete", id='"关系"')
        await client.send("complete", id="of nobody")
        await client.subscribe("{ __typename }", id='"关系"')
        answers = [await client.receive(), await client.receive()]
        await client.subscribe("subscription { changed { id } }")
        await client.subscribe("subscription { changed { id } }")
        code = await client.closed()

    assert answers == [
        {"type": "next", "id": '"关系"', "payload": {"data": {"__typename": "Query"}}},
        {"type": "complete", "id": '"关系"'},
    ]
    assert (code, client.connection.close_reason) == (4409, "Subscriber for 1 already exists")


async def test_another_subprotocol_is_refused(server_url: str) -> None:
    address = server_url.replace("http://", "ws://") + "/graphql"
    async with connect(address, subprotocols=[Subprotocol("graphql-ws")]) as connection:
        assert await Socket(connection).closed() == 4406


async def test_pages_of_strangers_get_no_connection(server_url: str) -> None:
    port, subprotocols = int(server_url.rpartition(":")[2]), [Subprotocol("graphql-transport-ws")]
    codes = []
    for name, origin in (("stranger.example", None), ("127.0.0.1", Origin("https://stranger.example"))):
        with pytest.raises(InvalidStatus) as refused:
            async with connect(
                f"ws://{name}/graphql", host="127.0.0.1", port=port, subprotocols=subprotocols, origin=origin
            ):
                pass
        codes.append(refused.value.response.status_code)

    assert codes == [403, 403]


async def test_a_connection_has_so_many_operations_and_no_more(server_url: str) -> None:
    async with socket(server_url) as client:
        for number in range(101):
            await client.subscribe("subscription { changed { id } }", id=f"{number}")

        refused = await client.receive()

    assert (refused["type"], refused["id"]) == ("error", "100")
    assert refused["payload"] == [
        {"message": "A connection has at most 100 operations at a time.", "extensions": {"code": "QUERY_TOO_COMPLEX"}}
    ]


# --- time-outs --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def hurried(neo4j_address: Address) -> Iterator[str]:
    """A server that waits for a second."""
    allowed = Allowance(init=1.0, idle=1.0, send=1.0)
    with serving(neo4j_address, Settings(), allowance=allowed) as url:
        yield url


async def test_who_does_not_initialise_in_time_is_closed(hurried: str) -> None:
    async with socket(hurried, knows=False) as client:
        for _ in range(3):
            await asyncio.sleep(0.3)
            await client.send("ping")

        assert await client.closed(within=5) == 4408


async def test_who_asks_nothing_is_closed_and_who_listens_is_not(hurried: str) -> None:
    async with socket(hurried) as idle, socket(hurried) as busy, socket(hurried) as later:
        await busy.subscribe("subscription { changed { id } }")
        await later.subscribe("subscription { changed { id } }")
        code = await idle.closed(within=5)
        await asyncio.sleep(1.5)
        await later.send("complete", id="1")
        codes = (code, await later.closed(within=5))
        await busy.send("ping")
        answer: dict[str, Any] = await busy.receive()

    assert codes == (1000, 1000)
    assert answer == {"type": "pong"}


async def test_who_never_reads_is_disconnected_and_holds_up_nobody(
    hurried: str, database: Database, company: str
) -> None:
    query = "subscription { changed { id values { new } } }"
    # A client that takes one message off the network and no more.
    async with socket(hurried, max_queue=1) as deaf, socket(hurried) as quick:
        for client in (deaf, quick):
            await client.subscribe(query)
        await ready(quick)
        ids = list[str]()
        for _ in range(8):
            rows = [change("UPDATE", company, values={"name": (None, "x" * 20_000)}) for _ in range(100)]
            ids += await write(database, *rows)
            told = await quick.told(100)
            assert [each["id"] for each in told] == ids[-100:]
        await asyncio.sleep(2)
        with pytest.raises(ConnectionClosed):
            await deaf.told(801)
