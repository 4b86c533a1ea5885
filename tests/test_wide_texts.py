"""Texts of any characters: pages and comparisons agree with the order, which is that of code points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import ids
from graph.database import Database
from graph.reader import ADMINISTRATOR
from graph.wide_text import Width, width_of
from resolvers.question import Question
from tests.asking import Ask
from tests.awkward import NOW
from tests.dump import Dump
from tests.paging import Pages
from tests.questions import WAYS, Listing

# On both sides of where UTF-16 puts pairs of units: below, the first and the last above, and characters that are pairs.
ALPHABET = "a王\ud7ff\ue000，\uffff\U00010000🜚𠮷"
TEXTS = st.text(ALPHABET, max_size=4)
# Short ones are stored inline, long ones elsewhere.
STORED = TEXTS | TEXTS.map(lambda text: "王" * 50 + text)
WIDE = {"lines": {"eq": "wide"}}


async def fill(database: Database, texts: list[str | None], property: str = "postcode") -> dict[str, str | None]:
    """Make addresses with these texts the only ones of the kind; the texts by id."""
    await database.run("MATCH (address:Address {lines: 'wide'}) DELETE address")
    made = {ids.new_id("address"): text for text in texts}
    common = {"lines": "wide", "createdAt": NOW, "updatedAt": NOW, "version": 1}
    rows = [{"id": id, property: text, **common} for id, text in made.items()]
    await database.run("UNWIND $rows AS row CREATE (address:Address) SET address = row", rows=rows)
    return made


def in_order(made: dict[str, str | None], way: str) -> list[tuple[str]]:
    """The ids by their texts' code points; ties by id, in the direction of the texts."""
    is_descending = way.startswith("DESC")
    there = sorted((id for id, text in made.items() if text is not None), key=lambda id: (made[id], id))
    absent = sorted(id for id, text in made.items() if text is None)
    if is_descending:
        there, absent = there[::-1], absent[::-1]
    return [(id,) for id in ([*absent, *there] if way.endswith("NULLS_FIRST") else [*there, *absent])]


@settings(max_examples=15)
@given(texts=st.lists(STORED | st.none(), min_size=4, max_size=8), way=st.sampled_from(WAYS), size=st.integers(2, 3))
async def test_no_text_is_lost_between_pages(
    awkward: Dump, ask: Ask, database: Database, texts: list[str | None], way: str, size: int
) -> None:
    made = await fill(database, texts)
    pages = Pages(ask, awkward, Listing("Address", None, "addresses", WIDE, [{"postcode": way}]))

    forward, backward = await pages.all(size), await pages.all_backward(size)

    assert forward == in_order(made, way)
    assert backward == forward


@settings(max_examples=15)
@given(texts=st.lists(STORED, min_size=3, max_size=8, unique=True), way=st.sampled_from(WAYS), is_bare=st.booleans())
async def test_no_text_is_lost_that_is_read_from_an_index(
    awkward: Dump, ask: Ask, database: Database, texts: list[str], way: str, is_bare: bool
) -> None:
    """A company's number is unique and may be absent. Beside a filter another index may be the start."""
    await database.run("MATCH (company:Company {status: 'wide'}) DELETE company")
    made: dict[str, str | None] = {ids.new_id("company"): text for text in texts}
    common = {"name": "wide", "sortKey": "wide", "status": "wide", "createdAt": NOW, "updatedAt": NOW, "version": 1}
    rows = [{"id": id, "uscc": f"wide{text}", **common} for id, text in made.items()]
    await database.run("UNWIND $rows AS row CREATE (company:Party:Company) SET company = row", rows=rows)
    where = {"uscc": {"startsWith": "wide"}} if is_bare else {"name": {"eq": "wide"}}
    pages = Pages(ask, awkward, Listing("Company", None, "companies", where, [{"uscc": way}]))

    forward, backward = await pages.all(2), await pages.all_backward(3)
    await database.run("MATCH (company:Company {status: 'wide'}) DELETE company")

    assert forward == in_order(made, way)
    assert backward == forward


COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "lt": lambda one, other: one < other,
    "lte": lambda one, other: one <= other,
    "gt": lambda one, other: one > other,
    "gte": lambda one, other: one >= other,
}


