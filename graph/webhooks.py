"""What is kept about webhooks: who delivers to which, how far it has come, and what was given up.

A webhook is delivered to by whoever holds its lease. It is taken under the node's lock and runs out by itself, so that
two servers never deliver to one webhook at a time, and one that dies holds up nobody for long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from neo4j import AsyncManagedTransaction

from graph.database import Database
from graph.ids import new_id

# How long a lease holds, in seconds; it is renewed several times in that time.
LEASE = 30.0


@dataclass(frozen=True)
class Hook:
    """A webhook whose lease is ours. `cursor` is in nanoseconds; None before the first delivery."""

    id: str
    url: str
    secret: str
    types: frozenset[str]
    operations: frozenset[str]
    created: int
    cursor: int | None
    done: tuple[str, ...]
    has_replays: bool
    # The id of whoever made it; None for the built-in administrator.
    creator: str | None = None


_CLAIM = """CYPHER 5
MATCH (hook:Webhook)
  WHERE coalesce(hook.active, true)
    AND (hook.leaseOwner = $p.owner OR hook.leaseUntil IS NULL OR hook.leaseUntil < datetime.realtime())
WITH hook ORDER BY hook.id LIMIT $p.limit
// Whoever has the lock sees what was committed before: only then is it certain that the lease is free.
SET hook.leaseAsked = $p.owner
WITH hook WHERE coalesce(hook.active, true)
  AND (hook.leaseOwner = $p.owner OR hook.leaseUntil IS NULL OR hook.leaseUntil < datetime.realtime())
SET hook.leaseOwner = $p.owner, hook.leaseUntil = datetime.realtime() + duration({seconds: $p.seconds})
RETURN hook.id, hook.url, hook.secret, coalesce(hook.types, []), coalesce(hook.operations, []),
  hook.createdAt.epochSeconds * 1000000000 + hook.createdAt.nanosecond, hook.cursor, coalesce(hook.done, []),
  EXISTS { (hook)<-[:FAILED_FOR]-(letter:DeadLetter) WHERE letter.replayAt IS NOT NULL }, hook.createdBy"""

_RELEASE = """CYPHER 5
MATCH (hook:Webhook) WHERE hook.leaseOwner = $p.owner
REMOVE hook.leaseOwner, hook.leaseUntil, hook.leaseAsked"""

_PROGRESS = """CYPHER 5
MATCH (hook:Webhook {id: $p.id}) SET hook.leaseAsked = $p.owner
WITH hook WHERE hook.leaseOwner = $p.owner
SET hook.cursor = $p.cursor, hook.done = $p.done
RETURN hook.id"""

_SUCCEEDED = """CYPHER 5
MATCH (hook:Webhook {id: $p.id})
SET hook.deliveredAt = datetime.realtime('Z'), hook.failures = 0
REMOVE hook.lastError"""

_FAILED = """CYPHER 5
MATCH (hook:Webhook {id: $p.id})
SET hook.failures = coalesce(hook.failures, 0) + 1, hook.lastError = $p.error"""

_BURY = """CYPHER 5
MATCH (hook:Webhook {id: $p.id})
CREATE (letter:DeadLetter)-[:FAILED_FOR]->(hook)
SET letter = $p.letter, letter.createdAt = datetime.transaction('Z'), letter.updatedAt = letter.createdAt"""

_GONE = """CYPHER 5
MATCH (hook:Webhook {id: $p.id})
REMOVE hook:Webhook, hook.leaseOwner, hook.leaseUntil, hook.leaseAsked
SET hook:Deleted, hook.formerLabels = ['Webhook'], hook.deletedAt = datetime.transaction('Z')
CREATE (change:Change)-[:OF_RECORD]->(hook)
SET change = $p.change, change.createdAt = datetime.realtime('Z'), change.updatedAt = datetime.transaction('Z'),
    change.recordVersion = hook.version"""

_REPLAY = """CYPHER 5
MATCH (hook:Webhook {id: $p.id})<-[:FAILED_FOR]-(letter:DeadLetter)
  WHERE $p.letters IS NULL OR letter.id IN $p.letters
