"""The trading example with people who can sign in: one of each kind that matters here."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from graph.accounts import set_password
from graph.database import Database
from graph.indexes import reconcile
from graph.model import Model
from graph.people import seed_roles
from tests.trading import hold_trading
from web.passwords import Passwords

PASSWORD = "a lantern over the harbor"

# Marcus owns three of the customers.
ROLES = {"ingrid": "administrator", "marcus": "sales", "lin": "analyst", "tomas": "service"}
CUSTOMERS = "{customers {totalCount}}"
OF_MARCUS, ALL = 3, 11

_ROLES = """CYPHER 5
UNWIND $p AS row
MATCH (user:User {login: row[0]}) MATCH (role:Role {code: row[1]})
MERGE (user)-[:HAS_ROLE]->(role)"""


@dataclass
class CountingHasher(Argon2Hasher):
    """The real Argon2, with light parameters, which counts how often it verifies."""

    verified: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=1024, parallelism=1)

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:
        with self._lock:
            self.verified += 1
        return super().verify(password, hash)


HASHER = CountingHasher()


def light_passwords() -> Passwords:
    return Passwords(PasswordHash((HASHER,)))


async def hold_people(database: Database, model: Model) -> None:
    """Make the database hold the trading example, its people with their roles, and nobody signed in."""
    await hold_trading(database, model)
    await reconcile(model, database)
    await seed_roles(database, model)
    await database.run(_ROLES, p=[[login, role] for login, role in ROLES.items()])
    await forget_sign_ins(database)
    hash = HASHER.hash(PASSWORD)
    for login in (*ROLES, "hannah"):
        ((id_,),) = await database.run("CYPHER 5 MATCH (u:User {login: $p}) RETURN u.id", p=login)
        await set_password(database, id_, hash)
    # She has left.
    await database.run("CYPHER 5 MATCH (u:User {login: 'hannah'}) SET u.active = false")


async def forget_sign_ins(database: Database) -> None:
    await database.run("CYPHER 5 MATCH (n:Session|Throttle|OneTimeLink|Account) DETACH DELETE n")
    await database.run("CYPHER 5 MATCH (n:ApiKey) DETACH DELETE n")


async def forget_failures(database: Database) -> None:
    await database.run("CYPHER 5 MATCH (n:Throttle) DETACH DELETE n")
