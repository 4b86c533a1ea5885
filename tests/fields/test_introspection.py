"""Introspection shows a reader what it can use, and nothing tells of the rest."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from graphql import build_client_schema, get_introspection_query, validate_schema

from graph.conditions import EVERYTHING, NOTHING, Compare, Operator
from graph.errors import Forbidden
from graph.reader import ADMINISTRATOR, Action, FieldRight, Limits, Reader, ReaderValue
from resolvers.answer import Answerer
from resolvers.question import Question
from resolvers.request import InvalidRequest
from tests.asking import whole_api
from tests.fields.readers import analyst

HIDE, MASK, READ, _ = FieldRight


@cache
def answerer() -> Answerer:
    return Answerer(whole_api(), None)  # type: ignore[arg-type]


def told(text: str, reader: Reader) -> Any:
    prepared = answerer().prepare(Question(text), reader)
    answer = answerer().shape(prepared, [])
    assert not answer.errors
    return answer.data


Schema = dict[str, set[str]]


def schema_of(reader: Reader) -> Schema:
    """The names of the types that a reader is shown, with those of their fields."""
    found = told("{ __schema { types { name fields { name } inputFields { name } } } }", reader)["__schema"]["types"]
    return {each["name"]: {field["name"] for field in each["fields"] or each["inputFields"] or ()} for each in found}


@cache
def analysts() -> Schema:
    return schema_of(analyst())


@cache
def everything() -> Schema:
    return schema_of(ADMINISTRATOR)


def test_the_administrator_is_shown_everything() -> None:
    assert set(everything()) == set(whole_api().schema.type_map)


def test_what_is_left_is_a_schema_that_clients_can_rebuild() -> None:
    assert validate_schema(build_client_schema(told(get_introspection_query(), analyst()))) == []


def test_what_is_hidden_is_left_out_and_what_is_masked_is_not() -> None:
    schema = analysts()

    assert "birthDate" not in schema["Contact"]
    assert {"creditLimit", "revenue"}.isdisjoint(schema["Customer"])
    assert {"name", "given", "family"} <= schema["Contact"]
    assert "revenue" not in schema["PurchaseProductEdge"]


@pytest.mark.parametrize(
    "name",
    ["Where", "Order", "GroupBy", "GroupKey", "Having", "GroupOrder", "Aggregate"],
)
def test_what_would_be_refused_is_left_out(name: str) -> None:
    schema, whole = analysts(), everything()

    for prefix in ("", "Employment"):
        left_out = whole[f"{prefix}Contact{name}"] - schema[f"{prefix}Contact{name}"]
        assert left_out == {"name", "given", "family", "birthDate"}
    assert "name" in schema[f"Company{name}"]
    if name in ("Where", "Order"):
        assert "name" not in schema[f"Party{name}"]


def test_what_may_not_be_written_is_left_out_of_inputs() -> None:
    schema = schema_of(Reader("user_1", fields={"Company": {"vat": READ, "status": HIDE}}))

    assert {"vat", "status"}.isdisjoint(schema["UpdateCompanyInput"] | schema["CreateCompanyInput"])
    assert "vat" not in schema["CompanyUpsertKey"]
    assert "vat" in schema["CompanyKey"]
    assert "vat" not in schema["MergeCompanyChoices"]
    assert "vat" in schema["CompanyWhere"]


def test_what_cannot_be_given_takes_along_what_needs_it() -> None:
    schema = schema_of(Reader("user_1", fields={"Contact": {"name": READ}}))

    assert "CreateContactInput" not in schema
    assert {"createContact", "createContacts"}.isdisjoint(schema["Mutation"])
    assert {"updateContact", "upsertContact", "deleteContact"} <= schema["Mutation"]


def test_mutations_that_may_never_do_anything_are_left_out() -> None:
    actions = {
        Action.CREATE: {"Company": NOTHING},
        Action.UPDATE: {"Order": NOTHING},
        Action.DELETE: {"Customer": NOTHING},
        Action.MERGE: {"Contact": NOTHING},
    }

    shown = schema_of(Reader("user_1", actions=actions))["Mutation"]

    assert {
        "createCompany",
        "createCompanies",
        "updateOrder",
        "linkOrderLines",
        "deleteCustomer",
        "restoreCustomer",
        "mergeContact",
        "purge",
    }.isdisjoint(shown)
    assert {
        "updateCompany",
        "upsertCompany",
        "createOrder",
        "upsertOrder",
        "deleteOrder",
        "updateCustomer",
        "mergeCompany",
    } <= shown


def test_errands_are_shown_to_who_could_have_one_of_them_done() -> None:
    """Those of a seller, whose rights hold for some records of each type, would all be refused."""
    some = Compare(whole_api().model.nodes["Company"].properties["name"], Operator.EQ, ReaderValue("x"))
    types = [each.name for each in whole_api().model.concrete]
    nothing = {action: dict.fromkeys(types, NOTHING) for action in (Action.CREATE, Action.UPDATE)}
    seller = Reader("user_1", dict.fromkeys(types, some), actions=nothing)
    everyones = Reader("user_1", actions=nothing)

    def importer(*also: str) -> Reader:
        allowed = {"Product": EVERYTHING, **dict.fromkeys(also, EVERYTHING)}
        hidden = {each: NOTHING for each in types if each not in allowed}
        return Reader("user_1", hidden, actions=dict.fromkeys(nothing, hidden))

    for reader, shown in (
        (seller, set()),
        (everyones, set()),
        (importer(), {"importRecords"}),
        (importer("ImportRun"), {"importRecords", "revertImport"}),
        (importer("Webhook"), {"importRecords", "replayDeadLetters"}),
    ):
        errands = {"importRecords", "revertImport", "replayDeadLetters", "purge"}
        assert schema_of(reader)["Mutation"] & errands == shown

    masked = replace(importer("ImportRun"), fields={"Product": {"price": MASK}})
    assert "revertImport" not in schema_of(masked)["Mutation"]
    assert "ImportRecordsInput" not in schema_of(seller)


def test_a_single_type_is_shown_or_not() -> None:
    reader = Reader("user_1", fields={"Contact": {"name": READ, "birthDate": HIDE}})

    found = told(
        '{ gone: __type(name: "CreateContactInput") { n: name } there: __type(name: "Contact") { all: fields { n: name } } __typename }',
        reader,
    )

    assert found["gone"] is None
    assert {"n": "birthDate"} not in found["there"]["all"]
    assert {"n": "name"} in found["there"]["all"]
    assert found["__typename"] == "Query"


def test_readers_with_the_same_rights_are_told_the_same_and_others_are_not() -> None:
    text = '{ __type(name: "Contact") { fields { name } } }'

    assert told(text, analyst()) == told(text, Reader("user_2", roles=frozenset({"ANALYST"}), fields=analyst().fields))
    assert told(text, analyst()) != told(text, ADMINISTRATOR)


@pytest.mark.parametrize(
    "text", ["{ __schema { types { name } } }", '{ __type(name: "Contact") { name } contacts { nodes { id } } }']
)
def test_it_is_refused_where_the_role_says_so(text: str) -> None:
    with pytest.raises(Forbidden):
        answerer().prepare(Question(text), Reader("user_1", limits=Limits(introspects=False)))


@pytest.mark.parametrize(("text", "variables"), [
    ("{ customers { nodes { creditLimt { amount } } } }", {}),
    ("{ customers(where: {creditLimt: {isNull: true}}) { totalCount } }", {}),
    ("{ customrs { totalCount } }", {}),
    ("query ($w: CustomerWhere) { customers(where: $w) { totalCount } }", {"w": {"creditLimt": {"isNull": True}}}),
], ids=["a field", "an argument", "a root field", "a variable"])  # fmt: skip
@pytest.mark.parametrize(
    "reader", [analyst(), Reader("user_1", limits=Limits(introspects=False))], ids=["some hidden", "all hidden"]
)
def test_a_mistake_is_not_answered_with_names_that_are_not_shown(
    text: str, variables: dict[str, Any], reader: Reader
) -> None:
    with pytest.raises(InvalidRequest) as told_all:
        answerer().prepare(Question(text, None, variables), ADMINISTRATOR)
    with pytest.raises(InvalidRequest) as told_some:
        answerer().prepare(Question(text, None, variables), reader)

    assert "Did you mean" in str(told_all.value)
    assert "Did you mean" not in str(told_some.value)
    assert "creditLimit" not in str(told_some.value)
