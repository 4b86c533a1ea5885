"""What the database already knows of a batch: the records that its rows name, the owners of unique values, numbers.

Only reads, but for the references of records that may be made: taking them locks their keys, so that of two loads at
once the second waits and then finds what the first one made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from neo4j import AsyncManagedTransaction
from neo4j.time import Date, DateTime

from graph.ids import id_for
from graph.implied import NUMBERED
from graph.model import Model
from graph.names import name, unique_label
from graph.prepare import PreparedRow
from graph.rows import Identity, Key, Natural, Touched


@dataclass(frozen=True)
class Found:
    """A record that exists."""

    labels: frozenset[str]
    properties: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.properties["id"])


# The owner of a unique value, by (label, property, value).
Owners = Mapping[tuple[str, str, Any], str]


async def run(transaction: AsyncManagedTransaction, text: str, **values: Any) -> list[list[Any]]:
    """All rows of a statement, whose values travel in one map."""
    result = await transaction.run(text, {"p": values})
    return [list(record.values()) async for record in result]


async def gathered(transaction: AsyncManagedTransaction, text: str, **values: Any) -> list[Any]:
    """The one list that a statement collects: the driver takes much longer over a thousand rows than over one."""
    ((found,),) = await run(transaction, text, **values)
    return list(found)


def native(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties with Python's own dates, which compare with those that are to be stored."""
    return {
        key: value.to_native() if isinstance(value, Date | DateTime) else value for key, value in properties.items()
    }


async def find(
    transaction: AsyncManagedTransaction, model: Model, rows: Sequence[PreparedRow], now: datetime
) -> dict[Identity, Found]:
    """The existing ones of all records that the rows make or refer to, by every name that the rows have for them."""
    made: set[Identity] = {record.identity for row in rows for record in row.records}
    made.update(candidate for row in rows for record in row.records for candidate in record.candidates)
    named = {link.to for row in rows for record in row.records for link in record.links if not isinstance(link.to, str)}
    return await find_identities(transaction, model, made, named, now)


async def find_identities(
    transaction: AsyncManagedTransaction, model: Model, made: set[Identity], named: set[Identity], now: datetime
) -> dict[Identity, Found]:
    """The records that have these names. Keys of records that may be made are taken, and so locked; named ones are not."""
    found: dict[Identity, Found] = {}
    by_text = {str(key): key for key in made | named if isinstance(key, Key)}
    for text, keys in (
        (_TAKE, [key for key in made if isinstance(key, Key)]),
        (_SEEK, [key for key in named - made if isinstance(key, Key)]),
    ):
        for key, labels, properties in (
            await gathered(transaction, text, now=now, rows=_references(keys, now)) if keys else ()
        ):
            # A record that was merged has its names still, beside the one that it was merged into.
            if "Deleted" not in labels or by_text[key] not in found:
                found[by_text[key]] = Found(frozenset(labels), native(properties))
    for (type, property), values in _naturals(made | named).items():
        label = unique_label(model, model.nodes[type], property)
        text = f"""CYPHER 5
            UNWIND $p.values AS value
            MATCH (record:{name(label)} {{{name(property)}: value}})
            RETURN collect([value, labels(record), record {{.*, createdAt: null, updatedAt: null}}])"""
        for value, labels, properties in await gathered(transaction, text, values=values):
            found[Natural(type, property, value)] = Found(frozenset(labels), native(properties))
    return found


_TAKE = """CYPHER 5
    UNWIND $p.rows AS row
    MERGE (ref:ExternalRef {key: row.key})
    ON CREATE SET ref = row, ref.createdAt = $p.now, ref.updatedAt = $p.now, ref.version = 1
    WITH row, ref
    MATCH (ref)-[:REFERS_TO]->(record)
    RETURN collect([row.key, labels(record), record {.*, createdAt: null, updatedAt: null}])"""

_SEEK = """CYPHER 5
    UNWIND $p.rows AS row
    MATCH (ref:ExternalRef {key: row.key})-[:REFERS_TO]->(record)
    RETURN collect([row.key, labels(record), {id: record.id}])"""


def _references(keys: Iterable[Key], now: datetime) -> list[dict[str, str]]:
    """In one order in every load, so that two loads wait for each other and do not lock each other out."""
    return [
        {
            "key": str(key),
            "id": id_for("external_ref", str(key), now),
            "system": key.system,
            "type": key.type,
            "externalId": key.id,
        }
        for key in sorted(keys, key=str)
    ]


