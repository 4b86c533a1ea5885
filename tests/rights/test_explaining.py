"""`viewer` tells who asks; `explainAccess` tells an administrator why somebody sees a record, as it is in fact."""

from __future__ import annotations

from collections import defaultdict

from graph.database import Database
from graph.people import find_people
from graph.reader import ADMINISTRATOR, Action
from graph.rights import reader_of
from resolvers.api import API
from resolvers.readers import Readers
from tests.asking import Ask
from tests.dump import Dump
from tests.rights.conftest import Staff
from tests.rights.seen import READS, seen_by


async def test_the_viewer_is_the_user_with_its_roles_and_what_these_let_it_do(
    ask: Ask, graph: Dump, staff: Staff, readers: Readers
) -> None:
    user = next(each for each in graph.of(graph.model.nodes["User"]) if each.properties.get("active") is not False)
    await staff.give(user.id, "sales")
    query = """query ($type: RecordType!) { viewer {
        user { login teams { totalCount } } me: user { id } roles
        reads: can(action: READ, type: $type) deletes: can(action: DELETE, type: $type)
        writes: can(action: UPDATE, type: Role) sees: can(action: READ, type: Role)
    } }"""

    data = await ask.data(query, {"type": "Customer"}, await readers.find(user.id))

    teams = sum(edge.type == "MEMBER_OF" for edge in graph.outgoing[user])
    assert data["viewer"] == {
        "user": {"login": user.properties["login"], "teams": {"totalCount": teams}}, "me": {"id": user.id},
        "roles": ["sales"], "reads": True, "deletes": False, "writes": False, "sees": False,
    }  # fmt: skip


async def test_the_built_in_administrator_is_nobody_and_may_do_everything(ask: Ask, graph: Dump) -> None:
    data = await ask.data("{ viewer { user { id } roles can(action: MERGE, type: Customer) __typename } }")

    expected = {"user": None, "roles": ["administrator"], "can": True, "__typename": "Viewer"}
    assert data == {"viewer": expected}


async def test_the_reasons_are_those_by_which_records_are_seen(ask: Ask, graph: Dump, staff: Staff) -> None:
    users = [user for user in graph.of(graph.model.nodes["User"]) if user.properties.get("active") is not False]
    given = dict(zip(users, READS, strict=False))
    for user, role in given.items():
        await staff.give(user.id, role)
    records = [
        node for each in graph.model.concrete for node in graph.of(each)[:2] if each.name not in ("Role", "Grant")
    ]

    query = "query ($id: ID!) { explainAccess(id: $id, action: READ) { userId } }"
    told = {}
    for each in records:
        rows = (await ask.data(query, {"id": each.id}))["explainAccess"]
        told[each.id] = {row["userId"] for row in rows}

    sees = {user: seen_by(graph, user, [role]) for user, role in given.items()}
    assert told == {each.id: {user.id for user in given if sees[user](each)} for each in records}


async def test_a_reason_names_the_grant_and_the_way(ask: Ask, database: Database, graph: Dump, staff: Staff) -> None:
    owned = next(edge for edge in graph.edges if edge.type == "OWNED_BY" and edge.start.type == "Customer"
                 and edge.end.properties.get("active") is not False)  # fmt: skip
    await staff.give(owned.end.id, "sales")
    query = "query ($id: ID!) { explainAccess(id: $id) { userId action because role grant through } }"

    rows = (await ask.data(query, {"id": owned.start.id}))["explainAccess"]

    found = defaultdict(set)
    for row in rows:
        if row["because"] == "OWNER":
            found[row["action"]].add((row["userId"], row["role"], row["grant"], row["through"]))
    assert found == {
        action: {(owned.end.id, "sales", f"Customer::{action}:OWN:", owned.end.id)}
        for action in ("READ", "CREATE", "UPDATE")
    }


async def test_only_administrators_are_told_and_nobody_may_do_anything_with_what_is_absent(
    ask: Ask, api: API, database: Database, graph: Dump, staff: Staff
) -> None:
    user, record = graph.of(graph.model.nodes["User"])[0], graph.of(graph.model.nodes["Customer"])[0]
    await staff.give(user.id, "auditor")
    auditor = reader_of(api.model, (await find_people(database, [user.id]))[user.id].person)
    query = f'{{ explainAccess(id: "{record.id}") {{ because }} }}'

    refused = await ask(query, reader=auditor)
    absent = await ask(query.replace(record.id[-4:], "0000"), reader=ADMINISTRATOR)

    assert [error["extensions"]["code"] for error in refused["errors"]] == ["FORBIDDEN"]
    assert absent == {"data": {"explainAccess": []}}
    assert Action.READ not in auditor.actions
