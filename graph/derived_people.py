"""What follows for customers and contacts, in Cypher, as `facts.py` and `customer_names.py` have it in Python."""

from __future__ import annotations

from graph.computed import render_copied_name
from graph.facts import COUNTED
from graph.locking import block, lock, records
from graph.model import Model
from graph.names import name

_COUNTED = f"[{', '.join(repr(status) for status in COUNTED)}]"


def customer_facts(customers: str, money: str) -> list[str]:
    """Revenue, orderCount, lastTouchAt and BOUGHT of these customers."""
    sums = [
        *records("Customer", customers, "customer"),
        "CALL (customer) {",
        f"  MATCH (customer)-[:PLACED]->(order:Order) WHERE order.status IN {_COUNTED}",
        "  RETURN count(order) AS orders, sum(order.totalBase) AS revenue",
        "}",
        "CALL (customer) {",
        "  MATCH (customer)<-[:ABOUT]-(activity:Activity)",
        "    WHERE activity.status = 'DONE' AND NOT activity.kind IN ['TASK', 'NOTE']",
        "  RETURN max(activity.at) AS touch",
        "}",
        f"SET customer.revenue = revenue, customer.revenueCurrency = {money}.base, customer.revenueBase = revenue,",
        "    customer.orderCount = orders, customer.lastTouchAt = touch",
        "RETURN count(*) AS sums",
    ]
    bought = [
        *records("Customer", customers, "customer"),
        "CALL (customer) {",
        f"  MATCH (customer)-[:PLACED]->(order:Order) WHERE order.status IN {_COUNTED}",
        "  MATCH (order)-[:HAS_LINE]->(line:LineItem)-[:OF_PRODUCT]->(product:Product)",
        "  WITH product, count(DISTINCT order) AS orders, toFloat(sum(line.quantity)) AS quantity,",
        "      sum(line.netBase) AS revenue, min(order.placedAt) AS firstAt, max(order.placedAt) AS lastAt",
        f"  RETURN product, {{orders: orders, quantity: quantity, revenue: revenue, revenueCurrency: {money}.base,",
        "      revenueBase: revenue, firstAt: firstAt, lastAt: lastAt} AS wanted, null AS edge",
        "  UNION ALL",
        "  MATCH (customer)-[edge:BOUGHT]->(product:Product)",
        "  RETURN product, null AS wanted, edge",
        "}",
        "WITH customer, product, head(collect(wanted)) AS wanted, collect(edge) AS edges",
        *_draw("(customer)-[edge:BOUGHT]->(product)", "purchase", _PURCHASE),
        "RETURN count(*) AS bought",
    ]
    lines = [*lock("Customer", customers), *block([customers], sums), *block([customers], bought)]
    return block([customers], [*lines, "RETURN count(*) AS customerFacts"])


def contact_facts(contacts: str) -> list[str]:
    """TOUCHED of these contacts."""
    lines = [
        *records("Contact", contacts, "contact"),
        "CALL (contact) {",
        "  MATCH (contact)-[:PARTICIPATED_IN]->(activity:Activity) WHERE activity.status = 'DONE'",
        "  MATCH (activity)<-[:PARTICIPATED_IN]-(user:User)",
        "  WITH user, count(DISTINCT activity) AS count, max(activity.at) AS lastAt",
        "  RETURN user, {count: count, lastAt: lastAt, strength: toFloat(count) / (count + 5)} AS wanted, null AS edge",
        "  UNION ALL",
        "  MATCH (contact)<-[edge:TOUCHED]-(user:User)",
        "  RETURN user, null AS wanted, edge",
        "}",
        "WITH contact, user, head(collect(wanted)) AS wanted, collect(edge) AS edges",
        *_draw("(user)-[edge:TOUCHED]->(contact)", "touch", _TOUCH),
        "RETURN count(*) AS touched",
    ]
    return block([contacts], [*lock("Contact", contacts), *block([contacts], lines), "RETURN count(*) AS contactFacts"])


