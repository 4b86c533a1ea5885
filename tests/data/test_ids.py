"""Ids."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest

from graph.errors import BadInput
from graph.ids import id_for, new_id, prefix_of


def test_ids_are_uuids_of_version_7_that_rise() -> None:
    """Also many within one millisecond."""
    ids = [new_id("company") for _ in range(20_000)]

    assert ids == sorted(set(ids))
    found = uuid.UUID(ids[0].removeprefix("company_"))
    assert (found.version, found.variant) == (7, uuid.RFC_4122)


def test_the_id_of_a_natural_key_is_the_same_everywhere() -> None:
    """It begins with the time that it is given, and differs by key."""
    at = datetime(2025, 7, 1, tzinfo=UTC)

    assert id_for("order", "shop:order:1", at) == "order_0197c34888007dd0ac561c60f2205492"
    assert id_for("order", "shop:order:2", at) != id_for("order", "shop:order:1", at)
    assert int(id_for("order", "x", at)[6:18], 16) == at.timestamp() * 1000


def test_a_malformed_id_is_refused_with_a_sentence() -> None:
    """An id's prefix says what it is of."""
    assert prefix_of(new_id("line_item")) == "line_item"
    for wrong in ("", "company", "company_1", "Company_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e", "x_" + "0" * 32, "a" * 99):
        with pytest.raises(BadInput, match="is no id; an id looks like company_"):
            prefix_of(wrong)
