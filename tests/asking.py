"""How tests ask: a query in, the response's body out, without HTTP between."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from graph.reader import ADMINISTRATOR, Reader
from resolvers.answer import Answerer
from resolvers.api import API
from resolvers.question import Question
from schema.build import build
from web.queries import load_queries
from web.settings import Settings


@cache
def declared_api() -> API:
    """The API of everything that is declared. It takes seconds to build, so the tests share one."""
    return build()


@cache
def whole_api() -> API:
    """The same with the named queries that come with the server."""
    return asyncio.run(load_queries(declared_api(), Settings(), None)).api


@dataclass(frozen=True)
class Ask:
    """`await ask(query)` is the response's body; `await ask.data(query)` its data, in the absence of errors."""

    answerer: Answerer

    async def __call__(
        self, query: str, variables: Mapping[str, Any] | None = None, reader: Reader = ADMINISTRATOR
    ) -> dict[str, Any]:
        answer = await self.answerer.answer(Question(query, None, variables or {}), reader)
        return answer.body()

    async def data(
        self, query: str, variables: Mapping[str, Any] | None = None, reader: Reader = ADMINISTRATOR
    ) -> dict[str, Any]:
        body = await self(query, variables, reader)
        assert "errors" not in body, body["errors"]
        found: dict[str, Any] = body["data"]
        return found
