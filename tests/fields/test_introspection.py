"""Introspection shows a reader what it can use, and nothing tells of the rest."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from graphql import GraphQLSchema, build_client_schema, get_introspection_query, validate_schema

from graph.errors import Forbidden
from graph.plan import NOTHING
from graph.reader import ADMINISTRATOR, Action, FieldRight, Limits, Reader
from resolvers.answer import Answerer, Question
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


def schema_of(reader: Reader) -> GraphQLSchema:
    """The schema as a client would rebuild it."""
    found = build_client_schema(told(get_introspection_query(), reader))
    assert validate_schema(found) == []
    return found


def fields_of(schema: GraphQLSchema, name: str) -> set[str]:
    return set(schema.type_map[name].fields)  # type: ignore[attr-defined]


def test_the_administrator_is_shown_everything() -> None:
    assert set(schema_of(ADMINISTRATOR).type_map) == set(whole_api().schema.type_map)


def test_what_is_hidden_is_left_out_and_what_is_masked_is_not() -> None:
    schema = schema_of(analyst())

    assert "birthDate" not in fields_of(schema, "Contact")
    assert {"creditLimit", "revenue"}.isdisjoint(fields_of(schema, "Customer"))
    assert {"name", "given", "family"} <= fields_of(schema, "Contact")
    assert "revenue" not in fields_of(schema, "PurchaseProductEdge")


@pytest.mark.parametrize(
    "name",
    ["Where", "Order", "GroupBy", "GroupKey", "Having", "GroupOrder", "Aggregate"],
)
def test_what_would_be_refused_is_left_out(name: str) -> None:
    schema, whole = schema_of(analyst()), schema_of(ADMINISTRATOR)

    for prefix in ("", "Employment"):
        left_out = fields_of(whole, f"{prefix}Contact{name}") - fields_of(schema, f"{prefix}Contact{name}")
        assert left_out == {"name", "given", "family", "birthDate"}
    assert "name" in fields_of(schema, f"Company{name}")
    if name in ("Where", "Order"):
        assert "name" not in fields_of(schema, f"Party{name}")


def test_what_may_not_be_written_is_left_out_of_inputs() -> None:
    schema = schema_of(Reader("user_1", fields={"Company": {"vat": READ, "status": HIDE}}))

    assert {"vat", "status"}.isdisjoint(
        fields_of(schema, "UpdateCompanyInput") | fields_of(schema, "CreateCompanyInput")
    )
    assert "vat" not in fields_of(schema, "CompanyUpsertKey")
    assert "vat" in fields_of(schema, "CompanyKey")
    assert "vat" not in fields_of(schema, "MergeCompanyChoices")
    assert "vat" in fields_of(schema, "CompanyWhere")


def test_what_cannot_be_given_takes_along_what_needs_it() -> None:
    schema = schema_of(Reader("user_1", fields={"Contact": {"name": READ}}))

    assert "CreateContactInput" not in schema.type_map
    assert {"createContact", "createContacts"}.isdisjoint(fields_of(schema, "Mutation"))
    assert {"updateContact", "upsertContact", "deleteContact"} <= fields_of(schema, "Mutation")


def test_mutations_that_may_never_do_anything_are_left_out() -> None:
    actions = {
        Action.CREATE: {"Company": NOTHING},
        Action.UPDATE: {"Order": NOTHING},
        Action.DELETE: {"Customer": NOTHING},
        Action.MERGE: {"Contact": NOTHING},
    }

    shown = fields_of(schema_of(Reader("user_1", actions=actions)), "Mutation")

    assert {
        "createCompany",
        "createCompanies",
        "updateOrder",
        "linkOrderLines",
        "deleteCustomer",
        "restoreCustomer",
        "mergeContact",
        "importRecords",
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
