"""Facts that follow from others, for a few records at a time: what follows, beside what is stored.

BOUGHT and the sums of a customer follow from its orders, TOUCHED of a contact from the activities of both ends. Each
answer says what would have to be written, so that `derived.py` can write it and `recount` can complain of it.

Instants travel as texts, all of them in UTC: the driver takes longer over a thousand of them than the database over
the rest. `INSTANTS` says which they are; the statement that writes them makes instants of them again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from neo4j import AsyncManagedTransaction

from graph.customer_names import name_change
from graph.lookup import gathered
from graph.model import Model

# Orders that count as purchases.
COUNTED = ("PLACED", "PAID", "FULFILLED")

INSTANTS = ("firstAt", "lastAt", "lastTouchAt")


@dataclass(frozen=True)
class Derived:
    """A derived relationship that differs from its grounds: `change` is None where it has none any more."""

    type: str
    start: str
    end: str
    element: str | None
    change: Mapping[str, Any] | None


@dataclass(frozen=True)
class Difference:
    """What one record's derived facts lack of being right."""

    id: str
    change: Mapping[str, Any]
    edges: tuple[Derived, ...] = ()

    def __str__(self) -> str:
        edges = [f"{edge.type} {edge.start} → {edge.end}: {_shown(edge.change)}" for edge in self.edges]
        own = [f"{self.id}: {_shown(self.change)}"] if self.change else []
        return "; ".join(own + edges)


async def of_customers(
    transaction: AsyncManagedTransaction, model: Model, base: str, ids: Sequence[str]
) -> list[Difference]:
    """Name, revenue, orderCount, lastTouchAt and BOUGHT of these customers, where they are not as they should be."""
    found: list[Difference] = []
    for customer, party, orders, bought, stored, touch in await gathered(
        transaction, _CUSTOMERS, ids=ids, counted=list(COUNTED)
    ):
        wanted = {
            **_money("revenue", sum(total or 0 for total in orders), base),
            "orderCount": len(orders),
            "lastTouchAt": touch,
        }
        change = name_change(model, customer, party) if party else {}
        change |= {name: value for name, value in wanted.items() if not _same(customer.get(name), value)}
        purchases = {product: _purchase(facts, base) for product, *facts in bought}
        edges = _compare("BOUGHT", customer["id"], purchases, stored, is_out=True)
        if change or edges:
            found.append(Difference(customer["id"], change, edges))
    return found


async def of_contacts(transaction: AsyncManagedTransaction, ids: Sequence[str]) -> list[Difference]:
    """TOUCHED of these contacts, where it is not as it should be."""
    found: list[Difference] = []
    for contact, touched, stored in await gathered(transaction, _CONTACTS, ids=ids):
        wanted = {
            user: {"count": count, "lastAt": last, "strength": count / (count + 5)} for user, count, last in touched
        }
        edges = _compare("TOUCHED", contact, wanted, stored, is_out=False)
        if edges:
            found.append(Difference(contact, {}, edges))
    return found


async def of_owners(transaction: AsyncManagedTransaction, label: str, ids: Sequence[str]) -> list[Difference]:
    """The copy of the owner's id of these records, where it is not as it should be."""
    rows = await gathered(transaction, _OWNERS.format(label=label), ids=ids)
    return [Difference(record, {"ownerId": owner}) for record, owner in rows]


def _purchase(facts: Sequence[Any], base: str) -> dict[str, Any]:
    orders, quantity, revenue, first, last = facts
    return {
        "orders": orders,
        "quantity": float(quantity),
        **_money("revenue", revenue, base),
        "firstAt": first,
        "lastAt": last,
    }


def _money(name: str, minor: int, base: str) -> dict[str, Any]:
    """A sum in the base currency, with the companions that every amount has."""
    return {name: minor, f"{name}Currency": base, f"{name}Base": minor}


