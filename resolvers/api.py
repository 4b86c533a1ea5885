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
    NEIGHBOURS = "what is around a record"
    DUPLICATES = "pairs of records that may be one"
    ALIKE = "records that may be one with what is given"
    CHANGES = "a connection to all changes"
    DELETED = "a connection to what can be restored"
    CHANGED = "each change as it happens"
    VIEWER = "who asks"
    ACCESS = "who may do what with a record"


@dataclass(frozen=True)
class Root:
    """A field of Query that is derived from a declaration."""

    kind: RootKind
    target: NodeType


class MutationKind(Enum):
    CREATE = "makes a record"
    UPDATE = "changes a record"
    UPSERT = "changes or makes the record that a key names"
    DELETE = "takes a record out of sight"
    RESTORE = "brings a deleted record back"
    LINK = "draws a relationship"
    UNLINK = "removes a relationship"
    UPDATE_EDGE = "changes the properties of a relationship"
    MERGE = "makes one record of several"
    UNMERGE = "makes several records of one again"
    MARK = "tells two records apart"
    UNMARK = "takes that back"
    MOVE = "ends one relationship and begins another"


@dataclass(frozen=True)
class Mutation:
    """A field of Mutation. `answers` is the payload's field that holds the record, or the records of a bulk twin."""

    kind: MutationKind
    node: NodeType
    answers: str = ""
    is_bulk: bool = False
    relationship: Relationship | None = None


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
    # Every currency that an amount may be in.
    currency_codes: tuple[str, ...] = ()
    # The fields that `.cypher` files add, by the type that has the field and its name.
    named: Mapping[tuple[str, str], NamedQuery] = field(default_factory=dict)
    # The fields of Mutation, by name.
    mutations: Mapping[str, Mutation] = field(default_factory=dict)
