"""The first administrator, invitations, and who is let in at the start."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph.address import Address
from graph.database import Database
from graph.errors import BadInput
from graph.one_time_links import FIRST_ADMINISTRATOR, give_back, is_good, offer, take
from tests.serving import serving
from tests.signin.conftest import bearer, count, sign_in
from tests.signin.world import ALL, OF_MARCUS, PASSWORD, light_passwords
from web.serving import check_reach
from web.settings import Settings
from web.setup_desk import password_link, setup_link
from web.sign_in_commands import invitation_for, token_for

ROOT = Path(__file__).parents[2]
GOOD = {"password": PASSWORD, "repeat": PASSWORD}
FORM = {"login": "newcomer", "name": "新来的 管理员", **GOOD}

pytestmark = pytest.mark.usefixtures("no_failures")


@pytest.fixture
async def nobody(database: Database, server_url: str) -> AsyncIterator[None]:
    """There is no administrator who could sign in; at the end there is again."""
    remove = "CYPHER 5 MATCH (u:User)-[had:HAS_ROLE]->(:Role {code: 'administrator'}) DELETE had"
    await database.run(remove)
    yield
    await database.run(remove)
    await database.run("CYPHER 5 MATCH (u:User {login: 'newcomer'}) DETACH DELETE u")
    await database.run("CYPHER 5 MATCH (link:OneTimeLink) DELETE link")
    await database.run(
        "CYPHER 5 MATCH (u:User {login: 'ingrid'}) MATCH (r:Role {code: 'administrator'}) MERGE (u)-[:HAS_ROLE]->(r)"
    )


def form_of(client: httpx.Client, link: str, **fields: str) -> httpx.Response:
    path, _, token = link.partition("?token=")
    return client.post(path, data={"token": token, **FORM, **fields})


@pytest.mark.usefixtures("nobody")
class TestFirst:
    async def test_the_link_makes_the_first_administrator_once(
        self, client: httpx.Client, settings: Settings, database: Database, server_url: str
    ) -> None:
        only = settings.model_copy(update={"sign_in": "accounts"})
        # Two servers that start at once print a link each.
        links = [await setup_link(database, only, server_url) for _ in range(2)]
        first, second = (str(link) for link in links)

        page = client.get(first)
        made = form_of(client, first)
        again, other = form_of(client, first), form_of(client, second)

        assert page.status_code == 200
        assert "Whoever opens this link becomes the administrator" in page.text
        assert (made.status_code, made.headers["location"]) == (303, "/")
        assert [again.status_code, other.status_code] == [403, 403]
        assert count(client, origin=server_url).json() == {"data": {"customers": {"totalCount": ALL}}}
        assert sign_in(client, "newcomer").status_code == 200
        assert await setup_link(database, only, server_url) is None

    async def test_of_ten_who_use_it_at_once_one_succeeds(
        self, settings: Settings, database: Database, server_url: str
    ) -> None:
        only = settings.model_copy(update={"sign_in": "accounts"})
        tokens = [str(await setup_link(database, only, "")).partition("=")[2] for _ in range(2)]

        async with httpx.AsyncClient(base_url=server_url, timeout=120) as many:
            tried = [many.post("/setup", data={"token": tokens[n % 2], **FORM}) for n in range(10)]
            answers = sorted(each.status_code for each in await asyncio.gather(*tried))

        assert answers == [303] + [403] * 9
        rows = await database.run(
            "CYPHER 5 MATCH (u:User)-[:HAS_ROLE]->(:Role {code: 'administrator'}) RETURN u.login, u.name"
        )
        assert rows == [["newcomer", "新来的 管理员"]]

    @pytest.mark.parametrize(
        ("fields", "told"),
        [
            ({"repeat": "something else"}, "not the same"),
            ({"password": "short", "repeat": "short"}, "will not do"),
            ({"login": "  "}, "every field"),
            ({"name": ""}, "every field"),
        ],
    )
    async def test_a_mistake_does_not_use_it_up(
        self, client: httpx.Client, settings: Settings, database: Database, fields: dict[str, str], told: str
    ) -> None:
        link = str(await setup_link(database, settings.model_copy(update={"sign_in": "accounts"}), ""))

        wrong = form_of(client, link, **fields)

        assert wrong.status_code == 400
        assert told in wrong.text
        assert form_of(client, link).status_code == 303

    @pytest.mark.parametrize("token", ["", "administrator.", "administrator.x", "x", "user_0.x", "administrator"])
    async def test_one_that_nobody_was_given_is_refused_and_leaves_nothing(
        self, client: httpx.Client, database: Database, token: str
    ) -> None:
        before = await database.run("CYPHER 5 MATCH (n) RETURN count(n)")

        assert client.get("/setup", params={"token": token}).status_code == 403
        assert form_of(client, f"/setup?token={token}").status_code == 403
        assert await database.run("CYPHER 5 MATCH (n) RETURN count(n)") == before

    async def test_it_is_no_good_after_its_time(self, client: httpx.Client, database: Database) -> None:
        token = await offer(database, FIRST_ADMINISTRATOR, 0)

        assert not await is_good(database, token)
        assert form_of(client, f"/setup?token={token}").status_code == 403

    async def test_who_was_given_a_link_for_a_password_makes_no_administrator(
        self, client: httpx.Client, database: Database
    ) -> None:
        ((user,),) = await database.run("CYPHER 5 MATCH (u:User {login: 'marcus'}) RETURN u.id")
        link = await password_link(database, user, "")

        refused = form_of(client, link.replace("/password", "/setup"))

        assert refused.status_code == 403
        assert client.get(link).status_code == 200


async def test_while_somebody_uses_a_link_nobody_else_does(database: Database, server_url: str) -> None:
    token = await offer(database, "somebody", 60)

    taken = [await take(database, token), await take(database, token)]
    await give_back(database, "somebody")

    assert taken == ["somebody", None]
    assert await take(database, token) == "somebody"
    await database.run("CYPHER 5 MATCH (link:OneTimeLink {subject: 'somebody'}) DELETE link")


async def test_who_is_invited_chooses_a_password_once(
    client: httpx.Client, settings: Settings, database: Database
) -> None:
    before = sign_in(client, "lin").json()
    first, link = [await invitation_for(settings, database, "lin") for _ in range(2)]
    new = {"password": "yet another lantern", "repeat": "yet another lantern"}

    answers = [form_of(client, each.partition(":8000")[2], **new).status_code for each in (first, link, link)]

    assert answers == [403, 303, 403]
    assert sign_in(client, "lin", new["password"]).status_code == 200
    # Whoever knew the old one is out.
    assert client.post("/token/refresh", json={"refreshToken": before["refreshToken"]}).status_code == 401


async def test_a_printed_token_is_its_user_for_a_while(
    client: httpx.Client, settings: Settings, database: Database
) -> None:
    token = await token_for(settings, database, "ingrid")

    assert count(client, **bearer(token)).json() == {"data": {"customers": {"totalCount": ALL}}}
    for login in ("nobody", "hannah"):
        with pytest.raises(BadInput, match="no user who may sign in"):
            await token_for(settings, database, login)


async def test_a_token_that_another_secret_signed_is_nobody(
    client: httpx.Client, settings: Settings, database: Database
) -> None:
    other = settings.model_copy(update={"secret_file": None}).model_validate(
        {**settings.model_dump(), "secret": "x" * 32}
    )

    token = await token_for(other, database, "ingrid")

    assert count(client, **bearer(token)).status_code == 401


@pytest.mark.parametrize(
    ("host", "more", "is_refused"),
    [
        ("127.0.0.1", {}, False),
        ("127.8.9.1", {}, False),
        ("localhost", {}, False),
        ("::1", {}, False),
        ("0.0.0.0", {}, True),  # noqa: S104 - that is what is refused
        ("::", {}, True),
        ("192.168.1.7", {}, True),
        ("localhost.evil.example", {}, True),
        ("0.0.0.0", {"published_on_loopback": True}, False),  # noqa: S104
        ("0.0.0.0", {"sign_in": "accounts"}, False),  # noqa: S104
    ],
)
def test_others_are_let_in_only_if_one_has_to_sign_in(host: str, more: dict[str, Any], is_refused: bool) -> None:
    settings = Settings.model_validate({"host": host, **more})

    if not is_refused:
        check_reach(settings)
        return
    with pytest.raises(BadInput, match=f"GUANXI_HOST is {re.escape(host)}.* nobody has to sign in"):
        check_reach(settings)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("SIGN_IN", "ldap", 'there is no sign-in by "ldap"; name accounts or oidc, or both'),
        ("SIGN_IN", "oidc", "sign-in by oidc needs GUANXI_OIDC_ISSUER and GUANXI_OIDC_CLIENT_ID"),
        ("OIDC_ALGORITHMS", "RS256,none", "a provider signs with one or several of"),
        ("OIDC_ALGORITHMS", "HS256", "a provider signs with one or several of"),
        ("OIDC_ISSUER", "idp.example", "write an address that begins with https://"),
        ("PUBLIC_URL", "crm.example", "write an address that begins with https://"),
    ],
)
def test_settings_that_let_in_the_wrong_ones_are_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"GUANXI_{name}", value)

    with pytest.raises(BadInput, match=re.escape(told)):
        Settings.from_environment()


def test_a_provider_elsewhere_is_asked_over_tls_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"SIGN_IN": "oidc", "OIDC_CLIENT_ID": "x", "OIDC_ISSUER": "http://idp.example"}.items():
        monkeypatch.setenv(f"GUANXI_{name}", value)

    with pytest.raises(BadInput, match="must begin with https://, unless it is on this machine"):
        Settings.from_environment()


def test_a_secret_that_is_too_short_is_refused_and_never_shown() -> None:
    settings = Settings.model_validate({"secret": "hunter2", "oidc_client_secret": "hunter3"})

    with pytest.raises(BadInput, match="GUANXI_SECRET has 7 characters") as raised:
        settings.own_secret()

    assert "hunter" not in f"{settings!r} {settings} {raised.value}"


def test_the_command_refuses_in_one_sentence() -> None:
    found = subprocess.run(
        [str(ROOT / "bin" / "guanxi"), "serve"],
        env={**os.environ, "GUANXI_HOST": "0.0.0.0"},  # noqa: S104
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip

    assert (found.returncode, found.stdout) == (1, "")
    assert " ".join(found.stderr.split()).startswith("GUANXI_HOST is 0.0.0.0, where others could reach this server")


@pytest.mark.usefixtures("nobody")
def test_the_command_prints_the_link_whole_and_others_print_tokens(neo4j_address: Address) -> None:
    own = {
        "NEO4J_URI": neo4j_address.uri, "NEO4J_USER": neo4j_address.user, "NEO4J_PASSWORD": neo4j_address.password,
        "GUANXI_SIGN_IN": "accounts", "GUANXI_WEBHOOKS": "false",
    }  # fmt: skip
    command = [str(ROOT / "bin" / "guanxi"), "serve", "--port", "0"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **own})
    try:
        assert server.stderr
        link = next(
            (found[0] for line in server.stderr if (found := re.search(r"http://\S+/setup\?token=\S+", line))), ""
        )
        page = httpx.get(link, timeout=120)
        url = link.partition("/setup")[0]
        token = subprocess.run(
            [str(ROOT / "bin" / "guanxi"), "token", "marcus"],
            env={**os.environ, **own}, capture_output=True, text=True, timeout=240, check=True,
        ).stdout.strip()  # fmt: skip
        with httpx.Client(base_url=url, timeout=120) as client:
            answers = [count(client), count(client, **bearer(token))]
    finally:
        server.terminate()
        server.communicate(timeout=120)

    assert page.status_code == 200
    assert "becomes the administrator" in page.text
    assert [each.status_code for each in answers] == [401, 200]
    assert answers[1].json() == {"data": {"customers": {"totalCount": OF_MARCUS}}}


async def test_where_nobody_has_to_sign_in_nothing_of_it_is_there(neo4j_address: Address, server_url: str) -> None:
    async def nothing(*_: Any) -> None:
        """Keep what the first server holds."""

    with (
        serving(neo4j_address, hold=nothing, passwords=light_passwords()) as url,
        httpx.Client(base_url=url, timeout=120) as client,
    ):
        paths = ["/signin", "/setup", "/password", "/signin/provider"]
        found = [client.get(path).status_code for path in paths]
        answer, who = count(client), client.get("/who.json").json()

    assert found == [404] * len(paths)
    assert answer.json() == {"data": {"customers": {"totalCount": ALL}}}
    assert who == {"signsIn": False, "login": None, "hasPassword": False, "viewAs": []}
