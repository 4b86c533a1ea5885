"""The peer's server: Strawberry's own ASGI view in a Starlette application, with its caches on."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import strawberry
from neo4j import AsyncGraphDatabase
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache

from bench.plain.loaders import Database, Loaders
from bench.plain.schema import Query

schema = strawberry.Schema(Query, extensions=[lambda: ParserCache(maxsize=100), lambda: ValidationCache(maxsize=100)])


class View(GraphQL[dict[str, Any], None]):
    """Gives each request loaders of its own."""

    database: Database

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> dict[str, Any]:
        return {"loaders": Loaders(self.database)}


view = View(schema, graphql_ide=None)


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    driver = AsyncGraphDatabase.driver(
        os.environ["NEO4J_URI"], auth=(os.environ["NEO4J_USER"], os.environ["NEO4J_PASSWORD"])
    )
    async with driver:
        view.database = Database(driver, os.environ["NEO4J_DATABASE"])
        yield


app = Starlette(lifespan=lifespan)
app.mount("/graphql", view)