def customer_names(model: Model, customers: str | None, parties: str | None) -> list[str]:
    """What these customers are called, and those that these parties are. A party is locked before its name is read."""
    sources: list[str] = []
    if customers:
        sources += [f"UNWIND {customers} AS id", "MATCH (:Customer {id: id})-[:ACCOUNT_FOR]->(party:Party)"]
        sources.append("RETURN party.id AS partyId")
    if parties:
        sources += [*(["UNION"] if sources else []), f"UNWIND {parties} AS id", "RETURN id AS partyId"]
    scope = [one for one in (customers, parties) if one]
    named = [
        *records("Party", "named", "party"),
        "MATCH (party)<-[:ACCOUNT_FOR]-(customer:Customer)",
        *render_copied_name(model, "customer", "party"),
        "RETURN count(*) AS names",
    ]
    parties_named = block(scope, [*block(scope, sources), "RETURN collect(DISTINCT partyId) AS named"])
    lines = [*parties_named, *lock("Party", "named"), *block(["named"], named)]
    return block(scope, [*lines, "RETURN count(*) AS customerNames"])


def owner_ids(label: str, ids: str) -> list[str]:
    """The copies of the owners' ids of these records."""
    lines = [
        *records(label, ids, "record"),
        "OPTIONAL MATCH (record)-[:OWNED_BY]->(user:User)",
        "WITH record, head(collect(user.id)) AS owner",
        "SET record.ownerId = owner",
        f"RETURN count(*) AS owners{name(label)}",
    ]
    return block([ids], lines)


def owner_ids_of_users(model: Model, users: str) -> list[str]:
    """The copies of these users' ids in all that they own; a user that was deleted owns nothing."""
    labels = sorted({node.labels[0] for node in model.concrete if "ownerId" in node.properties})
    found = [*records("User", users, "user"), "RETURN user", "UNION", *records("Deleted", users, "user"), "RETURN user"]
    lines = [
        *block([users], found),
        f"MATCH (user)<-[:OWNED_BY]-(record:{'|'.join(map(name, labels))})",
        "SET record.ownerId = CASE WHEN user:User THEN user.id END",
        "RETURN count(*) AS ownersOfUsers",
    ]
    return block([users], lines)


# The properties of the derived relationships that are compared, and of these the one that is a sum or quotient of floats.
_PURCHASE = ("orders", "revenue", "revenueCurrency", "revenueBase", "firstAt", "lastAt"), "quantity"
_TOUCH = ("count", "lastAt"), "strength"


def _draw(pattern: str, prefix: str, compared: tuple[tuple[str, ...], str]) -> list[str]:
    """One relationship where there is ground for one, which is `wanted`, and none where there is not.

    An edge that is as it should be is not written, so that its version stays.
    """
    exact, rounded = compared
    same = [f"coalesce(edge.{one} = wanted.{one}, edge.{one} IS NULL AND wanted.{one} IS NULL)" for one in exact]
    # The order in which floats are added up is not fixed.
    same.append(f"coalesce(abs(edge.{rounded} - wanted.{rounded}) <= 1e-10 * abs(wanted.{rounded}), false)")
    return [
        "FOREACH (edge IN CASE WHEN wanted IS NULL THEN edges ELSE edges[1..] END | DELETE edge)",
        "FOREACH (edge IN [edge IN edges[..1] WHERE wanted IS NOT NULL",
        f"    AND NOT ({(chr(10) + '      AND ').join(same)})] |",
        "  SET edge += wanted, edge.version = coalesce(edge.version, 0) + 1)",
        "FOREACH (_ IN CASE WHEN wanted IS NOT NULL AND edges = [] THEN [1] ELSE [] END |",
        f"  CREATE {pattern}",
        f"  SET edge = wanted, edge.id = {_new_id(prefix)}, edge.version = 1)",
    ]


def _new_id(prefix: str) -> str:
    """An id of the form that `ids.py` has: random, with the digit of version 7."""
    digits = "replace(randomUUID(), '-', '')"
    return f"'{prefix}_' + left({digits}, 12) + '7' + substring({digits}, 13)"
