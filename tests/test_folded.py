"""Texts compared whatever the case and the width of their letters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from graph import ids
from graph.database import Database
from graph.folding import fold
from tests.asking import Ask

MADE = "folded"
# Full-width and half-width forms, a ligature, a dotted capital I, and letters that have no case at all.
LINES = ("ＡＣＭＥ　Road", "acme road", "ｶﾞﾗｽ通り", "ﬁne Street", "İstiklal", "长安街１号", "straße")


@pytest.fixture(scope="module", autouse=True)
async def addresses(database: Database, trading: None) -> AsyncIterator[None]:
    records = [{"id": ids.new_id("address"), "lines": line, "country": MADE, "version": 1} for line in LINES]
    await database.run(
        "UNWIND $records AS one CREATE (address:Address) SET address = one, address.createdAt = datetime(), "
        "address.updatedAt = datetime()", records=records,
    )  # fmt: skip
    yield
    await database.run("MATCH (address:Address {country: $made}) DELETE address", made=MADE)


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        ({"eq": "Acme Road"}, {"ＡＣＭＥ　Road", "acme road"}),
        ({"startsWith": "ＡＣ"}, {"ＡＣＭＥ　Road", "acme road"}),
        ({"contains": "ガラス"}, {"ｶﾞﾗｽ通り"}),
        ({"startsWith": "FINE"}, {"ﬁne Street"}),
        ({"endsWith": "街1号"}, {"长安街１号"}),
        ({"in": ["STRASSE", "STRAßE", "ACME ROAD"]}, {"straße", "ＡＣＭＥ　Road", "acme road"}),
        ({"eq": "İSTIKLAL"}, {"İstiklal"}),
        ({"ne": "ACME road"}, {"ｶﾞﾗｽ通り", "ﬁne Street", "İstiklal", "长安街１号", "straße"}),
        ({"notIn": ["ACME road", "FINE street"]}, {"ｶﾞﾗｽ通り", "İstiklal", "长安街１号", "straße"}),
    ],
    ids=lambda each: str(each) if isinstance(each, dict) else "",
)
async def test_folded_comparisons(ask: Ask, comparison: dict[str, Any], expected: set[str]) -> None:
    where = {"country": {"eq": MADE}, "lines": {"folded": comparison}}

    data = await ask.data("query ($where: AddressWhere) {addresses(where: $where) {nodes {lines}}}", {"where": where})

    assert {each["lines"] for each in data["addresses"]["nodes"]} == expected


@pytest.mark.parametrize("character", [chr(number) for number in range(128)])
def test_a_plain_text_is_folded_as_every_other_one_is(character: str) -> None:
    text = f" A{character}b C "

    assert f"{fold(text)} e" == fold(f"{text}É")
