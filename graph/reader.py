"""Who reads, and what may be seen and done. Every binding of a label in a statement stands under the reader's predicate."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

from graph.model import EdgeType, NodeType, Property
from graph.plan import EVERYTHING, Condition


class Action(Enum):
    """What may be done with a record."""

    READ = "READ"
    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    EXPORT = "EXPORT"
    MERGE = "MERGE"
    ASSIGN = "ASSIGN"


class FieldRight(Enum):
    """What may be done with a property of the records that are seen. Each holds what the ones before it hold."""

    HIDE = "HIDE"
    MASK = "MASK"
    READ = "READ"
    WRITE = "WRITE"


class DocumentMode(Enum):
    """Which documents are answered: any; any, but trusted ones for less; or trusted ones alone."""

    OFF = "OFF"
    PREFER = "PREFER"
    ENFORCE = "ENFORCE"


@dataclass(frozen=True)
class Limits:
    """How much a reader may ask for: a bucket of cost that refills, in points, or the server's own if there is none."""

    cost: int | None = None
    cost_per_second: int | None = None
    documents: DocumentMode = DocumentMode.OFF
    introspects: bool = True


@dataclass(frozen=True)
class Reader:
    """One user, with one predicate per type of record; a type without one follows `default`.

    The predicates' values are the reader's own: their origins read them from the request's reader.
    """

    user_id: str | None
    predicates: Mapping[str, Condition] = field(default_factory=dict)
    default: Condition = EVERYTHING
    values: Mapping[str, Any] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    is_administrator: bool = False
    # What a record that is seen must satisfy besides, by action and type; where nothing is said, it may be done.
    actions: Mapping[Action, Mapping[str, Condition]] = field(default_factory=dict)
    # By concrete type, or type of relationship's properties, and property; where nothing is said, it may be written.
    fields: Mapping[str, Mapping[str, FieldRight]] = field(default_factory=dict)
    limits: Limits = Limits()

    @cached_property
    def shape(self) -> Hashable:
        """What a statement depends on of this reader: the predicates, but not the values in them."""
        own = tuple(sorted(self.predicates.items(), key=lambda each: each[0]))
        actions = tuple(
            (action, tuple(sorted(found.items(), key=lambda each: each[0])))
            for action, found in sorted(self.actions.items(), key=lambda each: each[0].value)
        )
        fields = tuple(
            (name, tuple(sorted(found.items(), key=lambda each: each[0])))
            for name, found in sorted(self.fields.items())
        )
        return self.is_administrator, self.roles, self.default, own, actions, fields

    def has_role(self, role: str) -> bool:
        """Whether the reader has a role; the administrator has every one."""
        return self.is_administrator or role in self.roles

    def predicate(self, node: NodeType) -> Condition:
        """What a record of this concrete type must satisfy for the reader to see it."""
        return self.predicates.get(node.name, self.default)

    def allowed(self, action: Action, node: NodeType) -> Condition:
        """What a record of this concrete type, which the reader sees, must satisfy for the action."""
        return self.actions.get(action, {}).get(node.name, EVERYTHING)

    def field_right(self, owner: NodeType | EdgeType, property: Property) -> FieldRight:
        """What the reader was told to be allowed with a property; `graph/property_rights.py` knows what follows from that."""
        return self.fields.get(owner.name, {}).get(property.name, FieldRight.WRITE)


@dataclass(frozen=True)
class ReaderValue:
    """An origin: a value that belongs to the reader, such as the ids of the users whose records may be seen."""

    name: str

    @property
    def hint(self) -> str:
        return f"reader_{self.name}"

    def __call__(self, request: Any) -> Any:
        return request.reader.values[self.name]


# Until somebody signs in, everything is read as the built-in administrator.
ADMINISTRATOR = Reader(user_id=None, is_administrator=True)
