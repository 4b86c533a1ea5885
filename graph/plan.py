"""The plan of an operation: a small closed algebra, frozen and printable. Knows neither GraphQL nor Cypher.

Blocks fetch records, conditions (graph/conditions.py) choose among them, orders and pages (graph/page.py) cut them,
items say what of each goes into its row. A plan holds no value of a request, only where each one comes from: an `Origin`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graph.conditions import EVERYTHING, Condition
from graph.model import Kind, NodeType, Property, Relationship
from graph.named_query import NamedQuery
from graph.origin import Origin
from graph.page import Order, Page
from graph.ways import Way

if TYPE_CHECKING:
    from graph.summary import Summary


# --- what a block is about ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Everything:
    """All records of the target's type."""


@dataclass(frozen=True)
class ById:
    """The one record with an id."""

    id: Origin


@dataclass(frozen=True)
class ByIds:
    """The records with some ids, in any order."""

    ids: Origin


@dataclass(frozen=True)
class Across:
    """What a relationship leads to from the record around."""

    relationship: Relationship


@dataclass(frozen=True)
class Named:
    """What a named query answers, with a value for each of its arguments."""

    query: NamedQuery
    arguments: tuple[tuple[str, Origin], ...]


@dataclass(frozen=True)
class FromColumn:
    """The node, or the nodes, in a column of the table around; `is_seen`, if the rights have been asked already."""

    column: str
    is_list: bool
    is_seen: bool = False


@dataclass(frozen=True)
class Search:
    """What a query of the search index finds, each record with its best score.

    `through` are the types whose records stand for others: what is found in their place is what their relationship leads
    to, if it is of one of `types`. `asked` tells one search from another; it is the id of each hit.
    """

    query: Origin
    through: tuple[tuple[NodeType, Relationship], ...]
    types: Origin
    asked: Origin


@dataclass(frozen=True)
class Gathered:
    """The records around a record, each with the relationship that leads to it, as its neighbours were gathered."""


Source = Everything | ById | ByIds | Across | Named | FromColumn | Search | Gathered


# --- items of a row -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Value:
    """A property, of the record or of the edge."""

    property: Property
    on_edge: bool = False


@dataclass(frozen=True)
class Companion:
    """Another property that is stored beside a property, such as a money amount's currency."""

    name: str
    on_edge: bool = False


@dataclass(frozen=True)
class ChangedValues:
    """Of a change: `[name, old, new]` for each property that it changed, of which `secret` ones are named alone.

    Values of a person's properties are in an entry of the log `personal`, to which `relationship` leads.
    """

    relationship: Relationship
    personal: NodeType
    secret: tuple[str, ...]


@dataclass(frozen=True)
class TypeName:
    """Which of an abstract type's members the record is."""

    type: NodeType


@dataclass(frozen=True)
class Guarded:
    """An item that only records of one member of an abstract type have."""

    type: NodeType
    block: Block | Table


@dataclass(frozen=True)
class Block:
    """Records from a source, filtered, ordered, cut, each projected to a row of items.

    Its value is a row or null, if it has no page and is no list; else the list of rows, or `[count, rows]` if it counts.
    With `has_cursor` each row ends in the order's keys and ids. Without `has_rows` only the count is asked for. A list
    without a page is in the order of its source. A `summary` stands in the place of the count.
    """

    name: str
    source: Source
    target: NodeType
    items: tuple[Item, ...]
    where: Condition = EVERYTHING
    order: tuple[Order, ...] = ()
    page: Page | None = None
    is_list: bool = False
    counts: bool = False
    has_cursor: bool = False
    has_rows: bool = True
    summary: Summary | None = None


@dataclass(frozen=True)
class Column:
    """A column of a named query's table, as it is; instants and days as text."""

    name: str
    kind: Kind | None
    is_list: bool = False


@dataclass(frozen=True)
class Table:
    """The rows of a named query: columns as they are, and nodes in columns with what is asked of them.

    Its value is the list of rows, or the first row or null. Of a single column of scalars, a row is the value itself.
    """

    name: str
    source: Named
    items: tuple[Column | Block, ...]
    is_list: bool
    is_scalar: bool = False


@dataclass(frozen=True)
class Path:
    """One of the shortest ways between two records over relationships of some types, with at most so many hops.

    Its value is null, or how many relationships it has, the type, start and end of each, and the rows of its nodes.
    """

    name: str
    start: Origin
    end: Origin
    types: tuple[str, ...]
    hops: int
    nodes: Block


@dataclass(frozen=True)
class Neighbours:
    """What is around one record, along some ways: how many there are of each, and a page of them.

    Its value is null, or the page's rows; `[[record, counts], rows]`, if it `has_whole`. `ends` are the types that the
    ways lead to.
    """

    name: str
    id: Origin
    target: NodeType
    ways: tuple[Way, ...]
    ends: NodeType
    record: Block | None
    page: Block
    has_counts: bool
    has_whole: bool


@dataclass(frozen=True)
class Duplicates:
    """Pairs of records of one type that share a name or one of some contact points, with what is asked of both.

    Its value is the list of `[evidence, properties, properties, row, row]`.
    """

    name: str
    target: NodeType
    points: tuple[Relationship, ...]
    one: Block | None
    other: Block | None


@dataclass(frozen=True)
class Alike:
    """Records of one type that have a name, or one of some contact points, in common with what is given.

    Its value is the list of `[evidence, properties or null, row or null, owner's row or null]`; a record that is not to be
    seen has neither properties nor a row. `points` come with the texts that are looked for.
    """

    name: str
    target: NodeType
    called: Origin
    points: tuple[tuple[Relationship, Origin], ...]
    record: Block | None
    owner: Block | None
    # The arguments that say what is looked for.
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class Access:
    """Everything that decides who may do what with one record.

    Its value is null, or what `graph/access.py: facts_of` makes facts of.
    """

    name: str
    id: Origin
    target: NodeType


@dataclass(frozen=True)
class Viewer:
    """Who asks: the own record, and what is known of the reader without the database.

    Its value is the list of what its items give: a row or null, or a value that only makes the way there and back.
    """

    name: str
    items: tuple[Block | Origin, ...]

    @property
    def blocks(self) -> tuple[Block, ...]:
        return tuple(each for each in self.items if isinstance(each, Block))


Item = (
    Value
    | Companion
    | ChangedValues
    | TypeName
    | Guarded
    | Block
    | Table
    | Path
    | Neighbours
    | Duplicates
    | Alike
    | Viewer
    | Access
)
Root = Block | Table | Path | Neighbours | Duplicates | Alike | Viewer | Access


@dataclass(frozen=True)
class Operation:
    """The blocks and tables of one request, in the order of its root fields. All become one statement."""

    blocks: tuple[Root, ...] = field(default=())
