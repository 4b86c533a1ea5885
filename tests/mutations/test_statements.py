"""One mutation field is one statement in one transaction, whose text depends on the shape of its inputs alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    get_named_type,
)

from graph.address import Address
from graph.bookmarks import Bookmarks
from graph.conditions import EVERYTHING, Not
from graph.database import Database
from graph.ids import new_id
from graph.reader import ADMINISTRATOR, Reader
from graph.statement import Statement
from resolvers.answer import Answerer
from resolvers.api import API, Mutation, MutationKind
from resolvers.question import Question
from tests.mutations.conftest import Write, numbers
from tests.readers import owner_reader
from tests.wire import Wire, tapped


class Recorder:
    """A database that keeps the statements of writes, and does not send them."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    async def write(self, statement: Statement, **_: Any) -> Any:
        self.statements.append(statement)
        return [[], [], [], [], None, None]

    async def read(self, statement: Statement, **_: Any) -> Any:
        raise AssertionError("a mutation reads nothing")

    async def transact(self, work: Any, bookmarks: Bookmarks | None = None) -> Any:
        return await work(self)

    async def run(self, statement: Statement, planned: object = None) -> Any:
        return await self.write(statement)

    async def plan(self, statement: Statement, **_: Any) -> dict[str, Any]:
        raise AssertionError("a mutation explains nothing")


@pytest.fixture
async def tapped_write(whole: API, write: Write, neo4j_address: Address) -> AsyncIterator[tuple[Write, Wire]]:
    with tapped(neo4j_address) as wire:
        database = Database(wire.address)
        yield Write(Answerer(whole, database, "USD", numbers), write.database), wire
        await database.close()


async def test_a_mutation_field_is_one_statement_in_one_transaction(tapped_write: tuple[Write, Wire]) -> None:
    write, wire = tapped_write
    await write('mutation { createUser(input: {login: "wire", name: "Wire"}) { user { id } } }')
    wire.clear()

    body = await write.body("""mutation {
        a: createCompany(input: {
            name: "A", owner: {connect: {login: "wire"}}, emails: {create: [{node: {value: "wire@example.com"}}]},
            contacts: {create: [{node: {name: "B", manager: {create: {name: "C"}}}, edge: {title: "CEO"}}]}
        }) { company { name contacts { nodes { name manager { name } } } owner { name } }
             errors { message ... on DuplicateError { existing { id } } } }
        b: createUser(input: {login: "wire", name: "Wire"}) { user { id } errors { code ... on DuplicateError { existing { id } } } }
    }""")

    assert "errors" not in body
    sent = [message for message in wire.messages if message not in ("RESET", "TELEMETRY")]
    assert sent == ["RUN", "PULL", "RUN", "PULL"]


async def texts(api: API, mutation: str, *inputs: Any) -> set[str]:
    recorder = Recorder()
    write = Write(Answerer(api, recorder, "USD", numbers), None)  # type: ignore[arg-type]
    for given in inputs:
        await write(mutation, {"i": given})
    return {statement.text for statement in recorder.statements}


async def test_the_text_of_a_statement_depends_on_neither_values_nor_their_number_nor_which_there_are(
    whole: API,
) -> None:
    many = "mutation($i: [CreateCompanyInput!]!) { createCompanies(inputs: $i) { companies { id } errors { code } } }"
    one = 'mutation($i: UpdateCompanyInput!) { updateCompany(id: "company_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e", input: $i) { company { id } errors { code } } }'

    made = await texts(
        whole, many, [], [{"name": "A"}], [{"name": "B", "uscc": "91110000600037341L", "vat": "1", "employees": 5}] * 3,
        [{"name": "C", "website": "x.y", "status": None}], [{"name": ""}],
    )  # fmt: skip
    changed = await texts(whole, one, {}, {"employees": 3}, {"vat": "1", "uscc": None, "status": "x"})
    nested = await texts(
        whole, many,
        [{"name": "A", "contacts": {"create": [{"node": {"name": "B"}}]}, "emails": {"create": [{"node": {"value": "a@b.de"}}]}}],
        [{"name": "A", "emails": {"create": [{"node": {"value": "a@b.de"}}] * 3}}, {"name": "A", "contacts": {"create": [{"node": {"name": "B"}}]}}],
    )  # fmt: skip

    # No inputs at all need no step of any kind. A new name is copied to a party's customers, which is another text.
    assert (len(made), len(changed), len(nested)) == (2, 1, 1)


VALUES: dict[str, Any] = {
    "String": "x", "Int": 3, "Float": 1.5, "Boolean": True, "DateTime": "2024-05-01T08:00:00Z", "Date": "2024-05-01",
    "Decimal": "1.50", "Currency": "USD", "JSON": {},
}  # fmt: skip
_SERIAL = count(1)


