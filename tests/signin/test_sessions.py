"""Sessions of browsers: what the cookie is, whose pages it counts for, and when it is over."""

from __future__ import annotations

import asyncio
import re
import time

import httpx
import pytest
from structlog.testing import capture_logs

from graph.address import Address
from graph.database import Database
from graph.sessions import IS_IDLE
from tests.serving import serving
from tests.signin.conftest import bearer, browse, count, sign_in
from tests.signin.provider import CLIENT
from tests.signin.world import OF_MARCUS, PASSWORD, light_passwords
from web.settings import Settings

pytestmark = pytest.mark.usefixtures("no_failures")

HTML = {"accept": "text/html"}
EVENTS = ("sign_in_refused", "signed_in", "request_refused", "refresh_token_reused")


def test_a_form_is_answered_with_a_cookie_that_no_script_reads(client: httpx.Client, server_url: str) -> None:
    found = browse(client, next="/graphql")

    cookie = found.headers["set-cookie"].lower()
    assert (found.status_code, found.headers["location"]) == (303, "/graphql")
    assert re.fullmatch(
        r"guanxi-session=[0-9a-f]{32}\.[\w-]{43}; expires=[^;]+; httponly; max-age=43200; path=/; samesite=lax",
        cookie.replace("; secure", ""),
    ) or all(part in cookie for part in ("httponly", "samesite=lax", "path=/", "max-age=43200"))
    assert count(client, origin=server_url).json() == {"data": {"customers": {"totalCount": OF_MARCUS}}}


def test_over_tls_the_cookie_is_bound_to_this_very_host(
    neo4j_address: Address, settings: Settings, server_url: str
) -> None:
    async def nothing(*_: object) -> None:
        """Keep what the first server holds."""

    behind = settings.model_copy(update={"public_url": "https://crm.firm.example", "oidc_client_id": CLIENT})
    with (
        serving(neo4j_address, behind, hold=nothing, passwords=light_passwords()) as url,
        httpx.Client(base_url=url, timeout=120) as client,
    ):
        cookie = browse(client).headers["set-cookie"]
        name, value = cookie.split(";")[0].split("=", 1)
        # One that may have been set over plain HTTP does not count.
        plain = count(client, cookie=f"guanxi-session={value}")
        ours = count(client, cookie=f"{name}={value}", origin="https://crm.firm.example")

    assert name == "__Host-guanxi-session"
    assert "Secure" in cookie
    assert (plain.status_code, ours.status_code) == (401, 200)


@pytest.mark.parametrize("origin", ["http://127.0.0.1:1", "http://localhost:3000", "https://127.0.0.1"])
def test_a_page_of_another_port_of_this_host_cannot_use_it(client: httpx.Client, origin: str) -> None:
    browse(client)

    found = count(client, origin=origin)

    assert found.status_code == 403
    assert found.json()["errors"][0]["extensions"] == {"code": "FORBIDDEN"}


def test_nor_by_get(client: httpx.Client) -> None:
    browse(client)

    found = client.get("/graphql", params={"query": "{__typename}"}, headers={"origin": "http://127.0.0.1:1"})

    assert found.status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_browser_says_comes_from_elsewhere_cannot_use_it(client: httpx.Client, site: str) -> None:
    browse(client)

    assert count(client, **{"sec-fetch-site": site}).status_code == 403


@pytest.mark.parametrize("origin", ["http://127.0.0.1:1", "http://evil.example", "null"])
def test_nobody_is_signed_in_or_out_by_the_page_of_somebody_else(
    client: httpx.Client, server_url: str, origin: str
) -> None:
    browse(client)
    form = {"login": "ingrid", "password": "a lantern over the harbor"}

    forged = [client.post(path, data=form, headers={"origin": origin}) for path in ("/signin", "/signout", "/password")]

    assert [each.status_code for each in forged] == [403] * 3
    assert count(client, origin=server_url).json() == {"data": {"customers": {"totalCount": OF_MARCUS}}}


def test_signing_in_again_ends_the_session_before(client: httpx.Client, server_url: str) -> None:
    browse(client)
    before = client.cookies["guanxi-session"]
    browse(client, "ingrid")

    with httpx.Client(base_url=server_url, timeout=120) as other:
        found = count(other, cookie=f"guanxi-session={before}")

    assert found.status_code == 401


def test_signing_out_ends_it_on_the_server_too(client: httpx.Client, server_url: str) -> None:
    browse(client)
    cookie = f"guanxi-session={client.cookies['guanxi-session']}"

    ended = client.post("/signout", data={}, headers={"origin": server_url, **HTML})

    assert (ended.status_code, ended.headers["location"]) == (303, "/signin")
    assert "guanxi-session" not in client.cookies
    assert count(client, cookie=cookie).status_code == 401


