"""The graph of the matrix: the awkward one, with people who own, share, take part and delete, so that each rule of who
may read what has a record that it lets through and one that it does not.

`tests/matrix/test_world.py` holds it to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from graph import ids
from graph.database import Database
from graph.people import seed_roles
from graph.reader import ADMINISTRATOR
from resolvers.answer import Answerer, Question
from tests.asking import whole_api
from tests.awkward import awkward_graph, load_dump
from tests.contents import hold
from tests.matrix.held import Held, Node, read_held
from tests.matrix.rights_table import MADE

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
# Who owns the records of a type, one after the other; the last ones belong to nobody.
_OWNERS = ("sales", "in_street", "in_south", "alone", "in_both", "manager", None, None)
_OWNED = ("Customer", "Company", "Contact", "Order")
# With whom they are shared: by type, which of its records, and the level.
_SHARES = (
    ("Customer", 3, "sales", "READ"), ("Customer", 6, "town", "UPDATE"), ("Customer", 2, "street", "READ"),
    ("Company", 3, "guest", "UPDATE"), ("Company", 7, "town", "READ"), ("Contact", 2, "sales", "UPDATE"),
    ("Contact", 6, "south", "READ"), ("Order", 3, "guest", "READ"), ("Order", 7, "north", "UPDATE"),
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
            if owner := _OWNERS[(number + 3 * shift) % len(_OWNERS)]:
                text = "MATCH (n {id: $id}), (u:User {login: $owner}) CREATE (n)-[:OWNED_BY]->(u) SET n.ownerId = u.id"
                await database.run(text, id=record.id, owner=owner)
    for number, (type, place, name, level) in enumerate(_SHARES):
        record = awkward_graph().of(whole_api().model.nodes[type])[place]
        text = (
            "MATCH (n {id: $id}) MATCH (s:User|Team) WHERE coalesce(s.login, s.name) = $name "
            "CREATE (n)-[r:SHARED_WITH]->(s) SET r = $edge"
        )
        edge = {"id": ids.id_for("edge", f"share {number}", _AT), "version": 1, "level": level}
        await database.run(text, id=record.id, name=name, edge=edge)
    await _take_part(database)


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
    """Changes of one record and of relationships, and records that were deleted: made as everybody makes them."""
    answerer = Answerer(whole_api(), database)
    for type, values in _UPDATES.items():
        for record in awkward_graph().of(whole_api().model.nodes[type])[:6]:
            text = f"mutation($id: ID!, $i: Update{type}Input!) {{ update{type}(id: $id, input: $i) {{ errors {{ message }} }} }}"
            await _written(answerer, text, {"id": record.id, "i": values})
    contacts, companies = (awkward_graph().of(whole_api().model.nodes[each]) for each in ("Contact", "Company"))
    for contact, company in zip(contacts, companies, strict=True):
        text = "mutation($a: ID!, $b: ID!) { linkContactEmployers(from: $a, to: $b) { errors { message } } }"
        await _written(answerer, text, {"a": contact.id, "b": company.id})
    for type in _DELETED:
        await _delete(answerer, database, type)


# What is changed of six records of a type, personal things, masked ones and hidden ones among it.
_UPDATES: Mapping[str, dict[str, Any]] = {
    "Company": {"employees": 4711, "website": "https://changed.example"},
    "Contact": {"given": "Chang", "family": "Ed", "name": "Chang Ed", "birthDate": "1990-02-03"},
    "Customer": {"creditLimit": {"amount": "77.00", "currency": "USD"}, "valueTier": "HIGH", "paymentTermsDays": 99},
    "Order": {"channel": "changed"},
    "Product": {"model": "changed"},
    "Call": {"subject": "changed"},
    "Task": {"subject": "changed", "priority": "high"},
    "EmailAddress": {"shared": True, "raw": "Changed@Example.org"},
    "PhoneNumber": {"status": "UNVERIFIED", "raw": "+86 138 0000 1234"},
    "User": {"title": "changed"},
}
# The types of which two records are deleted, with what goes with them.
_DELETED = ("Call", "Task", "Order", "Contact", "Company", "Category", "EmailAddress", "PhoneNumber")


async def _written(answerer: Answerer, text: str, variables: dict[str, Any]) -> None:
    body = await _body(answerer, text, variables)
    assert body == {"data": {next(iter(body["data"])): {"errors": []}}}, (text, body)


async def _body(answerer: Answerer, text: str, variables: dict[str, Any]) -> dict[str, Any]:
    return (await answerer.answer(Question(text, None, variables), ADMINISTRATOR)).body()


async def _delete(answerer: Answerer, database: Database, type: str) -> None:
    """Delete the last two records of a type that nothing else needs."""
    # A party with a customer may not be deleted, so some lose theirs.
    records = awkward_graph().of(whole_api().model.nodes[type])[-2:]
    for record in records:
        await database.run("MATCH (:Customer)-[r:ACCOUNT_FOR]->(n {id: $id}) DELETE r", id=record.id)
        text = f"mutation($id: ID!) {{ delete{type}(id: $id) {{ deletedId errors {{ message }} }} }}"
        body = await _body(answerer, text, {"id": record.id})
        assert body == {"data": {f"delete{type}": {"deletedId": record.id, "errors": []}}}, body
