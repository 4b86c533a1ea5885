"""Tokens of a provider: whoever holds a right one is its user, and every wrong one is nobody."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey, OKPKey, RSAKey

from graph.accounts import find_account
from graph.database import Database
from tests.signin.conftest import bearer, count
from tests.signin.provider import CLIENT, Identities, handmade
from tests.signin.world import ALL, OF_MARCUS
from web.jwks import SigningKeys
from web.oidc import Provider
from web.settings import Settings


@pytest.fixture(autouse=True)
def as_ever(provider: Identities) -> Iterator[None]:
    yield
    provider.email, provider.is_verified, provider.is_away = "marcus", True, False


def test_a_right_token_is_its_user(client: httpx.Client, provider: Identities) -> None:
    found = count(client, **bearer(provider.token()))

    assert (found.status_code, found.json()) == (200, {"data": {"customers": {"totalCount": OF_MARCUS}}})


def test_another_user_sees_more(client: httpx.Client, provider: Identities) -> None:
    found = count(client, **bearer(provider.token(email="ingrid")))

    assert found.json() == {"data": {"customers": {"totalCount": ALL}}}


async def test_an_address_may_be_written_in_capitals_and_another_name_may_not(
    client: httpx.Client, provider: Identities, database: Database
) -> None:
    assert count(client, **bearer(provider.token(email="Marcus"))).status_code == 200
    # Elsewhere Marcus and marcus may be two people.
    assert await find_account(database, "Marcus", exactly=True) is None


def _public(provider: Identities) -> bytes:
    key = provider.keys["first"]
    assert isinstance(key, RSAKey)
    return key.as_pem(private=False)


def _claims(provider: Identities) -> dict[str, Any]:
    return {
        "iss": provider.issuer, "aud": CLIENT, "sub": "1", "exp": int(time.time()) + 300, "email": "ingrid",
        "email_verified": True,
    }  # fmt: skip


STRANGE = RSAKey.generate_key(2048, {"kid": "first"})

WRONG: dict[str, Callable[[Identities], str]] = {
    "expired": lambda one: one.token(exp=int(time.time()) - 120),
    "never over": lambda one: one.token(exp=None),
    "not yet": lambda one: one.token(nbf=int(time.time()) + 120),
    "another audience": lambda one: one.token(aud="another-client"),
    "several audiences without ours": lambda one: one.token(aud=["a", "b"]),
    "no audience": lambda one: one.token(aud=None),
    "another issuer": lambda one: one.token(iss="https://elsewhere.example"),
    "no issuer": lambda one: one.token(iss=None),
    "no subject": lambda one: one.token(sub=None),
    "a claim that is no text": lambda one: one.token(email=["ingrid"]),
    "an address that is not verified": lambda one: one.token(email="ingrid", email_verified=False),
    "an address of which nothing is said": lambda one: one.token(email="ingrid", email_verified=None),
    "a user that is not here": lambda one: one.token(email="nobody@elsewhere.example"),
    "a user who has left": lambda one: one.token(email="hannah"),
    "a logout token": lambda one: one.token(typ="logout+jwt"),
    "signed by somebody else": lambda one: one.token(key=STRANGE),
    "an algorithm that is not on the list": lambda one: one.token(algorithm="RS384"),
    "another key's kid": lambda one: one.token(kid="unknown", key=one.keys["first"]),
    "unsigned": lambda one: handmade({"alg": "none", "kid": "first"}, _claims(one)),
    "unsigned, in other letters": lambda one: handmade({"alg": "nOnE", "kid": "first"}, _claims(one)),
    "signed with the public key": lambda one: handmade({"alg": "HS256", "kid": "first"}, _claims(one), _public(one)),
    "a key that the token brings along": lambda one: handmade(
        {"alg": "HS256", "jwk": {"kty": "oct", "k": "c2VjcmV0"}}, _claims(one), b"secret"
    ),
    "a header that must be understood": lambda one: handmade({"alg": "RS256", "kid": "first", "crit": ["x"]}, _claims(one)),
    "a signature cut off": lambda one: one.token().rsplit(".", 1)[0] + ".",
    "another payload": lambda one: ".".join([
        one.token().split(".")[0], handmade({}, _claims(one)).split(".")[1], one.token().split(".")[2],
    ]),
    "no token": lambda one: "x",
    "three dots": lambda one: "...",
    "no JSON": lambda one: "e30.W10.e30",
    "of our own name": lambda one: handmade({"alg": "none", "typ": "at+jwt"}, {**_claims(one), "iss": "guanxi"}),
    "of our own name, signed with nothing": lambda one: handmade(
        {"alg": "HS256", "typ": "at+jwt"}, {**_claims(one), "iss": "guanxi", "aud": "guanxi"}, b"\0"
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_token_is_nobody(client: httpx.Client, provider: Identities, case: str) -> None:
    found = count(client, **bearer(WRONG[case](provider)))

    assert found.status_code == 401
    assert found.headers["www-authenticate"] == 'Bearer realm="guanxi", error="invalid_token"'
    (error,) = found.json()["errors"]
    assert error["extensions"] == {"code": "UNAUTHENTICATED"}
    assert "data" not in found.json()


def test_clocks_may_differ_a_little(client: httpx.Client, provider: Identities) -> None:
    late, early = provider.token(exp=int(time.time()) - 30), provider.token(nbf=int(time.time()) + 30)

    assert [count(client, **bearer(each)).status_code for each in (late, early)] == [200, 200]


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [
        ("ES256", ECKey.generate_key("P-256", {"kid": "curve", "use": "sig"})),
        ("EdDSA", OKPKey.generate_key("Ed25519", {"kid": "edwards", "use": "sig"})),
    ],
)
async def test_the_algorithms_of_the_list_are_taken(
    provider: Identities, settings: Settings, algorithm: str, key: ECKey | OKPKey
) -> None:
    provider.keys[str(key.kid)] = key
    ours = Provider(settings)
    try:
        login, _ = await ours.bearer(provider.token(kid=key.kid, algorithm=algorithm))
    finally:
        await ours.close()
        del provider.keys[str(key.kid)]

    assert login == "marcus"


class TestKeys:
    """Which keys are believed, with a clock of the test's own."""

    @pytest.fixture
    def now(self) -> list[float]:
        return [1_000.0]

    @pytest.fixture
    async def ours(self, settings: Settings, provider: Identities, now: list[float]) -> Any:
        made, keys = Provider(settings), dict(provider.keys)
        made._keys = SigningKeys(made._fetch_keys, clock=lambda: now[0])
        provider.asked.clear()
        yield made
        await made.close()
        # The server believes these.
        provider.keys = keys

    async def test_they_are_fetched_once_for_many_tokens(self, ours: Provider, provider: Identities) -> None:
        for _ in range(20):
            await ours.bearer(provider.token())

        assert provider.asked == ["discovery", "keys"]

    async def test_a_new_key_is_noticed_by_the_first_token_that_it_signs(
        self, ours: Provider, provider: Identities, now: list[float]
    ) -> None:
        old = provider.token()
        await ours.bearer(old)
        provider.rotate("second")
        now[0] += 31

        login, _ = await ours.bearer(provider.token(kid="second"))

        assert login == "marcus"
        with pytest.raises(Exception, match="not valid here"):
            await ours.bearer(old)

    async def test_a_thousand_tokens_of_an_unknown_key_are_one_question(
        self, ours: Provider, provider: Identities, now: list[float]
    ) -> None:
        await ours.bearer(provider.token())
        now[0] += 31
        forged = provider.token(kid="unknown", key=STRANGE)
        provider.asked.clear()

        for _ in range(1_000):
            with pytest.raises(Exception, match="not valid here"):
                await ours.bearer(forged)

        assert provider.asked == ["keys"]

    async def test_known_keys_are_believed_while_the_provider_is_away(
        self, ours: Provider, provider: Identities, now: list[float]
    ) -> None:
        await ours.bearer(provider.token())
        provider.is_away = True
        now[0] += 3_600

        login, _ = await ours.bearer(provider.token())
        assert login == "marcus"
        # But not for ever.
        now[0] += 24 * 3_600
        with pytest.raises(Exception, match="provider is away"):
            await ours.bearer(provider.token())

    async def test_a_key_that_was_withdrawn_is_believed_for_minutes(
        self, ours: Provider, provider: Identities, now: list[float]
    ) -> None:
        old = provider.token()
        await ours.bearer(old)
        provider.rotate("second")
        now[0] += 601

        # Nobody waits for the provider; the look is under way.
        await ours.bearer(old)
        assert ours._keys._renewing
        await ours._keys._renewing
        with pytest.raises(Exception, match="not valid here"):
            await ours.bearer(old)