SET letter.replayAt = datetime.transaction('Z')
RETURN letter.id"""

_REPLAYS = """CYPHER 5
MATCH (hook:Webhook {id: $p.id})<-[:FAILED_FOR]-(letter:DeadLetter) WHERE letter.replayAt IS NOT NULL
RETURN letter.id, letter.changeId ORDER BY letter.changeId LIMIT $p.limit"""

_REPLAYED = """CYPHER 5
MATCH (letter:DeadLetter {id: $p.id}) DETACH DELETE letter"""

_FAILED_AGAIN = """CYPHER 5
MATCH (letter:DeadLetter {id: $p.id})
SET letter.attempts = coalesce(letter.attempts, 0) + 1, letter.status = $p.status, letter.error = $p.error,
    letter.version = letter.version + 1, letter.updatedAt = datetime.transaction('Z')
REMOVE letter.replayAt"""


async def claim(database: Database, owner: str, *, limit: int, seconds: float = LEASE) -> list[Hook]:
    """Take the leases that are free and renew our own."""
    rows = await _write(database, _CLAIM, owner=owner, limit=limit, seconds=seconds)
    return [
        Hook(id_, url, secret, frozenset(types), frozenset(operations), created, cursor, tuple(done), has_replays, by)
        for id_, url, secret, types, operations, created, cursor, done, has_replays, by in rows
    ]


async def release(database: Database, owner: str) -> None:
    """Give our leases back, so that others need not wait until they run out."""
    await _write(database, _RELEASE, owner=owner)


async def keep_progress(database: Database, owner: str, hook: str, cursor: int, done: Sequence[str]) -> bool:
    """Write down how far a webhook has come; whether its lease is still ours."""
    return bool(await _write(database, _PROGRESS, owner=owner, id=hook, cursor=cursor, done=list(done)))


async def note_success(database: Database, hook: str) -> None:
    await _write(database, _SUCCEEDED, id=hook)


async def note_failure(database: Database, hook: str, error: str) -> None:
    await _write(database, _FAILED, id=hook, error=error)


async def bury(database: Database, hook: str, change: str, attempts: int, status: int | None, error: str) -> None:
    """Put a change on the list of what was given up."""
    letter = {
        "id": new_id("dead_letter"), "version": 1, "changeId": change, "attempts": attempts, "status": status,
        "error": error,
    }  # fmt: skip
    await _write(database, _BURY, id=hook, letter=letter)


async def remove(database: Database, hook: str) -> None:
    """Delete a webhook, as every record is deleted."""
    change = {
        "id": new_id("change"), "operation": "DELETE", "recordId": hook, "recordType": "Webhook", "version": 1,
        "properties": [],
    }  # fmt: skip
    await _write(database, _GONE, id=hook, change=change)


async def replay_dead_letters(database: Database, webhook: str, letters: Sequence[str] | None = None) -> list[str]:
    """Have what was given up delivered once more; all of it, unless told. Answers the ids of those that are."""
    given = None if letters is None else list(letters)
    return [str(row[0]) for row in await _write(database, _REPLAY, id=webhook, letters=given)]


async def replays(database: Database, hook: str, *, limit: int = 100) -> list[tuple[str, str]]:
    """The dead letters that wait to be tried once more, each with its change."""
    return [(letter, change) for letter, change in await database.run(_REPLAYS, p={"id": hook, "limit": limit})]


async def note_replay(database: Database, letter: str, status: int | None, error: str | None) -> None:
    """A dead letter that was delivered is removed; one that was not stays."""
    if error is None:
        await _write(database, _REPLAYED, id=letter)
    else:
        await _write(database, _FAILED_AGAIN, id=letter, status=status, error=error)


async def _write(database: Database, text: str, **values: Any) -> list[list[Any]]:
    return await database.write_transaction(partial(_run, text=text, values=values))


async def _run(transaction: AsyncManagedTransaction, text: str, values: dict[str, Any]) -> list[list[Any]]:
    result = await transaction.run(text, p=values)
    return [list(record.values()) async for record in result]
