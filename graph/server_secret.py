"""A secret that all servers of one database share, where the settings give none: made by the first that asks."""

from __future__ import annotations

import secrets
from functools import partial

from graph.database import Database
from graph.lookup import run

_FIND = """CYPHER 5
MERGE (secret:ServerSecret {name: $p.name})
ON CREATE SET secret.value = $p.value, secret.createdAt = datetime.transaction('Z')
RETURN secret.value"""


async def server_secret(database: Database, name: str) -> str:
    """The secret of a name: 256 random bits, the same for every server and after every start."""
    fresh = secrets.token_urlsafe(32)
    ((value,),) = await database.write_transaction(partial(run, text=_FIND, name=name, value=fresh))
    return str(value)
