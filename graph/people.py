"""Users as far as their rights go, read from the graph; and the roles that come with Guanxi, written into it once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from graph.database import Database
from graph.grants import Granted, Role
from graph.ids import id_for
from graph.model import Model
from graph.reader import DocumentMode, Limits
from graph.rights import Person
from graph.rules import WITH_OWNER
from graph.seeded_roles import NAMES, SEEDED
from graph.statement import Statement


def _shared(name: str) -> str:
    """That any record of a type is shared, be it one that was deleted: it is still seen by those who could see it."""
    was = f"(sharer)<-[:SHARED_WITH]-(gone:Deleted) WHERE gone.formerType = '{name}'"
    return f"(EXISTS {{ (sharer)<-[:SHARED_WITH]-(:{name}) }} OR EXISTS {{ {was} }})"


# Everything that decides what some users may do, in one statement. Whether a type's records are shared is asked per
# type, since each that is adds a hop to every predicate of that type.
_PEOPLE = f"""CYPHER 5
CALL () {{
  MATCH (role:Role)
  RETURN collect([
    role.code, role.cost, role.costPerSecond, role.documents, role.introspects,
    COLLECT {{ MATCH (role)-[:GRANTS]->(grant:Grant) RETURN grant.key }}
  ]) AS roles
}}
CALL () {{
  UNWIND $p.users AS id
  MATCH (user:User) WHERE user.id = id
  WITH user, COLLECT {{ MATCH (user)-[:MEMBER_OF]->(team:Team) RETURN team }} AS teams
  RETURN collect([
    user.id, coalesce(user.active, true),
    COLLECT {{ MATCH (user)-[:HAS_ROLE]->(role:Role) RETURN role.code }},
    [team IN teams | team.id],
    COLLECT {{ UNWIND teams AS team MATCH (team)<-[:MEMBER_OF]-(member:User) RETURN DISTINCT member.id }},
    COLLECT {{
      UNWIND teams AS team MATCH (team) ((:Team)<-[:PART_OF]-(:Team))* (below:Team)
      WITH DISTINCT below MATCH (below)<-[:MEMBER_OF]-(member:User) RETURN DISTINCT member.id
    }},
    [{", ".join(f"any(sharer IN [user] + teams WHERE {_shared(name)})" for name in WITH_OWNER)}]
  ]) AS people
}}
RETURN [roles, people] AS answer"""


@dataclass(frozen=True)
class Found:
    """A user as the graph has it. `is_active` says whether it may sign in."""

    person: Person
    is_active: bool


async def find_people(database: Any, users: Iterable[str]) -> Mapping[str, Found]:
    """The users with these ids, of those that exist, in one round trip."""
    rows, people = await database.read(Statement(_PEOPLE, {"users": sorted(users)}))
    roles = {row[0]: _role(row) for row in rows}
    return {row[0]: _found(row, roles) for row in people}


def _role(row: list[Any]) -> Role:
    code, cost, per_second, documents, introspects, keys = row
    granted = frozenset(each for key in keys if key and (each := Granted.read(key)))
    mode = next((each for each in DocumentMode if each.value == documents), DocumentMode.OFF)
    return Role(code, granted, Limits(cost, per_second, mode, introspects is not False))


def _found(row: list[Any], roles: Mapping[str, Role]) -> Found:
    user, is_active, codes, teams, team, subtree, shares = row
    person = Person(
        user,
        tuple(roles[code] for code in sorted(set(codes)) if code in roles),
        tuple(sorted(teams)),
        tuple(sorted({user, *team})),
        tuple(sorted({user, *subtree})),
        frozenset(name for name, is_shared in zip(WITH_OWNER, shares, strict=True) if is_shared),
    )
    return Found(person, is_active)


# A role that was seeded once is not seeded again, so that one that an administrator has changed or deleted stays so.
_SEED = """CYPHER 5
UNWIND $p.roles AS row
MERGE (seeded:SeededRole {code: row.role.code})
  ON CREATE SET seeded.isNew = true
WITH row, seeded WHERE seeded.isNew AND NOT EXISTS { (:Role {code: row.role.code}) }
CREATE (role:Role) SET role = row.role
WITH row, role
UNWIND row.grants AS found
MERGE (grant:Grant {key: found.key})
  ON CREATE SET grant += found
MERGE (role)-[:GRANTS]->(grant)"""

_SEEDED = """CYPHER 5
MATCH (seeded:SeededRole) WHERE seeded.isNew REMOVE seeded.isNew"""


# So that the same roles have the same ids everywhere.
_SEEDED_AT = datetime(2026, 1, 1, tzinfo=UTC)


async def seed_roles(database: Database, model: Model) -> None:
    """Make the roles that come with Guanxi, each once in the life of a database."""

    async def seed(transaction: Any) -> None:
        rows = [_rows(model, role) for role in SEEDED]
        await (await transaction.run(_SEED, p={"roles": rows})).consume()
        await (await transaction.run(_SEEDED)).consume()

    await database.write_transaction(seed)


def _rows(model: Model, role: Role) -> dict[str, Any]:
    common = {"createdAt": _SEEDED_AT, "updatedAt": _SEEDED_AT, "version": 1}
    limits = role.limits
    values: dict[str, Any] = {
        "code": role.code, "name": NAMES[role.code], "cost": limits.cost, "costPerSecond": limits.cost_per_second,
        "documents": limits.documents.value, "introspects": limits.introspects,
    }  # fmt: skip
    return {
        "role": {
            "id": id_for("role", role.code, _SEEDED_AT),
            **common,
            **values,
            **model.nodes["Role"].compute(values),
        },
        "grants": [
            {
                "id": id_for("grant", each.key, _SEEDED_AT),
                **common,
                **{name: value for name, value in _grant(each).items() if value},
            }
            for each in sorted(role.grants, key=lambda each: each.key)
        ],
    }


def _grant(granted: Granted) -> dict[str, Any]:
    return {
        "key": granted.key,
        "recordType": granted.record_type,
        "field": granted.field,
        "action": granted.action and granted.action.value,
        "scope": granted.scope.value if granted.action else None,
        "right": granted.right and granted.right.value,
    }


_ONE_PER_ROLE = """CYPHER 5
MATCH (role:Role)<-[:HAS_ROLE]-(user:User) WHERE coalesce(user.active, true)
WITH role, user ORDER BY user.login
WITH role, collect(user)[0] AS user
RETURN role.code, role.name, user.login, user.name ORDER BY role.code"""


async def one_user_per_role(database: Database) -> list[list[str]]:
    """Of each role that somebody has its code and its name, and the login and the name of one who has it."""
    return await database.run(_ONE_PER_ROLE)
