"""What each of the seeded roles lets a user see, compared with plain Python; and that they are seeded but once."""

from __future__ import annotations

import pytest

from graph.database import Database
from graph.people import seed_roles
from graph.reader import Reader
from graph.seeded_roles import SEEDED
from resolvers.answer import Answerer
from resolvers.api import API
from resolvers.question import Question
from resolvers.readers import Readers
from tests.asking import Ask
from tests.dump import Dump
from tests.questions import root_field
from tests.rights.conftest import Staff
from tests.rights.seen import READS, seen_by

# Every role alone, two that make a union of scopes, and nobody's.
COMBINED = [*((code,) for code in READS), ("sales", "marketing"), ("manager", "sales"), ()]


@pytest.mark.parametrize("roles", COMBINED, ids="+".join)
async def test_a_user_sees_what_the_roles_let_it_see(
    ask: Ask, graph: Dump, staff: Staff, readers: Readers, roles: tuple[str, ...]
) -> None:
    # Who is in teams, owns something and took part in something.
    users = [user for user in graph.of(graph.model.nodes["User"]) if user.properties.get("active") is not False]
    user = max(users, key=lambda each: len(graph.incoming[each]) + 5 * len(graph.outgoing[each]))
    await staff.give(user.id, *roles)
    reader = await readers.find(user.id)

    shown = await _seen(ask, graph, reader)

    sees = seen_by(graph, user, roles)
    expected = {record.id for record in graph.records if sees(record)}
    assert {id for id in shown if not id.startswith(("role_", "grant_"))} == expected
    assert any(id.startswith("role_") for id in shown) == ("auditor" in roles)
    assert 0 < len(expected) < len(graph.records)


async def _seen(ask: Ask, graph: Dump, reader: Reader) -> set[str]:
    # Activities of all kinds stand under one condition.
    kinds = set(graph.model.nodes["Activity"].members)
    names = [node.name for node in graph.model.concrete if node.name not in kinds]
    fields = [f"{name}: {root_field(name)}(first: 200) {{ nodes {{ id }} }}" for name in (*names, "Activity")]
    # Rights are long, and Neo4j takes long to plan a statement of all of them.
    parts = [await ask.data(f"{{ {' '.join(fields[i : i + 3])} }}", reader=reader) for i in range(0, len(fields), 3)]
    return {node["id"] for part in parts for each in part.values() for node in each["nodes"]}


async def test_rights_can_be_planned_for_each_role_and_type(
    api: API, database: Database, graph: Dump, staff: Staff, readers: Readers
) -> None:
    answerer = Answerer(api, database)
    user = next(each.id for each in graph.of(graph.model.nodes["User"]) if each.properties.get("active") is not False)
    kinds = set(graph.model.nodes["Activity"].members)
    nodes = [node for node in graph.model.concrete if node.name not in kinds or node.name == "Task"]
    for role in SEEDED:
        await staff.give(user, role.code)
        readers.wake()
        reader = await readers.find(user)
        for node in nodes:
            prepared = answerer.prepare(Question(f"{{ {root_field(node.name)} {{ nodes {{ id }} }} }}"), reader)
            statement = prepared.bind()
            assert statement is not None
            await database.plan(statement)


async def test_a_role_that_was_changed_or_deleted_is_not_seeded_again(
    api: API, database: Database, graph: Dump
) -> None:
    await database.run("MATCH (role:Role {code: 'sales'}) SET role.name = 'Vertrieb'")
    await database.run("MATCH (role:Role {code: 'service'}) REMOVE role:Role SET role:Deleted, role.code = null")
    await database.run("MATCH (:Role {code: 'analyst'})-[grants:GRANTS]->() DELETE grants")

    await seed_roles(database, api.model)

    found = await database.run(
        """MATCH (role:Role) WHERE role.code IN ['sales', 'service', 'analyst']
        RETURN role.name, COUNT { (role)-[:GRANTS]->() } > 0 ORDER BY role.name"""
    )
    assert found == [["Analyst", False], ["Vertrieb", True]]
