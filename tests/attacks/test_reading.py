"""A large document is read beside whatever else the server does, one at a time; names are suggested for few mistakes."""

from __future__ import annotations

import asyncio

import pytest

from graph.errors import Busy
from resolvers.document import SUGGESTED, Documents
from resolvers.request import InvalidRequest
from tests.asking import whole_api

_WRONG = "{ " + " ".join(f"compnies{number}" for number in range(600)) + " }"


async def test_a_large_document_does_not_keep_others_waiting() -> None:
    documents, ticks = Documents(whole_api().schema), 0
    reading = asyncio.create_task(documents.read_in_turn(_WRONG, "somebody"))
    while not reading.done():
        await asyncio.sleep(0)
        ticks += 1

    assert isinstance(reading.exception(), InvalidRequest)
    # Were it read in the event loop, nothing else would have run between its beginning and its end.
    assert ticks > 10


async def test_who_sends_many_large_documents_waits_behind_others() -> None:
    documents, ended = Documents(whole_api().schema), []

    async def read(caller: str, number: int) -> None:
        large = "{ " + " ".join(f"a{each}: users {{ totalCount }}" for each in range(60 + number)) + " }"
        await documents.read_in_turn(large, caller)
        ended.append(caller)

    attacks = [asyncio.create_task(read("attacker", number)) for number in range(6)]
    await asyncio.sleep(0)
    await asyncio.gather(read("honest", 20), *attacks)

    assert ended.index("honest") <= 2
    assert len(documents) == 7


async def test_too_many_large_documents_of_one_caller_are_refused() -> None:
    documents = Documents(whole_api().schema)

    outcomes = await asyncio.gather(
        *(documents.read_in_turn(_WRONG, "attacker") for _ in range(60)), return_exceptions=True
    )

    assert {type(each) for each in outcomes} == {InvalidRequest, Busy}
    assert sum(isinstance(each, Busy) for each in outcomes) == 9


async def test_who_goes_away_leaves_no_second_document_beside_the_first() -> None:
    documents = Documents(whole_api().schema)
    gone = asyncio.create_task(documents.read_in_turn(_WRONG, "attacker"))
    await asyncio.sleep(0)
    next_one = asyncio.create_task(documents.read_in_turn(_WRONG, "somebody"))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)

    assert (gone.cancelled(), documents.reading, documents.waiting) == (True, 1, 1)
    with pytest.raises(InvalidRequest):
        await next_one
    assert (documents.reading, documents.waiting) == (0, 0)


@pytest.mark.parametrize(("mistakes", "is_told"), [(1, True), (SUGGESTED, True), (SUGGESTED + 1, False)])
def test_what_was_meant_is_told_for_few_mistakes(mistakes: int, is_told: bool) -> None:
    text = "{ " + " ".join(f"a{number}: compnies {{ totalCount }}" for number in range(mistakes)) + " }"

    with pytest.raises(InvalidRequest) as refused:
        Documents(whole_api().schema).read(text)

    assert len(refused.value.errors) == mistakes
    assert all(("Did you mean" in each.message) is is_told for each in refused.value.errors)
