"""Who asks, as a reader: found by its user, and anew within a second after anything changed that its rights depend on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from graph.bookmarks import Bookmarks
from graph.conditions import NOTHING
from graph.database import Database
from graph.errors import GuanxiError, Unauthenticated, Unavailable
from graph.grants import Granted
from graph.ids import new_id
from graph.indexes import reconcile
from graph.people import seed_roles
from graph.reader import ADMINISTRATOR, Action, Reader, Scope
from graph.statement import Statement
from resolvers.answer import Answerer
from resolvers.api import API
from resolvers.question import Question
from resolvers.readers import Readers
from tests.asking import Ask
from tests.rights.conftest import Staff

# A small firm: two teams below one, everybody owns one customer, and one customer is nobody's.
_FIRM = """
CREATE (all:Team {id: 'team_all', name: 'All'}), (east:Team {id: 'team_east', name: 'East'}),
  (west:Team {id: 'team_west', name: 'West'}), (east)-[:PART_OF]->(all), (west)-[:PART_OF]->(all)
WITH all, east, west
UNWIND [['boss', all], ['ann', east], ['bob', east], ['cyd', west]] AS row
WITH row[0] AS name, row[1] AS team
CREATE (user:User {id: 'user_' + name, login: name, name: name, version: 1})-[:MEMBER_OF]->(team)
CREATE (:Customer {id: 'customer_' + name, name: 'of ' + name, number: name, sortKey: name, ownerId: user.id, version: 1})
  -[:OWNED_BY]->(user)
