"""Values that violate the model cost an answer no more than their own place in it."""

from __future__ import annotations

import pytest

from graph.database import Database
from tests.asking import Ask
from tests.test_violations import written


@pytest.mark.usefixtures("trading")
async def test_a_key_that_is_none_of_its_values_is_an_error_of_that_key_alone(ask: Ask, database: Database) -> None:
    query = "{ orders { g: groupBy(by: [{status: VALUE}], orderBy: [{keys: DESC}], first: 1) { groups { count key { status } } } } }"

    async with written(database, "Order", "status", "ZZZ"):
        body = await ask(query)

    assert body == {
        "errors": [
            {
                "message": "Enum 'OrderStatus' cannot represent value: 'ZZZ'",
                "locations": [{"line": 1, "column": 104}],
                "path": ["orders", "g", "groups", 0, "key", "status"],
                "extensions": {"code": "INTERNAL"},
            }
        ],
        "data": {"orders": {"g": {"groups": [{"count": 1, "key": {"status": None}}]}}},
    }