def _compare(
    type: str, own: str, wanted: Mapping[str, Mapping[str, Any]], stored: Sequence[Sequence[Any]], *, is_out: bool
) -> tuple[Derived, ...]:
    found: list[Derived] = []
    seen: set[str] = set()
    for other, element, properties in stored:
        start, end = (own, other) if is_out else (other, own)
        if other not in wanted or other in seen:
            found.append(Derived(type, start, end, element, None))
            continue
        seen.add(other)
        change = {name: value for name, value in wanted[other].items() if not _same(properties.get(name), value)}
        if change:
            found.append(Derived(type, start, end, element, change))
    for other in sorted(wanted.keys() - seen):
        start, end = (own, other) if is_out else (other, own)
        found.append(Derived(type, start, end, None, wanted[other]))
    return tuple(found)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float):
        # The order in which the database adds numbers up is not fixed.
        return math.isclose(left, right, rel_tol=1e-9)
    return bool(left == right)


def _shown(change: Mapping[str, Any] | None) -> str:
    return (
        "has no ground" if change is None else ", ".join(f"{name} should be {value}" for name, value in change.items())
    )


_CUSTOMERS = """CYPHER 5
    UNWIND $p.ids AS id
    MATCH (customer:Customer {id: id})
    CALL (customer) {
        OPTIONAL MATCH (customer)-[:ACCOUNT_FOR]->(party:Party)
        RETURN head(collect(party.name)) AS party
    }
    CALL (customer) {
        MATCH (customer)-[:PLACED]->(order:Order) WHERE order.status IN $p.counted
        RETURN collect([order.totalBase]) AS orders
    }
    CALL (customer) {
        MATCH (customer)-[:PLACED]->(order:Order) WHERE order.status IN $p.counted
        MATCH (order)-[:HAS_LINE]->(line:LineItem)-[:OF_PRODUCT]->(product:Product)
        WITH product, count(DISTINCT order) AS orders, sum(line.quantity) AS quantity, sum(line.netBase) AS revenue,
            min(order.placedAt) AS firstAt, max(order.placedAt) AS lastAt
        RETURN collect([product.id, orders, quantity, revenue, toString(firstAt), toString(lastAt)]) AS bought
    }
    CALL (customer) {
        MATCH (customer)-[edge:BOUGHT]->(product:Product)
        RETURN collect([product.id, elementId(edge),
            edge {.*, firstAt: toString(edge.firstAt), lastAt: toString(edge.lastAt)}]) AS stored
    }
    CALL (customer) {
        MATCH (customer)<-[:ABOUT]-(activity:Activity)
        WHERE activity.status = 'DONE' AND NOT activity.kind IN ['TASK', 'NOTE']
        RETURN toString(max(activity.at)) AS touch
    }
    RETURN collect([
        customer {.id, .number, .name, .sortKey, .searchText, .revenue, .revenueCurrency, .revenueBase, .orderCount,
            lastTouchAt: toString(customer.lastTouchAt)},
        party, [order IN orders | order[0]], bought, stored, touch
    ])"""

_CONTACTS = """CYPHER 5
    UNWIND $p.ids AS id
    MATCH (contact:Contact {id: id})
    CALL (contact) {
        MATCH (contact)-[:PARTICIPATED_IN]->(activity:Activity) WHERE activity.status = 'DONE'
        MATCH (activity)<-[:PARTICIPATED_IN]-(user:User)
        WITH user, count(DISTINCT activity) AS count, max(activity.at) AS lastAt
        RETURN collect([user.id, count, toString(lastAt)]) AS touched
    }
    CALL (contact) {
        MATCH (contact)<-[edge:TOUCHED]-(user:User)
        RETURN collect([user.id, elementId(edge), edge {.*, lastAt: toString(edge.lastAt)}]) AS stored
    }
    RETURN collect([contact.id, touched, stored])"""

_OWNERS = """CYPHER 5
    UNWIND $p.ids AS id
    MATCH (record:{label} {{id: id}})
    OPTIONAL MATCH (record)-[:OWNED_BY]->(user:User)
    WITH record, head(collect(user.id)) AS owner
    WITH record, owner WHERE coalesce(owner, '') <> coalesce(record.ownerId, '')
    RETURN collect([record.id, owner])"""
