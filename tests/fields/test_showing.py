"""Wherever a property can be selected, it is shown as far as the reader may see it, and the database sends no more."""

from __future__ import annotations

from typing import Any

import pytest

from graph.database import Database
from graph.model import EdgeType, NodeType
from graph.property_rights import FieldRights
from graph.reader import ADMINISTRATOR, FieldRight, Reader
from resolvers.answer import Answerer
from resolvers.api import API
from resolvers.export import open_export
from resolvers.question import Question
from tests.asking import whole_api
from tests.fields.asking import answered, everything_of, is_shown
from tests.fields.readers import analyst, reader_of, restricted, shown
from tests.fields.telling_graph import record_id, traces, value_of, ways_to
from tests.questions import root_field

pytestmark = pytest.mark.usefixtures("telling")
MODEL = whole_api().model
BELOW = (FieldRight.MASK, FieldRight.HIDE)
# Activities of every kind have the same fields but for a few.
NODES = [each for each in MODEL.concrete if "Activity" not in each.labels or each.name in ("Call", "Task")]


@pytest.mark.parametrize("right", BELOW, ids=lambda right: right.name)
@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
async def test_a_record_is_shown_as_far_as_may_be_seen_wherever_it_is(
    api: API, database: Database, node: NodeType, right: FieldRight
) -> None:
    reader = reader_of(node, right)
    text, at = _positions(node)

    seen = await answered(database, text, reader)

    _assert_nothing_got_out(node, reader, seen.row, seen.bytes)
    rights = FieldRights(MODEL, reader)
    for record in at(seen.body):
        for each in restricted(MODEL, node, reader):
            if is_shown(node.name, each.name):
                value = None if each.name in node.computed else value_of(MODEL, node, each)
                wanted = shown(MODEL, node, each, reader, value)
                assert record[each.name] == wanted, (each.name, rights.right(node, each.name))


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.name)
async def test_who_may_see_everything_is_shown_it_in_the_same_places(
    api: API, database: Database, node: NodeType
) -> None:
    text, at = _positions(node)

    seen = await answered(database, text, ADMINISTRATOR)

    records = at(seen.body)
    assert len(records) >= 3
    for each in node.properties.values():
        is_held = each.name not in ("id", "version", *node.computed) and not each.is_hidden
        if is_held and is_shown(node.name, each.name):
            for trace in traces(MODEL, node, each)[:1]:
                assert trace in seen.row


@pytest.mark.parametrize("right", BELOW, ids=lambda right: right.name)
@pytest.mark.parametrize("edge", MODEL.edges.values(), ids=lambda edge: edge.name)
async def test_what_a_relationship_says_is_shown_as_far_as_may_be_seen(
    database: Database, edge: EdgeType, right: FieldRight
) -> None:
    reader = reader_of(edge, right)
    owner, field = next(
        (o, f) for o in MODEL.concrete for f in o.relationships.values() if f.edge is edge and f.is_list
    )
    type_name = f"{edge.name}{field.target}Edge"
    own = " ".join(
        f"{name} {{ amount currency }}" if found.kind.name == "MONEY" else name
        for name, found in edge.properties.items()
    )

    seen = await answered(
        database, f"{{ all: {root_field(owner.name)} {{ nodes {{ {field.name} {{ edges {{ {own} }} }} }} }} }}", reader
    )

    edges = [each for record in seen.body["data"]["all"]["nodes"] for each in record[field.name]["edges"]]
    assert edges
    _assert_nothing_got_out(edge, reader, seen.row, seen.bytes)
    for record in edges:
        for each in restricted(MODEL, edge, reader):
            if is_shown(type_name, each.name) and not (field.when and field.when.property == each.name):
                assert record[each.name] == shown(MODEL, edge, each, reader, value_of(MODEL, edge, each))


