"""What a database holds, as Python values: read from one, and written into another as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from neo4j.time import DateTime

from graph.database import Database


@dataclass(frozen=True, eq=False)
class Node:
    """A node; `key` is what the database knows it by."""

    key: str
    labels: frozenset[str]
    properties: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.properties.get("id"))

    def __repr__(self) -> str:
        return f"<{self.id}>"


@dataclass(frozen=True, eq=False)
class Edge:
    """A relationship."""

    type: str
    start: Node
    end: Node
    properties: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Held:
    """Nodes, and the relationships between them."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    _outgoing: dict[tuple[Node, str], list[Edge]] = field(init=False, default_factory=lambda: defaultdict(list))
    _incoming: dict[tuple[Node, str], list[Edge]] = field(init=False, default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for edge in self.edges:
            self._outgoing[edge.start, edge.type].append(edge)
            self._incoming[edge.end, edge.type].append(edge)

    def out(self, node: Node, type: str) -> list[Edge]:
        return self._outgoing.get((node, type), [])

    def into(self, node: Node, type: str) -> list[Edge]:
        return self._incoming.get((node, type), [])

    def labelled(self, label: str) -> list[Node]:
        """By id."""
        return sorted((node for node in self.nodes if label in node.labels), key=lambda node: node.id)


async def read_held(database: Database) -> Held:
    """Everything that a database holds."""
    rows = await database.run("MATCH (n) RETURN elementId(n), labels(n), properties(n)")
    nodes = {key: Node(key, frozenset(labels), _plain(properties)) for key, labels, properties in rows}
    edges = await database.run("MATCH (a)-[r]->(b) RETURN type(r), elementId(a), elementId(b), properties(r)")
    return Held(
        tuple(nodes.values()),
        tuple(Edge(type, nodes[start], nodes[end], _plain(properties)) for type, start, end, properties in edges),
    )


def _plain(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The driver names the zone of an instant that was stored with an offset, which would be stored as a name then."""
    return {
        name: value.replace(tzinfo=UTC) if isinstance(value, DateTime) else value for name, value in properties.items()
    }


async def write_held(database: Database, held: Held) -> None:
    """Make a database hold this and nothing else. Its constraints and indexes stay."""
    await database.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS")
    nodes = [[node.key, sorted(node.labels), node.properties] for node in held.nodes]
    text = "UNWIND $rows AS row CREATE (n:$(row[1])) SET n = row[2] RETURN row[0], elementId(n)"
    keys: dict[str, str] = {row[0]: row[1] for row in await database.run(text, rows=nodes)}
    edges = [[keys[edge.start.key], keys[edge.end.key], edge.type, edge.properties] for edge in held.edges]
    text = (
        "UNWIND $rows AS row MATCH (a) WHERE elementId(a) = row[0] MATCH (b) WHERE elementId(b) = row[1] "
        "CREATE (a)-[r:$(row[2])]->(b) SET r = row[3]"
    )
    await database.run(text, rows=edges)
