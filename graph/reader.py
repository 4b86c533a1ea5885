"""Who reads, and what may be seen and done. Every binding of a label in a statement stands under the reader's predicate."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any
from weakref import WeakValueDictionary

from graph.conditions import EVERYTHING, Condition
from graph.description import describe_condition
from graph.model import EdgeType, NodeType, Property


class Action(Enum):
    """What may be done with a record."""

    READ = "READ"
    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    EXPORT = "EXPORT"
    MERGE = "MERGE"
    ASSIGN = "ASSIGN"


class Scope(Enum):
    """With which records. Each scope holds the records of those before it."""

    NONE = "NONE"
    SHARED = "SHARED"
    OWN = "OWN"
    TEAM = "TEAM"
    SUBTREE = "SUBTREE"
    ALL = "ALL"


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


class Shape:
    """Stands for the rights of a reader, apart from the values in them. It is equal to itself alone."""

    __slots__ = ("__weakref__",)


# As long as anybody keeps a shape, those who ask for the same rights are given the same one.
_SHAPES: WeakValueDictionary[Hashable, Shape] = WeakValueDictionary()


def _frozen(found: Any) -> Hashable:
    """Mappings as what can be hashed."""
    if isinstance(found, Mapping):
        return frozenset((key, _frozen(value)) for key, value in found.items())
    return found  # type: ignore[no-any-return]


def _in_words(found: Any) -> Any:
    """The same, whatever the order of a mapping and the process."""
    if isinstance(found, Mapping):
        return sorted((str(key), _in_words(value)) for key, value in found.items())
    return str(found) if isinstance(found, Enum) else describe_condition(found)


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
    # Less than the predicate, where it is known by which field a record is reached, by the field's owner and name: what
    # is left to be asked of the record to which the field leads from one that is seen, and of all that it passes; and of
    # the field's owner, where what it leads to is seen.
    onward: Mapping[tuple[str, str], Condition] = field(default_factory=dict)
    backward: Mapping[tuple[str, str], Condition] = field(default_factory=dict)
    # The logs that are seen whole, whatever their entries are about.
    whole_logs: frozenset[str] = frozenset()

    @cached_property
    def shape(self) -> Hashable:
        """What a statement depends on of this reader: the predicates, but not the values in them.

        It is looked up with every request, so readers of the same rights have the very same one, whose hash is its
        identity.
        """
        rights = (self.is_administrator, self.roles, self.default, *map(_frozen, self._by_type), self.whole_logs)
        return _SHAPES.setdefault(rights, Shape())

    @property
    def _by_type(self) -> tuple[Mapping[Any, Any], ...]:
        return self.predicates, self.onward, self.backward, self.actions, self.fields

    @cached_property
    def fingerprint(self) -> str:
        """What tells in any process, and after any restart, whether a reader has the same rights as before."""
        values = (
            (name, sorted(each) if isinstance(each, set | frozenset) else each) for name, each in self.values.items()
        )
        parts = (
            self.user_id, self.is_administrator, sorted(self.roles), _in_words(self.default),
            *map(_in_words, self._by_type), sorted(self.whole_logs), sorted(values),
        )  # fmt: skip
        return hashlib.sha256(repr(parts).encode()).hexdigest()

    def has_role(self, role: str) -> bool:
        """Whether the reader has a role, whose code is written in small letters; the administrator has every one."""
        return self.is_administrator or role in self.roles or role.lower() in self.roles

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
