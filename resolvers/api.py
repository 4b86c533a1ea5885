"""What the server offers: the schema that clients see, and how its fields lead to the graph model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from graphql import GraphQLSchema

from graph.model import EdgeType, Model, NodeType, Relationship
from graph.named_query import NamedQuery


class RootKind(Enum):
    ONE = "one record by its id"
    MANY = "a connection to all records of a type"
    SEARCH = "a connection to what a text finds"
    PATH = "a way from one record to another"
    CHANGES = "a connection to all changes"
    CHANGED = "each change as it happens"


@dataclass(frozen=True)
class Root:
    """A field of Query that is derived from a declaration."""

    kind: RootKind
    target: NodeType


@dataclass(frozen=True)
class Connection:
    """What a connection type lists, and over what kind of edge."""

    target: NodeType
    edge: EdgeType | None


@dataclass(frozen=True)
class Feed:
    """The log of changes, the log of those of their values that are personal, and the union of all that may change.

    `history` leads from a record to its changes.
    """

    change: NodeType
    values: NodeType
    record: NodeType
    history: Relationship


@dataclass(frozen=True, eq=False)
class API:
    """`roots` are by field name, `connections` by the name of the connection's type."""

    schema: GraphQLSchema
    model: Model
    roots: Mapping[str, Root]
    connections: Mapping[str, Connection]
    sdl: str
    # How many digits a currency has behind its point.
    exponent: Callable[[str], int]
    feed: Feed
    # The fields that `.cypher` files add, by the type that has the field and its name.
    named: Mapping[tuple[str, str], NamedQuery] = field(default_factory=dict)
