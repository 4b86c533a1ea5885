"""A text finds what people mean by it, best first, whatever it is made of."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.conditions import NOTHING
from graph.database import Database
from graph.reader import Reader
from resolvers.question import Question
from tests.asking import Ask
from tests.search.conftest import NAMES

pytestmark = pytest.mark.usefixtures("named_things")

_QUERY = """query ($text: String!, $types: [SearchType!], $where: SearchWhere, $first: Int, $after: String) {
  search(text: $text, types: $types, where: $where, first: $first, after: $after) {
    totalCount edges { cursor score node { ... on Node { id } } } pageInfo { hasNextPage endCursor }
  }
}"""


async def found(ask: Ask, text: str, **more: Any) -> list[str]:
    """What a text finds, in its order, as the tests call it."""
    search = (await ask.data(_QUERY, {"text": text, **more}))["search"]
    assert search["totalCount"] == len(search["edges"])
    return [NAMES[edge["node"]["id"]] for edge in search["edges"]]


@pytest.mark.parametrize(("text", "expected"), [
    # Chinese: whole, in part, one character; its pinyin with and without spaces, its initials.
    ("上海云间茶馆有限公司", ["yunjian"]),
    ("云间茶馆", ["yunjian"]),
    ("茶", ["yunjian", "huawei", "call"]),
    ("王", ["wang"]),
    ("yunjian", ["yunjian", "wang"]),
    ("yun jian", ["yunjian", "wang"]),
    ("shanghaiyun", ["yunjian"]),
    ("shyj", ["yunjian"]),
    ("yjcg", ["yunjian"]),
    ("WANGF", ["wang"]),
    ("wf", ["wang"]),
    ("龙珠", ["pearl"]),
    ("茉莉花茶的价格", ["call"]),
    ("华为 tea", ["huawei"]),
    # English: any case, width and accent; the words in any order; a beginning, a part, one letter.
    ("ＭÜLLER söhne", ["muller"]),
    ("sohne muller", ["muller"]),
    ("o'brien", ["anna"]),
    ("obrien", ["anna"]),
    ("ull", ["muller"]),
    ("u", ["uma"]),
    ("pot", ["ninja"]),
    ("🍵", ["pearl"]),
    # Numbers: as they are written and as they are not.
    ("TEA-JP-001", ["pearl"]),
    ("tea jp 001", ["pearl"]),
    ("teajp001", ["pearl"]),
    ("SO-2024-0042", ["order"]),
    ("0042", ["order"]),
    ("42", ["order", "anna"]),
    ("91310000MA1FL2BB3X", ["yunjian"]),
    ("de987654321", ["muller"]),
    # E-mail addresses stand for who has them.
    ("wang.fang@yunjian-tea.example", ["wang"]),
    ("Wang.Fang@", ["wang"]),
    ("yunjian-tea.example", ["wang"]),
    # Nothing that is deleted, and nobody who has none.
    ("deleted", []),
    ("13800000000", []),
])  # fmt: skip
async def test_a_text_finds(ask: Ask, text: str, expected: list[str]) -> None:
    assert sorted(await found(ask, text)) == sorted(expected)


@pytest.mark.parametrize("text", [
    "+8613812345678", "13812345678", "138 1234 5678", "+86 138-1234-5678", "0086 138 1234 5678", "(+86) 138 1234 5678",
    "12345678", "2345678", "5678", "１３８１２３４５６７８",
])  # fmt: skip
async def test_a_mobile_number_in_every_spelling_is_who_calls(ask: Ask, text: str) -> None:
    assert await found(ask, text) == ["wang"]


@pytest.mark.parametrize(("text", "expected"), [
    ("010-6552 8888", ["wang", "yunjian"]), ("65528888", ["wang", "yunjian"]), ("+86 10 6552 8888", ["wang", "yunjian"]),
    ("+44 (0)20 7946 0018", ["anna"]), ("020 7946 0018", ["anna"]), ("00442079460018", ["anna"]),
])  # fmt: skip
async def test_a_desk_number_in_every_spelling_is_who_has_it(ask: Ask, text: str, expected: list[str]) -> None:
    assert sorted(await found(ask, text)) == expected


async def test_what_equals_comes_before_what_begins_before_words_before_parts_before_texts(ask: Ask) -> None:
    whole = await found(ask, "jas")
    word = await found(ask, "jasmine")

    assert whole == ["jas", "pearl", "jasmine", "ninja", "note", "call"]
    assert word[0] == "jasmine"  # Her given name is all of the text.
    assert word[1:] == ["pearl", "ninja", "note", "call"]


async def test_only_the_types_that_are_named_are_found(ask: Ask) -> None:
    assert await found(ask, "jasmine", types=["Product"]) == ["pearl", "ninja"]
    assert await found(ask, "jasmine", types=["Activity", "Contact"]) == ["jasmine", "note", "call"]
    assert await found(ask, "65528888", types=["Company"]) == ["yunjian"]
    assert await found(ask, "65528888", types=["Product", "Order"]) == []
    assert await found(ask, "jasmine", types=[]) == []


async def test_what_is_found_is_filtered_by_its_type(ask: Ask) -> None:
    ends_in_tea = {"product": {"name": {"contains": "Tea"}}}

    assert await found(ask, "jasmine", where=ends_in_tea) == ["pearl"]
    assert await found(ask, "jasmine", where={"or": [ends_in_tea, {"note": {}}]}) == ["pearl", "note"]
    assert await found(ask, "jasmine", where={"not": ends_in_tea}) == ["jasmine", "ninja", "note", "call"]
    assert await found(ask, "65528888", where={"contact": {"employers": {"some": {}}}}) == ["wang"]


async def test_what_is_found_is_asked_for_more(ask: Ask) -> None:
    data = await ask.data("""{ search(text: "13812345678") { nodes {
        ... on Contact { name employers { nodes { name } } } ... on Party { __typename } } } }""")

    (node,) = data["search"]["nodes"]
    assert node == {"name": "王芳", "employers": {"nodes": [{"name": "上海云间茶馆有限公司"}]}, "__typename": "Contact"}


@pytest.mark.parametrize("size", [1, 2, 3, 5, 6, 7])
async def test_pages_show_every_hit_once_in_one_order(ask: Ask, size: int) -> None:
    whole = await found(ask, "jas")
    seen: list[str] = []
    after = None
    while True:
        page = (await ask.data(_QUERY, {"text": "jas", "first": size, "after": after}))["search"]
        seen += [NAMES[edge["node"]["id"]] for edge in page["edges"]]
        assert page["totalCount"] == len(whole)
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]

    assert seen == whole


async def test_a_cursor_belongs_to_its_text_and_types(ask: Ask) -> None:
    cursor = (await ask.data(_QUERY, {"text": "jas", "first": 1}))["search"]["pageInfo"]["endCursor"]

    errors = [
        (await ask(_QUERY, {"text": "jasm", "after": cursor}))["errors"],
        (await ask(_QUERY, {"text": "jas", "types": ["Product"], "after": cursor}))["errors"],
    ]

    refusal = {
        "message": "`after` is a cursor of another search; page on with the same text and types, or begin without "
        "`after`.",
        "extensions": {"code": "BAD_USER_INPUT"},
    }
    assert errors == [[refusal], [refusal]]


@pytest.mark.parametrize(("text", "message"), [
    ("a\0b", "search.text holds a NUL character, which no stored text has."),
    ("\ud83c", "search.text holds half of a surrogate pair, which is no text."),
    ("x" * 10_000, "search.text has 10000 characters; search for the 200 that tell most at most."),
])  # fmt: skip
async def test_a_text_that_no_record_can_have_is_refused(ask: Ask, text: str, message: str) -> None:
    body = await ask(_QUERY, {"text": text})

    assert body == {"errors": [{"message": message, "extensions": {"code": "BAD_USER_INPUT"}}]}


@pytest.mark.parametrize("text", ["", " ", "*:*", "*", "?", "\\", '"', "(", "[* *]", "~^+-!{}&&||/", "//", "\u200b"])
async def test_syntax_alone_finds_nothing(ask: Ask, text: str) -> None:
    assert await found(ask, text) == []


_SYNTAX = st.sampled_from([
    "*:*", " OR ", " AND ", " NOT ", "[a TO z]", "{* TO *}", '"', "\\", "/jas.*/", "~2", "^9", "+", "-", "!", "(", ")",
    "name:", "searchText:", "KCompany", "Ejas", "Pearl", "jas", "茶", "🍵", "\u0301", "İ", "ﬀ", "ß", "\u2028", "$p", "'}) RETURN 1//",
])  # fmt: skip


@settings(max_examples=60)
@given(text=st.one_of(st.lists(_SYNTAX, max_size=6).map("".join), st.text(max_size=40)))
@example("jas* OR *:*")
@example("x" * 200)
@example("茶" * 200)
@example("a " * 100)
async def test_any_text_is_answered(ask: Ask, text: str) -> None:
    body = await ask(_QUERY, {"text": text})

    codes = [error["extensions"]["code"] for error in body.get("errors", ())]
    assert codes in ([], ["BAD_USER_INPUT"])
    assert codes == [] or "\0" in text or not _is_text(text)


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


async def test_a_reader_finds_only_what_may_be_seen_and_by_what_may_be_seen(ask: Ask) -> None:
    def blind(*types: str) -> Reader:
        return Reader("user_0", dict.fromkeys(types, NOTHING))

    async def seen(text: str, reader: Reader) -> list[tuple[str, int]]:
        search = (await ask.data(_QUERY, {"text": text}, reader))["search"]
        assert search["totalCount"] == len(search["edges"])
        return [(NAMES[edge["node"]["id"]], edge["score"]) for edge in search["edges"]]

    assert [name for name, _ in await seen("jas", blind("Product"))] == ["jasmine", "note", "call"]
    assert await seen("13812345678", blind("PhoneNumber")) == []
    assert await seen("13812345678", blind("Contact")) == []
    # The company is rated by its address, or by its name alone.
    assert await seen("yunjian", blind()) == [("wang", 28), ("yunjian", 28)]
    assert await seen("yunjian", blind("EmailAddress")) == [("yunjian", 4)]


async def test_a_search_seeks_and_scans_nothing(ask: Ask, database: Database) -> None:
    prepared = ask.answerer.prepare(Question(_QUERY, None, {"text": "jas"}), Reader("user_0", {"Product": NOTHING}))
    statement = prepared.bind()
    assert statement is not None

    operators = set(_operators(await database.plan(statement)))

    assert not {each for each in operators if "Scan" in each}
    assert "ProcedureCall" in operators


def _operators(plan: Any) -> list[str]:
    inner = [each for child in plan.get("children", ()) for each in _operators(child)]
    return [str(plan["operatorType"]).split("@")[0], *inner]
