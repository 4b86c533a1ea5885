"""Files as tables: their encodings and delimiters, and what stands before a formula."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.delimited import Delimited
from graph.encoding import encoding_of
from graph.guarded_text import guarded, unguarded
from graph.joined import split_joined
from graph.tables import Content, Line, Reading, lines_of
from resolvers.export_columns import _joined

CHINESE = "客户编号,名称\r\n1,上海远望贸易有限公司\r\n2,北京雅集文化集团\r\n"

ENCODED = [
    ("utf-8", CHINESE.encode(), "utf-8-sig"),
    ("with a mark", CHINESE.encode("utf-8-sig"), "utf-8-sig"),
    ("gbk", CHINESE.encode("gbk"), "gb18030"),
    ("gb18030 beyond gbk", (CHINESE + "3,𠮷野家\r\n").encode("gb18030"), "gb18030"),
    ("utf-16", CHINESE.encode("utf-16"), "utf-16"),
    ("ascii", b"a,b\n1,2\n", "utf-8-sig"),
    ("damaged utf-8", CHINESE.encode() + b"3,\xe4\xb8\n", "utf-8-sig"),
    ("latin-1, which is not guessed", "a,b\n1,Müller & Söhne\n".encode("latin-1"), "utf-8-sig"),
]


@pytest.mark.parametrize(("what", "data", "expected"), ENCODED, ids=[what for what, _, _ in ENCODED])
def test_the_encoding_is_what_a_file_can_be_read_in(what: str, data: bytes, expected: str) -> None:
    assert encoding_of(Content.of("x.csv", data).open) == expected


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_the_delimiter_is_the_one_that_gives_the_columns(delimiter: str, encoding: str) -> None:
    """Also where the header is quoted, and where others occur in it."""
    text = f'"编号"{delimiter}"a, b; c|d"{delimiter}名称\n1{delimiter}x{delimiter}"远望"\n'

    table = Delimited(Content.of("x.csv", text.encode(encoding)), Reading(columns=frozenset({"编号", "名称"})))

    assert list(lines_of("x.csv", table, frozenset())) == [Line(2, {"编号": "1", "a, b; c|d": "x", "名称": "远望"})]


def test_a_mapping_may_say_both() -> None:
    table = Delimited(Content.of("x.csv", "a#b\n1#Müller\n".encode("latin-1")), Reading("#", "iso-8859-1"))

    assert list(lines_of("x.csv", table, frozenset())) == [Line(2, {"a": "1", "b": "Müller"})]


@given(st.text())
def test_a_guarded_text_comes_back(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(st.text(alphabet=st.sampled_from(";|\\ab\n'")), min_size=1))
def test_joined_values_come_apart_again(texts: list[str]) -> None:
    joined = _joined(texts, 1)

    assert joined is not None
    assert split_joined(joined) == texts
