"""What a database holds, as Python values: read from one, and written into another as it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

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
    nodes = {key: Node(key, frozenset(labels), properties) for key, labels, properties in rows}
    edges = await database.run("MATCH (a)-[r]->(b) RETURN type(r), elementId(a), elementId(b), properties(r)")
    return Held(
        tuple(nodes.values()),
        tuple(Edge(type, nodes[start], nodes[end], properties) for type, start, end, properties in edges),
    )


async def write_held(database: Database, held: Held) -> None:
    """Make a database hold this and nothing else. Its constraints and indexes stay."""
    await database.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS")
    keys: dict[str, str] = {}
    for labels, nodes in _grouped((node.labels, node) for node in held.nodes):
        text = (
            f"UNWIND $rows AS row CREATE (n{''.join(f':`{label}`' for label in sorted(labels))}) SET n = row[1] "
            "RETURN row[0], elementId(n)"
        )
        keys |= dict(await database.run(text, rows=[[node.key, node.properties] for node in nodes]))  # type: ignore[arg-type]
    for type, edges in _grouped((edge.type, edge) for edge in held.edges):
        text = (
            "UNWIND $rows AS row MATCH (a) WHERE elementId(a) = row[0] MATCH (b) WHERE elementId(b) = row[1] "
            f"CREATE (a)-[r:`{type}`]->(b) SET r = row[2]"
        )
        rows = [[keys[edge.start.key], keys[edge.end.key], edge.properties] for edge in edges]
        await database.run(text, rows=rows)


def _grouped(pairs: Iterable[tuple[Any, Any]]) -> list[tuple[Any, list[Any]]]:
    found: dict[Any, list[Any]] = defaultdict(list)
    for key, each in pairs:
        found[key].append(each)
    return list(found.items())
