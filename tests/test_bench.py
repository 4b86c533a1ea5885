"""The benchmarks do not rot: their engines answer alike, and their measuring sees what is there."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from neo4j import AsyncDriver

from bench.answers import bare, difference, unordered
from bench.check import check
from bench.engines import FLOOR, GUANXI, NEXT_PAGE, PLAIN, Engine
from bench.floor.server import ask as ask_floor
from bench.floor.server import open_driver, statements
from bench.http import complete_body
from bench.load import UNIQUE
from bench.plain.loaders import Database as PlainDatabase
from bench.plain.loaders import Loaders
from bench.plain.server import schema as plain_schema
from bench.report import in_short
from bench.soak import documents
from bench.store import NAMES_INDEX, write
from bench.tap import tapped
from bench.workloads import WORKLOADS, Workload, variants
from bench.writes import WRITES, Write
from graph.address import Address
from graph.database import Database
from graph.indexes import reconcile
from graph.reader import ADMINISTRATOR
from resolvers.api import API
from resolvers.question import Question
from tests.asking import Ask
from tests.contents import hold

# Some twenty companies with their people, orders and activities.
SCALE = 0.01

BENCH = Path(__file__).parents[1] / "bench"


@pytest.fixture(scope="module")
async def world(database: Database, api: API) -> AsyncIterator[None]:
    """The database holds a very small part of the measured data and nothing else."""

    async def load() -> None:
        await reconcile(api.model, database)
        await write(database, api.model, SCALE)

    await hold(database, "bench", load)
    yield
    await database.run(f"DROP INDEX {NAMES_INDEX} IF EXISTS")


@pytest.fixture(scope="module")
async def driver(neo4j_address: Address) -> AsyncIterator[AsyncDriver]:
    async with open_driver(neo4j_address.uri, neo4j_address.user, neo4j_address.password) as opened:
        yield opened


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
@pytest.mark.usefixtures("world")
async def test_the_floor_and_a_plain_server_answer_as_guanxi_does(
    workload: Workload, ask: Ask, database: Database, driver: AsyncDriver
) -> None:
    for values in (await variants(workload, database))[:2]:
        if "record" in values:
            found = await ask.data(NEXT_PAGE, {"id": values["record"]})
            values["after"] = found["activities"]["pageInfo"]["endCursor"]
        answers = {"floor": await ask_floor(driver, "neo4j", statements()[workload.name], values)}
        answers["plain"] = await _ask_plain(workload, driver, values)
        if (text := GUANXI.question(workload.name)) is not None:
            answers["guanxi"] = await ask.data(text, _sent(GUANXI.body(workload.name, values)))

        expected = _compared(workload, answers["floor"])
        assert expected is not None
        assert {name: difference(expected, _compared(workload, answer)) for name, answer in answers.items()} == (
            dict.fromkeys(answers)
        )


async def _ask_plain(workload: Workload, driver: AsyncDriver, values: dict[str, Any]) -> Any:
    text = PLAIN.question(workload.name)
    assert text is not None
    result = await plain_schema.execute(
        text,
        _sent(PLAIN.body(workload.name, values)),
        context_value={"loaders": Loaders(PlainDatabase(driver, "neo4j"))},
    )
    assert result.errors is None
    return result.data


def _sent(body: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body)["variables"]
    return found


def _compared(workload: Workload, answer: Any) -> Any:
    return bare(answer) if workload.is_ordered else unordered(bare(answer))


# Listens on the port that stands in its arguments, and answers everything with the same text.
_PEER = """
import http.server, sys
class Peer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(sys.argv[2])))
        self.end_headers()
        self.wfile.write(sys.argv[2].encode())
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Peer).serve_forever()
"""


@pytest.mark.parametrize(
    ("script", "answer", "reason"),
    [
        (_PEER, '{"errors": [{"message": "out of memory"}]}', "a peer answers field with 200: {"),
        (
            _PEER,
            '{"data": {"company": {"name": "nobody"}}}',
            "a peer answers field otherwise than the others: answer is",
        ),
        ("raise SystemExit('no such module')", "", "a peer did not start; it said: no such module"),
    ],
)
@pytest.mark.usefixtures("world")
async def test_a_peer_that_fails_has_failed_and_the_others_are_measured(
    database: Database, neo4j_address: Address, tmp_path: Path, script: str, answer: str, reason: str
) -> None:
    peer = Engine(
        "neo4j_graphql",
        "a peer",
        (sys.executable, "-c", script, "{port}", answer.replace("{", "{{").replace("}", "}}")),
    )
    workloads = [each for each in WORKLOADS if each.name == "field"]
    values = {each.name: await variants(each, database) for each in workloads}

    asked, failed = await check([peer, FLOOR], workloads, values, neo4j_address, tmp_path)

    assert list(asked) == [("field", "floor")]
    assert list(failed) == [("field", "neo4j_graphql")]
    assert failed["field", "neo4j_graphql"].startswith(reason)


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.name)
@pytest.mark.usefixtures("world")
async def test_what_is_written_by_hand_is_written(write: Write, database: Database, driver: AsyncDriver) -> None:
    ((company,),) = await database.run("MATCH (n:Company) RETURN n.id ORDER BY n.id LIMIT 1")
    body = FLOOR.body(write.file, write.values(company)).replace(UNIQUE, "one")

    async with driver.session() as session, await session.begin_transaction() as transaction:
        result = await transaction.run(statements()[write.file], {"p": json.loads(body)})
        await result.single(strict=True)
        counters = (await result.consume()).counters
        await transaction.rollback()

    # A person, and an e-mail address or a change with its personal values; of one record that is changed, the change.
    made = {"create": 3, "bulk": 3, "contended": 1, "import": 2}
    assert counters.nodes_created == made[write.name] * write.rows
    assert counters.contains_updates


def test_every_question_has_a_floor_and_both_peers() -> None:
    names = {each.name for each in WORKLOADS}

    found = {
        folder: {path.stem for path in (BENCH / folder).glob(pattern) if path.stem != "schema"}
        for folder, pattern in (("floor", "*.cypher"), ("plain", "*.graphql"), ("neo4j_graphql", "*.graphql"))
    }

    assert found == {"floor": names, "plain": names, "neo4j_graphql": names}


async def test_a_tap_sees_each_statement_with_its_values(neo4j_address: Address) -> None:
    async with tapped(neo4j_address) as tap:
        address = tap.address
        async with open_driver(address.uri, address.user, address.password) as through:
            answer = await ask_floor(through, "neo4j", "RETURN [$p.one, $p.many] AS answer", {"one": 1, "many": ["a"]})

        seen = tap.take()

    assert answer == [1, ["a"]]
    assert [(each.text, each.parameters) for each in seen] == [
        ("RETURN [$p.one, $p.many] AS answer", {"p": {"one": 1, "many": ["a"]}})
    ]


@pytest.mark.parametrize(
    ("received", "body"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", b"ab"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nab", None),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n", b"abc"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n", None),
        (b"HTTP/1.1 200 OK\r\nContent-Le", None),
    ],
)
def test_a_response_is_complete_when_its_body_is(received: bytes, body: bytes | None) -> None:
    assert complete_body(bytearray(received)) == body


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("it answers page with 200: dbms.memory.transaction.total.max threshold reached", "failed: out of memory"),
        ("it does not answer page within 60 s.", "failed: too slow"),
        ("it answers page otherwise than the others: answer[0] is 1 and 2.", "failed: answers otherwise"),
        ("it breaks off at page.", "failed"),
    ],
)
def test_the_table_says_in_words_how_a_peer_failed(reason: str, words: str) -> None:
    assert in_short(reason) == words


def test_answers_that_differ_are_told_apart_wherever_they_differ() -> None:
    left = {"companies": {"nodes": [{"name": "A", "at": "2024-01-01T08:00Z"}, {"name": "B", "at": None}]}}
    right = [["A", "2024-01-01T08:00:00.000Z"], ["B", None]]

    assert difference(bare(left), bare(right)) is None
    assert difference(bare(left), bare([*right[:1], ["C", None]])) == "answer[1][0] is 'B' and 'C'"
    assert difference(bare(left), bare([*right, ["C", None]])) == "answer has 2 values and 3"


def test_what_is_soaked_with_are_questions(ask: Ask) -> None:
    bodies = documents()

    texts = {json.loads(body.replace(UNIQUE, "1"))["query"] for body in bodies}
    assert len(texts) == 1024
    for text in sorted(texts)[::100]:
        assert ask.answerer.prepare(Question(text), ADMINISTRATOR).rendered


def test_the_peers_lock_names_no_registry() -> None:
    lock = json.loads((BENCH / "neo4j_graphql" / "package-lock.json").read_text(encoding="utf-8"))

    assert [name for name, entry in lock["packages"].items() if "resolved" in entry] == []
