"""A client of the write engine, without HTTP between, and what it finds in the graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph.database import Database
from graph.reader import ADMINISTRATOR, Reader
from resolvers.answer import Answer, Answerer
from resolvers.question import Question

CREATE = "mutation($i: CreateCompanyInput!) { createCompany(input: $i) { company { id name version } errors { code message path } } }"


@dataclass(frozen=True)
class Client:
    """`await client(mutation, variables)` is the answer."""

    answerer: Answerer
    database: Database

    async def __call__(
        self,
        text: str,
        variables: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
        bookmark: str | None = None,
        reader: Reader = ADMINISTRATOR,
    ) -> Answer:
        return await self.answerer.answer(Question(text, None, variables or {}, key=key, bookmark=bookmark), reader)

    async def data(self, text: str, variables: Mapping[str, Any] | None = None, *, key: str | None = None) -> Any:
        answer = await self(text, variables, key=key)
        assert answer.errors == []
        return answer.data

    async def count(self, name: str) -> int:
        """How many companies have a name, counted past everything that is tested."""
        rows = await self.database.run("CYPHER 5 MATCH (c:Company) WHERE c.name = $p RETURN count(c)", p=name)
        return int(rows[0][0])
