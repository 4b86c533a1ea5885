"""What must hold of every record and every relationship, besides the derived facts: found, and mended where it can be.

A fault is mended by setting properties. What only a person can know, such as an amount's lost currency, is reported.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from neo4j import AsyncManagedTransaction

from graph import derived
from graph.database import Database
from graph.errors import BadInput
from graph.facts import Difference
from graph.ids import new_id, prefix_of
from graph.implied import ESSENTIAL, NUMBERED
from graph.lookup import free_numbers, gathered, run
from graph.model import Direction, Kind, Model, NodeType, Relationship
from graph.money import Currencies
from graph.names import name, snake


@dataclass(frozen=True)
class Fault:
    """What is wrong with a record or, by its element id, with a relationship, and the properties that mend it."""

    id: str
    reason: str
    change: Mapping[str, Any] | None
    element: str | None = None

    def __str__(self) -> str:
        return f"{self.id}: {self.reason}" + ("" if self.change is not None else "; this has to be mended by hand")


async def check(database: Database, model: Model, currencies: Currencies) -> AsyncIterator[Fault | Difference]:
    """Everything that is not as it must be. Only reads."""
    for node in model.concrete:
        async for ids in derived.all_ids(database, node.labels[-1]):
            for fault in await database.read_transaction(partial(_faults, node=node, base=currencies.base, ids=ids)):
                yield fault
    for difference in await derived.recount(database, model, currencies):
        yield difference


async def rebuild(database: Database, model: Model, currencies: Currencies) -> AsyncIterator[Fault]:
    """Mend what can be mended, batch by batch; yields what cannot. Stopped and run again, it goes on."""
    for node in model.concrete:
        async for ids in derived.all_ids(database, node.labels[-1]):
            for fault in await database.write_transaction(
                partial(_mend, node=node, base=currencies.base, ids=ids), seconds=derived.SECONDS
            ):
                yield fault
    await derived.rebuild(database, model, currencies, datetime.now(UTC))


async def _mend(transaction: AsyncManagedTransaction, node: NodeType, base: str, ids: Sequence[str]) -> list[Fault]:
    """Mends these records; answers what cannot be mended."""
    label = name(node.labels[-1])
    await run(
        transaction, f"CYPHER 5 UNWIND $p.ids AS id MATCH (record:{label} {{id: id}}) SET record.id = id", ids=ids
    )
    if node.name == "LineItem":
        await run(transaction, _LINES, ids=ids)
    found = await _faults(transaction, node, base, ids)
    mended = [fault for fault in found if fault.change is not None]
    numbers = iter(await _numbers(transaction, node, mended))
    # Neither version nor updatedAt: nothing that anybody wrote is changed.
    rows = [
        {"id": fault.id, "change": {**fault.change, **({"number": next(numbers)} if "number" in fault.change else {})}}
        for fault in mended
        if fault.element is None and fault.change is not None
    ]
    await run(
        transaction,
        f"CYPHER 5 UNWIND $p.rows AS row MATCH (record:{label} {{id: row.id}}) SET record += row.change",
        rows=rows,
    )
    edges = [{"element": fault.element, "change": fault.change} for fault in mended if fault.element]
    await run(
        transaction,
        """CYPHER 5
        UNWIND $p.rows AS row
        MATCH ()-[edge]->() WHERE elementId(edge) = row.element
        SET edge += row.change""",
        rows=edges,
    )
    # A number that was given just now is part of what the record is found by.
    rest = [fault for fault in await _faults(transaction, node, base, ids) if fault.change is not None]
    for fault in rest:
        text = f"CYPHER 5 MATCH (record:{label} {{id: $p.id}}) SET record += $p.change"
        await run(transaction, text, id=fault.id, change=fault.change)
    return [fault for fault in found if fault.change is None]


async def _numbers(transaction: AsyncManagedTransaction, node: NodeType, faults: Sequence[Fault]) -> list[str]:
    wanted = sum("number" in (fault.change or {}) for fault in faults)
    return await free_numbers(transaction, node.name, wanted) if node.name in NUMBERED else []


async def _faults(transaction: AsyncManagedTransaction, node: NodeType, base: str, ids: Sequence[str]) -> list[Fault]:
    found: list[Fault] = []
    for record in await gathered(transaction, _records(node), ids=ids):
        found += [Fault(record["id"], reason, change) for reason, change in _of_record(node, base, record)]
    if node.name in ESSENTIAL:
        type, field = ESSENTIAL[node.name]
        wrong = await gathered(transaction, _essential(node, type), ids=ids)
        found += [Fault(id, f"{field} leads to {count} records instead of one", None) for id, count in wrong]
    for relationship in node.relationships.values():
        if relationship.edge and len(relationship.hops) == 1 and relationship.hops[0].direction is not Direction.IN:
            found += await _of_edges(transaction, node, relationship, ids)
    return found


def _of_record(node: NodeType, base: str, record: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any] | None]]:
    if not isinstance(record["version"], int) or record["version"] < 1:
        yield "version is missing", {"version": 1}
    for declared in node.properties.values():
        one = declared.name
        if declared.is_unique and record[one] == "":
            is_lost = declared.is_required and not (one == "number" and node.name in NUMBERED)
            yield f"{one} is empty, and a key may not be", None if is_lost else {one: None}
        if declared.kind is Kind.MONEY:
            yield from _of_money(one, base, record)
    for one, value in node.compute({key: value for key, value in record.items() if value is not None}).items():
        if record[one] != value:
            yield f"{one} does not follow from the record's properties", {one: value}


def _of_money(one: str, base: str, record: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any] | None]]:
    minor, currency, worth = record[one], record[f"{one}Currency"], record[f"{one}Base"]
    if minor is None:
        if currency is not None or worth is not None:
            yield (
                f"{one} is absent but its currency or its worth is there",
                {f"{one}Currency": None, f"{one}Base": None},
            )
    elif currency is None:
        yield f"{one} has no currency", None
    elif currency == base and worth != minor:
        yield f"{one} is in {base} but {one}Base is another amount", {f"{one}Base": minor}


async def _of_edges(
    transaction: AsyncManagedTransaction, node: NodeType, relationship: Relationship, ids: Sequence[str]
) -> list[Fault]:
    """Relationships with properties, from the record that they are drawn from: each has an id and a version."""
    assert relationship.edge is not None
    type, prefix = "|".join(map(name, relationship.hops[0].types)), snake(relationship.edge.name)
    text = f"""CYPHER 5
        UNWIND $p.ids AS id
        MATCH (:{name(node.labels[-1])} {{id: id}})-[edge:{type}]->()
        RETURN collect([id, elementId(edge), edge.id, edge.version])"""
    found, seen = list[Fault](), set[str]()
    for start, element, id, version in await gathered(transaction, text, ids=ids):
        if element in seen:
            continue
        seen.add(element)
        what = f"its relationship {relationship.hops[0].types[0]}"
        if not _is_id(id):
            found.append(Fault(start, f"{what} has no id", {"id": new_id(prefix)}, element))
        if not isinstance(version, int) or version < 1:
            found.append(Fault(start, f"{what} has no version", {"version": 1}, element))
    return found


def _is_id(id: Any) -> bool:
    try:
        return bool(prefix_of(id)) if isinstance(id, str) else False
    except BadInput:
        return False


def _records(node: NodeType) -> str:
    """The properties that are looked at, of the records of a batch."""
    wanted = {"id", "version", *node.computed}
    wanted |= {part.source for one in node.computed.values() for part in one.parts} & set(node.properties)
    for declared in node.properties.values():
        if declared.is_unique:
            wanted.add(declared.name)
        if declared.kind is Kind.MONEY:
            wanted |= {declared.name, f"{declared.name}Currency", f"{declared.name}Base"}
    return f"""CYPHER 5
        UNWIND $p.ids AS id
        MATCH (record:{name(node.labels[-1])} {{id: id}})
        RETURN collect(record {{{", ".join(f".{name(one)}" for one in sorted(wanted))}}})"""


def _essential(node: NodeType, type: str) -> str:
    return f"""CYPHER 5
        UNWIND $p.ids AS id
        MATCH (record:{name(node.labels[-1])} {{id: id}})
        WITH record, COUNT {{ (record)-[:{name(type)}]-(other) WHERE NOT other:Deleted }} AS count
        WITH record, count WHERE count <> 1
        RETURN collect([record.id, count])"""


# A line's key names its order.
_LINES = """CYPHER 5
    UNWIND $p.ids AS id
    MATCH (line:LineItem {id: id}) WHERE NOT EXISTS { (line)<-[:HAS_LINE]-(:Order) }
    MATCH (order:Order {id: split(line.key, ':')[0]})
    CREATE (order)-[:HAS_LINE]->(line)"""
