"""Exchange rates in the database, where statements find them. The file that they come from is the one that counts."""

from __future__ import annotations

import hashlib
from functools import partial

from neo4j import AsyncManagedTransaction

from graph.database import Database
from graph.lookup import run
from graph.money import Rates

_AT_ONCE = 5_000
_SECONDS = 600.0


async def store_rates(database: Database, rates: Rates) -> bool:
    """Make the database's rates these ones; whether they were others. Servers may do this at the same time."""
    rows = _rows(rates)
    digest = hashlib.sha256(repr(rows).encode()).hexdigest()
    if await database.read_transaction(partial(_digest, text=_STORED)) == digest:
        return False
    return await database.write_transaction(partial(_replace, rows=rows, digest=digest), seconds=_SECONDS)


def _rows(rates: Rates) -> list[dict[str, str]]:
    """A row per currency and day, with the rate in decimal digits, since floats are not exact."""
    found = {(currency, day): rate for currency, entries in rates.by_currency.items() for day, rate in entries}
    return [
        {"key": f"{currency}:{day}", "currency": currency, "day": day.isoformat(), "rate": f"{rate:f}"}
        for (currency, day), rate in sorted(found.items())
    ]


async def _digest(transaction: AsyncManagedTransaction, text: str) -> str | None:
    rows = await run(transaction, text)
    return str(rows[0][0]) if rows else None


async def _replace(transaction: AsyncManagedTransaction, rows: list[dict[str, str]], digest: str) -> bool:
    # Writing the name takes the lock, so that of several servers that start the others find what the first one stored.
    if await _digest(transaction, _LOCKED) == digest:
        return False
    await run(transaction, "CYPHER 5 MATCH (rate:Rate) DELETE rate")
    for start in range(0, len(rows), _AT_ONCE):
        await run(transaction, _CREATE, rows=rows[start : start + _AT_ONCE])
    await run(transaction, "CYPHER 5 MATCH (file:RateFile {name: 'rates'}) SET file.digest = $p.digest", digest=digest)
    return True


_STORED = "CYPHER 5 MATCH (file:RateFile {name: 'rates'}) RETURN file.digest"

_LOCKED = """CYPHER 5
    MERGE (file:RateFile {name: 'rates'})
    SET file.name = 'rates'
    RETURN file.digest"""

_CREATE = """CYPHER 5
    UNWIND $p.rows AS row
    CREATE (rate:Rate)
    SET rate = row, rate.day = date(row.day)"""