class TestBrowser:
    """The code flow, as a browser walks it: every redirect followed, every cookie kept."""

    def test_it_ends_with_a_session_where_it_was_to_go_on(self, client: httpx.Client, provider: Identities) -> None:
        ended = client.get("/signin/provider?next=/healthz", follow_redirects=True)

        assert (ended.status_code, ended.url.path) == (200, "/healthz")
        origin = str(client.base_url).rstrip("/")
        assert count(client, origin=origin).json() == {"data": {"customers": {"totalCount": OF_MARCUS}}}
        assert "guanxi-sign-in" not in client.cookies

    def test_the_cookie_of_the_way_there_is_of_no_use_elsewhere(
        self, client: httpx.Client, provider: Identities
    ) -> None:
        begun = client.get("/signin/provider")
        back = httpx.get(begun.headers["location"], timeout=120).headers["location"]

        with httpx.Client(base_url=client.base_url, timeout=120) as other:
            refused = other.get(back)
            other.get("/signin/provider")
            mixed = other.get(back)

        assert [refused.status_code, mixed.status_code] == [401, 401]
        assert "guanxi-session" not in mixed.headers.get("set-cookie", "").replace('guanxi-session=""', "")
        # Its own browser may still go on.
        assert client.get(back).status_code == 303

    def test_a_code_is_good_once(self, client: httpx.Client, provider: Identities) -> None:
        begun = client.get("/signin/provider")
        back = httpx.get(begun.headers["location"], timeout=120).headers["location"]
        cookie = dict(client.cookies)

        first = client.get(back)
        client.cookies.update(cookie)
        second = client.get(back)

        assert [first.status_code, second.status_code] == [303, 503]

    @pytest.mark.parametrize(
        "claims",
        [
            {"nonce": "another"},
            {"nonce": None},
            {"aud": "another-client"},
            {"azp": "another-client"},
            {"iss": "https://elsewhere.example"},
            {"exp": 1},
        ],
        ids=str,
    )
    def test_an_id_token_that_is_not_for_this_sign_in_is_refused(
        self, client: httpx.Client, provider: Identities, claims: dict[str, Any]
    ) -> None:
        provider.claims = claims
        try:
            ended = client.get("/signin/provider", follow_redirects=True)
        finally:
            provider.claims = {}

        assert ended.status_code == 401
        assert "guanxi-session" not in client.cookies

    def test_an_answer_that_names_another_provider_is_refused(self, client: httpx.Client, provider: Identities) -> None:
        begun = client.get("/signin/provider")
        back = httpx.URL(httpx.get(begun.headers["location"], timeout=120).headers["location"])

        without = client.get(back.copy_remove_param("iss"))

        assert without.status_code == 401

    def test_somebody_whom_only_the_provider_knows_is_told_so(self, client: httpx.Client, provider: Identities) -> None:
        provider.email = "stranger@elsewhere.example"

        ended = client.get("/signin/provider", follow_redirects=True)

        assert ended.status_code == 403
        assert "there is no user here for you" in ended.text

    def test_while_the_provider_is_away_accounts_still_sign_in(
        self, client: httpx.Client, provider: Identities
    ) -> None:
        provider.is_away = True

        page = client.get("/signin")

        assert page.status_code == 200
        assert 'href="/signin/provider' in page.text


def test_the_link_to_go_on_leads_nowhere_else(client: httpx.Client) -> None:
    for given in ("//elsewhere.example", "https://elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)"):
        ended = client.get("/signin/provider", params={"next": given}, follow_redirects=True)

        assert ended.url.host == "127.0.0.1", given
