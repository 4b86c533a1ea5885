"""A read that the database would work on for minutes is stopped at its limit, and the others are answered meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graph.address import Address
from tests.attacks.asking import ask, assert_answers, codes
from tests.serving import serving
from web.settings import Settings

# Counts for as long as it is let.
SLOW = """/*
extend type Query {
  "How far it counted."
  counted(upTo: Int!): Int!
}
*/
UNWIND range(1, $upTo) AS one
UNWIND range(1, $upTo) AS other
WITH count(one + other) AS value
RETURN value
"""
LIMIT = 2.0


@pytest.fixture(scope="module")
def impatient(neo4j_address: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("slow")
    (folder / "counted.cypher").write_text(SLOW)
    settings = Settings(webhooks=False, queries=str(folder), statement_timeout=LIMIT, limit_administrator=True)
    with serving(neo4j_address, settings) as url:
        yield url


def test_a_statement_that_goes_on_is_stopped_by_the_database(impatient: str) -> None:
    query = "query Slow($n: Int!) { counted(upTo: $n) }"
    assert ask(impatient, query, {"n": 10}).json() == {"data": {"counted": 100}}
    started = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        slow = [pool.submit(ask, impatient, query, {"n": 2_000_000}) for _ in range(4)]
        answered = 0
        while not all(each.done() for each in slow):
            assert_answers(impatient)
            answered += 1
        found = [each.result() for each in slow]
    seconds = time.monotonic() - started

    assert [(each.status_code, codes(each), each.json()["data"]) for each in found] == [(504, ["TIMEOUT"], None)] * 4
    assert "was stopped" in found[0].json()["errors"][0]["message"]
    assert answered > 0
    # The database looks at its clock now and then; that it stopped at all is what matters.
    assert LIMIT <= seconds < 60