@given(texts=st.lists(STORED | st.none(), min_size=1, max_size=12), operand=STORED, is_negated=st.booleans())
async def test_comparisons_agree_with_the_order(
    awkward: Dump, ask: Ask, database: Database, texts: list[str | None], operand: str, is_negated: bool
) -> None:
    made = await fill(database, texts)
    query = """query ($lt: AddressWhere, $lte: AddressWhere, $gt: AddressWhere, $gte: AddressWhere) {
      lt: addresses(where: $lt, first: 200) { nodes { id } } lte: addresses(where: $lte, first: 200) { nodes { id } }
      gt: addresses(where: $gt, first: 200) { nodes { id } } gte: addresses(where: $gte, first: 200) { nodes { id } }
    }"""

    def asked(word: str) -> Any:
        one: dict[str, Any] = {"postcode": {word: operand}}
        return {"and": [WIDE, {"not": one} if is_negated else one]}

    data = await ask.data(query, {word: asked(word) for word in COMPARISONS})

    found = {word: {node["id"] for node in data[word]["nodes"]} for word in COMPARISONS}
    expected = {
        word: {id for id, text in made.items() if (text is not None and holds(text, operand)) != is_negated}
        for word, holds in COMPARISONS.items()
    }
    assert found == expected


async def test_neo4j_sorts_by_code_points_and_compares_with_parameters_by_units(database: Database) -> None:
    """What all of this is for. Where this fails, a new Neo4j has changed its mind."""
    await fill(database, ["，", "🜚"])
    ((texts, compared),) = await database.run(
        "MATCH (a:Address {lines: 'wide'}) WITH a.postcode AS text, a.postcode > $comma AS isGreater ORDER BY text "
        "RETURN collect(text), collect(isGreater)",
        comma="，",
    )

    assert texts == ["，", "🜚"]
    assert compared == [False, False]


@pytest.mark.parametrize(("text", "width"), [
    ("", Width.PLAIN), ("Zoë 王芳 \ud7ff", Width.PLAIN), ("王，", Width.WIDE), ("a🜚", Width.WIDE),
    ("，", Width.WIDE_FROM_THE_START), ("\ud7ff，", Width.WIDE_FROM_THE_START),
])  # fmt: skip
async def test_the_statement_depends_on_the_width_of_a_text_alone(ask: Ask, text: str, width: Width) -> None:
    query = "query ($text: String!) {addresses(where: {postcode: {gt: $text}}) {nodes {id}}}"
    plain = ask.answerer.prepare(Question(query, None, {"text": "x"}), ADMINISTRATOR).rendered

    rendered = ask.answerer.prepare(Question(query, None, {"text": text}), ADMINISTRATOR).rendered

    assert width_of(text) is width
    assert plain is not None and rendered is not None
    assert (rendered.text == plain.text) is (width is Width.PLAIN)
    assert ("_from" in rendered.text) is (width is Width.WIDE)


async def test_pages_of_wide_texts_are_still_read_from_their_index(ask: Ask, database: Database) -> None:
    """A cursor in the middle of many: what lies before it is not read again."""
    query = """query ($after: String) {
      companies(orderBy: {uscc: ASC}, first: 3, after: $after) { nodes { id } pageInfo { endCursor } }
    }"""
    rows = [{"id": ids.new_id("company"), "uscc": f"w{n:04}，🜚", "status": "wide", "name": "w"} for n in range(2_000)]
    fill = "UNWIND $rows AS row CREATE (company:Party:Company) SET company = row"
    await database.run(fill, rows=rows)
    try:
        order = {"first": 3}
        middle = await ask.data(
            """{ companies(orderBy: {uscc: ASC}, where: {uscc: {gte: "w1500"}}, first: 1) {
            pageInfo { endCursor } } }""",
            order,
        )
        after = middle["companies"]["pageInfo"]["endCursor"]
        statement = ask.answerer.prepare(Question(query, None, {"after": after}), ADMINISTRATOR).bind()
        assert statement is not None
        assert "any(" in statement.text

        hits = _hits(await database.plan(statement, profile=True))
    finally:
        await database.run("MATCH (company:Company {status: 'wide'}) DETACH DELETE company")

    assert hits < 200


def _hits(plan: dict[str, Any]) -> int:
    return int(plan.get("dbHits", 0)) + sum(map(_hits, plan.get("children", ())))
