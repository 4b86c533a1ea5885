"""Which sessions and API keys are good now, all in one look."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import partial

from graph.database import Database
from graph.grants import Granted
from graph.lookup import run
from graph.sessions import IS_IDLE

_STANDING = f"""CYPHER 5
WITH datetime.realtime('Z') AS now
CALL (now) {{
  UNWIND $p.sessions AS id
  MATCH (session:Session {{id: id}}) WHERE session.revokedAt IS NULL AND session.expiresAt > now AND NOT {IS_IDLE}
  MATCH (user:User {{id: session.userId}}) WHERE coalesce(user.active, true)
  RETURN collect([session.id, user.id, session.kind, session.secret, session.expiresAt.epochSeconds,
    session.idleSeconds]) AS sessions
}}
CALL (now) {{
  UNWIND $p.keys AS prefix
  MATCH (key:ApiKey {{prefix: prefix}}) WHERE key.expiresAt IS NULL OR key.expiresAt > now
  MATCH (key)-[:OWNED_BY]->(user:User) WHERE coalesce(user.active, true)
  RETURN collect([
    key.prefix, key.id, user.id, key.hash, key.expiresAt.epochSeconds,
    CASE WHEN key.isLimited THEN [(key)-[:GRANTS]->(grant:Grant) | grant.key] END
  ]) AS keys
}}
RETURN sessions, keys"""


@dataclass(frozen=True)
class StandingSession:
    """A session that has not ended. `secret` is the hash of what its client holds."""

    user: str
    kind: str
    secret: str = field(repr=False)
    expires: int
    # For how many seconds it may go unused; None if for as long as it is good.
    idle: float | None = None


@dataclass(frozen=True)
class StandingKey:
    """An API key that may be used. `hash` is that of the whole key."""

    id: str
    user: str
    hash: str = field(repr=False)
    expires: int | None
    # What it is limited to; None if it may do whatever its user may. A grant that was deleted grants it nothing.
    scope: frozenset[Granted] | None

    @classmethod
    def read(cls, id: str, user: str, hash: str, expires: int | None, grants: list[str] | None) -> StandingKey:
        read = (Granted.read(key) for key in grants or ())
        return cls(id, user, hash, expires, None if grants is None else frozenset(each for each in read if each))


@dataclass(frozen=True)
class Standing:
    """Sessions by their ids, and keys by their prefixes. What is not here is not good, or no longer."""

    sessions: Mapping[str, StandingSession]
    keys: Mapping[str, StandingKey]


async def standing(database: Database, sessions: Collection[str] = (), keys: Collection[str] = ()) -> Standing:
    """Of those that are named the ones that are good now."""
    work = partial(run, text=_STANDING, sessions=list(sessions), keys=list(keys))
    ((found_sessions, found_keys),) = await database.read_transaction(work)
    return Standing(
        {id_: StandingSession(*rest) for id_, *rest in found_sessions},
        {prefix: StandingKey.read(*rest) for prefix, *rest in found_keys},
    )
