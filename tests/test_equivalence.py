"""What Cypher answers is what plain Python answers, for filters that nobody would think of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.asking import Ask
from tests.dump import Dump
from tests.oracle import Oracle
from tests.questions import Where, chains, filters, root_field


async def ids_of(ask: Ask, asked: list[tuple[str, Where]]) -> list[tuple[int, list[str]]]:
    """For each filter how many records satisfy it, and which; all in one request."""
    declared = ", ".join(f"$where{i}: {name}Where" for i, (name, _) in enumerate(asked))
    fields = (
        f"f{i}: {root_field(name)}(where: $where{i}, first: 200) {{ totalCount nodes {{ id }} }}"
        for i, (name, _) in enumerate(asked)
    )
    data = await ask.data(
        f"query ({declared}) {{ {' '.join(fields)} }}", {f"where{i}": where for i, (_, where) in enumerate(asked)}
    )
    return [(each["totalCount"], [node["id"] for node in each["nodes"]]) for each in data.values()]


@given(asked=st.lists(filters(), min_size=3, max_size=3))
async def test_a_filter_keeps_exactly_the_records_that_its_rules_keep(
    awkward: Dump, ask: Ask, asked: list[tuple[str, Where]]
) -> None:
    oracle = Oracle(awkward)

    answers = await ids_of(ask, asked)

    expected = [[each.record.id for each in oracle.all(oracle.type_of(name), where)] for name, where in asked]
    assert answers == [(len(ids), ids) for ids in expected]


@pytest.mark.usefixtures("awkward")
@given(asked=chains())
async def test_where_a_statement_starts_changes_nothing_about_its_answer(ask: Ask, asked: tuple[str, Where]) -> None:
    name, where = asked

    # A double negation keeps the same records, and hides from the planner where it could start.
    plain, negated = await ids_of(ask, [(name, where), (name, {"not": {"not": where}})])

    assert plain == negated
