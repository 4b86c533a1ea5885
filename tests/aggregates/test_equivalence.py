"""Aggregates and groups are what plain Python makes of what the connection lists, whoever asks."""

from __future__ import annotations

from hypothesis import given

from tests.aggregates.asking import answered, expected
from tests.aggregates.questions import Summary, summaries
from tests.asking import Ask
from tests.dump import Dump
from tests.oracle import Oracle
from tests.readers import half_reader, seen_by_half


@given(summary=summaries())
async def test_a_summary_is_that_of_exactly_what_the_connection_lists(
    awkward: Dump, ask: Ask, summary: Summary
) -> None:
    assert await answered(ask, summary) == expected(Oracle(awkward), summary)


@given(summary=summaries())
async def test_a_restricted_reader_is_told_of_what_may_be_seen_alone(awkward: Dump, ask: Ask, summary: Summary) -> None:
    oracle = Oracle(awkward, seen_by_half(awkward))

    assert await answered(ask, summary, half_reader(awkward)) == expected(oracle, summary)
