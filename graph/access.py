"""Why somebody may do something with a record: the grant, and the relationship by which it holds for this record.

It follows the same rules as `graph/rules.py`, from one record upwards instead of for all records at once, and says by
which of them. It decides nothing: a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from graph.grants import ADMINISTRATOR, Granted
from graph.joint_relationships import CONTACT_POINTS
from graph.model import Model
from graph.reader import Action, Scope
from graph.rules import GOVERNANCE, LOST_BY, OPEN, WITH_OWNER, as_part

# From a record to those that let it be seen, by the relationship's type; those drawn to it, and those drawn from it.
INWARD = ("ACCOUNT_FOR", "PLACED", "HAS_LINE", "HAS_EMAIL", "HAS_PHONE", "HAS_ADDRESS")
OUTWARD = ("WORKS_AT", "ABOUT", "REFERS_TO")
STEPS = 5


class Because(Enum):
    """By what a grant holds for a record."""

    ADMINISTRATOR = "ADMINISTRATOR"
    EVERYBODY = "EVERYBODY"
    ALL = "ALL"
    OWNER = "OWNER"
    SHARE = "SHARE"
    MAKER = "MAKER"
    PARTICIPANT = "PARTICIPANT"
    ASSIGNEE = "ASSIGNEE"
    CUSTOMER = "CUSTOMER"
    EMPLOYER = "EMPLOYER"
    ORDER = "ORDER"
    PARTY = "PARTY"
    SUBJECT = "SUBJECT"
    RECORD = "RECORD"


@dataclass(frozen=True)
class Why:
    """One reason. `through` is the record that the reason is about, where that is not the record itself."""

    because: Because
    role: str = ""
    grant: str = ""
    through: str | None = None


@dataclass(frozen=True)
class Somebody:
    """A user who has a role."""

    id: str
    name: str
    roles: tuple[str, ...]
    teams: frozenset[str]


@dataclass(frozen=True)
class Around:
    """A record, or one of those that it follows from: its type, its people, and with whom it is shared at which level."""

    id: str
    type: str
    owner: str | None
    is_private: bool
    maker: str | None
    shares: tuple[tuple[str, str], ...]
    participants: frozenset[str]
    assignees: frozenset[str]
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Facts:
    """What the database tells of one record. `teams` are each colleague's own teams, and those with all teams above."""

    record: str
    around: Mapping[str, Around]
    people: Sequence[Somebody]
    roles: Mapping[str, tuple[Granted, ...]]
    teams: Mapping[str, tuple[frozenset[str], frozenset[str]]]


def facts_of(model: Model, row: Sequence[Any]) -> Facts:
    """The facts of a row of the statement that `graph/explained.py` writes."""
    record, around, people, roles, teams = row
    return Facts(
        record,
        {each[0]: _around(model, each) for each in around},
        [Somebody(id, name or id, tuple(sorted(codes)), frozenset(own)) for id, name, codes, own in people],
        {
            code: tuple(found for key in sorted(filter(None, keys)) if (found := Granted.read(key)))
            for code, keys in roles
        },
        {id: (frozenset(own), frozenset(above)) for id, own, above in teams},
    )


def _around(model: Model, row: Sequence[Any]) -> Around:
    id, labels, owner, private, maker, shares, participants, assignees, steps = row
    (type_,) = (name for name in labels if name in model.nodes and not model.nodes[name].is_abstract)
    return Around(
        id, type_, owner, private is True, maker, tuple((sharer, level) for sharer, level in shares),
        frozenset(participants), frozenset(assignees), tuple((type, end) for type, end in steps),
    )  # fmt: skip


