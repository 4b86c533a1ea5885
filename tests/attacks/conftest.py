"""After each attack the server answers others as before."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.asking import assert_answers


@pytest.fixture(autouse=True)
def answers_others(server_url: str, trading: None) -> Iterator[None]:
    yield
    assert_answers(server_url)
