"""API keys in the graph: an ApiKey record, which its owner and administrators see, and on it the hash, which nobody does.

The hash is no property of the model, so that nothing selects, filters or exports it. Plain SHA-256 will do: a key has 256
random bits, which nobody finds by trying.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from graph.database import Database
from graph.grants import Granted
from graph.ids import new_id
from graph.lookup import run

# Grants are shared by their keys: that a key and a role are limited alike is one node.
_CREATE = """CYPHER 5
MATCH (owner:User {id: $p.owner})
CREATE (key:ApiKey)-[:OWNED_BY]->(owner)
SET key = $p.key, key.createdAt = datetime.transaction('Z'), key.updatedAt = datetime.transaction('Z'),
    key.ownerId = owner.id
CREATE (change:Change)-[:OF_RECORD]->(key)
SET change = $p.change, change.createdAt = datetime.transaction('Z'), change.updatedAt = datetime.transaction('Z')
WITH key
CALL (key) {
  UNWIND $p.grants AS given
  MERGE (grant:Grant {key: given.key})
  ON CREATE SET grant = given, grant.createdAt = datetime.transaction('Z'), grant.updatedAt = datetime.transaction('Z')
  MERGE (key)-[:GRANTS]->(grant)
  RETURN count(grant) AS grants
}
RETURN key.id"""

_REVOKE = """CYPHER 5
MATCH (key:ApiKey {id: $p.id}) WHERE $p.owner IS NULL OR key.ownerId = $p.owner
REMOVE key:ApiKey, key.hash
SET key:Deleted, key.formerLabels = ['ApiKey'], key.deletedAt = datetime.transaction('Z')
CREATE (change:Change)-[:OF_RECORD]->(key)
SET change = $p.change, change.createdAt = datetime.transaction('Z'), change.updatedAt = datetime.transaction('Z'),
    change.recordVersion = key.version
RETURN key.id"""

# Of many requests within a minute the first writes.
_TOUCH = """CYPHER 5
MATCH (key:ApiKey {prefix: $p.prefix})
  WHERE key.lastUsedAt IS NULL OR key.lastUsedAt < datetime.realtime('Z') - duration({seconds: $p.seconds})
SET key.lastUsedAt = datetime.realtime('Z')
RETURN key.id"""


async def create_key(
    database: Database,
    *,
    owner: str,
    prefix: str,
    hash: str,
    name: str | None,
    expires: datetime | None,
    grants: Sequence[Granted] | None,
    by: str | None,
) -> str | None:
    """Make a key for a user, limited to grants if some are given; its id, or None if there is no such user."""
    key = {
        "id": new_id("api_key"), "version": 1, "prefix": prefix, "hash": hash, "name": name, "expiresAt": expires,
        "isLimited": grants is not None, "createdBy": by,
    }  # fmt: skip
    given = [_node(grant) for grant in grants or ()]
    work = partial(run, text=_CREATE, owner=owner, key=key, grants=given, change=_change(key["id"], "CREATE", by))
    rows = await database.write_transaction(work)
    return str(rows[0][0]) if rows else None


async def revoke_key(database: Database, id_: str, *, owner: str | None, by: str | None) -> bool:
    """Delete a key, only one of this owner if one is given; whether there was one."""
    work = partial(run, text=_REVOKE, id=id_, owner=owner, change=_change(id_, "DELETE", by))
    return bool(await database.write_transaction(work))


async def touch_key(database: Database, prefix: str, seconds: float) -> None:
    """Write down that a key was used, unless that was done within so many seconds."""
    await database.write_transaction(partial(run, text=_TOUCH, prefix=prefix, seconds=int(seconds)))


def _node(grant: Granted) -> dict[str, Any]:
    values = {
        "id": new_id("grant"), "version": 1, "key": grant.key, "recordType": grant.record_type,
        "action": grant.action.value if grant.action else None,
        "scope": grant.scope.value if grant.action else None,
        "field": grant.field or None, "right": grant.right.value if grant.right else None,
    }  # fmt: skip
    return {name: value for name, value in values.items() if value is not None}


def _change(record: Any, operation: str, by: str | None) -> dict[str, Any]:
    change = {
        "id": new_id("change"), "operation": operation, "recordId": record, "recordType": "ApiKey", "version": 1,
        "recordVersion": 1, "properties": [], "createdBy": by,
    }  # fmt: skip
    return {name: value for name, value in change.items() if value is not None}
