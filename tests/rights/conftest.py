"""The awkward graph with the seeded roles in the place of its own, which grant nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from graph.database import Database
from graph.people import seed_roles
from resolvers.api import API
from resolvers.readers import Readers
from tests.awkward import awkward_graph, load_dump
from tests.contents import hold
from tests.dump import Dump


@pytest.fixture(scope="module")
async def graph(database: Database, api: API) -> Dump:
    """What is in the database, but for roles and grants."""
    found = awkward_graph()
    kept = tuple(record for record in found.records if record.type not in ("Role", "Grant"))
    ends = {record.id for record in kept}
    whole = Dump(found.model, kept, tuple(edge for edge in found.edges if {edge.start.id, edge.end.id} <= ends))

    async def load() -> None:
        await load_dump(database, whole)
        await seed_roles(database, api.model)

    await hold(database, "awkward with seeded roles", load)
    return whole


@pytest.fixture
def readers(database: Database, api: API) -> Readers:
    return Readers(api.model, database)


class Staff:
    """Gives roles to users, and takes them back."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def give(self, user: str, *roles: str) -> None:
        """Let these be the user's roles, and no others."""
        await self.database.run(
            """MATCH (user:User {id: $user})
            CALL (user) { MATCH (user)-[has:HAS_ROLE]->() DELETE has }
            UNWIND $roles AS code MATCH (role:Role {code: code}) CREATE (user)-[:HAS_ROLE]->(role)""",
            user=user, roles=list(roles),
        )  # fmt: skip


@pytest.fixture
async def staff(database: Database, graph: Dump) -> AsyncIterator[Staff]:
    yield Staff(database)
    await database.run("MATCH (:User)-[has:HAS_ROLE]->() DELETE has")