def _naturals(identities: Iterable[Identity]) -> dict[tuple[str, str], list[str]]:
    grouped: dict[tuple[str, str], list[str]] = {}
    for identity in identities:
        if isinstance(identity, Natural):
            grouped.setdefault((identity.type, identity.property), []).append(identity.value)
    return {place: sorted(values) for place, values in grouped.items()}


async def owners_of(transaction: AsyncManagedTransaction, values: Iterable[tuple[str, str, Any]]) -> Owners:
    """Who has each of these values of unique properties."""
    grouped: dict[tuple[str, str], list[Any]] = {}
    for label, property, value in values:
        grouped.setdefault((label, property), []).append(value)
    owners: dict[tuple[str, str, Any], str] = {}
    for (label, property), wanted in grouped.items():
        text = f"""CYPHER 5
            UNWIND $p.values AS value
            MATCH (record:{name(label)} {{{name(property)}: value}})
            RETURN collect([value, record.id])"""
        for value, owner in await gathered(transaction, text, values=wanted):
            owners[label, property, value] = owner
    return owners


async def next_numbers(
    transaction: AsyncManagedTransaction, wanted: Mapping[str, Sequence[Identity]]
) -> dict[Identity, str]:
    """Numbers from the sequence of each type; a number that is not used in the end leaves a gap."""
    numbers: dict[Identity, str] = {}
    for type, identities in wanted.items():
        free = await free_numbers(transaction, type, len(identities))
        numbers |= dict(zip(identities, free, strict=True))
    return numbers


async def free_numbers(transaction: AsyncManagedTransaction, type: str, count: int) -> list[str]:
    """The next numbers of a type such as no record has."""
    free: list[str] = []
    while len(free) < count:
        by = count - len(free)
        ((last,),) = await run(transaction, _COUNT, name=type, by=by)
        offered = [NUMBERED[type].format(number) for number in range(last - by + 1, last + 1)]
        taken = await owners_of(transaction, ((type, "number", number) for number in offered))
        free += [number for number in offered if (type, "number", number) not in taken]
    return free


_COUNT = """CYPHER 5
    MERGE (sequence:Sequence {name: $p.name})
    SET sequence.last = coalesce(sequence.last, 0) + $p.by
    RETURN sequence.last"""


async def made_by(transaction: AsyncManagedTransaction, run: str, found: Mapping[str, Iterable[str]]) -> set[str]:
    """Of these records, by their most general label, the ids of those that an import run has made itself."""
    mine: set[str] = set()
    for label, ids in found.items():
        text = f"""CYPHER 5
            UNWIND $p.ids AS id
            MATCH (record:{name(label)} {{id: id}})<-[:OF_RECORD]-(change:Change)
            WHERE change.operation = 'CREATE' AND change.requestId = $p.run
            RETURN collect(DISTINCT record.id)"""
        mine.update(await gathered(transaction, text, ids=sorted(ids), run=run))
    return mine


async def forget_unused(transaction: AsyncManagedTransaction, keys: Iterable[Key]) -> None:
    """Remove the references that were taken for records that are not made after all."""
    wanted = sorted(str(key) for key in keys)
    if wanted:
        await run(
            transaction,
            """CYPHER 5
            UNWIND $p.keys AS key
            MATCH (ref:ExternalRef {key: key}) WHERE NOT EXISTS { (ref)-[:REFERS_TO]->() }
            DELETE ref""",
            keys=wanted,
        )


async def touched_by(transaction: AsyncManagedTransaction, ids: Iterable[str], activities: Sequence[str]) -> Touched:
    """Of these records, those that have derived facts, and those that these activities say something of."""
    by_prefix: dict[str, set[str]] = {}
    for one in ids:
        by_prefix.setdefault(one.rpartition("_")[0], set()).add(one)
    customers, contacts = by_prefix.get("customer", set()), by_prefix.get("contact", set())
    if activities:
        for customer, contact in await run(
            transaction,
            """CYPHER 5
            UNWIND $p.activities AS id
            MATCH (activity:Activity {id: id})
            OPTIONAL MATCH (activity)-[:ABOUT]->(customer:Customer)
            OPTIONAL MATCH (activity)<-[:PARTICIPATED_IN]-(contact:Contact)
            RETURN DISTINCT customer.id, contact.id""",
            activities=activities,
        ):
            customers.update([customer] if customer else [])
            contacts.update([contact] if contact else [])
    return Touched(frozenset(customers), frozenset(contacts), frozenset(by_prefix.get("order", ())))
