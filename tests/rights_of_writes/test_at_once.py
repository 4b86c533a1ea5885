"""Two clients at once: one takes a record away, or what it is to be linked to, while the other waits to write."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from neo4j import AsyncManagedTransaction

from graph.conditions import EVERYTHING
from graph.ids import new_id
from graph.reader import ADMINISTRATOR, Reader
from resolvers.question import Question
from tests.mutations.conftest import Write
from tests.rights_of_writes.rights import owner

ERRORS = "errors { code path message }"


@asynccontextmanager
async def held(write: Write, text: str, **parameters: Any) -> AsyncIterator[None]:
    """Another client's transaction, which has written and not committed; it does when somebody waits for its locks."""
    written, go_on = asyncio.Event(), asyncio.Event()

    async def work(transaction: AsyncManagedTransaction) -> None:
        await (await transaction.run(f"CYPHER 5 {text}", p=parameters)).consume()
        written.set()
        await go_on.wait()

    other = asyncio.create_task(write.database.write_transaction(work, seconds=120))
    try:
        await asyncio.wait_for(written.wait(), 30)
        yield
        await _until_somebody_waits(write)
    finally:
        go_on.set()
        await other


async def _until_somebody_waits(write: Write) -> None:
    for _ in range(1_200):
        rows = await write.database.run(
            "SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked' RETURN status"
        )
        if rows:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("nobody waits for the other client")


TAKEN = """MATCH (c:Company {id: $p.id})-[o:OWNED_BY]->() MATCH (u:User {id: $p.other})
    DELETE o CREATE (c)-[:OWNED_BY]->(u) SET c.ownerId = u.id"""


@pytest.mark.parametrize("mutation", [
    f'mutation($id: ID!) {{ updateCompany(id: $id, input: {{status: "stolen"}}) {{ {ERRORS} }} }}',
    f"mutation($id: ID!) {{ deleteCompany(id: $id) {{ {ERRORS} }} }}",
    f'mutation($id: ID!) {{ updateCompany(id: $id, input: {{emails: {{create: [{{node: {{value: "s@example.com"}}}}]}}}}) {{ {ERRORS} }} }}',
    f'mutation {{ upsertCompany(key: {{vat: "RACE"}}, input: {{status: "stolen"}}) {{ {ERRORS} }} }}',
], ids=["update", "delete", "nested", "upsert"])  # fmt: skip
@pytest.mark.parametrize("keeps_sight", [False, True], ids=["out of sight", "still seen"])
async def test_what_is_taken_away_while_one_waits_is_not_written(
    write: Write, mutation: str, keeps_sight: bool
) -> None:
    await write.rows("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS")
    me, other = await write.made("User", login="me", name="Me"), await write.made("User", login="other", name="Other")
    reader = owner(write.answerer.api.model, me)
    if keeps_sight:
        reader = seeing_all(reader)
    # The database plans the statement here, and not while the other client waits for it to wait.
    await write.body(mutation, {"id": new_id("company")} if "$id" in mutation else {}, reader)
    mine = await write.made("Company", name="Mine", vat="RACE", owner={"connect": {"id": me}})

    async with held(write, TAKEN, id=mine, other=other):
        waiting = asyncio.create_task(write.body(mutation, {"id": mine} if "$id" in mutation else {}, reader))
    body = await waiting

    codes = [error["extensions"]["code"] for error in body.get("errors", ())]
    payload = next(iter(body["data"].values()))
    if keeps_sight:
        assert (codes, payload) == (["FORBIDDEN"], None)
    else:
        assert (codes, [error["code"] for error in payload["errors"]]) == (
            [],
            ["DUPLICATE" if "upsert" in mutation else "NOT_FOUND"],
        )
    rows = await write.rows(
        "MATCH (c:Company {id: $p.id}) RETURN c.status, c.version, c.ownerId, COUNT { (c)-[:HAS_EMAIL]->() }", id=mine
    )
    assert rows == [[None, 1, other, 0]]
    assert await write.rows("MATCH (x:Change {createdBy: $p.me}) RETURN count(x)", me=me) == [[0]]


def seeing_all(reader: Reader) -> Reader:
    return replace(reader, predicates={**reader.predicates, "Company": EVERYTHING})


