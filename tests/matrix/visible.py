"""What of a graph one user may see, by plain Python: domain.md's "Who may read what" over the table of rights.

It imports nothing of the server. Each record comes with the reasons why it is seen, so that a test can tell that the
graph it looks at has a record for every rule, and one against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from tests.matrix.held import Edge, Held, Node
from tests.matrix.masks import masked, masked_text
from tests.matrix.rights_table import (
    ACTIVITIES,
    CALLED,
    CONTACT_POINTS,
    FOLLOWS,
    FOR_EVERYBODY,
    FOR_SOME,
    MADE,
    MADE_OF,
    OWNED,
    PARTS,
    ROLES,
    SEEN_BY,
    Field,
    Role,
    Scope,
)

ABOUT = ("Customer", "Company", "Contact", "Order")
# What the server keeps for itself.
INTERNAL = frozenset({"SeededRole"})
# What is no record: nobody is shown these, and what they do for the server they do for everybody.
LOGS = frozenset({"Change", "ChangeValue", "Deleted"})


class UnknownType(Exception):
    """A node of a type that the table of rights says nothing about."""


@dataclass(frozen=True, eq=False)
class Sight:
    """One user, before one graph."""

    held: Held
    user: Node

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        return tuple({**ROLES, **MADE}[edge.end.properties["code"]] for edge in self.held.out(self.user, "HAS_ROLE"))

    @cached_property
    def graph(self) -> Held:
        """The nodes that the user may see, with what the user may see of them, and what is between them."""
        shown = {node: self._shown(node) for node in self.held.nodes if self.why(node)}
        edges = (
            Edge(edge.type, shown[edge.start], shown[edge.end], dict(self._told(edge.type, edge.properties)))
            for edge in self.held.edges
            if edge.start in shown and edge.end in shown
        )
        return Held(tuple(shown.values()), tuple(edges))

    # --- records ----------------------------------------------------------------------------------------------------

    def why(self, node: Node) -> frozenset[str]:
        """The reasons why the user may see a node; none if the user may not."""
        if node not in self._why:
            self._why[node] = frozenset(self._reasons(node))
        return self._why[node]

    @cached_property
    def _why(self) -> dict[Node, frozenset[str]]:
        return {}

    def _reasons(self, node: Node) -> Iterator[str]:
        match type_of(node):
            case "Change":
                yield from self._change(node)
            case "ChangeValue":
                yield from ("with its change" for edge in self.held.into(node, "HAS_VALUE") if self.why(edge.start))
            case type:
                yield from self._record(node, type)

    def _record(self, node: Node, type: str) -> Iterator[str]:
        match type:
            case "Customer":
                yield from self._owned(node, type)
            case "Company" | "Contact":
                yield from self._owned(node, type)
                if self.scope(type):
                    yield from ("through a customer" for _ in self._seen(_starts(self.held.into(node, "ACCOUNT_FOR"))))
                if type == "Contact" and self.scope(type):
                    jobs = (job for job in self.held.out(node, "WORKS_AT") if job.properties.get("until") is None)
                    yield from ("through an employer" for _ in self._seen(_ends(jobs), "Company"))
            case "Order":
                yield from self._owned(node, type)
                if self.scope(type):
                    yield from ("through its customer" for _ in self._seen(_starts(self.held.into(node, "PLACED"))))
            case "LineItem":
                yield from ("with its order" for _ in self._seen(_starts(self.held.into(node, "HAS_LINE")), "Order"))
            case _ if type in CONTACT_POINTS:
                having = _starts(self.held.into(node, CONTACT_POINTS[type]))
                yield from (f"of a {type_of(party)}" for party in self._seen(having, "Company", "Contact"))
            case _ if type in ACTIVITIES:
                yield from self._activity(node)
            case "ExternalRef":
                yield from self._reference(node)
            case "ApiKey":
                yield from ("one's own" for owner in _ends(self.held.out(node, "OWNED_BY")) if owner is self.user)
            case _ if type in FOR_EVERYBODY:
                yield "by everybody"
            case _ if type in INTERNAL:
                pass
            case _ if type in FOR_SOME:
                yield from ("by the role" for role in self.roles if type in role.besides)
            case _:
                raise UnknownType(f"rights_table.py says nothing of {type}; give it a row, and visible.py its rule.")

    def _owned(self, node: Node, type: str) -> Iterator[str]:
        scope = self.scope(type)
        if scope is Scope.ALL:
            yield "all"
        yield from ("shared with the user" for edge in self._shares(node, scope) if edge.end is self.user)
        yield from ("shared with a team" for edge in self._shares(node, scope) if edge.end in self._teams)
        for owner in _ends(self.held.out(node, "OWNED_BY")):
            if scope >= Scope.OWN and owner is self.user:
                yield "own"
            elif scope >= Scope.TEAM and self._teams & _teams_of(self.held, owner):
                yield "of a team mate"
            elif scope >= Scope.SUBTREE and self._teams_below & _teams_of(self.held, owner):
                yield "of a team below"

    def _shares(self, node: Node, scope: Scope) -> list[Edge]:
        return self.held.out(node, "SHARED_WITH") if scope >= Scope.SHARED else []

    def _activity(self, node: Node) -> Iterator[str]:
        if not self.scope("Activity"):
            return
        if any(edge.start is self.user for edge in self.held.into(node, "PARTICIPATED_IN")):
            yield "took part"
        if node.properties.get("private") is True:
            return
        if self.scope("Activity") is Scope.ALL:
            yield "all"
        else:
            about = self._seen(_ends(self.held.out(node, "ABOUT")), *ABOUT)
            yield from (f"about a {type_of(each)}" for each in about)

    def _reference(self, node: Node) -> Iterator[str]:
        for record in _ends(self.held.out(node, "REFERS_TO")):
            if type_of(record) in self._whole and self.why(record) and "Deleted" not in record.labels:
                yield "with its record"
        yield from ("by the role" for role in self.roles if "ExternalRef" in role.besides)

    @cached_property
    def _whole(self) -> frozenset[str]:
        """The types, with those of their parts, that the user sees all of."""
        whole = [type for type in OWNED if self.scope(type) is Scope.ALL]
        parts = [part for type in whole for part in PARTS.get(type, ())]
        points = CONTACT_POINTS if {"Company", "Contact"} <= set(whole) else ()
        return frozenset((*whole, *parts, *points))

    def _seen(self, nodes: Iterable[Node], *types: str) -> Iterator[Node]:
        """Those of some types that are no deleted ones and that the user sees."""
        for node in nodes:
            if "Deleted" not in node.labels and (not types or type_of(node) in types) and self.why(node):
                yield node

    # --- changes ----------------------------------------------------------------------------------------------------

    def _change(self, node: Node) -> Iterator[str]:
        if any(role.sees_every_change for role in self.roles):
            yield "every change"
            return
        records = [edge.end for edge in self.held.out(node, "OF_RECORD")]
        if records and all("Deleted" not in record.labels and self.why(record) for record in records):
            yield "of visible records"

    # --- exports ----------------------------------------------------------------------------------------------------

    def exports(self, type: str) -> Scope:
        """Of which records of a type the user may make a file, of those that are seen."""
        if type in FOR_EVERYBODY or any(type in role.exports_besides for role in self.roles):
            return Scope.ALL
        names = ("Activity",) if type in ACTIVITIES else SEEN_BY.get(type, (type,))
        return max((role.export.get(name, Scope.NONE) for role in self.roles for name in names), default=Scope.NONE)

    # --- the user ---------------------------------------------------------------------------------------------------

    def scope(self, type: str) -> Scope:
        return max((role.read.get(type, Scope.NONE) for role in self.roles), default=Scope.NONE)

    @cached_property
    def _teams(self) -> frozenset[Node]:
        return _teams_of(self.held, self.user)

    @cached_property
    def _teams_below(self) -> frozenset[Node]:
        found, last = set(self._teams), set(self._teams)
        while last:
            last = {child for team in last for child in _starts(self.held.into(team, "PART_OF"))} - found
            found |= last
        return frozenset(found)

    # --- properties -------------------------------------------------------------------------------------------------

    def field(self, type: str, property: str) -> Field:
        """What the user is told of a property: the most that any role says, of those that let its records be seen."""
        types = SEEN_BY.get(type, (type,))
        speaking = (role for role in self.roles if any(role.read.get(each) for each in types))
        return max((_field(role, type, property) for role in speaking), default=Field.PLAIN)

    def _shown(self, node: Node) -> Node:
        type = type_of(node)
        match type:
            case "Change":
                told = dict(self._changed(node, node.properties))
                names = [name for name in node.properties["properties"] if self._is_named(node, name)]
                told["properties"] = names
            case "ChangeValue":
                (edge,) = self.held.into(node, "HAS_VALUE")
                told = dict(self._changed(edge.start, node.properties))
            case _:
                told = dict(self._told(type, node.properties))
        return replace(node, properties=told)

    def _told(self, type: str, properties: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        called = next((name for name in CALLED if name in properties), "")
        for name, value in properties.items():
            if name == "formerName":
                right = self.field(type, called)
                if right is not Field.HIDDEN:
                    yield name, value if right is Field.PLAIN else masked_text(value)
                continue
            match self.field(type, name):
                case Field.PLAIN:
                    yield name, value
                case Field.MASKED:
                    yield name, masked(name, type, value)
                case _:
                    pass

    def _changed(self, change: Node, properties: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """What an entry of the log tells: of a record's properties as much as of the record."""
        type = _changed_type(change)
        for name, value in properties.items():
            side, _, of = name.partition(".")
            right = self.field(type, of) if side in ("old", "new") and of else Field.PLAIN
            if right is not Field.HIDDEN:
                yield name, masked(of, type, value) if right is Field.MASKED else value

    def _is_named(self, change: Node, name: str) -> bool:
        return self.field(_changed_type(change), name) is not Field.HIDDEN


