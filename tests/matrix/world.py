"""The graph of the matrix: the awkward one, with people who own, share, take part and delete, so that each rule of who
may read what has a record that it lets through and one that it does not.

`tests/matrix/test_world.py` holds it to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from graph import ids
from graph.database import Database
from graph.people import seed_roles
from tests.asking import whole_api
from tests.awkward import awkward_graph, load_dump
from tests.changes import change
from tests.contents import hold
from tests.dump import Record
from tests.matrix.held import Held, Node, read_held
from tests.matrix.rights_table import CALLED, MADE

_AT = datetime(2025, 6, 2, tzinfo=UTC)

# Who asks, by what they are called here: the team and the roles.
USERS: Mapping[str, tuple[str | None, tuple[str, ...]]] = {
    "manager": ("north", ("manager",)),
    "sales": ("town", ("sales",)),
    "service": ("south", ("service",)),
    "marketing": (None, ("marketing",)),
    "analyst": (None, ("analyst",)),
    "auditor": (None, ("auditor",)),
    "integration": (None, ("integration",)),
    "nobody": ("town", ()),
    "team_mate": ("town", ("team_mate",)),
    "guest": ("town", ("guest",)),
    "two_roles": ("south", ("marketing", "order_clerk")),
}
# Each team and the one above it; two lead to each other, which a tree should not.
TEAMS = {"north": None, "town": "north", "street": "town", "south": None, "east": "west", "west": "east"}
# Others who own records, and their teams.
OTHERS: Mapping[str, tuple[str, ...]] = {
    "in_street": ("street",), "in_south": ("south",), "in_both": ("town", "east"), "alone": (),
}  # fmt: skip
# Who owns the records of a type, one after the other, each type beginning with another one; some belong to nobody.
_OWNERS = ("sales", "in_street", None, "in_south", "alone", "in_both", "manager", None)
_OWNED = ("Customer", "Company", "Contact", "Order")
# With whom they are shared: by type, which of its records, and the level.
_SHARES = (
    ("Customer", 3, "sales", "READ"), ("Customer", 2, "town", "UPDATE"), ("Customer", 4, "street", "READ"),
    ("Company", 4, "guest", "UPDATE"), ("Company", 0, "town", "READ"), ("Contact", 4, "sales", "UPDATE"),
    ("Contact", 1, "town", "READ"), ("Order", 1, "guest", "READ"), ("Order", 2, "town", "READ"),
    ("Order", 5, "north", "UPDATE"),
)  # fmt: skip
# Contacts that nobody employs and that are no customers, and orders that no customer placed; the others follow from these.
_ALONE = {"Contact": (1, 2, 3, 4), "Order": (1, 2, 3, 4, 5)}
_FOLLOWING = (
    ("Customer", 0, "ACCOUNT_FOR", "Contact", 0), ("Customer", 0, "PLACED", "Order", 0),
    ("Contact", 5, "WORKS_AT", "Company", 1),
)  # fmt: skip


@dataclass(frozen=True)
class World:
    """What the first database holds, and who is who in it."""

    held: Held

    def user(self, name: str) -> Node:
        return next(node for node in self.held.labelled("User") if node.properties["login"] == name)


async def hold_world(database: Database) -> World:
    """Make a database hold the world and nothing else."""
    await hold(database, "matrix", lambda: _build(database))
    return World(await read_held(database))


async def _build(database: Database) -> None:
    await load_dump(database, awkward_graph())
    await seed_roles(database, whole_api().model)
    await _people(database)
    await _owners_and_shares(database)
    await _history(database)


async def _people(database: Database) -> None:
    """Nobody else has a role or belongs to a team."""
    # A list of words of the schema, which the awkward graph takes for any texts.
    await database.run("MATCH (n:Webhook) SET n.operations = ['CREATE', 'DELETE']")
    await database.run("MATCH ()-[r:HAS_ROLE|MEMBER_OF]->() DELETE r")
    await database.run("MATCH (:Team)-[r:PART_OF]->(:Team) DELETE r")
    for name in TEAMS:
        await _make(database, "Team", name, {"name": name})
    for name, above in TEAMS.items():
        await database.run("MATCH (a:Team {name: $a}), (b:Team {name: $b}) CREATE (a)-[:PART_OF]->(b)", a=name, b=above)
    for code, role in MADE.items():
        await _make(database, "Role", code, {"code": code, "name": code})
        for type, scope in role.read.items():
            grant = {"recordType": type, "action": "READ", "scope": scope.name, "key": f"{type}::READ:{scope.name}:"}
            await _grant(database, code, grant)
    people = {name: ([team] if team else [], roles) for name, (team, roles) in USERS.items()}
    people |= {name: (list(teams), ()) for name, teams in OTHERS.items()}
    for name, (teams, roles) in people.items():
        await _make(database, "User", name, {"login": name, "name": name})
        for label, property, type, values in (
            ("Team", "name", "MEMBER_OF", teams),
            ("Role", "code", "HAS_ROLE", roles),
        ):
            text = f"MATCH (u:User {{login: $u}}), (n:{label}) WHERE n.{property} IN $values CREATE (u)-[:{type}]->(n)"
            await database.run(text, u=name, values=list(values))


async def _grant(database: Database, code: str, grant: dict[str, Any]) -> None:
    common = {"id": ids.id_for("grant", str(grant["key"]), _AT), "createdAt": _AT, "updatedAt": _AT, "version": 1}
    text = (
        "MERGE (g:Grant {key: $grant.key}) ON CREATE SET g += $common, g += $grant "
        "WITH g MATCH (r:Role {code: $code}) MERGE (r)-[:GRANTS]->(g)"
    )
    await database.run(text, grant=grant, common=common, code=code)


async def _make(database: Database, type: str, name: str, properties: dict[str, Any]) -> None:
    node = whole_api().model.nodes[type]
    whole = {
        "id": ids.id_for(node.id_prefix, f"matrix {name}", _AT), "createdAt": _AT, "updatedAt": _AT, "version": 1,
        **properties, **{key: value for key, value in node.compute(properties).items() if value is not None},
    }  # fmt: skip
    await database.run(f"CREATE (n:{':'.join(node.labels)}) SET n = $whole", whole=whole)


async def _owners_and_shares(database: Database) -> None:
    await database.run(f"MATCH (n:{'|'.join(_OWNED)}) OPTIONAL MATCH (n)-[r:OWNED_BY]->() DELETE r REMOVE n.ownerId")
    await database.run("MATCH ()-[r:SHARED_WITH]->() DELETE r")
    for shift, type in enumerate(_OWNED):
        records = awkward_graph().of(whole_api().model.nodes[type])
        for number, record in enumerate(records):
            if owner := _OWNERS[(number - shift) % len(_OWNERS)]:
                text = "MATCH (n {id: $id}), (u:User {login: $owner}) CREATE (n)-[:OWNED_BY]->(u) SET n.ownerId = u.id"
                await database.run(text, id=record.id, owner=owner)
    await _follow(database)
    for number, (type, place, name, level) in enumerate(_SHARES):
        text = (
            "MATCH (n {id: $id}) MATCH (s:User|Team) WHERE coalesce(s.login, s.name) = $name "
            "CREATE (n)-[r:SHARED_WITH]->(s) SET r = $edge"
        )
        edge = {"id": ids.id_for("edge", f"share {number}", _AT), "version": 1, "level": level}
        await database.run(text, id=_record(type, place).id, name=name, edge=edge)
    await _take_part(database)


async def _follow(database: Database) -> None:
    alone = [_record(type, place).id for type, places in _ALONE.items() for place in places]
    ends = [_record(type, place).id for _, _, _, type, place in _FOLLOWING]
    text = "MATCH (n)-[r:WORKS_AT|ACCOUNT_FOR|PLACED]-() WHERE n.id IN $ids DELETE r"
    await database.run(text, ids=[*alone, _record("Contact", 0).id, _record("Order", 0).id])
    await database.run("MATCH (n {id: $id})-[r:ACCOUNT_FOR]->() DELETE r", id=_record("Customer", 0).id)
    for (start, place, type, _, _), end in zip(_FOLLOWING, ends, strict=True):
        edge = {"id": ids.id_for("edge", f"{type} {end}", _AT), "version": 1} if type == "WORKS_AT" else {}
        text = f"MATCH (a {{id: $a}}), (b {{id: $b}}) CREATE (a)-[r:{type}]->(b) SET r = $edge"
        await database.run(text, a=_record(start, place).id, b=end, edge=edge)


def _record(type: str, place: int) -> Record:
    return awkward_graph().of(whole_api().model.nodes[type])[place]


async def _take_part(database: Database) -> None:
    """Some activities of each kind are private; in one of those, and in one about nothing, somebody takes part."""
    for node in whole_api().model.nodes["Activity"].members:
        first, second, third = awkward_graph().of(whole_api().model.nodes[node])
        await database.run("MATCH (n {id: $id}) SET n.private = true", id=first.id)
        await database.run("MATCH (n {id: $id}) SET n.private = false", id=third.id)
        await database.run("MATCH (n {id: $id})-[r:ABOUT]->() DELETE r", id=second.id)
        for name, id in (("sales", first.id), ("service", first.id), ("guest", second.id), ("in_south", second.id)):
            edge = {"id": ids.id_for("edge", f"{name} {id}", _AT), "version": 1}
            text = "MATCH (u:User {login: $name}), (n {id: $id}) CREATE (u)-[r:PARTICIPATED_IN]->(n) SET r = $edge"
            await database.run(text, name=name, id=id, edge=edge)


async def _history(database: Database) -> None:
    """Changes of records and of relationships, and records that were deleted: as writes leave them."""
    rows = [
        change("UPDATE", record.id, node.name, values=values, personal=personal or None)
        for node in whole_api().model.concrete
        for record in awkward_graph().of(node)[:6]
        for values, personal in [_CHANGES.get(node.name, _PLAIN)]
    ]
    rows += [
        change(
            "LINK", contact.id, "Contact", otherId=company.id, otherType="Company", edgeType="WORKS_AT",
            fromId=contact.id, toId=company.id,
        )
        for contact, company in zip(*(awkward_graph().of(whole_api().model.nodes[each]) for each in ("Contact", "Company")), strict=True)
    ]  # fmt: skip
    for number, row in enumerate(rows):
        row["properties"]["id"] = ids.id_for("change", str(number), _AT)
        row["at"] = _AT + timedelta(seconds=number)
        if row["personal"]:
            row["personal"]["id"] = row["properties"]["id"]
    await database.run(_CHANGE, rows=rows)
    for type in _DELETED:
        node = whole_api().model.nodes[type]
        labels = list(node.labels)
        gone = [record.id for record in awkward_graph().of(node)[-2:]]
        called = next((name for name in CALLED if name in node.properties), "id")
        text = (
            f"MATCH (n) WHERE n.id IN $gone REMOVE n:{':'.join(labels)} SET n:Deleted, n.formerLabels = $labels, "
            f"n.formerType = $type, n.formerName = n.{called}, n.deletedAt = $at"
        )
        await database.run(text, gone=gone, labels=labels, type=type, at=_AT)


_CHANGE = """UNWIND $rows AS row
MATCH (record {id: row.properties.recordId})
OPTIONAL MATCH (other {id: row.properties.otherId})
CREATE (change:Change)-[:OF_RECORD]->(record)
SET change = row.properties, change.createdAt = row.at
FOREACH (each IN CASE WHEN other IS NULL THEN [] ELSE [other] END | CREATE (change)-[:OF_RECORD]->(each))
FOREACH (each IN CASE WHEN row.personal IS NULL THEN [] ELSE [row.personal] END |
  CREATE (change)-[:HAS_VALUE]->(value:ChangeValue) SET value = each)"""
# What was changed of six records of a type: among it what is personal, masked and hidden. Personal values stand apart.
_PLAIN: tuple[dict[str, Any], dict[str, Any]] = {"version": (1, 2)}, {}
_CHANGES: Mapping[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "Company": ({"employees": (None, 4711), "name": ("Old", "New")}, {}),
    "Contact": ({"incomeBand": ("a", "b")}, {"name": ("Ada", "李娜"), "birthDate": (None, date(1990, 2, 3)), "given": ("A", None)}),
    "Customer": ({"creditLimit": (100, 7700), "valueTier": ("LOW", "HIGH")}, {}),
    "EmailAddress": ({}, {"value": ("ada@example.org", "b@example.org"), "raw": ("Ada@example.org", None)}),
    "PhoneNumber": ({}, {"value": ("+8613812345678", "99"), "shared": (None, True)}),
}  # fmt: skip
# The types of which two records are deleted.
_DELETED = (
    "Call",
    "Task",
    "Order",
    "LineItem",
    "Contact",
    "Company",
    "Customer",
    "Category",
    "EmailAddress",
    "PhoneNumber",
)
