"""Derived facts in the statement that changes their grounds: the blocks of Cypher that make them right again.

Each is a `CALL` that ends in an aggregate, so that it drops no row and makes none, and that takes lists of ids, which
may hold nulls and the same id twice. `derived.recount` finds by other means what they should have written.

    touched(ids, "before")                        whose facts depend on these records, before relationships move
    … the write …
    derived_facts(model, ids, "before", money)    locks the records and what depends on them, and writes the facts

Neo4j reads what is committed. So a record's lock is taken before its grounds are read, and what depends on an order or
an activity is only asked for when that is locked: of two clients the second then sees what the first one did. All take
locks in one order: orders, activities, customers, contacts, parties, and among these that of ids. Neither the version
nor updatedAt of a record counts its derived facts.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass

from graph.derived_orders import order_facts
from graph.derived_people import contact_facts, customer_facts, customer_names
from graph.locking import block, lock
from graph.model import Model


@dataclass(frozen=True)
class Ids:
    """Names of the lists that hold the ids of the records that a write touches; none where it touches no such record.

    `accounts` are customers whose party may be another one, `parties` those whose name may be another one.
    """

    orders: str | None = None
    lines: str | None = None
    activities: str | None = None
    customers: str | None = None
    contacts: str | None = None
    users: str | None = None
    parties: str | None = None
    accounts: str | None = None

    @property
    def names(self) -> list[str]:
        return sorted({name for name in astuple(self) if name})


def touched(ids: Ids, result: str) -> list[str]:
    """Bind `result` to a map of the ids of the orders, customers and contacts whose facts depend on these records.

    Only reads. Of a user, those are the contacts that it was in touch with.
    """
    found = "{orders: allOrders, customers: allCustomers, contacts: allContacts}"
    return block(ids.names, [*_all_orders(ids, None), *_all_others(ids, None), f"RETURN {found} AS {result}"])


def derived_facts(model: Model, ids: Ids, before: str | None, money: str) -> list[str]:
    """Everything that follows from the records that were written, and from those that `touched` found before.

    `money` is an expression of what `money_values` gives. What no list could touch is left out of the text.
    """
    has_orders = bool(ids.orders or ids.lines)
    has_customers = bool(has_orders or ids.customers or ids.activities)
    has_contacts = bool(ids.contacts or ids.activities or ids.users)
    lines = _all_orders(ids, before)
    lines += [*lock("Order", "allOrders"), *order_facts("allOrders", money)] if has_orders else []
    lines += lock("Activity", ids.activities) if ids.activities else []
    lines += _all_others(ids, before)
    lines += customer_facts("allCustomers", money) if has_customers else []
    lines += contact_facts("allContacts") if has_contacts else []
    lines += customer_names(model, ids.accounts, ids.parties) if ids.accounts or ids.parties else []
    return block([*ids.names, *([before] if before else [])], [*lines, "RETURN count(*) AS derivedFacts"])


def _all_orders(ids: Ids, before: str | None) -> list[str]:
    return _union(
        "allOrders",
        [
            *_given(ids.orders, before, "orders"),
            (ids.lines, "MATCH (:LineItem {id: id})<-[:HAS_LINE]-(order:Order)", "order.id"),
        ],
    )


def _all_others(ids: Ids, before: str | None) -> list[str]:
    customers = _union(
        "allCustomers",
        [
            *_given(ids.customers, before, "customers"),
            ("allOrders", "MATCH (:Order {id: id})<-[:PLACED]-(customer:Customer)", "customer.id"),
            (ids.activities, "MATCH (:Activity {id: id})-[:ABOUT]->(customer:Customer)", "customer.id"),
        ],
    )
    together = "MATCH (:User {id: id})-[:PARTICIPATED_IN]->(:Activity)<-[:PARTICIPATED_IN]-(contact:Contact)"
    contacts = _union(
        "allContacts",
        [
            *_given(ids.contacts, before, "contacts"),
            (ids.activities, "MATCH (:Activity {id: id})<-[:PARTICIPATED_IN]-(contact:Contact)", "contact.id"),
            (ids.users, together, "contact.id"),
            (ids.users, "MATCH (:User {id: id})-[:TOUCHED]->(contact:Contact)", "contact.id"),
        ],
    )
    return customers + contacts


def _given(ids: str | None, before: str | None, kind: str) -> list[tuple[str | None, str, str]]:
    return [(ids, "", "id"), (f"{before}.{kind}" if before else None, "", "id")]


def _union(result: str, sources: list[tuple[str | None, str, str]]) -> list[str]:
    """Bind `result` to the distinct ids that the sources give: a list of ids, how to go on from each, and to what."""
    lines: list[str] = []
    lists = list[str]()
    for ids, match, found in sources:
        if ids:
            lists.append(ids.split(".")[0])
            lines += [*(["UNION"] if lines else []), f"UNWIND {ids} AS id", *([match] if match else [])]
            lines.append(f"RETURN {found} AS touchedId")
    if not lines:
        return [f"WITH *, [] AS {result}"]
    return block(lists, [*block(lists, lines), f"RETURN collect(touchedId) AS {result}"])
