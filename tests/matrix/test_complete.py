"""Nothing is left out of the matrix: what the model and the API gain fails here until it has its row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, get_args

import pytest
from graphql import (
    FieldNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    visit,
)

from graph import plan
from graph.reader import Reader
from resolvers.answer import Answerer, Question
from resolvers.api import MutationKind, RootKind
from tests.asking import whole_api
from tests.matrix import others
from tests.matrix.documents import Document, Values, documents
from tests.matrix.held import Held, Node
from tests.matrix.positions import APART, NAMED, POSITIONS, ROOTS, every_asked
from tests.matrix.rights_table import ACTIVITIES, CONTACT_POINTS, FOR_EVERYBODY, FOR_SOME, OWNED
from tests.matrix.visible import LOGS, Sight

_ID = "0197286f3c0070008000000000000000"

# How each kind of mutation is asked, or why it need not be.
MUTATIONS = {
    MutationKind.UPDATE: "mutation result",
    **dict.fromkeys(
        set(MutationKind) - {MutationKind.UPDATE},
        "its payload is planned as an update's is (resolvers/payloads.py), and it could not be asked twice",
    ),
}
# Parts of plans that no query of the matrix has, with where they are asked.
ELSEWHERE = {
    "ByIds": "the feed: others.py",
    "Alike": "positions.py: APART",
    "Viewer": "positions.py: APART",
    "Access": "positions.py: APART",
}


def test_every_type_has_a_rule_and_every_rule_a_type() -> None:
    model = whole_api().model
    nodes = {name: Node(name, frozenset({name}), {"id": name}) for name in (*(n.name for n in model.concrete), "User")}
    sight = Sight(Held(tuple(nodes.values()), ()), nodes["User"])

    for node in nodes.values():
        sight.why(node)

    known = {*OWNED, *ACTIVITIES, *CONTACT_POINTS, *FOR_EVERYBODY, *FOR_SOME, "LineItem", "ExternalRef", "ApiKey"}
    assert known - {"Activity"} == {node.name for node in model.concrete}
    assert set(model.logs) == LOGS


def test_every_kind_of_root_field_and_of_mutation_has_a_position() -> None:
    asked = {*POSITIONS, "feed"}

    assert set(ROOTS) | set(APART) == set(RootKind)
    assert set(ROOTS.values()) <= asked
    assert {each.value for each in plan.Quantifier} <= set(POSITIONS)
    assert set(MUTATIONS) == set(MutationKind)
    assert {node.name for node in others.written_types()} == {
        each.node.name for each in whole_api().mutations.values() if each.kind is MutationKind.UPDATE
    }
    assert set(NAMED) == set(whole_api().named)


def test_every_root_field_is_asked() -> None:
    query = whole_api().schema.query_type
    assert query is not None
    apart = {name for name, root in whole_api().roots.items() if root.kind in APART}

    asked = {field for owner, field in _visited() if owner == query.name}

    assert asked | apart == set(query.fields)


def test_every_field_that_leads_to_records_is_asked() -> None:
    asked = _visited()

    missing = [
        f"{type_.name}.{name}"
        for node in whole_api().model.nodes.values()
        if isinstance(type_ := whole_api().schema.type_map[node.name], GraphQLObjectType)
        for name, field in type_.fields.items()
        if _leads_to_records(get_named_type(field.type))
        and not any((owner.name, name) in asked for owner in (type_, *type_.interfaces))
    ]

    assert missing == []


@pytest.mark.parametrize("union", [plan.Source, plan.Root, plan.Condition, plan.Item], ids=str)
def test_every_part_of_a_plan_is_asked(union: Any) -> None:
    """What a statement may be made of is a small closed algebra: all of it occurs."""
    names = {each.__name__ for each in get_args(union)}

    assert names - ELSEWHERE.keys() - _planned() == set()


def _leads_to_records(type_: GraphQLNamedType) -> bool:
    return type_.name in whole_api().connections or type_.name in whole_api().model.nodes


@cache
def _documents() -> list[Document]:
    return documents(every_asked(lambda type, name: True), _Anything(Held((), ()), f"user_{_ID}"))


class _Anything(Values):
    """Ids of records that need not be there."""

    def _ids(self, type: str) -> list[str]:
        return [f"{whole_api().model.nodes[whole_api().model.nodes[type].members[0]].id_prefix}_{_ID}"]

    def _others(self, id: str) -> list[str]:
        return [f"customer_{_ID}"]


@cache
def _visited() -> set[tuple[str, str]]:
    """The fields that are asked, by type."""
    found: set[tuple[str, str]] = set()
    for document in _documents():
        info = TypeInfo(whole_api().schema)
        visit(parse(document.text), TypeInfoVisitor(info, _Fields(info, found)))
    return found


class _Fields(Visitor):
    def __init__(self, info: TypeInfo, found: set[tuple[str, str]]) -> None:
        super().__init__()
        self._info, self._found = info, found

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent = self._info.get_parent_type()
        if isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            self._found.add((parent.name, node.name.value))


@cache
def _planned() -> set[str]:
    """The kinds of all parts of all plans, of which the conditions of rights are some."""
    answerer = Answerer(whole_api(), None)  # type: ignore[arg-type]
    reader = Reader("user_0")
    prepared = [answerer.prepare(Question(each.text, None, each.runs[0]), reader) for each in _documents()]
    return {name for each in prepared for name in _kinds(each.plan.operation)}


def _kinds(part: Any) -> Iterator[str]:
    if isinstance(part, tuple | list):
        for each in part:
            yield from _kinds(each)
    elif is_dataclass(part) and type(part).__module__ in (plan.__name__, "graph.summary"):
        yield type(part).__name__
        for each in fields(part):
            yield from _kinds(getattr(part, each.name))
