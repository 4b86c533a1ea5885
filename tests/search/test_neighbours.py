"""What is around a record: counted before it is listed, seen as far as the reader may, and never too much to ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from graph.conditions import NOTHING
from graph.database import Database
from graph.neighbours import LOOKED_AT
from graph.reader import ADMINISTRATOR, Reader
from resolvers.question import Question
from tests.asking import Ask
from tests.dump import Dump, Record
from tests.readers import half_reader, seen_by_half
from tests.search.conftest import NAMES, id_of

_COUNTS = "counts { type direction count isPartial }"
_EDGES = "edges { node { id } type direction relationshipId } pageInfo { hasNextPage endCursor }"
_QUERY = f"""query ($id: ID!, $via: [RelationshipType!], $first: Int, $after: String) {{
  neighbours(id: $id, via: $via, first: $first, after: $after) {{ record {{ id }} {_COUNTS} {_EDGES} }}
}}"""

_COUNTED = [["HAS_EMAIL", "OUT", 1, False], ["HAS_PHONE", "OUT", 2, False], ["WORKS_AT", "OUT", 1, False]]

Neighbour = tuple[str, str, str, str]


async def around(ask: Ask, id: str, reader: Reader = ADMINISTRATOR, **more: Any) -> Any:
    return (await ask.data(_QUERY, {"id": id, **more}, reader))["neighbours"]


def listed(found: Any) -> list[Neighbour]:
    return [
        (edge["type"], edge["direction"], edge["node"]["id"], edge["relationshipId"] or "") for edge in found["edges"]
    ]


@pytest.mark.usefixtures("named_things")
async def test_what_is_around_is_counted_and_listed(ask: Ask) -> None:
    found = await around(ask, id_of("wang"))

    assert found["counts"] == [
        {"type": "HAS_EMAIL", "direction": "OUT", "count": 1, "isPartial": False},
        {"type": "HAS_PHONE", "direction": "OUT", "count": 2, "isPartial": False},
        {"type": "WORKS_AT", "direction": "OUT", "count": 1, "isPartial": False},
    ]
    shown = [(type, direction, NAMES[id]) for type, direction, id, _ in listed(found)]
    assert shown[0] == ("HAS_EMAIL", "OUT", "mail")
    assert set(shown[1:3]) == {("HAS_PHONE", "OUT", "mobile"), ("HAS_PHONE", "OUT", "desk")}
    assert shown[3:] == [("WORKS_AT", "OUT", "yunjian")]
    assert all(edge["relationshipId"].startswith("edge_") for edge in found["edges"])


@pytest.mark.usefixtures("named_things")
async def test_neighbours_are_whole_records(ask: Ask) -> None:
    data = await ask.data(
        """query ($id: ID!) { neighbours(id: $id, via: [WORKS_AT]) {
             record { ... on Contact { name } }
             nodes { __typename ... on Company { name phones { nodes { value } } } }
        } }""",
        {"id": id_of("wang")},
    )

    phones = {"nodes": [{"value": "+861065528888"}]}
    company = {"__typename": "Company", "name": "上海云间茶馆有限公司", "phones": phones}
    assert data["neighbours"] == {"record": {"name": "王芳"}, "nodes": [company]}


@pytest.mark.usefixtures("named_things")
async def test_counts_alone_list_nothing(ask: Ask, database: Database) -> None:
    text = f"query ($id: ID!) {{ neighbours(id: $id) {{ {_COUNTS} }} }}"

    statement = ask.answerer.prepare(Question(text, None, {"id": id_of("wang")}), ADMINISTRATOR).bind()

    assert statement is not None
    assert "ORDER BY each" not in statement.text
    assert await database.read(statement) == [[[None, _COUNTED], []]]


@pytest.mark.usefixtures("named_things")
async def test_what_is_hidden_deleted_or_not_there_has_no_neighbours(ask: Ask) -> None:
    hidden = Reader("user_0", {"Contact": NOTHING})
    absent = f"contact_{id_of('wang').removeprefix('contact_')[:-4]}0000"

    assert await around(ask, id_of("deleted")) is None
    assert await around(ask, absent) is None
    assert await around(ask, id_of("wang"), hidden) is None
    assert [name for _, _, id, _ in listed(await around(ask, id_of("mobile"))) for name in [NAMES[id]]] == ["wang"]
    assert await around(ask, id_of("mobile"), hidden) == {
        "record": {"id": id_of("mobile")}, "counts": [], "edges": [],
        "pageInfo": {"hasNextPage": False, "endCursor": None},
    }  # fmt: skip


@pytest.mark.usefixtures("named_things")
async def test_what_the_model_does_not_know_is_not_there(ask: Ask, database: Database) -> None:
    known = await around(ask, id_of("anna"))
    made = "MATCH (n {id: $id}), (other {id: $other})"
    await database.run(f"{made} CREATE (n)-[:UNHEARD_OF]->(other)", id=id_of("anna"), other=id_of("wang"))
    await database.run(f"{made} CREATE (n)-[:HAS_PHONE]->(:Unheard {{id: 'x'}})", id=id_of("anna"), other=id_of("wang"))
    found = await around(ask, id_of("anna"))
    await database.run("MATCH ()-[r:UNHEARD_OF]->() DELETE r")
    await database.run("MATCH (n:Unheard) DETACH DELETE n")

    assert found == known
    assert found["counts"] == [{"type": "HAS_PHONE", "direction": "OUT", "count": 1, "isPartial": False}]


@pytest.mark.usefixtures("named_things")
async def test_via_a_type_that_the_record_cannot_have_leads_nowhere(ask: Ask) -> None:
    found = await around(ask, id_of("jas"), via=["WORKS_AT"])

    assert (found["record"], found["counts"], found["edges"]) == ({"id": id_of("jas")}, [], [])


@pytest.mark.parametrize(("given", "message"), [
    ({"id": "company_7"}, '"company_7" is no id; an id looks like company_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e.'),
    ({"via": []}, "neighbours.via is empty; name relationships to go over, or leave it out for all."),
    ({"first": 201}, "neighbours.first is 201; ask for 0 to 200 records, and for more page by page."),
    ({"after": "x"}, "`after` is no cursor; pass on a cursor of `pageInfo` or of an edge as it came."),
])  # fmt: skip
async def test_what_no_neighbours_can_be_is_refused(ask: Ask, given: dict[str, Any], message: str) -> None:
    for query in (_QUERY, _QUERY.replace(_EDGES, "")):
        if query == _QUERY or "after" not in given:
            body = await ask(query, {"id": id_of("wang"), **given})

            assert body == {"errors": [{"message": message, "extensions": {"code": "BAD_USER_INPUT"}}]}


# --- records that very much leads to ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("named_things")
async def test_no_record_is_too_well_connected_to_be_asked_about(ask: Ask, database: Database) -> None:
    many = 20_000
    fill = (
        "MATCH (n {id: $id}) UNWIND range(1, $many) AS i CREATE (n)<-[:OWNED_BY]-(:Customer:Filling {id: $prefix + i})"
    )
    small = await _hits(ask, database, ADMINISTRATOR)
    await database.run(fill, id=id_of("uma"), many=many, prefix="customer_0000")
    # Customers hide what the reader does not own, which is all of these.
    blind, some = Reader("user_0", {"Customer": NOTHING}), Reader("user_0", {"Order": NOTHING})
    try:
        found, hidden, seen = [await around(ask, id_of("uma"), each) for each in (ADMINISTRATOR, blind, some)]
        hits = [await _hits(ask, database, each) for each in (ADMINISTRATOR, blind, some)]
    finally:
        await database.run("MATCH (n:Filling) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS")

    owned = {"type": "OWNED_BY", "direction": "IN", "isPartial": True}
    assert [found["counts"], hidden["counts"], seen["counts"]] == [
        [owned | {"count": many}],
        [],
        [owned | {"count": None}],
    ]
    assert len(found["edges"]) == 25
    assert hidden["edges"] == []
    # Of each of them: the relationship, its neighbour's labels, its own id and its neighbour's.
    assert max(hits) <= small + 8 * LOOKED_AT


async def _hits(ask: Ask, database: Database, reader: Reader) -> int:
    statement = ask.answerer.prepare(Question(_QUERY, None, {"id": id_of("uma")}), reader).bind()
    assert statement is not None

    def total(plan: dict[str, Any]) -> int:
        return int(plan.get("dbHits", 0)) + sum(map(total, plan.get("children", ())))

    return total(await database.plan(statement, profile=True))


# --- against plain Python -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("restricted", [False, True])
async def test_counts_and_pages_are_what_plain_python_finds(ask: Ask, awkward: Dump, restricted: bool) -> None:
    reader = half_reader(awkward) if restricted else ADMINISTRATOR
    sees = seen_by_half(awkward) if restricted else lambda record: True
    # Statements for a reader take long to plan, and there is one for every prefix of ids.
    prefixes = {"company", "contact", "user", "order", "activity"}
    nodes = [node for node in awkward.model.concrete if not restricted or node.id_prefix in prefixes]
    chosen = [max(awkward.of(node), key=lambda record: len(_around(awkward, record, sees))) for node in nodes]
    chosen += [awkward.of(node)[0] for node in nodes]

    for record in chosen:
        pages, found = list[Neighbour](), await around(ask, record.id, reader, first=3)
        if not sees(record):
            assert found is None
            continue
        counts = {(each["type"], each["direction"]): each["count"] for each in found["counts"]}
        pages += listed(found)
        while found["pageInfo"]["hasNextPage"]:
            found = await around(ask, record.id, reader, first=3, after=found["pageInfo"]["endCursor"])
            pages += listed(found)

        expected = _around(awkward, record, sees)
        assert pages == expected
        assert counts == Counter((type, direction) for type, direction, _, _ in expected)


def _around(graph: Dump, record: Record, sees: Callable[[Record], bool]) -> list[Neighbour]:
    found = {(e.type, "OUT", e.end.id, e.properties.get("id", "")) for e in graph.outgoing[record] if sees(e.end)}
    found |= {(e.type, "IN", e.start.id, e.properties.get("id", "")) for e in graph.incoming[record] if sees(e.start)}
    return sorted(found)
