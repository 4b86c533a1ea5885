"""A reader who may see about half of a graph, by the rule of thumb that roles will follow.

It is written twice: as conditions that go into statements, and as plain Python over a dump.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from graph.conditions import (
    EVERYTHING,
    NOTHING,
    All,
    AnyOf,
    Compare,
    Condition,
    Not,
    OfType,
    Operator,
    Quantifier,
    Related,
)
from graph.model import Model, NodeType
from graph.reader import Reader, ReaderValue
from tests.dump import Dump, Record
from tests.oracle import Oracle


def half_reader(graph: Dump) -> Reader:
    """Who may see what the first users own, and what follows from that."""
    return owner_reader(graph.model, *_first_users(graph))


def owner_reader(model: Model, user: str, owners: list[str]) -> Reader:
    """Who is `user`, and may see what these users own, and what follows from that."""
    values: dict[str, Any] = {"user": user, "owners": owners, "yes": True, "no": False}
    return Reader(user, _Predicates(model).by_type(), EVERYTHING, values)


def _first_users(graph: Dump) -> tuple[str, list[str]]:
    users = [record.id for record in graph.of(graph.model.nodes["User"])]
    return users[0], users[:5]


@dataclass(frozen=True)
class _Predicates:
    """One condition per type of record. None of them stands under rights itself."""

    model: Model

    def by_type(self) -> dict[str, Condition]:
        activity = self._activity()
        point = self._some("EmailAddress", "parties", self._party())
        return {
            "Customer": self._owned("Customer"),
            "Company": self._company(),
            "Contact": self._contact(),
            "Order": self._order(),
            "LineItem": self._some("LineItem", "order", self._order()),
            "EmailAddress": point,
            "PhoneNumber": self._some("PhoneNumber", "parties", self._party()),
            "Address": self._some("Address", "parties", self._party()),
            "User": self._compare("User", "active", Operator.NE, "no"),
            "ExternalRef": NOTHING,
            **dict.fromkeys(self.model.nodes["Activity"].members, activity),
        }

    def _company(self) -> Condition:
        return AnyOf((self._owned("Company"), self._some("Company", "customers", self._owned("Customer"))))

    def _contact(self) -> Condition:
        through_customer = self._some("Contact", "customers", self._owned("Customer"))
        through_employer = self._some("Contact", "employers", self._company())
        return AnyOf((self._owned("Contact"), through_customer, through_employer))

    def _party(self) -> Condition:
        return AnyOf((OfType(self._node("Company"), self._company()), OfType(self._node("Contact"), self._contact())))

    def _order(self) -> Condition:
        return AnyOf((self._owned("Order"), self._some("Order", "customer", self._owned("Customer"))))

    def _activity(self) -> Condition:
        me = OfType(self._node("User"), self._compare("User", "id", Operator.EQ, "user"))
        about = AnyOf((
            OfType(self._node("Customer"), self._owned("Customer")),
            OfType(self._node("Company"), self._company()),
            OfType(self._node("Contact"), self._contact()),
            OfType(self._node("Order"), self._order()),
        ))  # fmt: skip
        is_private = self._compare("Activity", "private", Operator.EQ, "yes")
        took_part = self._some("Activity", "participants", me)
        return AnyOf((took_part, All((Not(is_private), self._some("Activity", "about", about)))))

    def _node(self, name: str) -> NodeType:
        return self.model.nodes[name]

    def _owned(self, name: str) -> Condition:
        return self._compare(name, "ownerId", Operator.IN, "owners")

    def _compare(self, name: str, property: str, operator: Operator, value: str) -> Condition:
        return Compare(self._node(name).properties[property], operator, ReaderValue(value))

    def _some(self, name: str, field: str, condition: Condition) -> Condition:
        relationship = self._node(name).relationships[field]
        return Related(relationship, self._node(relationship.target), Quantifier.SOME, condition)


def seen_by_half(graph: Dump) -> Callable[[Record], bool]:
    """Whether the same reader may see a record, by looking at the graph."""
    oracle = Oracle(graph)
    user, owners = _first_users(graph)

    def is_owned(record: Record) -> bool:
        return record.properties.get("ownerId") in owners

    def leads_to(record: Record, *fields: str) -> bool:
        node = graph.model.nodes[record.type]
        return any(
            sees(found.record) for field in fields for found in oracle.related(record, node.relationships[field])
        )

    def is_about(record: Record) -> bool:
        about = oracle.related(record, graph.model.nodes[record.type].relationships["about"])
        return any(sees(found.record) for found in about if found.record.type != "Product")

    def took_part(record: Record) -> bool:
        participants = oracle.related(record, graph.model.nodes[record.type].relationships["participants"])
        return any(found.record.id == user for found in participants)

    @cache
    def sees(record: Record) -> bool:
        match record.type:
            case "Customer":
                return is_owned(record)
            case "Company":
                return is_owned(record) or leads_to(record, "customers")
            case "Contact":
                return is_owned(record) or leads_to(record, "customers", "employers")
            case "Order":
                return is_owned(record) or leads_to(record, "customer")
            case "LineItem":
                return leads_to(record, "order")
            case "EmailAddress" | "PhoneNumber" | "Address":
                return leads_to(record, "parties")
            case "User":
                return record.properties.get("active") is not False
            case "ExternalRef":
                return False
            case "Product" | "Category" | "Team" | "Role" | "Grant" | "ApiKey" | "Webhook" | "DeadLetter" | "ImportRun":
                return True
            case _:
                return took_part(record) or (record.properties.get("private") is not True and is_about(record))

    return sees
