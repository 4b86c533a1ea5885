"""Constraints and indexes that the model asks for, and how they come into being.

Neo4j tells them apart by what they are on, not by their names; ours bear a name that begins with `guanxi_`, and one
that bears it without being asked for any more is dropped.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from neo4j import AsyncManagedTransaction
from neo4j.exceptions import ClientError, DatabaseError, TransientError

from graph.database import Database
from graph.errors import Refused, Unavailable
from graph.lookup import run
from graph.model import Kind, Model, NodeType, Property
from graph.names import name
from graph.search_terms import SEARCH_INDEX

PREFIX = "guanxi_"

# What is kept beside the records of the model: numbers that were given, keys and attempts that were used, exchange rates, records
# that were deleted, batches that were imported, roles that were made at the start; and what signing in needs.
_INTERNAL = (
    ("Sequence", "name"),
    ("IdempotencyKey", "key"),
    ("Attempt", "id"),
    ("RateFile", "name"),
    ("Rate", "key"),
    ("Deleted", "id"),
    ("ImportBatch", "id"),
    ("SeededRole", "code"),
    ("Account", "userId"),
    ("Session", "id"),
    ("Throttle", "key"),
    ("OneTimeLink", "subject"),
    ("ServerSecret", "name"),
)

_ATTEMPTS = 8
_AT_ONCE = 8
_ONLINE_WITHIN = 300


@dataclass(frozen=True, order=True)
class Wanted:
    """One constraint or index. `kind` is UNIQUENESS, RANGE, FULLTEXT or POINT."""

    kind: str
    entity: str
    label: str
    properties: tuple[str, ...]

    @property
    def name(self) -> str:
        """Stable, and telling what it is on, so that another definition has another name. Searches name theirs."""
        if self.kind == "FULLTEXT":
            return SEARCH_INDEX
        kind = {"UNIQUENESS": "unique", "RANGE": "index", "POINT": "point"}[self.kind]
        return PREFIX + "_".join((kind, self.label, *self.properties))

    @property
    def statement(self) -> str:
        label, on = (
            "|".join(map(name, self.label.split("|"))),
            ", ".join(f"one.{name(property)}" for property in self.properties),
        )
        pattern = f"(one:{label})" if self.entity == "NODE" else f"()-[one:{label}]-()"
        match self.kind:
            case "UNIQUENESS":
                return f"CREATE CONSTRAINT {self.name} IF NOT EXISTS FOR {pattern} REQUIRE ({on}) IS UNIQUE"
            case "RANGE":
                return f"CREATE INDEX {self.name} IF NOT EXISTS FOR {pattern} ON ({on})"
            case "POINT":
                return f"CREATE POINT INDEX {self.name} IF NOT EXISTS FOR {pattern} ON ({on})"
            case "FULLTEXT":
                # What is searched is a list of terms already, so it is split and nothing else.
                analyzer = "OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}"
                return f"CREATE FULLTEXT INDEX {self.name} IF NOT EXISTS FOR {pattern} ON EACH [{on}] {analyzer}"
            case kind:
                raise TypeError(f"no way to create {kind}")


def wanted(model: Model) -> list[Wanted]:
    """Everything that the model asks for, constraints first."""
    found = {Wanted("UNIQUENESS", "NODE", label, (property,)) for label, property in _INTERNAL}
    # By this one a statement finds the latest rate of a day or before.
    found.add(Wanted("RANGE", "NODE", "Rate", ("currency", "day")))
    # By this one all sessions of a user end with a new password.
    found.add(Wanted("RANGE", "NODE", "Session", ("userId",)))
    for node in (*model.nodes.values(), *model.logs.values()):
        if node.labels:
            found |= set(_of_node(model, node))
            found |= set(_of_edges(node))
    if searched := _searched(model):
        found.add(Wanted("FULLTEXT", "NODE", "|".join(searched), ("searchText",)))
    return sorted(found, key=lambda one: (one.kind != "UNIQUENESS", one))


def _searched(model: Model) -> list[str]:
    """The labels whose records are searched; of kinds of one record, the label that they share."""
    return sorted({
        next((each for each in node.labels if model.by_label[each].id_prefix == node.id_prefix), node.labels[-1])
        for node in model.concrete
        if node.is_searchable
    })  # fmt: skip


async def reconcile(model: Model, database: Database) -> None:
    """Create what is missing, drop what is ours and not wanted any more, and wait until all can be used.

    Servers may do this at the same time: creating what exists is no error, and where two get into each other's way,
    the loser looks again.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            await _reconcile_once(model, database)
        except Refused:
            raise
        except (Unavailable, ClientError, TransientError, DatabaseError):
            if attempt == _ATTEMPTS:
                raise
            await asyncio.sleep(0.2 * attempt)
        else:
            return


