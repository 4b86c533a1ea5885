"""Much of what is allowed, all at once: each caller gets what it may have, and the others what they need."""

from __future__ import annotations

import asyncio
import socket as sockets
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, suppress
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from graph.address import Address
from tests.attacks.asking import GRAPHQL, ask, assert_answers, codes
from tests.feed.sockets import socket
from tests.serving import serving
from web.settings import Settings

CHANGED = "subscription { changed { id } }"


@pytest.fixture(scope="module")
def strict(neo4j_address: Address) -> Iterator[str]:
    """A server whose callers may take little, whoever they are."""
    settings = Settings(
        webhooks=False,
        limit_administrator=True,
        cost=30_000,
        cost_per_second=10,
        connections_of_one=12,
        subscriptions_of_one=300,
        operations=50,
        message_limit=20_000,
    )
    with serving(neo4j_address, settings) as url:
        yield url
    Settings().set_limits()


def test_statement_shapes_that_never_repeat_are_refused_and_known_ones_are_answered(neo4j_address: Address) -> None:
    known = "query Known { teams(first: 1) { totalCount } }"
    # One more in a hundred seconds, however slow the machine is.
    settings = Settings(webhooks=False, limit_administrator=True, new_shapes=8, new_shapes_per_second=0.01)
    with serving(neo4j_address, settings) as url:
        _check_shapes(url, known)


def _check_shapes(url: str, known: str) -> None:
    assert ask(url, known).status_code == 200

    answers = [
        ask(url, "{ companies(first: 1) { nodes { " + "name ".join([""] * 2) + f"a{number}: " + field + " } } }")
        for number, field in enumerate(_shapes(20))
    ]

    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) == {200, 429}
    assert statuses[200] <= 12
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert codes(refused) == ["RATE_LIMITED"]
    assert 1 <= int(refused.headers["retry-after"]) <= 100
    assert refused.json()["errors"][0]["extensions"]["retryable"] is True
    assert ask(url, known).status_code == 200


def _shapes(count: int) -> list[str]:
    """Selections that become statements of their own, each."""
    names = ("id", "sizeBand", "employees", "website", "createdAt", "version", "updatedAt")
    return [" ".join(name for place, name in enumerate(names) if number >> place & 1) for number in range(1, count + 1)]


def test_who_has_spent_its_points_is_told_when_to_come_again(strict: str) -> None:
    query = "query Spend { companies(first: 200) { nodes { id contacts(first: 40) { nodes { id } } } } }"

    answers = [ask(strict, query, guanxi_cost="1") for _ in range(3)]
    refused = [answer for answer in answers if answer.status_code == 429]
    plain = httpx.post(
        f"{strict}/graphql", json={"query": query + " #"}, headers={"accept": "application/json"}, timeout=60
    )

    # 8,200 points are reserved, and nearly all of them come back: there are but a few companies.
    assert [answer.status_code for answer in answers] == [200] * 3, [answer.text[:300] for answer in refused]
    costs = [answer.json()["extensions"]["cost"] for answer in answers]
    assert {cost["requestedQueryCost"] for cost in costs} == {8_200}
    assert all(1 < cost["actualQueryCost"] < 200 for cost in costs)
    assert {cost["throttleStatus"]["maximumAvailable"] for cost in costs} == {30_000}
    assert plain.status_code == 200
    too_much = ask(strict, query.replace("200", "199").replace("40", "170"))
    assert (too_much.status_code, codes(too_much)) == (400, ["QUERY_TOO_COMPLEX"])


async def test_a_thousand_subscriptions_are_so_many_and_no_more(strict: str) -> None:
    async def subscribe(number: int) -> list[str]:
        async with socket(strict) as client:
            for each in range(100):
                await client.subscribe(CHANGED, id=f"{number}-{each}")
            found = list[str]()
            # Half of them are refused for this connection alone; what is refused beyond is told soon.
            with suppress(TimeoutError):
                while message := await client.receive(60 if len(found) < 50 else 3):
                    assert message["type"] == "error", message
                    found.append(message["payload"][0]["extensions"]["code"])
            await asyncio.to_thread(assert_answers, strict)
            return found

    refused = [code for codes in await asyncio.gather(*(subscribe(number) for number in range(10))) for code in codes]

    # Each connection has fifty operations, and the caller three hundred subscriptions.
    assert set(refused) == {"QUERY_TOO_COMPLEX"}
    assert len(refused) >= 700


