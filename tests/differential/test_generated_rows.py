"""Bytes out are what graphql-core makes of the same row: operations and rows made up, without a database."""

from __future__ import annotations

import os
from random import Random, SystemRandom

import pytest
from graphql import validate

from graph.errors import TooComplex
from graph.reader import ADMINISTRATOR
from resolvers.answer import Answerer
from resolvers.api import API
from resolvers.question import Prepared, Question
from tests.differential.random_operations import OperationMaker
from tests.differential.random_rows import RowMaker
from tests.differential.reference import NoDatabase, Parsed, compare

PARTS = 8
# How many of a row's values do not fit, or are absent where they must not be.
WRONG = (0.0, 0.01, 0.05, 0.3)


@pytest.fixture(scope="module")
def answerer(api: API) -> Answerer:
    made = Answerer(api, NoDatabase())
    made.documents = Parsed(api.schema)
    return made


@pytest.mark.parametrize("part", range(PARTS))
def test_a_made_up_row_becomes_what_graphql_core_makes_of_it(
    answerer: Answerer, pytestconfig: pytest.Config, part: int
) -> None:
    asked = -(-33 * int(pytestconfig.getoption("operations")) // PARTS)
    # In CI they are the same ones every time, as Hypothesis' are.
    first = part * asked if "CI" in os.environ else SystemRandom().randrange(10**9)

    answered, differing = 0, list[str]()
    for seed in range(first, first + asked):
        random = Random(seed)  # noqa: S311 - it keeps no secret.
        text, variables = OperationMaker(answerer.api.schema, random).make()
        try:
            prepared = answerer.prepare(Question(text, None, variables), ADMINISTRATOR)
        except TooComplex:
            continue
        answered += 1
        differing += _differences(answerer, prepared, random, seed)
        # The plan is kept under what it has seen of the variables: another value may need another plan.
        if flipped := {name: not value for name, value in variables.items() if isinstance(value, bool)}:
            prepared = answerer.prepare(Question(text, None, {**variables, **flipped}), ADMINISTRATOR)
            differing += _differences(answerer, prepared, random, seed)

    assert min(differing, key=len, default=None) is None, f"{len(differing)} of {answered} differ"
    assert answered > asked * 0.9


def _differences(answerer: Answerer, prepared: Prepared, random: Random, seed: int) -> list[str]:
    rows = RowMaker(answerer.api, random, random.choice(WRONG))
    row = rows.row(prepared.plan.operation, prepared.request)
    found = compare(answerer, prepared, row)
    if found.ours == found.reference == found.careful:
        return []
    question = prepared.question
    return [f"seed {seed}: {question.text}\n{dict(question.variables)}\n{row!r}\n{found}"]


def test_made_up_operations_are_valid(api: API) -> None:
    made = [OperationMaker(api.schema, Random(seed)).make() for seed in range(60)]  # noqa: S311

    documents = [Parsed(api.schema).read(text) for text, _ in made]

    assert [validate(api.schema, document.node) for document in documents] == [[] for _ in documents]
