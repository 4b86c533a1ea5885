"""Who reads, and what may be seen. Every binding of a label in a statement stands under the reader's predicate."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from graph.model import NodeType
from graph.plan import EVERYTHING, Condition


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

    @cached_property
    def shape(self) -> Hashable:
        """What a statement depends on of this reader: the predicates, but not the values in them."""
        own = tuple(sorted(self.predicates.items(), key=lambda each: each[0]))
        return self.is_administrator, self.roles, self.default, own

    def has_role(self, role: str) -> bool:
        """Whether the reader has a role; the administrator has every one."""
        return self.is_administrator or role in self.roles

    def predicate(self, node: NodeType) -> Condition:
        """What a record of this concrete type must satisfy for the reader to see it."""
        return self.predicates.get(node.name, self.default)


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
