"""The graph model: labels, properties and relationships, as frozen values.

It is derived from the declarations in `schema/` and handed down. It knows neither GraphQL nor Cypher.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any


class Kind(Enum):
    """How a property is stored and compared. Money is an integer in minor units, with two companions."""

    ID = "ID"
    TEXT = "String"
    INTEGER = "Int"
    FLOAT = "Float"
    BOOLEAN = "Boolean"
    DATE = "Date"
    DATETIME = "DateTime"
    ENUM = "Enum"
    MONEY = "Money"
    JSON = "JSON"
    POINT = "Point"


class Mask(Enum):
    """What is shown of a text of which the value may not be seen."""

    TEXT = "its first character"
    EMAIL = "the first character, and the domain"
    PHONE = "all digits but the last four and the four before them"
    ABSENT = "nothing"


class Direction(Enum):
    OUT = "out"
    IN = "in"
    BOTH = "both"


class OnDelete(Enum):
    """What deleting a record does to the records at the far end of a relationship."""

    DETACH = "detach"
    REFUSE = "refuse"
    CASCADE = "cascade"


@dataclass(frozen=True)
class Normalised:
    """A value as it is stored, and why it is doubtful, if it is."""

    value: str
    warning: str | None = None


@dataclass(frozen=True)
class Property:
    """A property of a node or of a relationship; its name is the same in GraphQL and in Neo4j."""

    name: str
    kind: Kind
    is_list: bool = False
    is_required: bool = False
    is_unique: bool = False
    is_indexed: bool = False
    # Derived properties are written by Guanxi alone, in the transaction that changes what they derive from.
    is_derived: bool = False
    # Personal properties say something of a person, and go with the person.
    is_personal: bool = False
    # The longest text, in characters, and the smallest and the largest number that are taken.
    longest: int | None = None
    minimum: float | None = None
    maximum: float | None = None
    # Hidden properties serve the database and are not shown in GraphQL.
    is_hidden: bool = False
    # Secret properties may be given and are never shown, not even as what a change changed; they are hidden too.
    is_secret: bool = False
    # The name of an ENUM property's type, and the values that it may take, in the order of their declaration.
    enum: str | None = None
    values: tuple[str, ...] = ()
    # The property that this one is ordered by, where the stored text is not in the order that people expect.
    ordered_by: str | None = None
    # Turns a text into its stored form. The country is that of the record, as ISO 3166-1 alpha-2, if it is known.
    normalise: Callable[[str, str | None], Normalised] | None = field(default=None, compare=False)
    # The properties that this one tells of, so that it is shown to those alone who may see them: "value" of the same
    # record, "Contact.name" of another type.
    follows: tuple[str, ...] = ()
    # How it is shown to those who may not see it; what is no text is not shown.
    mask: Mask = Mask.TEXT
    # Whether clients rely on it being there, so that it can be masked but not hidden.
    is_never_null: bool = False
    # Who reads sensitive properties is noted in the log of security events.
    is_sensitive: bool = False

    @property
    def is_sorted_by_an_index(self) -> bool:
        """Whether an index holds records in its order: one on it and the id, or the one that keeps it unique."""
        return self.is_indexed or self.is_unique

    @property
    def is_orderable(self) -> bool:
        return not self.is_list and self.kind not in (Kind.JSON, Kind.POINT)


# What a part of a computed property depends on that never changes: the name of the record's type.
TYPE_NAME = "__typename"


@dataclass(frozen=True)
class Part:
    """A text that follows from one property of a record alone, or from the name of its type."""

    source: str
    function: Callable[[Any], str]

    def of(self, record: Mapping[str, Any]) -> str | None:
        """None where the property is absent."""
        value = record.get(self.source)
        return None if value is None else self.function(value)


@dataclass(frozen=True)
class Computed:
    """A property that is made of parts, so that a write that knows only some of the record can replace those.

    The separator is in no part. Of several parts an absent one is empty; a property of one part is absent with it.
    """

    parts: tuple[Part, ...]
    separator: str = ""

    def __call__(self, record: Mapping[str, Any]) -> str | None:
        found = [part.of(record) for part in self.parts]
        return found[0] if len(found) == 1 else self.separator.join(part or "" for part in found)


@dataclass(frozen=True)
class Hop:
    """One step of a pattern, to a node that has one of `labels`; an optional step may also be left out."""

    types: tuple[str, ...]
    direction: Direction
    labels: tuple[str, ...]
    is_optional: bool = False


@dataclass(frozen=True)
class Presence:
    """A condition on the last relationship of a pattern: a property is there, or is not."""

    property: str
    is_null: bool


@dataclass(frozen=True, eq=False)
class EdgeType:
    """The properties of a relationship that has some. Such a relationship has a unique `id` and a `version`."""

    name: str
    properties: Mapping[str, Property]
    description: str = ""


@dataclass(frozen=True, eq=False)
class Relationship:
    """A field that leads from one record to others, over a pattern or by an id that is kept in a property."""

    name: str
    owner: str
    target: str
    is_list: bool
    hops: tuple[Hop, ...] = ()
    edge: EdgeType | None = None
    when: Presence | None = None
    on_delete: OnDelete = OnDelete.DETACH
    # The property of the owner that holds the target's id. Where there are hops as well, they lead to it and to others.
    reference: str | None = None
    is_derived: bool = False

    @property
    def is_path(self) -> bool:
        """Whether it leads over several relationships, or over one of several."""
        return len(self.hops) > 1 or any(len(hop.types) > 1 or hop.is_optional for hop in self.hops)

    @property
    def is_distinct(self) -> bool:
        """Whether it must be said that each record is listed, and so counted, once, as several ways may lead to it.

        A relationship with properties is listed once for each, whatever else leads to the same record. Without
        properties there is one at most from one record to another, but one in each direction.
        """
        is_both = any(hop.direction is Direction.BOTH for hop in self.hops)
        return self.edge is None and (self.is_path or is_both)


@dataclass(frozen=True, eq=False)
class NodeType:
    """A concrete type of record, or an abstract one: an interface or a union of concrete ones.

    `labels` are all the labels that its nodes have, the most general first; an abstract type that has no label of its
    own leaves them empty and is found by the labels of its `members`.
    """

    name: str
    labels: tuple[str, ...]
    members: tuple[str, ...]
    properties: Mapping[str, Property]
    relationships: Mapping[str, Relationship]
    id_prefix: str = ""
    is_union: bool = False
    description: str = ""
    # Properties that follow from the others (sortKey, searchText, nameKey, …). Whoever writes one of those properties
    # writes these too: whole with `compute`, or in parts with `graph/computed.py`.
    computed: Mapping[str, Computed] = field(default_factory=dict)
    # The relationship to what a search shows in the place of a record that it found by its search text.
    found_as: str | None = None
    # The unique property by which records are shared: whoever makes one with the same value gets the one that is there.
    shared_by: str | None = None
    # Records of a read-only type are written by Guanxi alone.
    is_read_only: bool = False
    # Of a log: what an entry is about. Who may see all of that may see the entry.
    seen_through: Relationship | None = None

    @property
    def is_abstract(self) -> bool:
        return self.members != (self.name,)

    @cached_property
    def writable(self) -> Mapping[str, Property]:
        """The properties that a client may give; secret ones are hidden and may be given."""
        return {
            name: declared
            for name, declared in self.properties.items()
            if name != "id" and not declared.is_derived and (declared.is_secret or not declared.is_hidden)
        }

    def compute(self, record: Mapping[str, Any]) -> dict[str, str | None]:
        """The computed properties of a record that has these others; `__typename` is known to them."""
        known = {TYPE_NAME: self.name, **record}
        return {name: function(known) for name, function in self.computed.items()}

    @property
    def is_searchable(self) -> bool:
        return "searchText" in self.properties

    @property
    def variable(self) -> str:
        """What a node of this type is called in a statement."""
        return self.name[0].lower() + self.name[1:]


@dataclass(frozen=True, eq=False)
class Model:
    """All node types by name, concrete and abstract; and the logs, which Guanxi alone writes and which are no records."""

    nodes: Mapping[str, NodeType]
    edges: Mapping[str, EdgeType]
    logs: Mapping[str, NodeType] = field(default_factory=dict)

    @cached_property
    def concrete(self) -> tuple[NodeType, ...]:
        return tuple(node for node in self.nodes.values() if not node.is_abstract)

    @cached_property
    def by_label(self) -> Mapping[str, NodeType]:
        """The concrete type whose own label this is, or the interface that bears it."""
        return {node.labels[-1]: node for node in self.nodes.values() if node.labels}
