"""What a fast path is apt to forget, case by case; each on many rows, and each as graphql-core has it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import orjson
import pytest
from graphql import execute_sync, parse

from graph.reader import ADMINISTRATOR
from resolvers.answer import Answerer
from resolvers.api import API
from resolvers.question import Question
from resolvers.shape_function import _Writer
from tests.differential.random_rows import RowMaker
from tests.differential.reference import NoDatabase, compare, plain_schema

COMPANY = 'company(id: "company_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e")'
ORDER = 'order(id: "order_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e")'


@dataclass(frozen=True)
class Case:
    """An operation; values that its rows are given, by property; and the errors that there are then."""

    promise: str
    text: str
    given: Mapping[str, Any] = field(default_factory=dict)
    messages: frozenset[str] = frozenset()
    variables: Mapping[str, Any] = field(default_factory=dict)


def _null(name: str) -> frozenset[str]:
    return frozenset({f"Cannot return null for non-nullable field {name}."})


CASES = (
    Case("a_null_moves_up_to_a_record", f"{{ {COMPANY} {{ id name parent {{ name }} }} }}", {"name": None}, _null("Company.name")),
    Case("a_null_moves_up_to_the_response", "{ companies { nodes { id name } } __typename }", {"name": None}, _null("Company.name")),
    Case("a_null_of_an_edge_moves_up", "{ companies { edges { cursor node { createdAt } } } }", {"createdAt": None}, _null("Company.createdAt")),
    Case("an_integer_beyond_32_bits_is_an_error", f"{{ {COMPANY} {{ id employees }} }}", {"employees": 2**31}, frozenset({"Int cannot represent non 32-bit signed integer value: 2147483648"})),
    Case("what_is_no_number_is_an_error", f"{{ {ORDER} {{ fxRate id }} }}", {"fxRate": math.nan}, frozenset({"Float cannot represent non numeric value: nan"})),
    Case("a_whole_number_is_a_float", f"{{ {ORDER} {{ fxRate id }} }}", {"fxRate": 3}),
    Case("an_id_is_a_text", f"{{ {COMPANY} {{ id }} }}", {"id": 7}),
    Case("an_unknown_value_of_an_enum_is_an_error", f"{{ {ORDER} {{ status }} }}", {"status": "LOST"}, frozenset({"Enum 'OrderStatus' cannot represent value: 'LOST'"})),
    Case("every_object_knows_its_type", "{ __typename parties { __typename edges { __typename node { __typename } } nodes { __typename } pageInfo { __typename } } orders { nodes { total { __typename } } } }"),
    Case("aliases_have_arguments_of_their_own", "{ few: companies(first: 1) { nodes { id } pageInfo { hasNextPage } } more: companies(first: 2) { nodes { id } } last: companies(last: 1) { nodes { id } } }"),
    Case("fragments_are_merged", f"{{ {COMPANY} {{ ...A parent {{ id }} ...B }} }} fragment A on Company {{ name parent {{ name }} }} fragment B on Company {{ ...A parent {{ website parent {{ id }} }} }}"),
    Case("fragments_on_interfaces_apply", "{ parties { nodes { ... on Node { id } ... on Company { label: name employees } ... on Contact { label: name title: createdAt } ... on Party { __typename customers { totalCount } } } } }"),
    Case("fragments_are_skipped_and_included", f"query ($yes: Boolean!, $no: Boolean!) {{ {COMPANY} {{ ...A @skip(if: $no) ... @include(if: $no) {{ id }} ... on Company @include(if: $yes) @skip(if: $yes) {{ website }} parent @include(if: $yes) {{ id @skip(if: true) }} }} }} fragment A on Company {{ name }}", variables={"yes": True, "no": False}),
    Case("instants_have_seconds", f"{{ {COMPANY} {{ createdAt }} }}", {"createdAt": "2024-05-01T08:00Z"}),
)  # fmt: skip


@pytest.fixture(scope="module")
def answerer(api: API) -> Answerer:
    return Answerer(api, NoDatabase())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.promise)
def test_it_is_as_graphql_core_has_it(answerer: Answerer, case: Case) -> None:
    prepared = answerer.prepare(Question(case.text, None, case.variables), ADMINISTRATOR)
    messages = set[str]()
    for seed in range(20):
        rows = RowMaker(answerer.api, Random(seed), given=case.given)  # noqa: S311 - it keeps no secret.
        found = compare(answerer, prepared, rows.row(prepared.plan.operation, prepared.request))
        messages |= {message for _, message in found.reference.errors}

        assert found.ours == found.reference
        assert found.careful == found.reference

    assert messages == case.messages


def test_interfaces_within_interfaces_are_written_out_once(answerer: Answerer) -> None:
    inner = "__typename replyTo { __typename replyTo { __typename replyTo { __typename } } }"
    text = f'query {{ activity(id: "activity_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e") {{ {inner} }} }}'
    writer = _Writer()

    writer.function(answerer.prepare(Question(text), ADMINISTRATOR).plan.shape._complete)

    members = len(answerer.api.model.nodes["Activity"].members)
    assert len([line for line in writer._lines if line.startswith("def member")]) == 4 * members


def test_what_the_schema_tells_about_itself_stands_in_its_place(answerer: Answerer) -> None:
    text = (
        '{ a: __type(name: "Company") { name kind interfaces { name } fields { name type { name ofType { name } } } } '
        '__typename __schema { queryType { name } } b: __type(name: "Nothing") { name } }'
    )
    prepared = answerer.prepare(Question(text), ADMINISTRATOR)

    answer = answerer.shape(prepared, [])

    expected = execute_sync(plain_schema(), parse(text))
    assert orjson.dumps(answer.data) == orjson.dumps(expected.data)
    assert answer.errors == []


async def test_an_operation_that_is_not_there_is_no_answer(answerer: Answerer) -> None:
    text = "query A { __typename } query B { __typename }"

    answers = [await answerer.answer(Question(text, name), ADMINISTRATOR) for name in ("C", None)]

    expected = [execute_sync(plain_schema(), parse(text), operation_name=name) for name in ("C", None)]
    assert [answer.is_request_error for answer in answers] == [True, True]
    assert [answer.data for answer in answers] == [each.data for each in expected] == [None, None]
