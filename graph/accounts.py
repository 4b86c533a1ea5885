"""Passwords of local accounts: (:Account {userId, passwordHash, changedAt}), one for each user that has one.

A node of its own, and no property of the user: what is not part of a record cannot be selected, filtered by, exported,
merged or told in its history, whatever is added to the model one day.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from graph.database import Database
from graph.grants import ADMINISTRATOR
from graph.lookup import run

# A login that is written exactly so comes first.
_FIND = """CYPHER 5
MATCH (user:User) WHERE user.login IN [$p.login, $p.folded]
OPTIONAL MATCH (account:Account {userId: user.id})
RETURN user.id, user.login, coalesce(user.active, true), account.passwordHash
ORDER BY user.login = $p.login DESC LIMIT 1"""

_OF_USER = """CYPHER 5
MATCH (user:User {id: $p.user})
OPTIONAL MATCH (account:Account {userId: user.id})
RETURN user.id, user.login, coalesce(user.active, true), account.passwordHash"""

_SET = """CYPHER 5
MATCH (user:User {id: $p.user})
MERGE (account:Account {userId: user.id})
SET account.passwordHash = $p.hash, account.changedAt = datetime.transaction('Z')
WITH user
OPTIONAL MATCH (session:Session) WHERE session.userId = user.id AND session.revokedAt IS NULL AND session.id <> $p.but
SET session.revokedAt = datetime.realtime('Z')
RETURN DISTINCT user.id"""

# Should the password have been changed meanwhile, that one stays.
_RENEW = """CYPHER 5
MATCH (account:Account {userId: $p.user})
SET account.userId = account.userId
WITH account WHERE account.passwordHash = $p.old
SET account.passwordHash = $p.new"""

_ADMINISTRATOR = """CYPHER 5
RETURN EXISTS {
  MATCH (role:Role {code: $p.role})<-[:HAS_ROLE]-(user:User)
  WHERE coalesce(user.active, true)
    AND (NOT $p.withPassword OR EXISTS { MATCH (account:Account) WHERE account.userId = user.id })
}"""


@dataclass(frozen=True)
class Account:
    """A user as far as signing in is concerned. Without a password nobody signs in here as this user."""

    user: str
    login: str
    is_active: bool
    password_hash: str | None = field(repr=False)


async def find_account(database: Database, login: str, *, exactly: bool = False) -> Account | None:
    """The user of a login, which may be written in capital letters, unless exactly this one is meant."""
    folded = login if exactly else login.lower()
    rows = await database.read_transaction(partial(run, text=_FIND, login=login, folded=folded))
    return Account(*rows[0]) if rows else None


async def account_of(database: Database, user: str) -> Account | None:
    """The user of an id."""
    rows = await database.read_transaction(partial(run, text=_OF_USER, user=user))
    return Account(*rows[0]) if rows else None


async def set_password(database: Database, user: str, password_hash: str, *, but: str = "") -> bool:
    """Give a user a password, and end all sessions but one; whether there is such a user."""
    work = partial(run, text=_SET, user=user, hash=password_hash, but=but)
    return bool(await database.write_transaction(work))


async def renew_hash(database: Database, user: str, old: str, new: str) -> None:
    """Keep another hash of the same password; sessions go on."""
    await database.write_transaction(partial(run, text=_RENEW, user=user, old=old, new=new))


async def has_administrator(database: Database, *, with_password: bool) -> bool:
    """Whether there is an administrator who may sign in; with a password, if only those can."""
    work = partial(run, text=_ADMINISTRATOR, role=ADMINISTRATOR, withPassword=with_password)
    ((found,),) = await database.read_transaction(work)
    return bool(found)
