"""What the server offers: the schema that clients see, and how its fields lead to the graph model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from graphql import GraphQLSchema

from graph.model import EdgeType, Model, NodeType
from graph.named_query import NamedQuery


class RootKind(Enum):
    ONE = "one record by its id"
    MANY = "a connection to all records of a type"
    SEARCH = "a connection to what a text finds"
    PATH = "a way from one record to another"
    NEIGHBOURS = "what is around a record"


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
    # The fields that `.cypher` files add, by the type that has the field and its name.
    named: Mapping[tuple[str, str], NamedQuery] = field(default_factory=dict)
