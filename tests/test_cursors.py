"""A cursor that comes back is one that was given out, or it is refused: whatever has become of it on the way."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import ids
from graph.errors import BadInput
from graph.model import Model, NodeType
from graph.page import Order
from resolvers.cursor import Cursor
from resolvers.orders import cursor_of
from tests.asking import whole_api

HEX = st.text("0123456789abcdef", min_size=32, max_size=32)


def model() -> Model:
    return whole_api().model


@st.composite
def cursors(draw: st.DrawFn) -> tuple[NodeType, Cursor, list[Any]]:
    """What is listed, its cursors in some order, and the values of a record in it."""
    targets = [*model().nodes.values(), model().logs["Change"], model().logs["Deleted"]]
    target = draw(st.sampled_from(targets))
    orders = tuple(
        Order(found, is_descending=False, nulls_first=False)
        for found in target.properties.values()
        if found.is_orderable and found.kind.name == "TEXT"
    )[: draw(st.integers(0, 2))]
    values = [draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=5)) for _ in orders]
    return (
        target,
        cursor_of(orders, target, None, model()),
        [*values, ids.new_id(draw(st.sampled_from(prefixes(target))))],
    )


def prefixes(target: NodeType) -> list[str]:
    if target.name in model().logs:
        return ["change"] if target.name == "Change" else sorted({each.id_prefix for each in model().concrete})
    return sorted({model().nodes[member].id_prefix for member in target.members})


@given(found=cursors())
def test_a_cursor_comes_back_as_it_was_given_out(found: tuple[NodeType, Cursor, list[Any]]) -> None:
    _, cursor, values = found

    assert cursor.decode(cursor.encode(values), "after") == values


@given(found=cursors(), prefix=st.text("abcdefghijklmnopqrstuvwxyz_", max_size=12), number=HEX)
def test_an_id_of_another_type_is_refused(found: tuple[NodeType, Cursor, list[Any]], prefix: str, number: str) -> None:
    target, cursor, values = found
    text = cursor.encode([*values[:-1], f"{prefix}_{number}"])
    fits = prefix in prefixes(target) and number[12] == "7" and number[16] in "89ab"

    if fits:
        assert cursor.decode(text, "after")[-1] == f"{prefix}_{number}"
    else:
        with pytest.raises(BadInput, match="`after` is a damaged cursor"):
            cursor.decode(text, "after")


@given(found=cursors(), place=st.integers(0, 60), other=st.text(max_size=3))
def test_an_id_that_was_changed_anywhere_is_an_id_or_is_refused(
    found: tuple[NodeType, Cursor, list[Any]], place: int, other: str
) -> None:
    target, cursor, values = found
    id = str(values[-1])
    changed = id[:place] + other + id[place + 1 :]
    try:
        text = cursor.encode([*values[:-1], changed])
    except TypeError:
        # Half of a surrogate pair, which no cursor can hold.
        return

    decoded = decoded_or_none(cursor, text)

    assert decoded in (None, [*values[:-1], changed])
    assert decoded is None or ids.prefix_of(changed) in prefixes(target)


def decoded_or_none(cursor: Cursor, text: str) -> list[Any] | None:
    try:
        return cursor.decode(text, "after")
    except BadInput:
        return None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=6,
)


@given(found=cursors(), content=JSON | st.binary(max_size=80), keeps_order=st.booleans())
def test_whatever_else_is_no_cursor(found: tuple[NodeType, Cursor, list[Any]], content: Any, keeps_order: bool) -> None:
    target, cursor, values = found
    if keeps_order and isinstance(content, list):
        content = [orjson.loads(_bytes(cursor.encode(values)))[0], *content]
    try:
        raw = content if isinstance(content, bytes) else orjson.dumps(content)
    except TypeError:
        # A number beyond 64 bits, or half of a surrogate pair.
        return
    text = base64.urlsafe_b64encode(raw).decode().rstrip("=")

    decoded = decoded_or_none(cursor, text)

    assert decoded is None or ids.prefix_of(decoded[-1]) in prefixes(target)


@given(text=st.text(max_size=60))
def test_a_text_of_any_kind_is_refused(text: str) -> None:
    cursor = cursor_of((), model().nodes["Company"], None, model())

    with pytest.raises(BadInput, match="`after` is "):
        cursor.decode(text, "after")


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
