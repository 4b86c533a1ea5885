"""However much is asked of a set, Neo4j matches it once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from graph.database import Database
from graph.reader import ADMINISTRATOR
from resolvers.question import Question
from tests.asking import Ask

EVERYTHING = """
  totalCount
  aggregate { count total { sum { amount } avg { amount } percentile(p: 0.9) { amount } } status { distinct } }
  a: groupBy(by: [{status: VALUE}]) { groups { key { status } count } }
  b: groupBy(by: [{placedAt: {truncate: MONTH}}]) { groups { count } }
  c: groupBy(by: [{customer: {name: VALUE}}], having: {total: {sum: {gt: "1"}}}) { groups { count } }
"""


@pytest.mark.usefixtures("trading")
@pytest.mark.parametrize(
    ("query", "times"),
    [
        # Of all records of a label Neo4j keeps the number.
        ("{ orders { totalCount } }", 0),
        ("{ orders(where: {status: {eq: PLACED}}) { totalCount } }", 1),
        (f"{{ orders {{ {EVERYTHING} }} }}", 1),
        # The page stops early, so it has a match of its own.
        (f"{{ orders(first: 1) {{ {EVERYTHING} nodes {{ id }} }} }}", 2),
    ],
)
async def test_the_set_of_all_aggregates_is_read_once(ask: Ask, database: Database, query: str, times: int) -> None:
    plan = await _profile(ask, database, query)

    reading = [each for each in _operators(plan) if "Order" in str(each["args"].get("Details")) and _reads(each)]
    assert len(reading) == times


@pytest.mark.usefixtures("trading")
async def test_nested_sets_are_walked_to_once_per_record(ask: Ask, database: Database) -> None:
    plan = await _profile(ask, database, f"{{ customers {{ nodes {{ orders {{ {EVERYTHING} }} }} }} }}")

    walks = [each for each in _operators(plan) if "PLACED" in str(each["args"].get("Details")) and _walks(each)]
    # One leads from a customer to its orders, the other is the key of the groups by customer.
    assert len(walks) == 2
    assert sum(each["rows"] for each in walks) == 2 * 40


async def _profile(ask: Ask, database: Database, query: str) -> dict[str, Any]:
    statement = ask.answerer.prepare(Question(query), ADMINISTRATOR).bind()
    assert statement
    return await database.plan(statement, profile=True)


def _reads(operator: Mapping[str, Any]) -> bool:
    return any(word in operator["operatorType"] for word in ("Scan", "Seek"))


def _walks(operator: Mapping[str, Any]) -> bool:
    return "Expand" in operator["operatorType"]


def _operators(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for child in plan.get("children", ()):
        yield from _operators(child)