def _changed_type(change: Node) -> str:
    """The type that the properties of a change belong to: of a relationship, its own."""
    return str(change.properties.get("edgeType") or change.properties["recordType"])


def type_of(node: Node) -> str:
    """The concrete type that a node is of, or was of before it was deleted."""
    labels = node.labels - {"Party", "Activity"}
    if "Deleted" in labels:
        return str(node.properties.get("formerType"))
    (label,) = labels
    return label


def _field(role: Role, type: str, property: str) -> Field:
    # A money property has two companions, which are told as it is.
    name = property.removesuffix("Currency").removesuffix("Base") or property
    said = [right for key, right in role.fields.items() if (type, name) == key or (type, name) in FOLLOWS.get(key, ())]
    # What follows from a name may be followed itself.
    said += [
        Field.HIDDEN
        for (owner, source), made in MADE_OF.items()
        if owner == type and property in made and _field(role, type, source) is not Field.PLAIN
    ]
    return min(said, default=Field.PLAIN)


def _teams_of(held: Held, user: Node) -> frozenset[Node]:
    return frozenset(_ends(held.out(user, "MEMBER_OF")))


def _starts(edges: Iterable[Edge]) -> Iterator[Node]:
    return (edge.start for edge in edges)


def _ends(edges: Iterable[Edge]) -> Iterator[Node]:
    return (edge.end for edge in edges)