async def test_an_edge_is_not_changed_of_a_record_that_is_taken_away_meanwhile(write: Write) -> None:
    """The edge's own lock is free, so that this turns out once the record is to be stamped."""
    await write.rows("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS")
    me, other = await write.made("User", login="me", name="Me"), await write.made("User", login="other", name="Other")
    mine = await write.made(
        "Company", name="Mine", owner={"connect": {"id": me}}, contacts={"create": [{"node": {"name": "P"}}]}
    )
    ((edge,),) = await write.rows("MATCH (:Company)<-[w:WORKS_AT]-() RETURN w.id")
    update = f'mutation($e: ID!) {{ updateCompanyContacts(edgeId: $e, edge: {{title: "stolen"}}) {{ {ERRORS} }} }}'

    async with held(write, TAKEN, id=mine, other=other):
        waiting = asyncio.create_task(write.body(update, {"e": edge}, owner(write.answerer.api.model, me)))
    body = await waiting

    # A deadlock with whoever takes it away lets it be tried again, and then it is not seen in the first place.
    (payload,) = body["data"].values()
    refused = payload["errors"] if payload else [each["extensions"] for each in body["errors"]]
    assert [each["code"] for each in refused] in (["FORBIDDEN"], ["NOT_FOUND"])
    assert await write.rows("MATCH (:Company)<-[w:WORKS_AT]-() RETURN w.title, w.version") == [[None, 1]]


GONE = "MATCH (c:Company {id: $p.to}) SET c:Deleted REMOVE c:Company, c:Party"


@pytest.mark.parametrize("mutation", [
    f"mutation($a: ID!, $b: ID!) {{ linkCompanyParent(from: $a, to: $b) {{ edgeId {ERRORS} }} }}",
    f"mutation($a: ID!, $b: ID!) {{ updateCompany(id: $a, input: {{parent: {{connect: {{node: {{id: $b}}}}}}}}) {{ {ERRORS} }} }}",
], ids=["link", "connect"])  # fmt: skip
async def test_what_is_deleted_before_it_is_linked_to_is_told(write: Write, mutation: str) -> None:
    """It was found, then its lock had to be waited for, and by then it was gone."""
    one, to = await write.made("Company", name="One"), await write.made("Company", name="To")

    async with held(write, GONE, to=to):
        waiting = asyncio.create_task(write.body(mutation, {"a": one, "b": to}))
    body = await waiting

    assert "errors" not in body
    (payload,) = body["data"].values()
    assert [error["code"] for error in payload["errors"]] == ["NOT_FOUND"]
    assert await write.rows("MATCH (c:Company {id: $p.id}) RETURN c.version, COUNT { (c)--(:Deleted) }", id=one) == [
        [1, 0]
    ]


@pytest.mark.parametrize("mutation", [
    f"mutation($a: ID!, $b: ID!) {{ linkUserTeams(from: $a, to: $b) {{ {ERRORS} }} }}",
    f"mutation($a: ID!, $b: ID!) {{ updateUser(id: $a, input: {{teams: {{connect: [{{id: $b}}]}}}}) {{ {ERRORS} }} }}",
], ids=["link", "connect"])  # fmt: skip
@pytest.mark.parametrize("key", [None, "keyed"])
async def test_what_is_deleted_between_the_look_and_the_link_is_told(
    write: Write, mutation: str, key: str | None
) -> None:
    """Nobody locks a team to lead to it. It is found, then the user's lock has to be waited for, and the team is deleted."""
    await write.rows("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS")
    user, team = await write.made("User", login="u", name="U"), await write.made("Team", name="T")
    delete = f"mutation($id: ID!) {{ deleteTeam(id: $id) {{ deletedId {ERRORS} }} }}"

    async with held(write, "MATCH (u:User {id: $p.id}) SET u.id = u.id", id=user):
        waiting = asyncio.create_task(asked(write, mutation, {"a": user, "b": team}, key))
        await _until_somebody_waits(write)
        assert (await write(delete, {"id": team}))["errors"] == []
    body = await waiting

    (payload,) = body["data"].values()
    assert "errors" not in body
    assert [error["code"] for error in payload["errors"]] == ["NOT_FOUND"]
    assert await write.rows("MATCH (u:User {id: $p.id}) RETURN u.version, COUNT { (u)-->() }", id=user) == [[1, 0]]


async def asked(write: Write, text: str, variables: dict[str, Any], key: str | None) -> dict[str, Any]:
    return (
        await write.answerer.answer(Question(text, None, variables, key=key and f"{key}-{id(text)}"), ADMINISTRATOR)
    ).body()
