"""What a page costs the database: as much as it shows where an index is in its order, and a scan where `explain` says so."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from graph import ids
from graph.database import Database
from graph.description import scans
from graph.reader import ADMINISTRATOR
from resolvers.question import Question
from tests.asking import Ask
from tests.awkward import NOW
from tests.dump import Dump
from tests.questions import WAYS

MANY = 2_000
# Far from what reading all of them costs, which is several hits for each.
FEW = 300

QUERY = """query ($orderBy: [CustomerOrder!], $first: Int, $after: String, $last: Int, $before: String) {
  customers(orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
    nodes { number } pageInfo { startCursor endCursor }
  }
}"""

SERVED = [{name: way} for name in ("name", "number", "lastTouchAt", "lifecycleStage", "id") for way in WAYS]
NULLABLE = ("lastTouchAt", "lifecycleStage")
SCANNED = [
    {"currency": "ASC"}, {"sinceDate": "DESC"}, {"creditLimit": "ASC"}, {"orders": {"count": "DESC"}},
    {"owner": {"name": "ASC"}},
]  # fmt: skip
# What is worked out behind a key that an index serves is worked out for all.
BEHIND = [[{"name": "ASC"}, {"orders": {"count": "ASC"}}], [{"lastTouchAt": "DESC"}, {"owner": {"name": "ASC"}}]]


@pytest.fixture(scope="module")
async def many(database: Database, awkward: Dump) -> AsyncIterator[None]:
    """So many customers, half of which nobody has touched."""
    fill = """UNWIND range(0, $many - 1) AS i CREATE (c:Customer {
        id: $ids[i], number: 'many' + i, name: 'n' + i % 700, sortKey: 'n' + i % 700, churnReason: 'many',
        lifecycleStage: CASE WHEN i % 2 = 0 THEN 'ACTIVE' ELSE 'LOYAL' END,
        createdAt: $now + duration({seconds: i}), updatedAt: $now, version: 1,
        lastTouchAt: CASE WHEN i % 2 = 0 THEN $now + duration({hours: i % 500}) END })"""
    await database.run(fill, many=MANY, now=NOW, ids=[ids.new_id("customer") for _ in range(MANY)])
    await database.run("CALL db.resampleOutdatedIndexes()")
    yield
    await database.run("MATCH (c:Customer {churnReason: 'many'}) DELETE c")


async def _cost(ask: Ask, database: Database, variables: dict[str, Any]) -> tuple[int, list[str]]:
    """The hits of a page, and what `explain` says of its order."""
    prepared = ask.answerer.prepare(Question(QUERY, None, variables), ADMINISTRATOR)
    statement = prepared.bind()
    assert statement is not None
    return _hits(await database.plan(statement, profile=True)), scans(prepared.plan.operation)


@pytest.mark.parametrize("order", SERVED, ids=lambda order: "-".join(map(str, *order.items())))
async def test_any_page_costs_what_it_shows_where_an_index_is_in_its_order(
    ask: Ask, database: Database, many: None, order: dict[str, str]
) -> None:
    middle = (await ask.data(QUERY, {"orderBy": [order], "first": 200}))["customers"]["pageInfo"]["endCursor"]

    first = await _cost(ask, database, {"orderBy": [order], "first": 3})
    further = await _cost(ask, database, {"orderBy": [order], "first": 3, "after": middle})
    last = await _cost(ask, database, {"orderBy": [order], "last": 3})

    assert [said for _, said in (first, further, last)] == [[], [], []]
    # Those that lack what is ordered by are held by no index. They are at one end, and cost nothing at the other.
    ((name, way),) = order.items()
    is_absent_first = way.endswith("NULLS_FIRST")
    present = [first, further, last] if name not in NULLABLE else [last] if is_absent_first else [first, further]
    assert max(cost for cost, _ in present) < FEW


@pytest.mark.parametrize(
    "order_by", [*([order] for order in SCANNED), *BEHIND], ids=lambda keys: "-".join(next(iter(key)) for key in keys)
)
async def test_an_order_that_costs_a_scan_is_named(
    ask: Ask, database: Database, many: None, order_by: list[dict[str, Any]]
) -> None:
    cost, (said,) = await _cost(ask, database, {"orderBy": order_by, "first": 3})

    assert cost > MANY
    assert said.startswith("customers: no index is in the order of ")
    assert said.endswith(": whatever matches is read and sorted for every page")


def _hits(plan: dict[str, Any]) -> int:
    return int(plan.get("dbHits", 0)) + sum(map(_hits, plan.get("children", ())))