async def test_it_is_over_when_its_time_is(client: httpx.Client, server_url: str, database: Database) -> None:
    browse(client)

    await database.run("CYPHER 5 MATCH (s:Session) SET s.expiresAt = datetime() - duration('PT1S')")
    time.sleep(1.0)  # noqa: ASYNC251 - nothing else runs here

    assert count(client, origin=server_url).status_code == 401


async def test_it_is_over_when_nothing_was_asked_for_long(
    client: httpx.Client, server_url: str, database: Database
) -> None:
    """Each request keeps it from that, and none brings it back."""
    await database.run("CYPHER 5 MATCH (s:Session) DETACH DELETE s")
    browse(client)
    aged = "CYPHER 5 MATCH (s:Session) SET s.usedAt = datetime.realtime('Z') - duration($p) RETURN s.idleSeconds"
    assert await database.run(aged, p="PT7H59M") == [[8 * 3_600.0]]

    used = count(client, origin=server_url)
    fresh = "CYPHER 5 MATCH (s:Session) RETURN s.usedAt > datetime.realtime('Z') - duration('PT1M')"
    async with asyncio.timeout(30):
        while await database.run(fresh) != [[True]]:
            await asyncio.sleep(0.1)
    await database.run(aged, p="PT8H1S")
    time.sleep(1.0)  # noqa: ASYNC251 - nothing else runs here
    idle = [count(client, origin=server_url).status_code for _ in range(2)]

    assert (used.status_code, idle) == (200, [401, 401])
    assert await database.run(fresh) == [[False]]


async def test_a_programs_session_is_not_idle(client: httpx.Client, database: Database) -> None:
    signed = sign_in(client).json()
    await database.run("CYPHER 5 MATCH (s:Session) SET s.usedAt = datetime() - duration('P20D')")
    time.sleep(1.0)  # noqa: ASYNC251 - nothing else runs here

    assert count(client, **bearer(signed["accessToken"])).status_code == 200


async def test_a_session_without_such_a_limit_is_tested_in_whichever_order_neo4j_takes(database: Database) -> None:
    parts = " ".join(IS_IDLE[1:-1].split()).split(" AND ")
    assert len(parts) == 2
    session = "WITH {idleSeconds: null, usedAt: datetime.realtime('Z')} AS session"

    for first, second in (parts, parts[::-1]):
        text = f"CYPHER 5 {session} RETURN CASE WHEN {first} THEN {second} ELSE false END, CASE WHEN {second} THEN {first} ELSE false END"
        assert await database.run(text) == [[False, False]]


@pytest.mark.parametrize("cookie", ["x", "x.y", "." * 50, "a" * 4_000, "%00", '"', "é"])
def test_a_cookie_that_is_none_of_ours_is_nobody(client: httpx.Client, cookie: str) -> None:
    found = client.post(
        "/graphql", json={"query": "{__typename}"}, headers=[(b"cookie", f"guanxi-session={cookie}".encode())]
    )

    assert found.status_code == 401


async def test_the_database_holds_nothing_that_signs_in(client: httpx.Client, database: Database) -> None:
    browse(client)
    _, secret = client.cookies["guanxi-session"].split(".")

    rows = await database.run("CYPHER 5 MATCH (n) UNWIND keys(n) AS key WITH toStringOrNull(n[key]) AS text "
                              "WHERE text CONTAINS $p RETURN text", p=secret)  # fmt: skip

    assert rows == []


def test_the_log_tells_who_signed_in_and_no_secret(client: httpx.Client, server_url: str) -> None:
    secrets = ["a password for the wrong field", "not the right one either"]

    with capture_logs() as lines:
        sign_in(client, secrets[0], secrets[1])
        signed = sign_in(client).json()
        count(client, **bearer(signed["accessToken"] + "x"))
        client.post("/token/refresh", json={"refreshToken": signed["refreshToken"]})
        client.post("/token/refresh", json={"refreshToken": signed["refreshToken"]})
        browse(client)

    ours = [line for line in lines if line["event"] in EVENTS]
    assert [line["event"] for line in ours] == [
        "sign_in_refused", "signed_in", "request_refused", "refresh_token_reused", "signed_in",
    ]  # fmt: skip
    assert ours[0].keys() == {"event", "log_level", "address"}
    text = str(lines)
    hidden = [*secrets, PASSWORD, signed["accessToken"], signed["refreshToken"], client.cookies["guanxi-session"]]
    assert [each for each in hidden if each in text] == []


