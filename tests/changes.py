"""Writes as the write engine makes them: what is changed, and its change, in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from neo4j import AsyncManagedTransaction

from graph.database import Database
from graph.ids import new_id

# The change of one record, in the shape that every write leaves it in.
_CHANGE = """CYPHER 5
UNWIND $p.rows AS row
OPTIONAL MATCH (record:Company|Contact|Customer|Order|Product|User|Deleted {id: row.properties.recordId})
OPTIONAL MATCH (other:Company|Contact|Customer|Order|Product|User|Deleted {id: row.properties.otherId})
CREATE (change:Change)
SET change = row.properties, change.createdAt = coalesce(row.at, datetime.transaction()),
    change.updatedAt = datetime.transaction(), change.version = 1
FOREACH (each IN CASE WHEN record IS NULL THEN [] ELSE [record] END | CREATE (change)-[:OF_RECORD]->(each))
FOREACH (each IN CASE WHEN other IS NULL THEN [] ELSE [other] END | CREATE (change)-[:OF_RECORD]->(each))
FOREACH (each IN CASE WHEN row.personal IS NULL THEN [] ELSE [row.personal] END |
    CREATE (change)-[:HAS_VALUE]->(value:ChangeValue) SET value = each)"""


def change(
    operation: str,
    record: str,
    type: str = "Company",
    *,
    values: Mapping[str, tuple[Any, Any]] | None = None,
    personal: Mapping[str, tuple[Any, Any]] | None = None,
    **properties: Any,
) -> dict[str, Any]:
    """A row of `write`: old and new values by property, and the change's other properties."""
    told = {**(values or {}), **(personal or {})}
    common = {"id": new_id("change"), "operation": operation, "recordId": record, "recordType": type}
    return {
        "at": properties.pop("at", None),
        "properties": {**common, "properties": list(told), **_sides(values or {}), **properties},
        "personal": _sides(personal) if personal else None,
    }


def _sides(values: Mapping[str, tuple[Any, Any]]) -> dict[str, Any]:
    sides = [
        (f"{side}.{name}", each)
        for name, pair in values.items()
        for side, each in zip(("old", "new"), pair, strict=True)
    ]
    return {name: each for name, each in sides if each is not None}


async def write(
    database: Database, *rows: dict[str, Any], before: str = "", held: asyncio.Event | None = None
) -> list[str]:
    """Commit changes in one transaction, after a statement if one is given; the changes' ids.

    With `held` the transaction has written and waits for the event before it commits.
    """

    async def work(transaction: AsyncManagedTransaction) -> None:
        if before:
            await (await transaction.run(f"CYPHER 5 {before}")).consume()
        await (await transaction.run(_CHANGE, p={"rows": list(rows)})).consume()
        if held:
            await held.wait()

    await database.write_transaction(work)
    return [str(row["properties"]["id"]) for row in rows]


async def forget(database: Database) -> None:
    """Remove all changes."""
    await database.run("MATCH (n:Change|ChangeValue) CALL (n) { DETACH DELETE n } IN TRANSACTIONS")
