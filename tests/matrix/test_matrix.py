"""Every type, in every position, for every role: a reader is answered about the world what the administrator is answered
about a graph that holds nothing but what that reader may see, as a table of rights and plain Python make it.
"""

from __future__ import annotations

import pytest

from tests.matrix.asking import Matrix
from tests.matrix.world import USERS


@pytest.mark.parametrize("name", USERS)
async def test_a_reader_is_answered_as_if_nothing_else_were_there(matrix: Matrix, name: str) -> None:
    look = await matrix.look(name)

    found = await look.differences(look.documents())

    assert not found, f"{len(found)} differences:\n" + "\n".join(map(str, found[:20]))
