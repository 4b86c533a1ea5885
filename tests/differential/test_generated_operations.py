"""Bytes out are what graphql-core makes of the same row: operations by hypothesis-graphql, through the real database.

Every statement is run, which is more than `EXPLAIN` asks. So are operations of a random walk, which ask more at once. What
some of the operations would be for a reader of half the graph is explained.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from graphql import parse, validate
from hypothesis import HealthCheck, Phase, given, settings

from graph.database import Database
from graph.errors import BadInput, GuanxiError, TooComplex
from graph.reader import ADMINISTRATOR
from resolvers.answer import Answerer
from resolvers.api import API
from resolvers.question import Prepared, Question
from tests.differential.continued import continued, cursors_of, with_cursors
from tests.differential.generated import Operation, operations
from tests.differential.random_operations import OperationMaker
from tests.differential.reference import compare
from tests.dump import Dump
from tests.readers import half_reader

PARTS = 8
# Of so many operations one is explained for another reader, since planning its predicates takes several times as long.
EXPLAINED = 6
# Of so many operations one is asked again behind the cursors of its answer, which takes two statements more.
CONTINUED = 5


@pytest.fixture(scope="module")
def drawn(pytestconfig: pytest.Config) -> list[Operation]:
    """The operations, all drawn at once: how many there are is up to whoever runs the tests."""
    found: list[Operation] = []

    @settings(
        max_examples=int(pytestconfig.getoption("operations")),
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operations())
    def draw(operation: Operation) -> None:
        found.append(operation)

    draw()
    return found


@pytest.fixture(scope="module")
def answerer(api: API, database: Database) -> Answerer:
    return Answerer(api, database)


@pytest.mark.usefixtures("awkward")
@pytest.mark.parametrize("part", range(PARTS))
async def test_an_answer_is_what_graphql_core_makes_of_the_row(
    answerer: Answerer, database: Database, drawn: list[Operation], part: int
) -> None:
    differing = []
    for operation in drawn[part::PARTS]:
        prepared, _ = _asked(answerer, operation)
        if prepared is None:
            continue
        statement = prepared.bind()
        row = await database.read(statement) if statement else []
        found = compare(answerer, prepared, row)
        if not found.ours == found.reference == found.careful:
            differing.append(f"{operation.text}\n{operation.variables}\n{row!r}\n{found}")

    assert min(differing, key=len, default=None) is None, f"{len(differing)} differ"


@pytest.mark.usefixtures("awkward")
@pytest.mark.parametrize("part", range(PARTS))
async def test_an_answer_behind_a_cursor_is_what_graphql_core_makes_of_the_row(
    answerer: Answerer, database: Database, drawn: list[Operation], part: int
) -> None:
    differing, count = [], 0
    for number, operation in enumerate(drawn[part :: PARTS * CONTINUED]):
        cursors = cursors_of(await _data(answerer, replace(operation, text=with_cursors(operation.text))))
        more = replace(operation, text=continued(operation.text, cursors, is_forward=number % 2 == 0))
        prepared, refused = _asked(answerer, more)
        assert refused != BadInput.code or _asked(answerer, operation)[1] == refused, more.text
        statement = prepared.bind() if prepared else None
        if prepared and statement and cursors:
            count += 1
            found = compare(answerer, prepared, await database.read(statement))
            if not found.ours == found.reference == found.careful:
                differing.append(f"{more.text}\n{more.variables}\n{found}")

    assert min(differing, key=len, default=None) is None, f"{len(differing)} of {count} differ"


async def _data(answerer: Answerer, operation: Operation) -> Any:
    answer = await answerer.answer(Question(operation.text, None, operation.variables), ADMINISTRATOR)
    return answer.data


@pytest.mark.parametrize("part", range(PARTS))
async def test_statements_for_half_of_the_graph_are_cypher(
    answerer: Answerer, database: Database, awkward: Dump, drawn: list[Operation], part: int
) -> None:
    reader = half_reader(awkward)
    for operation in drawn[part :: PARTS * EXPLAINED]:
        try:
            statement = answerer.prepare(Question(operation.text, None, operation.variables), reader).bind()
        except GuanxiError:
            continue
        if statement:
            assert (await database.examine(statement.text)).is_read


@pytest.mark.usefixtures("awkward")
@pytest.mark.parametrize("part", range(PARTS))
async def test_an_answer_to_a_random_walk_is_what_graphql_core_makes_of_the_row(
    pytestconfig: pytest.Config, api: API, answerer: Answerer, database: Database, part: int
) -> None:
    count = int(pytestconfig.getoption("operations")) // EXPLAINED
    differing = []
    for seed in range(part, count, PARTS):
        text, variables = OperationMaker(api.schema, Random(seed)).make()  # noqa: S311 - it keeps no secret.
        operation = Operation(text, variables)
        prepared, refused = _asked(answerer, operation)
        # Made-up ids need not fit their fields, which is refused only where values are bound.
        if refused == BadInput.code:
            rendered = answerer.prepare(Question(text, None, variables), ADMINISTRATOR).rendered
            assert rendered is None or (await database.examine(rendered.text)).is_read, text
        statement = prepared.bind() if prepared else None
        if prepared and statement:
            found = compare(answerer, prepared, await database.read(statement))
            if not found.ours == found.reference == found.careful:
                differing.append(f"{text}\n{variables}\n{found}")

    assert min(differing, key=len, default=None) is None, f"{len(differing)} differ"


def test_most_operations_are_answered(answerer: Answerer, drawn: list[Operation]) -> None:
    refusals = Counter(refused for operation in drawn if (refused := _asked(answerer, operation)[1]))

    assert set(refusals) <= {BadInput.code, TooComplex.code}
    assert refusals.total() <= len(drawn) / 3, refusals


def _asked(answerer: Answerer, operation: Operation) -> tuple[Prepared | None, str]:
    """What an operation is understood as, or the code with which it is refused."""
    try:
        prepared = answerer.prepare(Question(operation.text, None, operation.variables), ADMINISTRATOR)
        prepared.bind()
    except GuanxiError as refused:
        return None, refused.code
    return prepared, ""


def test_drawn_operations_are_valid(api: API, drawn: list[Operation]) -> None:
    assert [validate(api.schema, parse(operation.text)) for operation in drawn[:20]] == [[] for _ in drawn[:20]]
