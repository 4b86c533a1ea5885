"""What every connection has: pages both ways, how many there are, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from graphql import GraphQLField, GraphQLInterfaceType, GraphQLObjectType, get_named_type

from graph.conditions import NOTHING
from graph.reader import ADMINISTRATOR, Reader
from tests.asking import Ask, whole_api
from tests.dump import Dump
from tests.readers import half_reader, seen_by_half

SCHEMA = whole_api().schema
CONNECTIONS = [
    type_
    for name, type_ in SCHEMA.type_map.items()
    if name.endswith("Connection") and isinstance(type_, GraphQLObjectType)
]


@pytest.mark.parametrize("type_", CONNECTIONS, ids=str)
def test_every_connection_tells_of_its_page_and_of_all(type_: GraphQLObjectType) -> None:
    aggregate = get_named_type(type_.fields["aggregate"].type)

    assert {"nodes", "edges", "pageInfo", "totalCount"} <= set(type_.fields)
    assert isinstance(aggregate, GraphQLObjectType)
    assert "count" in aggregate.fields
    # What is around a record is grouped by its `counts` already.
    assert {"groupBy", "counts"} & set(type_.fields)


def _listing() -> Iterator[tuple[str, GraphQLField]]:
    for type_ in SCHEMA.type_map.values():
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in type_.fields.items():
                if get_named_type(field.type) in CONNECTIONS:
                    yield f"{type_.name}.{name}", field


def test_every_field_that_lists_pages_both_ways() -> None:
    fields = dict(_listing())

    assert {"Query.search", "Query.neighbours", "Query.changes", "Query.deleted", "Company.history"} <= set(fields)
    lacking = [name for name, field in fields.items() if not {"first", "after", "last", "before"} <= set(field.args)]
    assert lacking == []


WHOLE = """query ($text: String!, $types: [SearchType!]) {
  search(text: $text, types: $types) {
    totalCount
    aggregate { count edge { score { min max distinct } } }
    groupBy(by: [{edge: {score: VALUE}}], orderBy: [{keys: DESC}]) { groups { key { edge { score } } count } }
    edges { score node { ... on Node { id } } }
  }
}"""


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("types", [["Contact"], ["Product", "User"], None])
async def test_a_search_comes_to_what_it_lists(
    ask: Ask, awkward: Dump, types: list[str] | None, restricted: bool
) -> None:
    reader = half_reader(awkward) if restricted else ADMINISTRATOR

    found = (
        await ask.data(
            WHOLE.replace("types: $types)", "types: $types, first: 200)"), {"text": "a", "types": types}, reader
        )
    )["search"]

    scores = [edge["score"] for edge in found["edges"]]
    assert scores
    assert found["totalCount"] == found["aggregate"]["count"] == len(scores)
    assert found["aggregate"]["edge"]["score"] == {
        "min": min(scores), "max": max(scores), "distinct": len(set(scores)),
    }  # fmt: skip
    assert [(each["key"]["edge"]["score"], each["count"]) for each in found["groupBy"]["groups"]] == [
        (score, scores.count(score)) for score in sorted(set(scores), reverse=True)
    ]
    if restricted:
        sees = seen_by_half(awkward)
        assert all(sees(awkward.by_id[edge["node"]["id"]]) for edge in found["edges"])


async def test_what_is_searched_is_grouped_by_what_it_is(ask: Ask, awkward: Dump) -> None:
    query = """{ search(text: "a", types: [Product], first: 200) {
        nodes { ... on Product { active } }
        groupBy(by: [{product: {active: VALUE}}]) { groups { key { product { active } } count } }
    } }"""

    found = (await ask.data(query))["search"]

    values = [node["active"] for node in found["nodes"]]
    assert {each["key"]["product"]["active"]: each["count"] for each in found["groupBy"]["groups"]} == {
        value: values.count(value) for value in values
    }


async def test_a_search_pages_backward(ask: Ask, awkward: Dump) -> None:
    query = """query ($first: Int, $last: Int, $before: String) {
      search(text: "a", first: $first, last: $last, before: $before) {
        edges { cursor score node { ... on Node { id } } } pageInfo { hasPreviousPage hasNextPage startCursor }
      }
    }"""
    forward = (await ask.data(query, {"first": 200}))["search"]["edges"]

    backward, page = list[object](), (await ask.data(query, {"last": 20}))["search"]
    assert page["pageInfo"]["hasNextPage"] is False
    while True:
        backward = [*page["edges"], *backward]
        if not page["pageInfo"]["hasPreviousPage"]:
            break
        page = (await ask.data(query, {"last": 20, "before": page["pageInfo"]["startCursor"]}))["search"]
        assert page["pageInfo"]["hasNextPage"] is True

    assert len(forward) > 40
    assert backward == forward


async def test_a_cursor_of_another_search_is_refused_backward_too(ask: Ask, awkward: Dump) -> None:
    query = "query ($text: String!, $before: String) {search(text: $text, last: 1, before: $before) {edges {cursor}}}"
    cursor = (await ask.data(query, {"text": "a"}))["search"]["edges"][0]["cursor"]

    refused = await ask(query, {"text": "b", "before": cursor})

    assert refused["errors"] == [{
        "message": "`before` is a cursor of another search; page on with the same text and types, or begin without "
        "`before`.",
        "extensions": {"code": "BAD_USER_INPUT"},
    }]  # fmt: skip


NEIGHBOURS = """query ($id: ID!, $first: Int, $last: Int, $before: String) {
  neighbours(id: $id, first: $first, last: $last, before: $before) {
    totalCount aggregate { count } counts { count }
    edges { type direction relationshipId node { id } } pageInfo { hasPreviousPage startCursor }
  }
}"""


@pytest.mark.parametrize("restricted", [False, True])
async def test_neighbours_come_to_what_is_listed_and_page_backward(ask: Ask, awkward: Dump, restricted: bool) -> None:
    reader = half_reader(awkward) if restricted else ADMINISTRATOR
    sees = seen_by_half(awkward) if restricted else lambda record: True
    record = max(
        filter(sees, awkward.of(awkward.model.nodes["Company"])),
        key=lambda each: len(awkward.outgoing[each]) + len(awkward.incoming[each]),
    )
    forward = (await ask.data(NEIGHBOURS, {"id": record.id, "first": 200}, reader))["neighbours"]

    page = (await ask.data(NEIGHBOURS, {"id": record.id, "last": 4}, reader))["neighbours"]
    backward = page["edges"]
    while page["pageInfo"]["hasPreviousPage"]:
        more = {"id": record.id, "last": 4, "before": page["pageInfo"]["startCursor"]}
        page = (await ask.data(NEIGHBOURS, more, reader))["neighbours"]
        backward = [*page["edges"], *backward]

    assert len(backward) > 4
    assert backward == forward["edges"]
    assert forward["totalCount"] == forward["aggregate"]["count"] == len(backward)
    assert forward["totalCount"] == sum(each["count"] for each in forward["counts"])


async def test_changes_and_deleted_records_come_to_something(ask: Ask, awkward: Dump) -> None:
    data = await ask.data("""{
      changes { totalCount aggregate { count createdAt { min } } groupBy(by: [{operation: VALUE}]) { groups { count } } }
      deleted { totalCount aggregate { count } groupBy(by: [{formerType: VALUE}]) { groups { count } } }
    }""")

    nothing = {"totalCount": 0, "groupBy": {"groups": []}}
    assert data == {
        "changes": {**nothing, "aggregate": {"count": 0, "createdAt": {"min": None}}},
        "deleted": {**nothing, "aggregate": {"count": 0}},
    }


async def test_who_may_see_nothing_is_told_of_nothing(ask: Ask, awkward: Dump) -> None:
    blind = Reader("user_0", default=NOTHING)

    data = await ask.data(
        """{
      search(text: "a") { totalCount aggregate { count } }
      changes { aggregate { count } }
      deleted { aggregate { count } }
    }""",
        reader=blind,
    )

    assert data == {
        "search": {"totalCount": 0, "aggregate": {"count": 0}},
        "changes": {"aggregate": {"count": 0}},
        "deleted": {"aggregate": {"count": 0}},
    }
