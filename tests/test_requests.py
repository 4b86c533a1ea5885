"""What a document may say in several ways is one request, and costs what it is worth."""

from __future__ import annotations

import pytest

from graph.reader import ADMINISTRATOR
from resolvers.question import Question
from tests.asking import Ask


@pytest.mark.usefixtures("trading")
async def test_introspection_and_records_are_answered_together_in_their_order(ask: Ask) -> None:
    query = """
        query ($told: Boolean = true, $type: String!) {
          ...all
          __schema @include(if: $told) { queryType { name } }
        }
        fragment all on Query { teams { totalCount } it: __type(name: $type) { name } __typename }
    """

    body = await ask(query, {"type": "Money"})

    assert list(body["data"].items()) == [
        ("teams", {"totalCount": 4}),
        ("it", {"name": "Money"}),
        ("__typename", "Query"),
        ("__schema", {"queryType": {"name": "Query"}}),
    ]


def test_values_as_literals_and_as_variables_are_one_statement(ask: Ask) -> None:
    where = '{name: {startsWith: "A", in: ["Ab", "Ac"]}, customers: {some: {orders: {none: {total: {gt: "5.00"}}}}}}'
    variables = {
        "where": {
            "name": {"startsWith": "B", "in": ["Ba"]},
            "customers": {"some": {"orders": {"none": {"total": {"gt": 7}}}}},
        },
        "first": 50,
    }

    literal = statement(ask, f"{{ companies(where: {where}, first: 3) {{ nodes {{ name }} }} }}", {})
    given = statement(ask, QUERY, variables)

    assert literal == given


QUERY = """
    query ($where: CompanyWhere, $first: Int) { found: companies(where: $where, first: $first) { nodes { title: name } } }
"""


def test_fragments_that_spread_each_other_twice_do_not_double(ask: Ask) -> None:
    links = " ".join(f"fragment f{i} on Company {{ ...f{i + 1} ...f{i + 1} }}" for i in range(40))
    query = f"{{ companies {{ nodes {{ ...f0 }} }} }} {links} fragment f40 on Company {{ name }}"

    assert statement(ask, query, {}) == statement(ask, "{ companies { nodes { name } } }", {})


def statement(ask: Ask, query: str, variables: dict[str, object]) -> str:
    found = ask.answerer.prepare(Question(query, None, variables), ADMINISTRATOR).bind()
    assert found is not None
    return found.text
