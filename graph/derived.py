"""Derived facts, written where they differ. Whoever changes an order or an activity calls `refresh` for what it touched.

The record that owns a fact is locked first, in the order of ids, and only then are its grounds read: without that,
two clients at once leave a sum that counts neither's order or both.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from neo4j import AsyncManagedTransaction

from graph import facts
from graph.database import Database
from graph.facts import Derived, Difference
from graph.ids import id_for
from graph.lookup import gathered, run
from graph.model import Model
from graph.money import Currencies
from graph.names import name
from graph.order_facts import of_orders
from graph.rows import Touched

# Records per transaction; one customer may have hundreds of products.
_AT_ONCE = 200
SECONDS = 600.0

# The ids of the derived relationships begin as those of the declared ones do: with what their properties are called.
_EDGE_PREFIXES = {"BOUGHT": "purchase", "TOUCHED": "touch"}


async def refresh(
    database: Database,
    model: Model,
    currencies: Currencies,
    touched: Touched,
    now: datetime,
    progress: Callable[[int, int], None] = lambda _, __: None,
) -> list[str]:
    """Make the derived facts of these records right; the answer is what could not be valued, in sentences."""
    warnings: list[str] = []
    customers = set(touched.customers)
    total, done = len(touched.orders) + len(customers) + len(touched.contacts), 0
    for ids in _chunks(touched.orders):
        more, sentences = await database.write_transaction(
            partial(_orders, currencies=currencies, ids=ids), seconds=SECONDS
        )
        customers |= more
        warnings += sentences
        progress(done := done + len(ids), total)
    total += len(customers) - len(touched.customers)
    for ids in _chunks(customers):
        await database.write_transaction(
            partial(_customers, model=model, base=currencies.base, ids=ids, now=now), seconds=SECONDS
        )
        progress(done := done + len(ids), total)
    for ids in _chunks(touched.contacts):
        await database.write_transaction(partial(_contacts, ids=ids, now=now), seconds=SECONDS)
        progress(done := done + len(ids), total)
    return warnings


async def recount(database: Database, model: Model, currencies: Currencies) -> list[Difference]:
    """Every derived fact of the graph that is not as it should be. Only reads."""
    found: list[Difference] = []
    async for ids in all_ids(database, "Order"):
        wrong, _ = await database.read_transaction(partial(of_orders, currencies=currencies, ids=ids))
        found += [Difference(id, change) for _, id, change in wrong]
    async for ids in all_ids(database, "Customer"):
        found += await database.read_transaction(
            partial(facts.of_customers, model=model, base=currencies.base, ids=ids)
        )
    async for ids in all_ids(database, "Contact"):
        found += await database.read_transaction(partial(facts.of_contacts, ids=ids))
    for node in model.concrete:
        if "ownerId" in node.properties:
            async for ids in all_ids(database, node.labels[-1]):
                found += await database.read_transaction(partial(facts.of_owners, label=name(node.labels[-1]), ids=ids))
    return found


async def rebuild(database: Database, model: Model, currencies: Currencies, now: datetime) -> None:
    """Make every derived fact of the graph right, in batches. Stopped and run again, it finds done what is done."""
    async for ids in all_ids(database, "Order"):
        await database.write_transaction(partial(_orders, currencies=currencies, ids=ids), seconds=SECONDS)
    async for ids in all_ids(database, "Customer"):
        work = partial(_customers, model=model, base=currencies.base, ids=ids, now=now)
        await database.write_transaction(work, seconds=SECONDS)
    async for ids in all_ids(database, "Contact"):
        await database.write_transaction(partial(_contacts, ids=ids, now=now), seconds=SECONDS)
    for node in model.concrete:
        if "ownerId" in node.properties:
            async for ids in all_ids(database, node.labels[-1]):
                await database.write_transaction(partial(_owners, label=node.labels[-1], ids=ids), seconds=SECONDS)


async def _orders(
    transaction: AsyncManagedTransaction, currencies: Currencies, ids: Sequence[str]
) -> tuple[set[str], list[str]]:
    """Write what the orders are worth; answers whose orders they are."""
    await _lock(transaction, "Order", ids)
    changes, warnings = await of_orders(transaction, currencies, ids)
    for label in ("Order", "LineItem"):
        rows = [{"id": id, "change": change} for of, id, change in changes if of == label]
        await _write(transaction, label, rows)
    found = await gathered(
        transaction,
        """CYPHER 5
        UNWIND $p.ids AS id
        MATCH (:Order {id: id})<-[:PLACED]-(customer:Customer)
        RETURN collect(DISTINCT customer.id)""",
        ids=ids,
    )
    return set(found), warnings


async def _customers(
    transaction: AsyncManagedTransaction, model: Model, base: str, ids: Sequence[str], now: datetime
) -> None:
    await _lock(transaction, "Customer", ids)
    wrong = await facts.of_customers(transaction, model, base, ids)
    await _write(
        transaction, "Customer", [{"id": one.id, "change": _stored(one.change)} for one in wrong if one.change]
    )
    await _draw(transaction, "BOUGHT", ("Customer", "Product"), wrong, now)


async def _contacts(transaction: AsyncManagedTransaction, ids: Sequence[str], now: datetime) -> None:
    await _lock(transaction, "Contact", ids)
    wrong = await facts.of_contacts(transaction, ids)
    await _draw(transaction, "TOUCHED", ("User", "Contact"), wrong, now)


async def _owners(transaction: AsyncManagedTransaction, label: str, ids: Sequence[str]) -> None:
    await _lock(transaction, label, ids)
    wrong = await facts.of_owners(transaction, name(label), ids)
    await _write(transaction, label, [{"id": one.id, "change": one.change} for one in wrong])


async def _lock(transaction: AsyncManagedTransaction, label: str, ids: Sequence[str]) -> None:
    """Writing a property takes the record's lock, even if its value stays."""
    if ids:
        text = f"CYPHER 5 UNWIND $p.ids AS id MATCH (record:{label} {{id: id}}) SET record.id = id"
        await run(transaction, text, ids=ids)