@dataclass(frozen=True)
class Explained:
    """The reasons of one user."""

    model: Model
    facts: Facts
    who: Somebody

    def why(self, action: Action, id: str | None = None) -> list[Why]:
        """Every reason why the user may do this with the record, or with one around it; none, if the user may not."""
        if ADMINISTRATOR in self.who.roles:
            return [Why(Because.ADMINISTRATOR, ADMINISTRATOR)]
        return list(dict.fromkeys(self._reasons(action, self.facts.around[id or self.facts.record])))

    def _reasons(self, action: Action, record: Around) -> Iterator[Why]:
        name = record.type
        if name in WITH_OWNER:
            yield from self._owned(action, record)
            yield from self._follows(action, record)
        elif name == "LineItem":
            for each in as_part(action):
                yield from self._through(each, record, ("HAS_LINE",), Because.ORDER)
        elif name in CONTACT_POINTS:
            for each in as_part(action):
                yield from self._through(each, record, ("HAS_EMAIL", "HAS_PHONE", "HAS_ADDRESS"), Because.PARTY)
        elif name in self._kinds:
            yield from self._activity(action, record)
        elif name in OPEN and action in (Action.READ, Action.EXPORT):
            yield Why(Because.EVERYBODY)
        elif name not in GOVERNANCE or action is Action.READ:
            yield from self._all(action, name)
            yield from self._special(action, record)

    def _special(self, action: Action, record: Around) -> Iterator[Why]:
        if action is not Action.READ:
            return
        if record.type == "ApiKey" and record.owner == self.who.id:
            yield Why(Because.OWNER)
        if record.type == "ExternalRef":
            for found, why in self._far(action, record, ("REFERS_TO",)):
                if self._sees_whole(found.type):
                    yield Why(Because.RECORD, why.role, why.grant, found.id)

    def _sees_whole(self, name: str) -> bool:
        types = {"LineItem": ("Order",), **dict.fromkeys(CONTACT_POINTS, ("Company", "Contact"))}.get(name, (name,))
        types = ("Activity",) if name in self._kinds else types
        return all(any(self._all(Action.READ, each)) for each in types)

    @cached_property
    def _kinds(self) -> frozenset[str]:
        return frozenset(self.model.nodes["Activity"].members)

    # --- grants ----------------------------------------------------------------------------------------------------

    def _grants(self, action: Action, name: str) -> Iterator[tuple[str, Granted]]:
        for role in self.who.roles:
            for each in self.facts.roles.get(role, ()):
                if (each.action, each.record_type) == (action, name) and each.scope is not Scope.NONE:
                    yield role, each

    def _all(self, action: Action, name: str) -> Iterator[Why]:
        for role, grant in self._grants(action, name):
            if grant.scope is Scope.ALL:
                yield Why(Because.ALL, role, grant.key)

    def _is_of(self, scope: Scope, user: str | None) -> bool:
        """Whether somebody is among those whose records a scope holds."""
        own, above = self.facts.teams.get(user or "", (frozenset(), frozenset()))
        return (
            (user == self.who.id and scope in (Scope.OWN, Scope.TEAM, Scope.SUBTREE))
            or (scope is Scope.TEAM and not own.isdisjoint(self.who.teams))
            or (scope is Scope.SUBTREE and not above.isdisjoint(self.who.teams))
        )

    def _owned(self, action: Action, record: Around) -> Iterator[Why]:
        yield from self._all(action, record.type)
        sharers = {self.who.id, *self.who.teams}
        levels = {Action.READ: ("READ", "UPDATE"), Action.EXPORT: ("READ", "UPDATE"), Action.UPDATE: ("UPDATE",)}
        for role, grant in self._grants(action, record.type):
            if self._is_of(grant.scope, record.owner):
                yield Why(Because.OWNER, role, grant.key, record.owner)
            for sharer, level in record.shares:
                if sharer in sharers and level in levels.get(action, ()) and grant.scope is not Scope.ALL:
                    yield Why(Because.SHARE, role, grant.key, sharer)

    # --- what follows ----------------------------------------------------------------------------------------------

    def _follows(self, action: Action, record: Around) -> Iterator[Why]:
        if not any(self._grants(action, record.type)) or (action in LOST_BY and record.owner is not None):
            return
        yield from self._through(action, record, ("ACCOUNT_FOR", "PLACED"), Because.CUSTOMER)
        yield from self._through(action, record, ("WORKS_AT",), Because.EMPLOYER)

    def _through(self, action: Action, record: Around, types: Iterable[str], because: Because) -> Iterator[Why]:
        for found, why in self._far(action, record, types):
            yield Why(because, why.role, why.grant, found.id)

    def _far(self, action: Action, record: Around, types: Iterable[str]) -> Iterator[tuple[Around, Why]]:
        for type, end in record.steps:
            if type in types and end in self.facts.around:
                found = self.facts.around[end]
                yield from ((found, why) for why in self._reasons(action, found))

    def _activity(self, action: Action, record: Around) -> Iterator[Why]:
        for role, grant in self._grants(action, "Activity"):
            if action is Action.READ:
                if self.who.id in record.participants:
                    yield Why(Because.PARTICIPANT, role, grant.key)
                if record.is_private:
                    continue
                if grant.scope is Scope.ALL:
                    yield Why(Because.ALL, role, grant.key)
                for found, why in self._far(action, record, ("ABOUT",)):
                    if found.type in WITH_OWNER:
                        yield Why(Because.SUBJECT, why.role, why.grant, found.id)
                continue
            yield from self._belongs(role, grant, record)

    def _belongs(self, role: str, grant: Granted, record: Around) -> Iterator[Why]:
        if grant.scope is Scope.ALL:
            yield Why(Because.ALL, role, grant.key)
        if self._is_of(grant.scope, record.maker):
            yield Why(Because.MAKER, role, grant.key, record.maker)
        for people, because in ((record.participants, Because.PARTICIPANT), (record.assignees, Because.ASSIGNEE)):
            for each in sorted(people):
                if self._is_of(grant.scope, each):
                    yield Why(because, role, grant.key, each)
        for type, end in record.steps:
            found = self.facts.around.get(end)
            if type == "ABOUT" and found and self._is_of(grant.scope, found.owner):
                yield Why(Because.SUBJECT, role, grant.key, end)


def explained(model: Model, facts: Facts, actions: Iterable[Action]) -> Iterator[tuple[Somebody, Action, Why]]:
    """Who may do what with the record, and why; who may not so much as see it may do nothing."""
    actions = tuple(actions)
    for who in facts.people:
        found = Explained(model, facts, who)
        if found.why(Action.READ):
            for action in actions:
                yield from ((who, action, why) for why in found.why(action))
