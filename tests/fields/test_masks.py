"""What the database makes of a value that may not be seen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.database import Database
from graph.masking import masked
from graph.model import Kind, Mask, Property
from graph.statement import Statement
from tests.fields import readers

CASES: dict[str, tuple[Mask, Any, Any]] = {
    "a name": (Mask.TEXT, "Ada Lovelace", "A***"),
    "a Chinese name": (Mask.TEXT, "王小明", "王**"),
    "a Chinese name of two characters": (Mask.TEXT, "王明", "王**"),
    "one letter": (Mask.TEXT, "A", "***"),
    "one Chinese character": (Mask.TEXT, "王", "**"),
    "a character beyond the first plane": (Mask.TEXT, "𠮷野家", "𠮷**"),
    "one character beyond the first plane": (Mask.TEXT, "𠮷", "**"),
    "an emoji": (Mask.TEXT, "🙂🙂", "🙂**"),
    "Cyrillic": (Mask.TEXT, "Иван", "И***"),
    "nothing": (Mask.TEXT, None, None),
    "a text of no character": (Mask.TEXT, "", "***"),
    "what is no text": (Mask.TEXT, 42, None),
    "quotes": (Mask.TEXT, "'\"; MATCH (n) //", "'***"),
    "an address": (Mask.EMAIL, "anna@example.com", "a***@example.com"),
    "an address of one letter": (Mask.EMAIL, "a@example.com", "***@example.com"),
    "what is no address": (Mask.EMAIL, "anna at example", "a***"),
    "an address with two signs": (Mask.EMAIL, "\"a@b\"@example.com", "\"***"),
    "no address": (Mask.EMAIL, None, None),
    "a Chinese mobile": (Mask.PHONE, "13812345678", "138****5678"),
    "a number with its country": (Mask.PHONE, "+8613812345678", "+86138****5678"),
    "a short number": (Mask.PHONE, "12345678", "1***"),
    "nine digits": (Mask.PHONE, "123456789", "1****6789"),
    "more digits than a number has": (Mask.PHONE, "1234567890123456", "1***"),
    "a note in the place of a number": (Mask.PHONE, "ask Bob 13812345678", "a***"),
    "no number": (Mask.PHONE, None, None),
}  # fmt: skip


async def shown(database: Database, mask: Mask, value: Any) -> Any:
    text = masked(Property("each", Kind.TEXT, mask=mask), "$p.value")
    return await database.read(Statement(f"CYPHER 5 RETURN {text} AS shown", {"value": value}))


@pytest.mark.parametrize(("mask", "value", "wanted"), CASES.values(), ids=CASES)
async def test_it_is_masked(database: Database, mask: Mask, value: Any, wanted: Any) -> None:
    assert await shown(database, mask, value) == wanted


@given(st.sampled_from(list(Mask)[:3]), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
async def test_it_is_masked_as_the_documents_say(database: Database, mask: Mask, value: str) -> None:
    assert await shown(database, mask, value) == readers.masked(mask, value)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.TEXT], ids=lambda kind: kind.value)
def test_what_is_no_text_is_not_shown(kind: Kind) -> None:
    assert masked(Property("each", kind), "each.value") == "null"


async def test_each_of_several_texts_is_masked(database: Database) -> None:
    text = masked(Property("each", Kind.TEXT, is_list=True), "$p.value")

    assert await database.read(Statement(f"CYPHER 5 RETURN {text}", {"value": ["Ada", "王小明"]})) == ["A***", "王**"]
