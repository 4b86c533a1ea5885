"""Links that are good for one use: (:OneTimeLink {subject, offers, takenUntil}).

The subject is a user who may choose a password, or the administrator that there is not yet. All links for one subject
are one node, whose lock decides which of them is used: two servers that start at once both print a link, and the first
that is used makes the other one void. An offer is `hash@milliseconds`, the second being when it expires.
"""

from __future__ import annotations

import hashlib
import secrets
from functools import partial

from neo4j import AsyncManagedTransaction

from graph.database import Database
from graph.lookup import run

# The subject of the link that makes the first administrator.
FIRST_ADMINISTRATOR = "administrator"

# More offers than this for one subject are servers that start again and again: the oldest are void.
_MOST = 8
# Whoever uses a link has so many seconds to come to an end; after that a use that broke off does not count.
_TAKEN = 60

_LOCK = """CYPHER 5
MERGE (link:OneTimeLink {subject: $p.subject})
SET link.subject = $p.subject
WITH link, datetime.realtime().epochMillis AS now
RETURN coalesce(link.offers, []), coalesce(link.takenUntil, 0), now"""

_READ = """CYPHER 5
MATCH (link:OneTimeLink {subject: $p.subject})
RETURN coalesce(link.offers, []), coalesce(link.takenUntil, 0), datetime.realtime().epochMillis"""

_OFFER = "CYPHER 5 MATCH (link:OneTimeLink {subject: $p.subject}) SET link.offers = $p.offers"
_TAKE = "CYPHER 5 MATCH (link:OneTimeLink {subject: $p.subject}) SET link.takenUntil = $p.until"
_CLOSE = "CYPHER 5 MATCH (link:OneTimeLink {subject: $p.subject}) DELETE link"


async def offer(database: Database, subject: str, seconds: float, *, replaces: bool = False) -> str:
    """A token that is good for one use by its subject; with `replaces`, earlier ones are void."""
    secret = secrets.token_urlsafe(32)
    await database.write_transaction(
        partial(_offer, subject=subject, hash=_hashed(secret), milliseconds=int(seconds * 1_000), replaces=replaces)
    )
    return f"{subject}.{secret}"


async def _offer(
    transaction: AsyncManagedTransaction, subject: str, hash: str, milliseconds: int, replaces: bool
) -> None:
    ((offers, _, now),) = await run(transaction, _LOCK, subject=subject)
    kept = [] if replaces else [each for each in offers if _expiry(each) > now][-_MOST + 1 :]
    await run(transaction, _OFFER, subject=subject, offers=[*kept, f"{hash}@{now + milliseconds}"])


async def is_good(database: Database, token: str) -> bool:
    """Whether a token could be used now."""
    subject, hash = _parts(token)
    rows = await database.read_transaction(partial(run, text=_READ, subject=subject))
    return bool(rows) and _is_offered(hash, *rows[0])


async def take(database: Database, token: str) -> str | None:
    """Begin to use a token, while nobody else can; the subject, if it is good. `close` ends it, and `give_back` undoes it."""
    subject, hash = _parts(token)
    is_taken = await database.write_transaction(partial(_take, subject=subject, hash=hash))
    return subject if is_taken else None


async def _take(transaction: AsyncManagedTransaction, subject: str, hash: str) -> bool:
    # A token that nobody was given must not leave a node behind.
    if not await run(transaction, _READ, subject=subject):
        return False
    ((offers, taken, now),) = await run(transaction, _LOCK, subject=subject)
    if not _is_offered(hash, offers, taken, now):
        return False
    await run(transaction, _TAKE, subject=subject, until=now + _TAKEN * 1_000)
    return True


async def give_back(database: Database, subject: str) -> None:
    """A link that was taken may be used after all."""
    await database.write_transaction(partial(run, text=_TAKE, subject=subject, until=0))


async def close(database: Database, subject: str) -> None:
    """No link for this subject is good any more."""
    await database.write_transaction(partial(run, text=_CLOSE, subject=subject))


def _is_offered(hash: str, offers: list[str], taken: int, now: int) -> bool:
    return taken < now and any(each.split("@")[0] == hash and _expiry(each) > now for each in offers)


def _expiry(offered: str) -> int:
    return int(offered.split("@")[1])


def _parts(token: str) -> tuple[str, str]:
    subject, _, secret = token.partition(".")
    return subject, _hashed(secret)


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
