"""Sign-ins that go on, one node each: (:Session {id, userId, kind, secret, by, createdAt, usedAt, idleSeconds, expiresAt, revokedAt}).

They are no records: no query of the API sees them, and no relationship leads to them. What a client holds is
`id.secret`, of which the node has the SHA-256 of the second part; that part has 256 random bits, so that nothing slower
is needed. A BROWSER's is a cookie and stays the same; a TOKEN's refreshes access tokens and is another one each time.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from functools import partial

from graph.database import Database
from graph.lookup import run

BROWSER, TOKEN = "BROWSER", "TOKEN"

_BEGIN = """CYPHER 5
CREATE (session:Session)
SET session = $p.session, session.createdAt = datetime.transaction('Z'), session.usedAt = datetime.transaction('Z'),
    session.idleSeconds = $p.idle,
    session.expiresAt = datetime.transaction('Z') + duration({seconds: $p.seconds})
RETURN session.expiresAt.epochSeconds"""

# Of two that come with the same secret the second waits at the lock, and then finds another one in its place.
_ROTATE = """CYPHER 5
MATCH (session:Session {id: $p.id, kind: 'TOKEN'})
SET session.usedAt = datetime.realtime('Z')
WITH session WHERE session.revokedAt IS NULL AND session.expiresAt > datetime.realtime('Z')
MATCH (user:User {id: session.userId}) WHERE coalesce(user.active, true)
WITH session, user, session.secret = $p.old AS isCurrent
SET session.secret = CASE WHEN isCurrent THEN $p.new ELSE session.secret END,
    session.revokedAt = CASE WHEN isCurrent THEN null ELSE datetime.realtime('Z') END
RETURN isCurrent, user.id, session.expiresAt.epochSeconds"""

_REVOKE = """CYPHER 5
MATCH (session:Session {id: $p.id}) WHERE session.revokedAt IS NULL
SET session.revokedAt = datetime.realtime('Z')
RETURN session.userId"""

_REVOKE_OTHERS = """CYPHER 5
MATCH (session:Session) WHERE session.userId = $p.user AND session.revokedAt IS NULL AND session.id <> $p.but
SET session.revokedAt = datetime.realtime('Z')
RETURN count(session)"""

# That it has not been used for too long; one without such a limit goes on until it expires. Neo4j may look at the second
# part first, and there is no duration of nothing.
IS_IDLE = """(session.idleSeconds IS NOT NULL
    AND session.usedAt + duration({milliseconds: toInteger(coalesce(session.idleSeconds, 0) * 1000)}) < datetime.realtime('Z'))"""

# What is over by then does not begin again.
_TOUCH = f"""CYPHER 5
MATCH (session:Session {{id: $p.id}})
SET session.id = session.id
WITH session WHERE session.revokedAt IS NULL AND NOT {IS_IDLE}
SET session.usedAt = datetime.realtime('Z')"""

_SWEEP = """CYPHER 5
WITH datetime.realtime('Z') AS now
CALL (now) {
  MATCH (over:Session) WHERE over.expiresAt < now RETURN over LIMIT 1000
  UNION ALL
  MATCH (over:Throttle) WHERE over.forgottenAt < now.epochMillis RETURN over LIMIT 1000
}
DELETE over
RETURN count(*)"""


@dataclass(frozen=True)
class Begun:
    """A session that has begun. `token` is told to its client, and to nobody else."""

    id: str
    token: str = field(repr=False)
    # In seconds since 1970.
    expires: int


def split(token: str) -> tuple[str, str]:
    """The id of a client's token, and the hash of its secret."""
    id_, _, secret = token.partition(".")
    return id_, hashed(secret)


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


async def begin(
    database: Database, user: str, kind: str, seconds: float, by: str, *, idle: float | None = None
) -> Begun:
    """Begin a session. `by` says how its user signed in; with `idle`, it ends when it is not used for so many seconds."""
    id_, secret = secrets.token_hex(16), secrets.token_urlsafe(32)
    session = {"id": id_, "userId": user, "kind": kind, "secret": hashed(secret), "by": by}
    work = partial(run, text=_BEGIN, session=session, seconds=int(seconds), idle=idle)
    ((expires,),) = await database.write_transaction(work)
    return Begun(id_, f"{id_}.{secret}", expires)


@dataclass(frozen=True)
class Rotated:
    """What came of a token that was to be exchanged for the next: one that was used before ends its session."""

    user: str
    token: str | None = field(repr=False)
    expires: int


async def rotate(database: Database, token: str) -> Rotated | None:
    """Exchange a refresh token for the next one; None if there is no such session any more."""
    id_, old = split(token)
    secret = secrets.token_urlsafe(32)
    work = partial(run, text=_ROTATE, id=id_, old=old, new=hashed(secret))
    rows = await database.write_transaction(work)
    if not rows:
        return None
    is_current, user, expires = rows[0]
    return Rotated(user, f"{id_}.{secret}" if is_current else None, expires)


async def touch(database: Database, session: str) -> None:
    """Write down that a session is used now, unless it is over."""
    await database.write_transaction(partial(run, text=_TOUCH, id=session))


async def revoke(database: Database, session: str) -> str | None:
    """End a session; whose it was, if it had not ended before."""
    rows = await database.write_transaction(partial(run, text=_REVOKE, id=session))
    return str(rows[0][0]) if rows else None


async def revoke_others(database: Database, user: str, but: str = "") -> int:
    """End all sessions of a user but one; how many those were."""
    ((count,),) = await database.write_transaction(partial(run, text=_REVOKE_OTHERS, user=user, but=but))
    return int(count)


async def sweep(database: Database) -> None:
    """Remove what is over, some thousand at a time."""
    while True:
        ((removed,),) = await database.write_transaction(partial(run, text=_SWEEP))
        if removed < 1_000:
            return
