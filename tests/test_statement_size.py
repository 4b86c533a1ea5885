"""How long a statement may be: what was asked for is measured, and not the rights that stand in it."""

from __future__ import annotations

import re

import pytest

from graph.cypher import MAX_GUARDED_TEXT, MAX_TEXT
from graph.errors import TooComplex
from graph.reader import ADMINISTRATOR, Reader
from resolvers.answer import Answerer
from resolvers.question import Question
from tests.asking import whole_api
from tests.readers import owner_reader
from tests.test_documents import _NoDatabase

_ROOTS = ("companies", "contacts", "customers", "orders", "emailAddresses", "phoneNumbers")


def _length(query: str, reader: Reader) -> int:
    statement = Answerer(whole_api(), _NoDatabase()).prepare(Question(query), reader).bind()
    assert statement
    return len(statement.text)


def test_a_restricted_reader_may_ask_what_the_administrator_may() -> None:
    query = "{ " + " ".join(f"{root} {{ totalCount nodes {{ id }} }}" for root in _ROOTS) + " }"
    reader = owner_reader(whole_api().model, "user_1", ["user_1"])

    whole, restricted = _length(query, ADMINISTRATOR), _length(query, reader)

    assert whole < MAX_TEXT
    assert whole < restricted < MAX_GUARDED_TEXT


@pytest.mark.parametrize("is_restricted", [False, True])
def test_what_asks_for_too_much_is_refused_to_everybody(is_restricted: bool) -> None:
    reader = owner_reader(whole_api().model, "user_1", ["user_1"]) if is_restricted else ADMINISTRATOR
    where = (
        "{or: ["
        + '{name: {contains: "a"}, customers: {some: {orders: {some: {lines: {some: {product: {name: {eq: "b"}}}}}}}}}, '
        * 40
        + "]}"
    )
    query = f"{{ {' '.join(f'a{number}: companies(first: 1, where: {where}) {{ totalCount nodes {{ id }} }}' for number in range(2))} }}"

    with pytest.raises(TooComplex):
        _length(query, reader)


def test_a_record_of_whatever_type_is_asked_for_as_the_type_that_its_id_says() -> None:
    """The rights of all types in one statement take Neo4j minutes to plan."""
    answerer = Answerer(whole_api(), _NoDatabase())
    reader = owner_reader(whole_api().model, "user_1", ["user_1"])

    def labels(id: str) -> set[str]:
        question = Question("query ($id: ID!) { node(id: $id) { id } }", None, {"id": id})
        statement = answerer.prepare(question, reader).bind()
        assert statement
        return set(re.findall(r"MATCH \(\w+:([\w&|]+)\)\n", statement.text))

    found = [
        labels(f"{prefix}_0197286f3c0070008000000000000000") for prefix in ("category", "activity", "order", "category")
    ]

    assert found == [{"Category"}, {"Activity"}, {"Order"}, {"Category"}]
