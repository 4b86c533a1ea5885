"""Idempotency keys in the graph: taken by the transaction that writes, which leaves its answer there as well.

(:IdempotencyKey {key, fingerprint, answer, reader, records, createdAt, expiresAt}) is no record: nobody reads it by the
API, and it is removed when its time is over.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph.errors import GuanxiError
from graph.statement import Statement

if TYPE_CHECKING:
    from graph.database import Database

# Of two transactions with one key the second waits at its MERGE, until the first has left its answer or nothing at all.
# A key whose time is over is as good as none; writing to it makes a second one wait there.
TAKE = [
    "CALL (now) {",
    "  MERGE (key:IdempotencyKey {key: $p.key})",
    "  SET key.key = key.key",
    "  WITH key, coalesce(key.expiresAt > now, false) AS isTaken",
    "  FOREACH (_ IN CASE WHEN isTaken THEN [] ELSE [1] END |",
    "    SET key = {key: $p.key, fingerprint: $p.fingerprint, createdAt: now, "
    "expiresAt: now + duration({seconds: $p.seconds})})",
    "  RETURN CASE WHEN isTaken THEN [key.fingerprint, key.answer, key.reader, key.records] END AS mark",
    "}",
]

_STORE = """CYPHER 5
MATCH (key:IdempotencyKey {key: $p.key})
SET key.answer = $p.answer, key.reader = $p.reader, key.records = $p.records
RETURN true"""

_REMEMBER = "\n".join([
    "CYPHER 5",
    "WITH datetime.transaction('Z') AS now",
    *TAKE,
    "FOREACH (_ IN CASE WHEN mark IS NULL THEN [1] ELSE [] END |",
    "  MERGE (key:IdempotencyKey {key: $p.key})",
    "  SET key.answer = $p.answer, key.reader = $p.reader, key.records = $p.records)",
    "RETURN mark",
])  # fmt: skip

# What is over goes in bounded batches, each a transaction of its own.
BATCH = 1_000
SWEEP = f"""CYPHER 5
WITH datetime.transaction('Z') AS now
CALL (now) {{
  MATCH (key:IdempotencyKey) WHERE key.expiresAt < now
  RETURN key AS over LIMIT {BATCH}
  UNION ALL
  MATCH (attempt:Attempt) WHERE attempt.createdAt < now - duration({{days: 1}})
  RETURN attempt AS over LIMIT {BATCH}
}}
DELETE over
RETURN count(*) AS removed"""


async def sweep(database: Database) -> int:
    """Remove what is over; how much that was."""
    removed = 0
    while True:
        ((found,),) = await database.run(SWEEP)
        removed += int(found)
        if found < BATCH:
            return removed


async def keep_swept(database: Database, seconds: float = 600.0) -> None:
    """Remove what is over, again and again."""
    while True:
        try:
            await sweep(database)
        except GuanxiError as error:
            # What is over harms nobody until the database is back.
            logging.getLogger(__name__).warning("idempotency keys could not be removed: %s", error.message)
        await asyncio.sleep(seconds * random.uniform(0.5, 1.5))  # noqa: S311 - servers need not all do it at once.


@dataclass(frozen=True)
class Mark:
    """What a key's transaction left: which request it was, its answer if it was small enough, and for whom.

    `records` are the ids of the records that it answered, each after the position of its field.
    """

    fingerprint: str
    answer: bytes | None
    reader: str | None = None
    records: Sequence[str] = ()

    @classmethod
    def read(cls, found: Sequence[Any] | None) -> Mark | None:
        if found is None:
            return None
        fingerprint, answer, reader, records = found
        return cls(fingerprint, bytes(answer) if answer is not None else None, reader, records or ())


def store(key: str, mark: Mark) -> Statement:
    """The statement that leaves an answer under a key which this transaction has taken."""
    return Statement(_STORE, _values(key, mark))


def remember(key: str, mark: Mark, seconds: int) -> Statement:
    """The statement that takes a key and leaves an answer there; it answers the mark of another who did so before."""
    return Statement(_REMEMBER, {**_values(key, mark), "fingerprint": mark.fingerprint, "seconds": seconds})


def _values(key: str, mark: Mark) -> dict[str, Any]:
    return {"key": key, "answer": mark.answer, "reader": mark.reader, "records": list(mark.records)}
