"""Whatever counts related records counts what their connection lists, for every kind of relationship there is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest

from graph import ids
from graph.database import Database
from resolvers.answer import Answerer
from schema.build import build, declared_classes
from schema.declare import node, related, relationship
from schema.record import Node
from tests.asking import Ask

NOW = datetime(2025, 6, 1, tzinfo=UTC)


@relationship
class Bond:
    """What is between two ants."""

    since: date | None


@node()
class Ant(Node):
    """One of many."""

    name: str | None
    follows: list[Ant] = related("-[:FOLLOWS]->", description="Plain.")
    met: list[Ant] = related("-[:MET]-", description="Plain, in either direction.")
    feeds: list[Ant] = related("-[:FEEDS]->", edge=Bond, description="With properties.")
    bound: list[Ant] = related("-[:FEEDS|CARRIES]->", edge=Bond, description="With properties, of several types.")
    near: list[Ant] = related("-[:FOLLOWS|MET]->", description="Plain, of several types.")
    second: list[Ant] = related("-[:FOLLOWS]->(:Ant)-[:FOLLOWS]->", description="A path.")
    either: list[Ant] = related("-[:FEEDS]-", edge=Bond, description="With properties, in either direction.")


FIELDS = ("follows", "met", "feeds", "bound", "near", "second", "either")
# From 1 to 2 there are two of a kind with properties, and one of each kind in each direction.
EDGES = (
    ("FOLLOWS", 1, 2), ("FOLLOWS", 1, 3), ("FOLLOWS", 2, 4), ("FOLLOWS", 3, 4), ("FOLLOWS", 4, 4),
    ("MET", 1, 2), ("MET", 2, 1), ("MET", 3, 4), ("FEEDS", 1, 2), ("FEEDS", 1, 2), ("FEEDS", 2, 1), ("FEEDS", 3, 1),
    ("CARRIES", 3, 1), ("CARRIES", 4, 2),
)  # fmt: skip


def _id(number: int) -> str:
    return ids.id_for("ant", str(number), NOW)


@pytest.fixture(scope="module")
async def ants(database: Database) -> AsyncIterator[Ask]:
    """Asks about five ants."""
    asked = Ask(Answerer(build((*declared_classes(), Ant)), database))
    await database.run("MATCH (n:Ant) DETACH DELETE n")
    await database.run(
        "UNWIND $rows AS row CREATE (n:Ant {id: row[0], name: row[1], createdAt: $now, updatedAt: $now, version: 1})",
        rows=[(_id(number), f"Ant {number}") for number in range(1, 6)], now=NOW,
    )  # fmt: skip
    for place, (name, start, end) in enumerate(EDGES):
        properties = {"id": f"bond_{place}", "version": 1} if name in ("FEEDS", "CARRIES") else {}
        text = f"MATCH (a:Ant {{id: $start}}), (b:Ant {{id: $end}}) CREATE (a)-[r:{name}]->(b) SET r = $properties"
        await database.run(text, start=_id(start), end=_id(end), properties=properties)
    yield asked
    await database.run("MATCH (n:Ant) DETACH DELETE n")


@pytest.mark.parametrize("field", FIELDS)
async def test_all_counts_are_of_what_is_listed(ants: Ask, field: str) -> None:
    where = '{id: {ne: "none"}}'
    data = await ants.data(
        f"""{{
          all: ants {{ nodes {{ id each: {field} {{ totalCount aggregate {{ count }} edges {{ node {{ id }} }} }} }} }}
          single: ants(where: {{{field}: {{single: {where}}}}}) {{ nodes {{ id }} }}
          one: ants(where: {{{field}: {{aggregate: [{{count: {{eq: 1}}}}]}}}}) {{ nodes {{ id }} }}
          most: ants(orderBy: [{{{field}: {{count: DESC}}}}]) {{ nodes {{ id }} }}
        }}"""
    )

    listed = {each["id"]: each["each"] for each in data["all"]["nodes"]}
    sizes = {id: len(each["edges"]) for id, each in listed.items()}
    assert {id: (each["totalCount"], each["aggregate"]["count"]) for id, each in listed.items()} == {
        id: (size, size) for id, size in sizes.items()
    }
    alone = sorted(id for id, size in sizes.items() if size == 1)
    assert [each["id"] for each in data["single"]["nodes"]] == alone
    assert [each["id"] for each in data["one"]["nodes"]] == alone
    assert [each["id"] for each in data["most"]["nodes"]] == sorted(sizes, key=lambda id: (sizes[id], id), reverse=True)


async def test_each_relationship_with_properties_is_listed_and_any_other_record_once(ants: Ask) -> None:
    text = " ".join(f"{field} {{ totalCount }}" for field in FIELDS)

    data = await ants.data(f'{{ ants(where: {{name: {{in: ["Ant 1", "Ant 3"]}}}}) {{ nodes {{ name {text} }} }} }}')

    counts = {each["name"]: [each[field]["totalCount"] for field in FIELDS] for each in data["ants"]["nodes"]}
    assert counts == {"Ant 1": [2, 1, 2, 2, 2, 1, 4], "Ant 3": [1, 1, 1, 2, 1, 1, 1]}