class TestNobody:
    """What those are answered who have not signed in."""

    def test_a_request_is_401_and_says_how(self, client: httpx.Client) -> None:
        for accept in ("application/json", "application/graphql-response+json", "*/*"):
            found = count(client, accept=accept)

            assert found.status_code == 401
            assert found.headers["www-authenticate"] == 'Bearer realm="guanxi"'
            assert [each["extensions"]["code"] for each in found.json()["errors"]] == ["UNAUTHENTICATED"]

    def test_nothing_is_answered_not_even_what_the_schema_is(self, client: httpx.Client) -> None:
        asked = [
            client.post("/graphql", json={"query": "{__typename}"}),
            client.get("/graphql", params={"query": "{__schema {types {name}}}"}, headers={"x-requested-with": "x"}),
            client.post("/export?format=csv", json={"query": "{companies {nodes {name}}}"}),
            client.post(
                "/graphql", json={"query": "subscription {changed {id}}"}, headers={"accept": "text/event-stream"}
            ),
            client.get("/facts.json"),
            client.get("/tabs.json"),
            client.get("/who.json"),
        ]

        assert [each.status_code for each in asked] == [401] * len(asked)

    def test_health_is_for_everybody(self, client: httpx.Client) -> None:
        assert [client.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]

    def test_pages_lead_to_where_one_signs_in(self, client: httpx.Client) -> None:
        found = [client.get(path, headers=HTML) for path in ("/", "/graphql", "/password")]

        assert [(each.status_code, each.headers["location"]) for each in found] == [
            (303, "/signin?next=/"),
            (303, "/signin?next=/graphql"),
            (303, "/signin?next=/password"),
        ]

    @pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "bearer", "x", "Negotiate x", "Bearer  x"])
    def test_another_scheme_is_refused(self, client: httpx.Client, header: str) -> None:
        assert count(client, authorization=header).status_code == 401

    def test_a_name_that_leads_here_by_rebinding_is_refused_first(self, client: httpx.Client) -> None:
        browse(client)

        assert count(client, host="evil.example").status_code == 403


class TestPage:
    def test_it_is_plain_html_in_the_browsers_language(self, client: httpx.Client) -> None:
        english = client.get("/signin", headers=HTML)
        chinese = client.get("/signin", headers={**HTML, "accept-language": "fr;q=0.9, zh-TW;q=0.8, en;q=0.1"})
        chosen = client.get("/signin?lang=zh", headers={**HTML, "accept-language": "en"})

        assert '<html lang="en">' in english.text
        assert "Password" in english.text
        assert all('<html lang="zh-CN">' in each.text and "密码" in each.text for each in (chinese, chosen))
        policy = english.headers["content-security-policy"]
        assert "script-src 'none'" in policy
        assert "form-action 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert english.headers["cache-control"] == "no-store"
        assert re.findall(r"<script|<style| style=| on\w+=|https?:", english.text) == []

    def test_a_refusal_keeps_the_login_and_nothing_else(self, client: httpx.Client) -> None:
        found = browse(client, '"><script>alert(1)</script>', "a secret of mine")

        assert found.status_code == 401
        assert "The login or the password is wrong." in found.text
        assert "a secret of mine" not in found.text
        assert "<script" not in found.text
        assert "&quot;&gt;&lt;script&gt;" in found.text

    @pytest.mark.parametrize(
        ("content_type", "body", "status"),
        [
            ("application/json", b"[]", 400),
            ("application/json", b'{"login": 7}', 400),
            ("application/json", b"{", 400),
            ("application/x-www-form-urlencoded", b"\xff\xff", 400),
            ("application/x-www-form-urlencoded", b"a=%ff", 400),
            ("application/x-www-form-urlencoded", b"&".join(b"a=1" for _ in range(50)), 400),
            ("text/plain", b"login=x", 415),
            ("multipart/form-data; boundary=x", b"--x--", 415),
            ("application/json", b'{"login": "' + b"x" * 30_000 + b'"}', 413),
        ],
    )
    def test_what_is_no_form_is_refused(
        self, client: httpx.Client, content_type: str, body: bytes, status: int
    ) -> None:
        found = client.post("/signin", content=body, headers={"content-type": content_type})

        assert found.status_code == status


def test_where_one_has_to_sign_in_nobody_looks_through_other_eyes(client: httpx.Client, server_url: str) -> None:
    browse(client)

    found = count(client, **{"origin": server_url, "x-guanxi-view-as": "ingrid"})

    assert found.json() == {"data": {"customers": {"totalCount": OF_MARCUS}}}