"""
_LONE = "CREATE (:Customer {id: 'customer_nobody', name: 'of nobody', number: 'nobody', sortKey: 'nobody', version: 1})"
EVERYBODY = ["ann", "bob", "boss", "cyd", "nobody"]


@dataclass
class Firm:
    """The firm, and two servers of it, which know nothing of each other."""

    database: Database
    staff: Staff
    ask: Ask
    here: Readers
    there: Readers

    async def seen(self, reader: Reader) -> list[str]:
        data = await self.ask.data("{ customers { nodes { number } } }", reader=reader)
        return sorted(node["number"] for node in data["customers"]["nodes"])

    async def run(self, text: str) -> None:
        await self.database.run(text)

    async def sees(self, name: str) -> list[str]:
        """What a user sees whose rights nobody has looked at before."""
        self.here.wake()
        return await self.seen(await self.here.find(f"user_{name}"))


@pytest.fixture
async def firm(database: Database, api: API, ask: Ask) -> Firm:
    await database.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS")
    await reconcile(api.model, database)
    await seed_roles(database, api.model)
    await database.run(_FIRM)
    await database.run(_LONE)
    return Firm(database, Staff(database), ask, Readers(api.model, database), Readers(api.model, database))


# --- what roles, teams and shares make of a user ----------------------------------------------------------------------


async def test_own_team_and_subtree_hold_one_another(firm: Firm) -> None:
    await firm.run("CREATE (:Role {code: 'mate'})-[:GRANTS]->(:Grant {key: 'Customer::READ:TEAM:'})")
    await firm.staff.give("user_ann", "sales")
    await firm.staff.give("user_bob", "mate")
    await firm.staff.give("user_boss", "manager")

    assert await firm.sees("ann") == ["ann"]
    assert await firm.sees("bob") == ["ann", "bob"]
    assert await firm.sees("boss") == ["ann", "bob", "boss", "cyd"]
    assert await firm.sees("cyd") == []


async def test_what_is_shared_with_a_team_is_seen_by_its_members_alone(firm: Firm) -> None:
    await firm.staff.give("user_ann", "sales")
    await firm.staff.give("user_cyd", "sales")
    await firm.staff.give("user_boss", "sales")

    await firm.run(
        """MATCH (customer:Customer {number: 'nobody'}), (team:Team {name: 'East'})
        CREATE (customer)-[:SHARED_WITH {id: 'share_1', version: 1, level: 'READ'}]->(team)"""
    )

    assert await firm.sees("ann") == ["ann", "nobody"]
    assert await firm.sees("cyd") == ["cyd"]
    assert await firm.sees("boss") == ["boss"]


async def test_what_was_deleted_is_seen_by_with_whom_it_is_shared(firm: Firm) -> None:
    """Also where it was the only one of its type that is shared."""
    await firm.staff.give("user_ann", "sales")
    await firm.staff.give("user_cyd", "sales")
    await firm.run(
        """MATCH (customer:Customer {number: 'nobody'}), (user:User {id: 'user_ann'})
        CREATE (customer)-[:SHARED_WITH {id: 'share_1', version: 1, level: 'READ'}]->(user)
        REMOVE customer:Customer SET customer:Deleted, customer.formerLabels = ['Customer'],
          customer.formerType = 'Customer', customer.formerName = 'of nobody', customer.deletedAt = datetime()"""
    )
    query = "{ deleted { totalCount nodes { formerName } } customers { totalCount } }"

    ann = await firm.ask.data(query, reader=await firm.here.find("user_ann"))
    cyd = await firm.ask.data(query, reader=await firm.here.find("user_cyd"))

    assert ann == {"deleted": {"totalCount": 1, "nodes": [{"formerName": "of nobody"}]}, "customers": {"totalCount": 1}}
    assert cyd == {"deleted": {"totalCount": 0, "nodes": []}, "customers": {"totalCount": 1}}


async def test_a_share_lets_change_what_it_says_and_no_more(firm: Firm, api: API) -> None:
    await firm.staff.give("user_ann", "manager")
    await firm.run(
        """MATCH (customer:Customer {number: 'cyd'}), (user:User {id: 'user_ann'})
        CREATE (customer)-[:SHARED_WITH {id: 'share_1', version: 1, level: 'UPDATE'}]->(user)"""
    )
    reader = await firm.here.find("user_ann")

    customer = api.model.nodes["Customer"]
    kept = {action: reader.allowed(action, customer) for action in Action}

    # One condition for reading, one that asks for the level, and one without shares.
    assert kept[Action.EXPORT] == reader.predicate(customer)
    assert len({kept[Action.EXPORT], kept[Action.UPDATE], kept[Action.DELETE]}) == 3
    assert kept[Action.DELETE] == kept[Action.MERGE] == kept[Action.ASSIGN] == kept[Action.CREATE]


async def test_several_roles_are_a_union(firm: Firm, api: API) -> None:
    await firm.staff.give("user_ann", "sales", "marketing")
    reader = await firm.here.find("user_ann")

    assert await firm.seen(reader) == EVERYBODY
    # What marketing does not say of e-mails is not taken from what sales may do with them; and it hides what sales sees.
    assert reader.fields == {}
    assert reader.roles == {"sales", "marketing"}


async def test_without_a_role_the_catalogue_users_and_teams_are_seen_and_nothing_else(firm: Firm, api: API) -> None:
    reader = await firm.here.find("user_ann")

    seen = {node.name for node in api.model.concrete if reader.predicate(node) != NOTHING}

    assert seen == {"Product", "Category", "User", "Team", "ApiKey"}
    assert (await firm.ask.data("{ users { totalCount } teams { totalCount } }", reader=reader)) == {
        "users": {"totalCount": 4}, "teams": {"totalCount": 3},
    }  # fmt: skip


async def test_an_administrator_sees_everything_and_so_does_its_key_as_far_as_that_goes(firm: Firm) -> None:
    await firm.staff.give("user_ann", "administrator")
    limit = frozenset({Granted("Customer", Action.READ, Scope.OWN)})

    whole, limited = await firm.here.find("user_ann"), await firm.here.find("user_ann", limit)

    assert (whole.is_administrator, limited.is_administrator) == (True, False)
    assert await firm.seen(whole) == EVERYBODY
    assert await firm.seen(limited) == ["ann"]


async def test_a_key_lets_do_no_more_than_its_owner_may(firm: Firm) -> None:
    await firm.staff.give("user_ann", "sales")
    everything = frozenset(Granted("Customer", action, Scope.ALL) for action in Action)

    limited = await firm.here.find("user_ann", everything)

    assert await firm.seen(limited) == ["ann"]
    assert await firm.here.find("user_ann", everything) is limited


@pytest.mark.parametrize("user", ["user_ann", "user_absent", "", "customer_ann", "user_ann' OR true //"])
async def test_nobody_is_let_in_who_is_unknown_or_inactive(firm: Firm, user: str) -> None:
    await firm.run("MATCH (user:User {id: 'user_ann'}) SET user.active = false")

    with pytest.raises(Unauthenticated):
        await firm.here.find(user)


# --- how soon it holds ------------------------------------------------------------------------------------------------

CHANGES = {
    "a role is given": "MATCH (u:User {id: 'user_ann'}), (r:Role {code: 'analyst'}) CREATE (u)-[:HAS_ROLE]->(r)",
    "a role is taken": "MATCH (:User {id: 'user_ann'})-[has:HAS_ROLE]->() DELETE has",
    "a grant is added": """MATCH (r:Role {code: 'sales'}) MERGE (g:Grant {key: 'Customer::READ:ALL:'})
        CREATE (r)-[:GRANTS]->(g)""",
    "a grant is taken": "MATCH (:Role {code: 'sales'})-[grants:GRANTS]->() DELETE grants",
    "something is shared": """MATCH (c:Customer {number: 'cyd'}), (t:Team {name: 'East'})
        CREATE (c)-[:SHARED_WITH {id: 'share_1', version: 1, level: 'READ'}]->(t)""",
}


@pytest.mark.parametrize("change", CHANGES)
async def test_a_change_holds_within_a_second_on_every_server(firm: Firm, change: str) -> None:
    await firm.staff.give("user_ann", "sales")
    for readers in (firm.here, firm.there):
        assert await firm.seen(await readers.find("user_ann")) == ["ann"]

    await firm.run(CHANGES[change])
    changed = time.monotonic()

    for readers in (firm.here, firm.there):
        reader = await _found_at(readers, "user_ann", changed + 0.95)
        assert await firm.seen(reader) != ["ann"]


async def test_a_change_of_a_team_holds_within_a_second(firm: Firm) -> None:
    await firm.staff.give("user_ann", "manager")
    assert await firm.seen(await firm.here.find("user_ann")) == ["ann", "bob"]

    await firm.run("MATCH (:User {id: 'user_bob'})-[in:MEMBER_OF]->() DELETE in")
    reader = await _found_at(firm.here, "user_ann", time.monotonic() + 0.95)

    assert await firm.seen(reader) == ["ann"]


async def _found_at(readers: Readers, user: str, at: float) -> Reader:
    """The reader that a request finds at an instant, of a user who asks all the time."""
    while time.monotonic() < at:
        await readers.find(user)
        await asyncio.sleep(0.05)
    return await readers.find(user)


async def test_a_mutation_of_this_process_holds_at_once(firm: Firm, api: API) -> None:
    await firm.staff.give("user_ann", "sales")
    answerer = Answerer(api, firm.database, on_rights=firm.here.wake)
    new = new_id("user")
    before = await firm.here.find("user_ann")
    ids = await firm.database.run("MATCH (r:Role {code: 'analyst'}), (u:User {login: 'ann'}) RETURN u.id, r.id")
    # The firm's ids are short for people to read, and no ids for the API, which knows records by their keys as well.
    await firm.database.run("MATCH (u:User {login: 'ann'}) SET u.id = $id", id=new)
    assert before.roles == {"sales"}
    assert (await firm.here.find(new)).roles == {"sales"}

    answer = await answerer.answer(
        Question(
            "mutation ($u: ID!, $r: ID!) { linkUserRoles(from: $u, to: $r) { errors { message } } }",
            variables={"u": new, "r": ids[0][1]},
        ),
        ADMINISTRATOR,
    )

    assert answer.body() == {"data": {"linkUserRoles": {"errors": []}}}
    assert (await firm.here.find(new)).roles == {"sales", "analyst"}


# --- what it costs ------------------------------------------------------------------------------------------------------


@dataclass
class _Counting:
    """The database, counting what it is asked. It may be told to fail, or to take its time."""

    database: Database
    asked: list[Statement] = field(default_factory=list)
    before: Callable[[], Awaitable[None]] | None = None

    async def read(self, statement: Statement, *, bookmarks: Bookmarks | None = None) -> Any:
        self.asked.append(statement)
        if self.before:
            await self.before()
        return await self.database.read(statement, bookmarks=bookmarks)


async def test_many_requests_of_many_users_are_one_look(firm: Firm, api: API) -> None:
    counting = _Counting(firm.database)
    clock = [0.0]
    readers = Readers(api.model, counting, clock=lambda: clock[0])
    users = [f"user_{name}" for name in ("ann", "bob", "boss", "cyd")]
    await asyncio.gather(*(readers.find(user) for user in users * 50))
    first = len(counting.asked)

    # Within what is fresh nothing is asked; then one look beside the requests, of everybody.
    for _ in range(1_000):
        await readers.find("user_ann")
    clock[0] += 0.5
    kept = await asyncio.gather(*(readers.find(user) for user in users * 50))
    await asyncio.sleep(0.2)
    again = await asyncio.gather(*(readers.find(user) for user in users * 50))

    assert first == 1
    assert len(counting.asked) == 2
    assert all(one is other for one, other in zip(kept, again, strict=True))


async def test_rights_that_cannot_be_looked_up_are_no_rights(firm: Firm, api: API) -> None:
    async def fail() -> None:
        raise Unavailable("The database is away; try again.")

    counting = _Counting(firm.database)
    clock = [0.0]
    readers = Readers(api.model, counting, clock=lambda: clock[0])
    await readers.find("user_ann")
    counting.before = fail

    clock[0] += 1.0
    with pytest.raises(GuanxiError, match="away"):
        await readers.find("user_ann")
    counting.before = None

    assert (await readers.find("user_ann")).user_id == "user_ann"


async def test_readers_of_the_same_rights_have_one_shape_and_others_another(firm: Firm) -> None:
    await firm.staff.give("user_ann", "sales")
    await firm.staff.give("user_bob", "sales")
    await firm.staff.give("user_cyd", "manager")

    ann, bob, cyd = [await firm.here.find(f"user_{name}") for name in ("ann", "bob", "cyd")]

    assert ann.shape is bob.shape
    assert ann.shape != cyd.shape
    assert ann.fingerprint != bob.fingerprint
    assert (await firm.there.find("user_ann")).fingerprint == ann.fingerprint
