"""A customer is called as its party is. The copy is made in the transaction that changes either."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from neo4j import AsyncManagedTransaction

from graph.lookup import gathered, run
from graph.model import Model


async def copy_names(
    transaction: AsyncManagedTransaction, model: Model, customers: Iterable[str], parties: Iterable[str]
) -> None:
    """Write the names of these customers, and of those that these parties are, where they differ."""
    wanted = await gathered(transaction, _CUSTOMERS, customers=sorted(customers), parties=sorted(parties))
    changes = [
        {"id": properties["id"], "change": change}
        for properties, name in wanted
        if (change := name_change(model, properties, name))
    ]
    if changes:
        await run(transaction, _WRITE, rows=sorted(changes, key=lambda row: str(row["id"])))


def name_change(model: Model, customer: dict[str, Any], party_name: str | None) -> dict[str, Any]:
    """The properties of a customer that differ from what its party's name gives. The version does not count them."""
    wanted = {"name": party_name} | model.nodes["Customer"].compute({**customer, "name": party_name})
    return {name: value for name, value in wanted.items() if customer.get(name) != value}


_CUSTOMERS = """CYPHER 5
    CALL () {
        UNWIND $p.customers AS id
        MATCH (customer:Customer {id: id})
        RETURN customer
        UNION
        UNWIND $p.parties AS id
        MATCH (:Party {id: id})<-[:ACCOUNT_FOR]-(customer:Customer)
        RETURN customer
    }
    MATCH (customer)-[:ACCOUNT_FOR]->(party:Party)
    RETURN collect([customer {.id, .name, .number, .sortKey, .searchText}, party.name])"""

_WRITE = """CYPHER 5
    UNWIND $p.rows AS row
    MATCH (customer:Customer {id: row.id})
    SET customer += row.change"""