def given(type_: GraphQLInputType, field: str, owner: str, api: API, *, is_whole: bool) -> Any:
    """A value of an input type: with what it requires, or with everything down to records that are connected."""
    if isinstance(type_, GraphQLNonNull):
        return given(type_.of_type, field, owner, api, is_whole=is_whole)
    if isinstance(type_, GraphQLList):
        return [given(type_.of_type, field, owner, api, is_whole=is_whole)]
    if isinstance(type_, GraphQLInputObjectType):
        return _object(type_, api, is_whole=is_whole)
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if type_.name == "ID":
        target = next(node for node in api.model.nodes.values() if node.name == owner)
        return new_id(api.model.nodes[target.members[0]].id_prefix)
    return f"{VALUES['String']}{next(_SERIAL)}" if type_.name == "String" else VALUES[type_.name]


def _object(type_: GraphQLInputObjectType, api: API, *, is_whole: bool) -> dict[str, Any]:
    owner = next(
        (name for name in sorted(api.model.nodes, key=len, reverse=True) if type_.name.startswith(name)), "User"
    )
    if type_.name.endswith("UpsertKey"):
        owner = type_.name.removesuffix("UpsertKey")
    elif type_.name.endswith("Key"):
        owner = type_.name.removesuffix("Key")
    fields = dict(type_.fields)
    if type_.is_one_of:
        first = next(iter(fields))
        return {first: given(fields[first].type, first, owner, api, is_whole=is_whole)}
    found = {}
    for name, each in fields.items():
        inner = get_named_type(each.type)
        is_nested = isinstance(inner, GraphQLInputObjectType) and inner.name.endswith("Nested")
        if is_nested and is_whole:
            assert isinstance(inner, GraphQLInputObjectType)
            connect = inner.fields["connect"]
            found[name] = {"connect": given(connect.type, "connect", owner, api, is_whole=False)}
        elif isinstance(each.type, GraphQLNonNull):
            found[name] = given(each.type, name, owner, api, is_whole=is_whole)
    return found


def document(api: API, name: str, mutation: Mutation, *, is_whole: bool) -> tuple[str, dict[str, Any]]:
    """A mutation field with inputs of every kind, and a selection of what it answers."""
    type_ = api.schema.mutation_type
    assert type_ is not None
    field = type_.fields[name]
    variables: dict[str, Any] = {}
    target = mutation.relationship.target if mutation.relationship else mutation.node.name
    for argument, each in field.args.items():
        if argument in ("id", "ids", "from", "to", "edgeId", "input", "inputs", "key", "edge", "contact"):
            owner = target if argument == "to" else mutation.node.name
            if argument == "edgeId":
                variables[argument] = "employment_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e"
            else:
                variables[argument] = given(each.type, argument, owner, api, is_whole=is_whole)
    declared = ", ".join(f"${each}: {field.args[each].type}" for each in variables)
    passed = ", ".join(f"{each}: ${each}" for each in variables)
    fields = get_named_type(field.type).fields
    shown = " ".join(
        each if each in ("edgeId", "deletedId", "deletedIds") else f"{each} {{ id }}"
        for each in fields
        if each != "errors"
    )
    return (
        f"mutation({declared}) {{ {name}({passed}) {{ {shown} errors {{ code ... on DuplicateError {{ existing {{ id }} }} }} }} }}",
        variables,
    )


def swept(api: API) -> dict[str, Mutation]:
    """The mutations that every type has, and those of every relationship."""
    apart = {MutationKind.MERGE, MutationKind.UNMERGE, MutationKind.MARK, MutationKind.UNMARK}
    return {name: mutation for name, mutation in api.mutations.items() if mutation.kind not in apart}


def chosen(api: API) -> list[str]:
    """One mutation of each kind, each of another type, so that they take Neo4j seconds and not minutes to plan."""
    kinds: dict[tuple[MutationKind, bool, bool], list[str]] = {}
    for name, mutation in swept(api).items():
        has_edge = bool(mutation.relationship and mutation.relationship.edge)
        kinds.setdefault((mutation.kind, mutation.is_bulk, has_edge), []).append(name)
    return [names[(5 * index) % len(names)] for index, names in enumerate(kinds.values())]


async def test_every_mutation_becomes_a_statement_and_the_database_understands_those_of_every_kind(
    whole: API, write: Write
) -> None:
    me, recorder = new_id("user"), Recorder()
    # Who plainly sees nothing of a type is refused before there is a statement.
    nothing = Not(EVERYTHING)
    readers = {"all": ADMINISTRATOR, "owner": owner_reader(whole.model, me, [me]), "none": Reader(me, {}, nothing)}
    answerer = Answerer(whole, recorder, "USD", numbers)
    planned: dict[tuple[str, str], str] = {}

    for name, mutation in swept(whole).items():
        text, variables = document(whole, name, mutation, is_whole=mutation.kind is MutationKind.CREATE)
        for who, reader in readers.items():
            body = await answerer.answer(Question(text, None, variables), reader)
            assert body.errors == [], (name, who)
            planned[name, who] = recorder.statements[-1].text

    for index, name in enumerate(chosen(whole)):
        who = "owner" if index % 4 == 3 else "all"
        await write.database.plan(Statement(planned[name, who]))
    assert len(recorder.statements) == 3 * len(swept(whole))
