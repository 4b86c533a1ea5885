"""A graph as Python values: what a plain-Python oracle looks at instead of Cypher."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graph.model import Model, NodeType


@dataclass(frozen=True, eq=False)
class Record:
    """A node. `type` is the name of its concrete type."""

    type: str
    properties: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.properties["id"])

    def __repr__(self) -> str:
        return f"<{self.id}>"


@dataclass(frozen=True, eq=False)
class Edge:
    """A relationship."""

    type: str
    start: Record
    end: Record
    properties: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<{self.start.id}-[:{self.type}]->{self.end.id}>"


class Dump:
    """All records and the edges between them. It is no dataclass, since Hypothesis would print the whole of it."""

    def __init__(self, model: Model, records: tuple[Record, ...], edges: tuple[Edge, ...]) -> None:
        self.model, self.records, self.edges = model, records, edges

    @cached_property
    def by_id(self) -> Mapping[str, Record]:
        return {record.id: record for record in self.records}

    @cached_property
    def outgoing(self) -> Mapping[Record, list[Edge]]:
        return _grouped((edge.start, edge) for edge in self.edges)

    @cached_property
    def incoming(self) -> Mapping[Record, list[Edge]]:
        return _grouped((edge.end, edge) for edge in self.edges)

    def of(self, node: NodeType) -> list[Record]:
        """The records of a type, concrete or abstract, by id."""
        return sorted((record for record in self.records if record.type in node.members), key=lambda found: found.id)

    def __repr__(self) -> str:
        return f"<{len(self.records)} records and {len(self.edges)} edges>"


def _grouped(pairs: Iterable[tuple[Record, Edge]]) -> defaultdict[Record, list[Edge]]:
    found: defaultdict[Record, list[Edge]] = defaultdict(list)
    for record, edge in pairs:
        found[record].append(edge)
    return found
