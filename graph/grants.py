"""What roles grant: on the records of a type an action, or on one of its properties a right. Several roles are a union."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from graph.reader import Action, DocumentMode, FieldRight, Limits, Scope

E = TypeVar("E", bound=Enum)

# The parts of a grant's key, in their order; what does not apply is empty.
KEY_PARTS = ("recordType", "field", "action", "scope", "right")

ADMINISTRATOR = "administrator"


class ShareLevel(Enum):
    """What whom a record is shared with may do with it; each level holds those before it."""

    READ = "READ"
    UPDATE = "UPDATE"


@dataclass(frozen=True)
class Granted:
    """One grant: of an action on the records of a scope, or of a right to one property."""

    record_type: str
    action: Action | None = None
    scope: Scope = Scope.NONE
    field: str = ""
    right: FieldRight | None = None

    @property
    def key(self) -> str:
        """
        >>> Granted("Customer", Action.READ, Scope.OWN).key
        'Customer::READ:OWN:'
        """
        action, right = (each.value if each else "" for each in (self.action, self.right))
        return ":".join((self.record_type, self.field, action, self.scope.value if self.action else "", right))

    @staticmethod
    def read(key: str) -> Granted | None:
        """The grant of a key; None if it grants nothing, as it is incomplete or has words that nobody knows."""
        parts = key.split(":")
        if len(parts) != len(KEY_PARTS):
            return None
        record_type, name, action, scope, right = parts
        if name:
            found = _member(FieldRight, right)
            return Granted(record_type, field=name, right=found) if found else None
        done, among = _member(Action, action), _member(Scope, scope)
        return Granted(record_type, done, among) if done and among else None


def _member(enum: type[E], value: str) -> E | None:
    return next((each for each in enum if each.value == value), None)


@dataclass(frozen=True)
class Role:
    """A role, as it is in the graph."""

    code: str
    grants: frozenset[Granted] = frozenset()
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class Grants:
    """What somebody may do: the widest scope of each action, the strongest right to each property.

    A role that lets nobody see records of a type says nothing of their properties; one that does and is silent about a
    property lets it be written.
    """

    scopes: Mapping[tuple[Action, str], Scope] = field(default_factory=dict)
    rights: Mapping[tuple[str, str], FieldRight] = field(default_factory=dict)

    def scope(self, action: Action, record_type: str) -> Scope:
        return self.scopes.get((action, record_type), Scope.NONE)

    def within(self, limit: Grants) -> Grants:
        """What both allow."""
        scopes = {each: _least(Scope, scope, limit.scope(*each)) for each, scope in self.scopes.items()}
        rights = dict(self.rights)
        for each, right in limit.rights.items():
            rights[each] = _least(FieldRight, rights.get(each, FieldRight.WRITE), right)
        return Grants(scopes, rights)


def grants_of(granted: Iterable[Granted]) -> Grants:
    """What one role grants. Of what it grants twice, the more counts."""
    scopes: dict[tuple[Action, str], Scope] = {}
    rights: dict[tuple[str, str], FieldRight] = {}
    for each in granted:
        if each.action is not None:
            place = (each.action, each.record_type)
            scopes[place] = _most(Scope, scopes.get(place, Scope.NONE), each.scope)
        elif each.right is not None:
            named = (each.record_type, each.field)
            rights[named] = _most(FieldRight, rights.get(named, FieldRight.HIDE), each.right)
    return Grants(scopes, rights)


def union(several: Iterable[Grants], seen_through: Mapping[str, tuple[str, ...]]) -> Grants:
    """What several roles grant together.

    `seen_through` are the types whose grants let the records of a type be seen, where those are not its own.
    """
    every = tuple(several)
    scopes: dict[tuple[Action, str], Scope] = {}
    for each in every:
        for place, scope in each.scopes.items():
            scopes[place] = _most(Scope, scopes.get(place, Scope.NONE), scope)
    rights: dict[tuple[str, str], FieldRight] = {}
    for named in {named for each in every for named in each.rights}:
        types = seen_through.get(named[0], (named[0],))
        speaking = [
            each
            for each in every
            if not types or any(each.scope(Action.READ, type_) is not Scope.NONE for type_ in types)
        ]
        found = FieldRight.HIDE if speaking else FieldRight.WRITE
        for each in speaking:
            found = _most(FieldRight, found, each.rights.get(named, FieldRight.WRITE))
        if found is not FieldRight.WRITE:
            rights[named] = found
    return Grants(scopes, rights)


def limits_of(roles: Iterable[Role]) -> Limits:
    """The most generous of each; a role that says nothing of its cost leaves it to the server."""
    every = [role.limits for role in roles]
    if not every:
        return Limits()

    def most(values: list[int | None]) -> int | None:
        given = [value for value in values if value is not None]
        return max(given) if len(given) == len(values) else None

    return Limits(
        most([each.cost for each in every]),
        most([each.cost_per_second for each in every]),
        min((each.documents for each in every), key=list(DocumentMode).index),
        any(each.introspects for each in every),
    )


def _most(enum: type[E], one: E, other: E) -> E:
    return max(one, other, key=list(enum).index)


def _least(enum: type[E], one: E, other: E) -> E:
    return min(one, other, key=list(enum).index)
