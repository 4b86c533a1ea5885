"""Which record follows from which, as conditions: one per type and action, from what somebody's roles grant.

It is the rule of thumb of docs/security.md. `graph/matching.py: bind` puts these conditions into statements; nothing else
decides what a record lets be seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from graph.conditions import (
    EVERYTHING,
    NOTHING,
    All,
    Compare,
    Condition,
    Not,
    OfType,
    Operator,
    Quantifier,
    Related,
    both,
    either,
)
from graph.grants import Grants
from graph.joint_relationships import CONTACT_POINTS, has_customer, has_point
from graph.model import Model, NodeType, Relationship
from graph.reader import Action, ReaderValue, Scope

# Read by everybody who has signed in, and by everybody exported.
OPEN = frozenset({"Product", "Category", "User", "Team"})
# Who writes these could give rights to anybody, so no grant lets anybody but the administrator.
GOVERNANCE = frozenset({"User", "Team", "Role", "Grant", "ApiKey"})
# Owned records, and Activity, which belongs to those who have to do with it.
WITH_OWNER = ("Customer", "Company", "Contact", "Order")
# Actions by which a record is lost to its owner. That a customer of it is one's own is no reason for them.
LOST_BY = (Action.DELETE, Action.MERGE, Action.ASSIGN)
WRITES = (Action.CREATE, Action.UPDATE, Action.DELETE)

# The types by whose grants the records of a type are seen, where those are not its own; of open ones, nobody's.
SEEN_THROUGH: Mapping[str, tuple[str, ...]] = {
    "LineItem": ("Order",),
    **dict.fromkeys(CONTACT_POINTS, ("Company", "Contact")),
    **dict.fromkeys(OPEN, ()),
}


@dataclass(frozen=True)
class Rules:
    """The conditions of one set of grants. None of them stands under rights itself."""

    model: Model
    grants: Grants
    shared: frozenset[str]

    def condition(self, action: Action, node: NodeType) -> Condition:
        """What a record of a concrete type must satisfy for an action."""
        name = node.name
        if name in _BY_TYPE:
            return _BY_TYPE[name](self, action)
        if name in self._kinds:
            return self.activity(action, node)
        if name in OPEN:
            if action in (Action.READ, Action.EXPORT):
                return EVERYTHING
            return NOTHING if name in GOVERNANCE else self._all_or_nothing(action, name)
        if name in GOVERNANCE and action is not Action.READ:
            return NOTHING
        return self._all_or_nothing(action, name)

    @cached_property
    def _kinds(self) -> frozenset[str]:
        return frozenset(self.model.nodes["Activity"].members)

    def _all_or_nothing(self, action: Action, name: str) -> Condition:
        return EVERYTHING if self.grants.scope(action, name) is Scope.ALL else NOTHING

    # --- what has an owner ---------------------------------------------------------------------------------------------

    def owned(self, action: Action, name: str) -> Condition:
        """That the record's own owner passes the grant, or that it is shared with the reader."""
        scope = self.grants.scope(action, name)
        if scope is Scope.ALL:
            return EVERYTHING
        return NOTHING if scope is Scope.NONE else either(self._of(name, "ownerId", scope), self._shared(action, name))

    def _of(self, name: str, property: str, scope: Scope) -> Condition:
        """That a property holds the id of somebody of the scope."""
        match scope:
            case Scope.OWN:
                # A single value lets the index on (ownerId, id) give the records in order, which a list does not.
                return self._compare(name, property, Operator.EQ, "user")
            case Scope.TEAM:
                return self._compare(name, property, Operator.IN, "team")
            case Scope.SUBTREE:
                return self._compare(name, property, Operator.IN, "subtree")
            case _:
                return NOTHING

    def _shared(self, action: Action, name: str) -> Condition:
        """A share lets a record be read and exported, and changed if its level says so; nothing else."""
        if name not in self.shared or action not in (Action.READ, Action.EXPORT, Action.UPDATE):
            return NOTHING
        relationship = self.model.nodes[name].relationships["sharedWith"]
        with_me = self._compare(relationship.target, "id", Operator.IN, "sharers")
        if action is Action.UPDATE:
            assert relationship.edge is not None
            level = Compare(relationship.edge.properties["level"], Operator.EQ, ReaderValue("update"), on_edge=True)
            with_me = All((with_me, level))
        return self._some(name, "sharedWith", with_me)

    def customer(self, action: Action) -> Condition:
        return self.owned(action, "Customer")

    def company(self, action: Action) -> Condition:
        return self._follows(action, "Company", self._some("Company", "customers", self.customer(action)))

    def contact(self, action: Action) -> Condition:
        through_customer = self._some("Contact", "customers", self.customer(action))
        through_employer = self._some("Contact", "employers", self.company(action))
        return self._follows(action, "Contact", either(through_customer, through_employer))

    def order(self, action: Action) -> Condition:
        return self._follows(action, "Order", self._some("Order", "customer", self.customer(action)))

    def _follows(self, action: Action, name: str, other: Condition) -> Condition:
        """That a record's own owner passes, or another record that lets it follow does, unless the grant is NONE."""
        if self.grants.scope(action, name) is Scope.NONE:
            return NOTHING
        if action in LOST_BY:
            other = both(self._compare(name, "ownerId", Operator.IS_NULL, "yes"), other)
        return either(self.owned(action, name), other)

    # --- what follows from other records ---------------------------------------------------------------------------

    def line(self, action: Action) -> Condition:
        return either(*(self._some("LineItem", "order", self.order(each)) for each in as_part(action)))

    def point(self, action: Action) -> Condition:
        """One condition for all kinds of contact points, which a statement that asks for several then has but once."""
        has = has_point(self.model)
        some = either(*(self._over(has, self.party(each)) for each in as_part(action)))
        if action not in (Action.UPDATE, Action.DELETE) or some == NOTHING:
            return some
        # What several parties have is changed for all of them, so it is changed by who may change each.
        party = self.party(Action.UPDATE)
        every = Related(has, self.model.nodes[has.target], Quantifier.ALL, party)
        return some if party == EVERYTHING else both(some, every)

    def party(self, action: Action) -> Condition:
        if self._are_alike(action, "Company", "Contact"):
            # No company works anywhere, so what lets people be seen says the same of companies.
            return self.contact(action)
        return self._of_types({"Company": self.company(action), "Contact": self.contact(action)}, "Party")

    def _are_alike(self, action: Action, *names: str) -> bool:
        """Whether the same is granted on some types, and as much of them is shared."""
        scopes = {self.grants.scope(action, name) for name in names}
        return len(scopes) == 1 and (self.shared.isdisjoint(names) or self.shared.issuperset(names))

    def _of_types(self, conditions: Mapping[str, Condition], every: str) -> Condition:
        """That a record is of one of some types and satisfies that one's condition."""
        if set(self.model.nodes[every].members) == set(conditions) and set(conditions.values()) == {EVERYTHING}:
            return EVERYTHING
        return either(*(
            OfType(self.model.nodes[name], each) for name, each in conditions.items() if each != NOTHING
        ))  # fmt: skip

    def activity(self, action: Action, node: NodeType) -> Condition:
        scope = self.grants.scope(action, "Activity")
        if scope is Scope.NONE:
            return NOTHING
        if action is Action.READ:
            took_part = self._took_part(self._compare("User", "id", Operator.EQ, "user"))
            # What it is about comes first, as that mostly decides: Neo4j then does not look at who took part.
            return either(both(EVERYTHING if scope is Scope.ALL else self._about(), self._public), took_part)
        if scope is Scope.ALL:
            return EVERYTHING
        return self._belongs(node, scope)

    @property
    def _public(self) -> Condition:
        return Not(self._compare("Activity", "private", Operator.EQ, "yes"))

    def _took_part(self, who: Condition) -> Condition:
        return self._some("Activity", "participants", who)

    def _about(self) -> Condition:
        """That it is about a record that is seen. Of what is about the catalogue, nothing follows."""
        return self._some("Activity", "about", self._subject())

    def _subject(self) -> Condition:
        owned = self.owned(Action.READ, "Customer")
        if self._are_alike(Action.READ, *WITH_OWNER) and owned != EVERYTHING:
            # What is not of these types has neither an owner nor such relationships.
            through_customer = self._over(has_customer(self.model), owned)
            return either(owned, through_customer, self._some("Contact", "employers", self.company(Action.READ)))
        return self._of_types({name: _BY_TYPE[name](self, Action.READ) for name in WITH_OWNER}, "Subject")

    def _belongs(self, node: NodeType, scope: Scope) -> Condition:
        """An activity has no owner; it belongs to those who made it, take part or do it, and who own what it is about."""
        made = self._of("Activity", "createdBy", scope)
        takes_part = self._took_part(self._of("User", "id", scope))
        about = self._some("Activity", "about", self._of("Customer", "ownerId", scope))
        does = self._some(node.name, "assignee", self._of("User", "id", scope)) if node.name == "Task" else NOTHING
        return either(made, takes_part, does, about)

    def external(self, action: Action) -> Condition:
        """What another system calls a record is seen with the record by those who see every record of its type."""
        if action is not Action.READ or self.grants.scope(action, "ExternalRef") is Scope.ALL:
            return self._all_or_nothing(action, "ExternalRef")
        whole = [name for name in WITH_OWNER if self.grants.scope(action, name) is Scope.ALL]
        if self.grants.scope(action, "Activity") is Scope.ALL:
            whole += self.model.nodes["Activity"].members
        if "Order" in whole:
            whole.append("LineItem")
        if {"Company", "Contact"} <= set(whole):
            whole += CONTACT_POINTS
        target = self.model.nodes["ExternalRef"].relationships["record"].target
        members = set(self.model.nodes[target].members)
        seen = {name: self.condition(action, self.model.nodes[name]) for name in whole if name in members}
        return self._some("ExternalRef", "record", self._of_types(seen, target))

    def key(self, action: Action) -> Condition:
        """Everybody sees the own ones."""
        if action is not Action.READ:
            return NOTHING
        return either(self._compare("ApiKey", "ownerId", Operator.EQ, "user"), self._all_or_nothing(action, "ApiKey"))

    # --- what need not be asked again --------------------------------------------------------------------------------

    def onward(self) -> dict[tuple[str, str], Condition]:
        """What is left to be asked of a record to which a field leads from a record that is seen.

        Where a type's condition says "or one of these other records is seen", who comes from one of them needs no more.
        """
        found: dict[tuple[str, str], Condition] = {}
        company, contact, order = (self._is_seen(name) for name in ("Company", "Contact", "Order"))
        if company:
            found["Customer", "company"] = EVERYTHING
        if contact:
            found["Customer", "contact"] = found["Company", "contacts"] = EVERYTHING
        if company and contact:
            found["Customer", "party"] = found["Customer", "contacts"] = EVERYTHING
        if order:
            found["Customer", "orders"] = found["Order", "lines"] = EVERYTHING
        for party in ("Party", "Company", "Contact"):
            found |= {(party, field): EVERYTHING for field in ("emails", "phones", "addresses")}
        if self._is_seen("Activity"):
            took_part = self._took_part(self._compare("User", "id", Operator.EQ, "user"))
            found |= {(name, "activities"): either(self._public, took_part) for name in ("Customer", "Company")}
        return found

    def backward(self) -> dict[tuple[str, str], Condition]:
        """What is left to be asked of the owner of a field, where what the field leads to is seen."""
        fields = {
            ("Company", "customers"): ("Company",),
            ("Contact", "customers"): ("Contact",),
            ("Party", "customers"): ("Company", "Contact"),
            ("Contact", "employers"): ("Contact",),
            ("Order", "customer"): ("Order",),
            ("LineItem", "order"): ("Order",),
            **{(point, "parties"): ("Company", "Contact") for point in CONTACT_POINTS},
        }
        return {field: EVERYTHING for field, types in fields.items() if all(map(self._is_seen, types))}

    def _is_seen(self, name: str) -> bool:
        return self.grants.scope(Action.READ, name) is not Scope.NONE

    # --- words -----------------------------------------------------------------------------------------------------

    def _compare(self, name: str, property: str, operator: Operator, value: str) -> Condition:
        return Compare(self.model.nodes[name].properties[property], operator, ReaderValue(value))

    def _some(self, name: str, field: str, condition: Condition) -> Condition:
        return self._over(self.model.nodes[name].relationships[field], condition)

    def _over(self, relationship: Relationship, condition: Condition) -> Condition:
        if condition == NOTHING:
            return NOTHING
        return Related(relationship, self.model.nodes[relationship.target], Quantifier.SOME, condition)


def as_part(action: Action) -> tuple[Action, ...]:
    """What may be done with a whole for something to be done with its parts: a part is written as its whole is changed."""
    if action is Action.CREATE:
        return Action.CREATE, Action.UPDATE
    return (Action.UPDATE,) if action in WRITES else (action,)


_BY_TYPE = {
    "Customer": Rules.customer,
    "Company": Rules.company,
    "Contact": Rules.contact,
    "Order": Rules.order,
    "LineItem": Rules.line,
    "ExternalRef": Rules.external,
    "ApiKey": Rules.key,
    **dict.fromkeys(CONTACT_POINTS, Rules.point),
}
