"""What the database holds: one of two small graphs, of which a test module asks for the one that it reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from graph.database import Database

Load = Callable[[], Awaitable[None]]

# What the database looks like while it holds a graph and nothing else; known once the graph has been loaded.
_looks: dict[str, Any] = {}


async def hold(database: Database, name: str, load: Load) -> None:
    """Make the database hold one graph and nothing else; at no cost, if it does already."""
    if name in _looks and await _look(database) == _looks[name]:
        return
    await database.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS")
    await load()
    _looks[name] = await _look(database)


async def _look(database: Database) -> list[Any]:
    """How many of everything there is, and when it was last changed."""
    nodes = await database.run("MATCH (n) RETURN count(n), sum(size(keys(n))), max(n.updatedAt)")
    edges = await database.run("MATCH ()-[r]->() RETURN count(r), sum(size(keys(r)))")
    return [nodes, edges]