async def _write(transaction: AsyncManagedTransaction, label: str, rows: list[dict[str, Any]]) -> None:
    # Neither version nor updatedAt: a derived fact is not a change of the record.
    if rows:
        text = f"CYPHER 5 UNWIND $p.rows AS row MATCH (record:{label} {{id: row.id}}) SET record += row.change"
        await run(transaction, text, rows=rows)


async def _draw(
    transaction: AsyncManagedTransaction, type: str, labels: tuple[str, str], wrong: Iterable[Difference], now: datetime
) -> None:
    edges = [edge for difference in wrong for edge in difference.edges]
    new = [edge for edge in edges if edge.element is None]
    if new:
        text = f"""CYPHER 5
            UNWIND $p.rows AS row
            MATCH (start:{labels[0]} {{id: row.start}})
            MATCH (end:{labels[1]} {{id: row.end}})
            CREATE (start)-[edge:{type}]->(end)
            SET edge = row.properties"""
        await run(
            transaction,
            text,
            rows=[{"start": edge.start, "end": edge.end, "properties": _whole(edge, now)} for edge in new],
        )
    changed = [
        {"element": edge.element, "change": _stored(edge.change)} for edge in edges if edge.element and edge.change
    ]
    if changed:
        text = f"""CYPHER 5
            UNWIND $p.rows AS row
            MATCH ()-[edge:{type}]->() WHERE elementId(edge) = row.element
            SET edge += row.change, edge.version = coalesce(edge.version, 0) + 1"""
        await run(transaction, text, rows=changed)
    unfounded = [edge.element for edge in edges if edge.element and edge.change is None]
    if unfounded:
        text = f"""CYPHER 5
            UNWIND $p.elements AS element
            MATCH ()-[edge:{type}]->() WHERE elementId(edge) = element
            DELETE edge"""
        await run(transaction, text, elements=unfounded)


def _whole(edge: Derived, now: datetime) -> dict[str, Any]:
    given = {name: value for name, value in _stored(edge.change or {}).items() if value is not None}
    return {**given, "id": id_for(_EDGE_PREFIXES[edge.type], f"{edge.type}:{edge.start}:{edge.end}", now), "version": 1}


def _stored(change: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name in facts.INSTANTS and value else value
        for name, value in change.items()
    }


def _chunks(ids: Iterable[str]) -> Iterable[list[str]]:
    rest = iter(sorted(ids))
    while chunk := list(islice(rest, _AT_ONCE)):
        yield chunk


async def all_ids(database: Database, label: str) -> AsyncIterator[list[str]]:
    """The ids of a label's records, a few hundred at a time."""
    last = ""
    text = f"""CYPHER 5
        MATCH (record:{label}) WHERE record.id > $p.last
        WITH record ORDER BY record.id LIMIT $p.limit
        RETURN collect(record.id)"""
    while True:
        ids: list[str] = await database.read_transaction(partial(gathered, text=text, last=last, limit=_AT_ONCE))
        if not ids:
            return
        yield ids
        last = ids[-1]