async def missing(model: Model, database: Database) -> list[str]:
    """The names of those that do not exist, or cannot be used yet."""
    online = {found for found, state in (await _existing(database)).values() if state == "ONLINE"}
    return [one.name for one in wanted(model) if one not in online]


async def _reconcile_once(model: Model, database: Database) -> None:
    existing = await _existing(database)
    asked = wanted(model)
    constraints = {row[0] for row in await database.run("CYPHER 5 SHOW CONSTRAINTS YIELD name")}
    for index, (found, state) in existing.items():
        if index.startswith(PREFIX) and (found not in asked or state == "FAILED"):
            kind = "CONSTRAINT" if index in constraints else "INDEX"
            logging.getLogger(__name__).info("dropping %s %s", kind.lower(), index)
            await database.run(f"CYPHER 5 DROP {kind} `{index.replace('`', '``')}` IF EXISTS")
    there = {found for found, state in existing.values() if state != "FAILED"}
    absent = [one for one in asked if one not in there]
    # Each constraint is a transaction of its own, which mostly waits for the disk; indexes go in as one.
    turns = asyncio.Semaphore(_AT_ONCE)

    async def create(one: Wanted) -> None:
        async with turns:
            await database.run(f"CYPHER 5 {one.statement}")

    await asyncio.gather(*(create(one) for one in absent if one.kind == "UNIQUENESS"))
    others = [one for one in absent if one.kind != "UNIQUENESS"]
    await database.write_transaction(partial(_create_all, wanted=others), seconds=_ONLINE_WITHIN)
    await database.run("CYPHER 5 CALL db.awaitIndexes($p.seconds)", p={"seconds": _ONLINE_WITHIN})


async def _create_all(transaction: AsyncManagedTransaction, wanted: Sequence[Wanted]) -> None:
    for one in wanted:
        await run(transaction, f"CYPHER 5 {one.statement}")


async def _existing(database: Database) -> dict[str, tuple[Wanted, str]]:
    """What is there by name, as it would have been asked for, and its state."""
    rows = await database.run(
        """CYPHER 5
        SHOW INDEXES YIELD name, type, entityType, labelsOrTypes, properties, owningConstraint, state
        RETURN name, type, entityType, labelsOrTypes, properties, owningConstraint, state"""
    )
    return {
        index: (
            Wanted("UNIQUENESS" if owner else kind, entity, "|".join(sorted(labels or ())), tuple(properties or ())),
            state,
        )
        for index, kind, entity, labels, properties, owner, state in rows
        if kind != "LOOKUP"
    }


def _of_node(model: Model, node: NodeType) -> Iterator[Wanted]:
    label = node.labels[-1]
    for property in node.properties.values():
        if property.is_unique and (property.name == "id" or not _is_above(model, node, property)):
            yield Wanted("UNIQUENESS", "NODE", label, (property.name,))
        if property.is_indexed and not _is_kind_of(model, node, property):
            yield Wanted("RANGE", "NODE", label, (property.name, "id"))
        if property.kind is Kind.POINT:
            yield Wanted("POINT", "NODE", label, (property.name,))


def _is_above(model: Model, node: NodeType, property: Property) -> bool:
    """Whether a more general label's constraint covers the property: it must be unique among all of them."""
    return any(_declares(model.by_label[label], property.name, unique=True) for label in node.labels[:-1])


def _is_kind_of(model: Model, node: NodeType, property: Property) -> bool:
    """Whether a more general label's index serves. Kinds of one record, which share its id prefix, are bound with all
    their labels; an index on each kind would only be one more to write."""
    return any(
        _declares(model.by_label[label], property.name, unique=False)
        and model.by_label[label].id_prefix == node.id_prefix
        for label in node.labels[:-1]
    )


def _declares(node: NodeType, property: str, *, unique: bool) -> bool:
    found = node.properties.get(property)
    return found is not None and (found.is_unique if unique else found.is_indexed)


def _of_edges(node: NodeType) -> Iterator[Wanted]:
    for relationship in node.relationships.values():
        for property in relationship.edge.properties.values() if relationship.edge else ():
            if property.is_indexed:
                yield Wanted("RANGE", "RELATIONSHIP", relationship.hops[0].types[0], (property.name,))