async def test_a_label_tells_which_right_holds_of_what_may_be_several_types(database: Database) -> None:
    seen = await answered(database, "{ parties(orderBy: [{id: ASC}]) { nodes { __typename name } } }", analyst())
    alike = await answered(database, "{ parties { nodes { name } } }", analyst())

    company, contact = (
        value_of(MODEL, MODEL.nodes[name], MODEL.nodes[name].properties["name"]) for name in ("Company", "Contact")
    )
    assert seen.body == {"data": {"parties": {"nodes": [
        {"__typename": "Company", "name": company}, {"__typename": "Contact", "name": "云**"},
    ]}}}  # fmt: skip
    assert {each["name"] for each in alike.body["data"]["parties"]["nodes"]} == {company, "云**"}
    assert contact not in seen.row + alike.row


async def test_what_tells_of_a_masked_name_is_masked_with_it(database: Database) -> None:
    text = (
        "{ contacts { nodes { name given family birthDate } } emailAddresses { nodes { value raw } } "
        "phoneNumbers { nodes { value raw } } customers { nodes { name creditLimit { amount } revenue { amount } "
        "bought { edges { revenue { amount } quantity } } } } }"
    )

    seen = await answered(database, text, analyst())

    data = seen.body["data"]
    assert data["contacts"]["nodes"] == [{"name": "云**", "given": "云**", "family": "云**", "birthDate": None}]
    assert [each["raw"] for each in data["emailAddresses"]["nodes"]] == ["云**"]
    assert data["emailAddresses"]["nodes"][0]["value"] == "a***@example.com"
    assert data["phoneNumbers"]["nodes"][0]["value"][:10] == "+86138****"
    (customer,) = data["customers"]["nodes"]
    bought = customer.pop("bought")["edges"]
    assert customer == {"name": "云**", "creditLimit": None, "revenue": None}
    assert [each for each in bought if each["quantity"] is not None] == bought != []
    assert {each["revenue"] for each in bought} == {None}
    for node in ("Contact", "EmailAddress", "PhoneNumber", "Customer"):
        _assert_nothing_got_out(MODEL.nodes[node], analyst(), seen.row, seen.bytes)


async def test_an_export_has_what_a_client_is_shown(database: Database) -> None:
    export = open_export(
        Answerer(whole_api(), database),
        Question("{ contacts { nodes { id name birthDate emails { nodes { value } } } } }"),
        analyst(),
    )

    rows = [row async for page in export.pages() for row in page]

    assert [[column.value(row) for column in export.columns][1:3] for row in rows] == [["云**", None]]


def _positions(node: NodeType) -> tuple[str, Any]:
    """A document with a record in several places, and how to find it in the response."""
    own, root = everything_of(node.name), root_field(node.name)
    id = record_id(MODEL, node)
    parts = [
        f"list: {root} {{ nodes {{ {own} }} edges {{ node {{ {own} }} }} }}",
        f'one: {node.variable}(id: "{id}") {{ {own} }}',
        f'any: node(id: "{id}") {{ ... on {node.name} {{ {own} }} }}',
    ]
    way = next(iter(ways_to(MODEL, node)), None)
    if way:
        inner = f"... on {node.name} {{ {own} }}"
        listed = f"nodes {{ __typename {inner} }}" if way.field.is_list else f"__typename {inner}"
        parts.append(f"far: {root_field(way.owner.name)} {{ nodes {{ near: {way.field.name} {{ {listed} }} }} }}")

    def at(body: dict[str, Any]) -> list[dict[str, Any]]:
        assert "errors" not in body, body["errors"]
        data = body["data"]
        found = [*data["list"]["nodes"], *(each["node"] for each in data["list"]["edges"]), data["one"], data["any"]]
        if way:
            nears = [each["near"] for each in data["far"]["nodes"] if each["near"]]
            nested = [record for near in nears for record in (near["nodes"] if way.field.is_list else [near])]
            found += [record for record in nested if record["__typename"] == node.name]
            assert len(found) > 4
        return found

    return f"{{ {' '.join(parts)} }}", at


def _assert_nothing_got_out(owner: NodeType | EdgeType, reader: Reader, *texts: str) -> None:
    for each in restricted(MODEL, owner, reader):
        for trace in traces(MODEL, owner, each):
            assert not [text for text in texts if trace in text], (owner.name, each.name, trace)
