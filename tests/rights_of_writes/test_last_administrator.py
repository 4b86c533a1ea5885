"""The last administrator who may sign in stays one, whichever way it would be taken away."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from itertools import count
from typing import Any

import pytest

from graph.reader import ADMINISTRATOR
from resolvers.question import Question
from tests.mutations.conftest import Write
from tests.rights_of_writes.conftest import unchanged

ERRORS = "errors { code path message }"
MESSAGE = "Nobody would be left who may give others rights; make another administrator first."
_KEYS = count(1)

# Each takes the only administrator away, and the place that is told.
WAYS = {
    "unlink from the user": (
        f"mutation($u: ID!, $r: ID!) {{ unlinkUserRoles(from: $u, to: $r) {{ {ERRORS} }} }}", []
    ),
    "unlink from the role": (
        f"mutation($u: ID!, $r: ID!) {{ unlinkRoleUsers(from: $r, to: $u) {{ {ERRORS} }} }}", []
    ),
    "disconnect": (
        f"mutation($u: ID!, $r: ID!) {{ updateUser(id: $u, input: {{roles: {{disconnect: [{{id: $r}}]}}}}) {{ {ERRORS} }} }}",
        [],
    ),
    "deactivate": (f"mutation($u: ID!) {{ updateUser(id: $u, input: {{active: false}}) {{ {ERRORS} }} }}", ["id"]),
    "upsert": (
        f'mutation {{ upsertUser(key: {{login: "anna"}}, input: {{name: "Anna", active: false}}) {{ {ERRORS} }} }}', ["input"]
    ),
    "delete the user": (f"mutation($u: ID!) {{ deleteUser(id: $u) {{ {ERRORS} }} }}", ["id"]),
    "delete the role": (f"mutation($r: ID!) {{ deleteRole(id: $r) {{ {ERRORS} }} }}", ["id"]),
    "another code": (
        f'mutation($r: ID!) {{ updateRole(id: $r, input: {{code: "chief"}}) {{ {ERRORS} }} }}', ["id"]
    ),
    "several": (
        f"mutation($u: ID!) {{ updateUsers(inputs: [{{id: $u, input: {{active: false}}}}]) {{ {ERRORS} }} }}",
        ["inputs", "0", "id"],
    ),
}  # fmt: skip


async def firm(write: Write, *logins: str) -> tuple[str, list[str]]:
    """The role and its users, in a graph that holds no others but somebody without it and somebody who may not sign in."""
    await write.rows("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS")
    role = await write.made("Role", code="administrator", name="Administrator")
    await write.made("User", login="clerk", name="Clerk")
    await write.made("User", login="gone", name="Gone", active=False, roles={"connect": [{"id": role}]})
    made = [await write.made("User", login=one, name=one, roles={"connect": [{"id": role}]}) for one in logins]
    return role, made


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("key", [None, "keyed"])
async def test_the_last_one_stays(write: Write, way: str, key: str | None) -> None:
    mutation, path = WAYS[way]
    role, (anna,) = await firm(write, "anna")
    variables = {"u": anna, "r": role}
    if key:
        key = f"last-{next(_KEYS)}"

    # What was refused is kept under a key, which is no record.
    async with unchanged(write) if key is None else nullcontext():
        body = await asked(write, mutation, {k: v for k, v in variables.items() if f"${k}:" in mutation}, key)

    assert "errors" not in body
    (payload,) = body["data"].values()
    assert payload["errors"] == [{"code": "LAST_ADMINISTRATOR", "path": path, "message": MESSAGE}]
    assert await administrators(write) == ["anna"]


@pytest.mark.parametrize("way", WAYS)
async def test_one_of_two_may_go(write: Write, way: str) -> None:
    """But not both at once, as with the role itself."""
    mutation, _ = WAYS[way]
    role, (anna, _) = await firm(write, "anna", "bert")
    variables = {k: v for k, v in {"u": anna, "r": role}.items() if f"${k}:" in mutation}

    payload = await write(mutation, variables)

    takes_all = way in ("delete the role", "another code")
    assert [each["code"] for each in payload["errors"]] == (["LAST_ADMINISTRATOR"] if takes_all else [])
    assert await administrators(write) == (["anna", "bert"] if takes_all else ["bert"])


async def test_what_does_not_take_it_away_is_done(write: Write) -> None:
    role, (anna,) = await firm(write, "anna")
    other = await write.made("Role", code="other", name="Other", users={"connect": [{"id": anna}]})

    for mutation, variables in [
        (f'mutation($u: ID!) {{ updateUser(id: $u, input: {{name: "Anna B.", active: true}}) {{ {ERRORS} }} }}', {"u": anna}),
        (f'mutation($r: ID!) {{ updateRole(id: $r, input: {{name: "Chief", code: "administrator"}}) {{ {ERRORS} }} }}', {"r": role}),
        (f"mutation($u: ID!, $r: ID!) {{ unlinkUserRoles(from: $u, to: $r) {{ {ERRORS} }} }}", {"u": anna, "r": other}),
        (f"mutation($r: ID!) {{ deleteRole(id: $r) {{ {ERRORS} }} }}", {"r": other}),
        (f'mutation {{ upsertUser(key: {{login: "clerk"}}, input: {{name: "C", active: false}}) {{ {ERRORS} }} }}', {}),
    ]:  # fmt: skip
        payload = await write(mutation, variables)

        assert payload["errors"] == []
    assert await administrators(write) == ["anna"]


async def test_where_there_is_none_nothing_is_refused(write: Write) -> None:
    """The link to set up the first one is the way in then."""
    role, _ = await firm(write)

    payload = await write(f"mutation($r: ID!) {{ deleteRole(id: $r) {{ {ERRORS} }} }}", {"r": role})

    assert payload["errors"] == []


async def test_of_several_that_are_tried_alone_one_stays(write: Write) -> None:
    _, (anna, bert) = await firm(write, "anna", "bert")
    ((clerk,),) = await write.rows("MATCH (u:User {login: 'clerk'}) RETURN u.id")

    payload = await write(
        f"mutation($i: [ID!]!) {{ deleteUsers(ids: $i, onError: SKIP) {{ deletedIds {ERRORS} }} }}",
        {"i": [anna, bert, clerk]},
    )

    assert payload["deletedIds"] == [anna, clerk]
    assert payload["errors"] == [{"code": "LAST_ADMINISTRATOR", "path": ["ids", "1"], "message": MESSAGE}]
    assert await administrators(write) == ["bert"]


async def test_an_atomic_operation_is_undone(write: Write) -> None:
    role, (anna,) = await firm(write, "anna")
    text = f"""mutation($u: ID!, $r: ID!) @atomic {{
      a: updateUser(id: $u, input: {{name: "Other"}}) {{ {ERRORS} }}
      b: unlinkUserRoles(from: $u, to: $r) {{ {ERRORS} }} }}"""

    async with unchanged(write):
        body = await write.body(text, {"u": anna, "r": role})

    assert [each["code"] for part in "ab" for each in body["data"][part]["errors"]] == [
        "ROLLED_BACK",
        "LAST_ADMINISTRATOR",
    ]


@pytest.mark.parametrize("way", ["unlink from the user", "deactivate", "delete the user"])
async def test_two_who_take_each_others_role_at_once_leave_one(write: Write, way: str) -> None:
    mutation, _ = WAYS[way]
    for _ in range(5):
        role, both = await firm(write, "anna", "bert")

        payloads = await asyncio.gather(*(
            write(mutation, {"u": one, **({"r": role} if "$r" in mutation else {})}) for one in both
        ))  # fmt: skip

        assert sorted(len(each["errors"]) for each in payloads) == [0, 1]
        assert len(await administrators(write)) == 1


async def administrators(write: Write) -> list[str]:
    rows = await write.rows(
        "MATCH (u:User)-[:HAS_ROLE]->(:Role {code: 'administrator'}) WHERE coalesce(u.active, true) RETURN u.login ORDER BY u.login"
    )
    return [login for (login,) in rows]


async def asked(write: Write, text: str, variables: dict[str, Any], key: str | None) -> dict[str, Any]:
    return (await write.answerer.answer(Question(text, None, variables, key=key), ADMINISTRATOR)).body()
