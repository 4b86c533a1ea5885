"""Local accounts: who signs in, who does not, and what is told to whom."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx
import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from graph.address import Address
from graph.database import Database
from tests.serving import serving
from tests.signin.conftest import bearer, browse, count, sign_in
from tests.signin.world import HASHER, OF_MARCUS, PASSWORD, light_passwords
from web.passwords import check_password
from web.settings import Settings

pytestmark = pytest.mark.usefixtures("no_failures")


def test_a_program_is_given_tokens(client: httpx.Client) -> None:
    found = sign_in(client)

    body = found.json()
    assert found.status_code == 200
    assert found.headers["cache-control"] == "no-store"
    assert {name: body[name] for name in ("tokenType", "expiresIn")} == {"tokenType": "Bearer", "expiresIn": 600}
    assert count(client, **bearer(body["accessToken"])).json()["data"] == {"customers": {"totalCount": OF_MARCUS}}
    assert "set-cookie" not in found.headers


def refreshed(client: httpx.Client, token: str) -> httpx.Response:
    return client.post("/token/refresh", json={"refreshToken": token})


# A wrong password, nobody of this name, one who has left, and one without a password.
NOBODY = [("marcus", "not the password at all"), ("nobody", PASSWORD), ("hannah", PASSWORD), ("Marcus\u0000", PASSWORD)]


def test_all_who_may_not_sign_in_are_told_the_same_after_the_same_work(client: httpx.Client) -> None:
    answers = []
    for login, password in NOBODY:
        before = HASHER.verified
        found = sign_in(client, login, password)
        answers.append((found.status_code, found.json(), HASHER.verified - before))

    assert answers == [(401, answers[0][1], 1)] * len(NOBODY)
    assert answers[0][1]["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


def test_a_right_password_takes_the_same_work(client: httpx.Client) -> None:
    before = HASHER.verified

    sign_in(client)

    assert HASHER.verified - before == 1


def test_an_account_is_locked_out_on_every_server(
    client: httpx.Client, neo4j_address: Address, settings: Settings, database: Database
) -> None:
    async def nothing(*_: Any) -> None:
        """Keep what the first server holds."""

    with (
        serving(neo4j_address, settings, hold=nothing, passwords=light_passwords()) as url,
        httpx.Client(base_url=url, timeout=120) as second,
    ):
        for turn in range(5):
            assert sign_in((client, second)[turn % 2], "lin", "wrong wrong wrong").status_code == 401
        verified = HASHER.verified
        refused = [sign_in(each, "lin") for each in (client, second)]
        # Others sign in as ever.
        other = sign_in(second)

    assert [each.status_code for each in refused] == [429, 429]
    extensions = refused[0].json()["errors"][0]["extensions"]
    assert extensions["code"] == "RATE_LIMITED"
    assert int(refused[0].headers["retry-after"]) == extensions["retryAfter"] >= 1
    assert other.status_code == 200
    # Who is locked out costs nothing.
    assert HASHER.verified - verified == 1


def test_after_the_pause_the_right_password_is_taken_and_failures_are_forgotten(client: httpx.Client) -> None:
    for _ in range(5):
        sign_in(client, "lin", "wrong wrong wrong")
    wait = int(sign_in(client, "lin").headers["retry-after"])

    time.sleep(wait)

    assert sign_in(client, "lin").status_code == 200
    assert sign_in(client, "lin", "wrong wrong wrong").status_code == 401
    assert sign_in(client, "lin").status_code == 200


async def test_a_hundred_attempts_at_once_are_not_all_the_first(server_url: str) -> None:
    before = HASHER.verified

    async with httpx.AsyncClient(base_url=server_url, timeout=120) as many:
        tried = [many.post("/signin", json={"login": "tomas", "password": f"guess number {n}"}) for n in range(100)]
        answers = [each.status_code for each in await asyncio.gather(*tried)]

    assert set(answers) == {401, 429}
    # On a slow machine some come after a pause is over; each further one takes twice as long.
    assert answers.count(401) == HASHER.verified - before <= 10


async def test_an_address_that_tries_many_accounts_has_to_wait(server_url: str) -> None:
    async with httpx.AsyncClient(base_url=server_url, timeout=120) as many:
        answers = [
            (await many.post("/signin", json={"login": f"somebody{n}", "password": PASSWORD})).status_code
            for n in range(25)
        ]

    assert answers == [401] * 20 + [429] * 5


async def test_who_could_not_sign_in_is_not_written_down(client: httpx.Client, database: Database) -> None:
    sign_in(client, "a password typed into the wrong field", "marcus")

    rows = await database.run("CYPHER 5 MATCH (t:Throttle) RETURN t.key")

    assert rows
    assert all(len(key) == 64 for (key,) in rows)


class TestRefreshing:
    def test_a_refresh_token_is_exchanged_for_the_next(self, client: httpx.Client) -> None:
        first = sign_in(client).json()

        second = refreshed(client, first["refreshToken"])
        third = refreshed(client, second.json()["refreshToken"])

        assert [second.status_code, third.status_code] == [200, 200]
        assert count(client, **bearer(third.json()["accessToken"])).status_code == 200
        assert len({each["refreshToken"] for each in (first, second.json(), third.json())}) == 3

    def test_one_that_is_used_twice_ends_the_whole_session(self, client: httpx.Client) -> None:
        first = sign_in(client).json()
        second = refreshed(client, first["refreshToken"]).json()

        again = refreshed(client, first["refreshToken"])

        assert again.status_code == 401
        # Neither the thief nor the robbed goes on.
        assert refreshed(client, second["refreshToken"]).status_code == 401
        assert count(client, **bearer(second["accessToken"])).status_code == 401

    async def test_of_many_who_use_one_at_once_one_gets_the_next(self, client: httpx.Client, server_url: str) -> None:
        token = sign_in(client).json()["refreshToken"]

        async with httpx.AsyncClient(base_url=server_url, timeout=120) as many:
            tried = [many.post("/token/refresh", json={"refreshToken": token}) for _ in range(10)]
            answers = sorted(each.status_code for each in await asyncio.gather(*tried))

        assert answers == [200] + [401] * 9

    @pytest.mark.parametrize("token", ["", "x", "x.y", ".", "a" * 5_000])
    def test_what_is_none_is_refused(self, client: httpx.Client, token: str) -> None:
        assert refreshed(client, token).status_code == 401

    def test_signing_out_ends_it(self, client: httpx.Client) -> None:
        signed = sign_in(client).json()

        ended = client.post("/signout", json={}, headers=bearer(signed["accessToken"]))

        assert ended.status_code == 204
        assert count(client, **bearer(signed["accessToken"])).status_code == 401
        assert refreshed(client, signed["refreshToken"]).status_code == 401

    async def test_a_user_who_leaves_is_out_within_a_second(self, client: httpx.Client, database: Database) -> None:
        signed = sign_in(client, "tomas").json()
        assert count(client, **bearer(signed["accessToken"])).status_code == 200

        await database.run("CYPHER 5 MATCH (u:User {login: 'tomas'}) SET u.active = false")
        await asyncio.sleep(1.0)
        refused = count(client, **bearer(signed["accessToken"]))
        refresh = refreshed(client, signed["refreshToken"])
        await database.run("CYPHER 5 MATCH (u:User {login: 'tomas'}) SET u.active = true")

        assert (refused.status_code, refresh.status_code) == (401, 401)


class TestPasswords:
    @pytest.mark.parametrize(
        ("password", "login"),
        [
            ("short", "marcus"),
            ("elevenchars", "marcus"),
            ("password1234", "marcus"),
            ("PassWord1234", "marcus"),
            ("aaaaaaaaaaaa", "marcus"),
            ("marcus.reyes@firm.example", "marcus.reyes@firm.example"),
            ("marcusmarcus1", "marcus"),
            ("ｐａｓｓｗｏｒｄ１２３４", "marcus"),
            ("x" * 200 + "yzabcdefg" * 10, "marcus"),
        ],
    )
    def test_weak_ones_are_refused_without_being_repeated(self, password: str, login: str) -> None:
        with pytest.raises(Exception, match="password") as raised:
            check_password(password, login)

        assert password not in str(raised.value)

    @pytest.mark.parametrize("password", [PASSWORD, "茉莉花在月光下慢慢开放了啊", "Tr0ub4dor&3-and-more"])
    def test_good_ones_are_taken(self, password: str) -> None:
        check_password(password, "marcus")

    def test_changing_it_ends_all_other_sessions(self, client: httpx.Client, server_url: str) -> None:
        origin = {"origin": server_url}
        program = sign_in(client, "lin").json()
        browse(client, "lin")
        new = "another lantern over the bay"

        wrong = client.post("/password", data={"current": "x" * 12, "password": new, "repeat": new}, headers=origin)
        weak = client.post("/password", data={"current": PASSWORD, "password": "lin", "repeat": "lin"}, headers=origin)
        changed = client.post("/password", data={"current": PASSWORD, "password": new, "repeat": new}, headers=origin)

        assert [wrong.status_code, weak.status_code, changed.status_code] == [401, 400, 200]
        assert count(client, **origin).status_code == 200
        time.sleep(1.0)
        assert count(client, **bearer(program["accessToken"])).status_code == 401
        assert sign_in(client, "lin", new).status_code == 200
        back = {"current": new, "password": PASSWORD, "repeat": PASSWORD}
        assert client.post("/password", data=back, headers=origin).status_code == 200

    def test_no_hash_and_no_session_is_in_the_api(self, client: httpx.Client) -> None:
        found = client.post("/graphql", json={"query": "{__schema {types {name fields {name}}}}"}, headers=bearer(
            sign_in(client, "ingrid").json()["accessToken"]))  # fmt: skip

        text = found.text.lower()
        assert [
            word for word in ("passwordhash", "session", "throttle", "serversecret", "onetimelink") if word in text
        ] == []


async def test_a_hash_of_other_parameters_is_renewed_when_the_password_is_at_hand(
    client: httpx.Client, database: Database
) -> None:
    """Not by a wrong password; and sessions go on."""
    password = "a password from weaker times"
    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=16, parallelism=2),)).hash(password)
    kept = "CYPHER 5 MATCH (u:User {login: 'marcus'}) MATCH (a:Account {userId: u.id}) "
    ((before, changed),) = await database.run(f"{kept} RETURN a.passwordHash, toString(a.changedAt)")
    await database.run(f"{kept} SET a.passwordHash = $p", p=weak)
    try:
        wrong = sign_in(client, password="another password of those times")
        after_wrong = await database.run(f"{kept} RETURN a.passwordHash")
        first = sign_in(client, password=password)
        ((renewed, at),) = await database.run(f"{kept} RETURN a.passwordHash, toString(a.changedAt)")
        again = sign_in(client, password=password)
        ((last,),) = await database.run(f"{kept} RETURN a.passwordHash")
    finally:
        await database.run(f"{kept} SET a.passwordHash = $p", p=before)

    assert (wrong.status_code, first.status_code, again.status_code) == (401, 200, 200)
    assert after_wrong == [[weak]]
    assert renewed != weak
    assert renewed.split("$")[:4] == before.split("$")[:4]
    assert (last, at) == (renewed, changed)
    assert refreshed(client, first.json()["refreshToken"]).status_code == 200