def _until_all_are_closed(url: str) -> None:
    limit = time.monotonic() + 60
    while "guanxi_connections 0.0" not in httpx.get(f"{url}/metrics", timeout=60).text:
        assert time.monotonic() < limit
        time.sleep(0.1)


async def test_connections_beyond_those_that_a_caller_may_have_are_closed(strict: str) -> None:
    await asyncio.to_thread(_until_all_are_closed, strict)
    async with AsyncExitStack() as opened:
        for _ in range(12):
            await opened.enter_async_context(socket(strict))
        async with socket(strict, knows=False) as thirteenth:
            code = await thirteenth.closed()
        stream = await asyncio.to_thread(
            httpx.post,
            f"{strict}/graphql",
            json={"query": CHANGED},
            headers={**GRAPHQL, "accept": "text/event-stream"},
            timeout=60,
        )
    await asyncio.to_thread(_until_all_are_closed, strict)
    async with socket(strict) as again:
        await again.send("ping")
        answer = await again.receive()

    assert (code, thirteenth.connection.close_reason) == (
        1013,
        "There are too many open connections; try again in a while.",
    )
    assert (stream.status_code, codes(stream), stream.headers["retry-after"]) == (503, ["UNAVAILABLE"], "1")
    assert answer == {"type": "pong"}


@pytest.mark.parametrize("text", ["x" * 20_001, '{"type": "ping", "payload": "' + "关" * 10_000 + '"}'])
async def test_a_message_that_is_too_large_closes_its_connection_and_no_other(strict: str, text: str) -> None:
    async with socket(strict) as honest, socket(strict) as attacker:
        await attacker.connection.send(text)
        code = await attacker.closed()
        await honest.send("ping")
        answer = await honest.receive()

    assert (code, answer) == (1009, {"type": "pong"})


async def test_a_message_in_many_frames_is_as_large_as_all_of_them(strict: str) -> None:
    async def pieces() -> AsyncIterator[str]:
        for _ in range(1_000):
            yield "x" * 100

    async with socket(strict) as attacker:
        with suppress(ConnectionClosed):
            await attacker.connection.send(pieces())

        # Who goes on sending may not hear why it was closed.
        assert await attacker.closed() in (1009, 1006)


def test_a_flood_of_statements_leaves_room_for_others(neo4j_address: Address) -> None:
    """One caller has all the slots that it may have and all its places; whoever else comes is answered meanwhile."""
    settings = Settings(webhooks=False, statements=2, statements_of_one=1, waiting=8, waiting_of_one=4)
    slow = "query Slow($t: String!) { companies(first: 50) { nodes { id name } totalCount } search(text: $t) { totalCount } }"
    with serving(neo4j_address, settings) as url:
        ask(url, slow, {"t": "a"})

        async def flood() -> list[httpx.Response]:
            async with httpx.AsyncClient(timeout=120, limits=httpx.Limits(max_connections=200)) as client:
                body = {"query": slow, "variables": {"t": "a"}}
                return await asyncio.gather(
                    *(client.post(f"{url}/graphql", json=body, headers=GRAPHQL) for _ in range(120))
                )

        async def both() -> tuple[list[httpx.Response], list[int]]:
            flooding = asyncio.create_task(flood())
            honest = []
            while not flooding.done():
                # Another caller, for whom a proxy on this machine speaks.
                found = await asyncio.to_thread(
                    ask, url, "{ teams(first: 1) { totalCount } }", x_forwarded_for="10.0.0.2"
                )
                honest.append(found.status_code)
            return await flooding, honest

        answers, honest = asyncio.run(both())
        assert_answers(url)

    assert set(honest) == {200}
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) == {200, 503}, statuses
    refused = [answer for answer in answers if answer.status_code == 503]
    assert {tuple(codes(answer)) for answer in refused} == {("UNAVAILABLE",)}
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}
    assert all(answer.json()["errors"][0]["extensions"]["retryable"] for answer in refused)


def test_a_body_that_does_not_come_is_not_waited_for_without_end(
    server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.incoming.WITHIN", 0.5)
    parts = urlsplit(server_url)
    with sockets.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.sendall(
            b"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n"
        )
        connection.sendall(b'{"query": ')
        answer = ""
        while not answer.endswith("]}") and (piece := connection.recv(65_536)):
            answer += piece.decode()

    assert answer.startswith("HTTP/1.1 400 ")
    assert "The body did not arrive within 0.5 s." in answer
