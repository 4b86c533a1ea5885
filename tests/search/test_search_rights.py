"""For a reader of half the graph, a search is that of the whole graph without what is hidden."""

from __future__ import annotations

import pytest

from tests.asking import Ask
from tests.dump import Dump
from tests.readers import half_reader, seen_by_half

_QUERY = """query ($text: String!) {
  search(text: $text, first: 200) { totalCount edges { score node { ... on Node { id } } } }
}"""


@pytest.mark.parametrize("text", ["ada", "王", "o'b", "b"])
async def test_what_is_hidden_is_neither_found_nor_counted(ask: Ask, awkward: Dump, text: str) -> None:
    sees = seen_by_half(awkward)

    whole = (await ask.data(_QUERY, {"text": text}))["search"]
    half = (await ask.data(_QUERY, {"text": text}, half_reader(awkward)))["search"]

    expected = [edge["node"]["id"] for edge in whole["edges"] if sees(awkward.by_id[edge["node"]["id"]])]
    assert half["totalCount"] == len(half["edges"])
    # A party may also be found by an address that is hidden, which then is no way to it any more.
    parties = {"company", "contact"}
    shown = [edge["node"]["id"] for edge in half["edges"]]
    assert set(shown) <= set(expected)
    assert {each for each in expected if each.split("_")[0] not in parties} <= set(shown)
    assert 0 < len(shown) < len(whole["edges"])
