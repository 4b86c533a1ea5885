"""What tests of writing share: an empty graph with its constraints, and who writes into it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from graph.database import Database
from graph.indexes import reconcile
from graph.reader import ADMINISTRATOR, Reader
from resolvers.answer import Answerer
from resolvers.api import API
from resolvers.question import Question
from tests.asking import declared_api

_NUMBERS = count(1)


async def numbers(type: str, wanted: int) -> Sequence[str]:
    return [f"{type[0]}-T{next(_NUMBERS):06d}" for _ in range(wanted)]


@dataclass(frozen=True)
class Write:
    """`await write(mutation)` is the one field's payload; `await write.body(…)` the whole response."""

    answerer: Answerer
    database: Database

    async def body(
        self, text: str, variables: Mapping[str, Any] | None = None, reader: Reader = ADMINISTRATOR
    ) -> dict[str, Any]:
        return (await self.answerer.answer(Question(text, None, variables or {}), reader)).body()

    async def __call__(
        self, text: str, variables: Mapping[str, Any] | None = None, reader: Reader = ADMINISTRATOR
    ) -> Any:
        body = await self.body(text, variables, reader)
        assert "errors" not in body, body["errors"]
        (found,) = body["data"].values()
        return found

    async def rows(self, text: str, **parameters: Any) -> list[list[Any]]:
        """What the database holds, past everything that is tested."""
        return await self.database.run(f"CYPHER 5 {text}", p=parameters)

    async def made(self, type: str, **given: Any) -> str:
        """The id of a new record."""
        payload = await self(
            f"mutation($i: Create{type}Input!) {{ create{type}(input: $i) {{ {type[0].lower() + type[1:]} {{ id }} errors {{ message path }} }} }}",
            {"i": given},
        )
        assert payload["errors"] == []
        return str(payload[type[0].lower() + type[1:]]["id"])


@pytest.fixture(scope="session")
def whole() -> API:
    return declared_api()


@pytest.fixture(scope="module")
async def write(whole: API, database: Database) -> Write:
    """Writes into a graph that is empty at first."""
    await database.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS")
    await reconcile(whole.model, database)
    return Write(Answerer(whole, database, "USD", numbers), database)
