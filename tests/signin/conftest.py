"""Servers where one has to sign in, before the trading example and its people."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import pytest

from graph.address import Address
from graph.database import Database
from tests.serving import serving
from tests.signin.provider import CLIENT, SECRET, Identities, identities
from tests.signin.world import CUSTOMERS, PASSWORD, forget_failures, hold_people, light_passwords
from web.settings import Settings

Signed = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def provider() -> Iterator[Identities]:
    with identities() as found:
        yield found


@pytest.fixture(scope="module")
def settings(provider: Identities) -> Settings:
    """By accounts and by the provider."""
    return Settings.model_validate({
        "sign_in": "accounts,oidc", "webhooks": False, "feed_interval": 0.1, "oidc_issuer": provider.issuer,
        "oidc_client_id": CLIENT, "oidc_client_secret": SECRET, "oidc_algorithms": "RS256,ES256,EdDSA",
    })  # fmt: skip


@pytest.fixture(scope="module")
def server_url(neo4j_address: Address, settings: Settings) -> Iterator[str]:
    with serving(neo4j_address, settings, hold=hold_people, passwords=light_passwords()) as url:
        yield url


@pytest.fixture
async def no_failures(database: Database) -> AsyncIterator[None]:
    """Nobody has to wait because of the test before."""
    await forget_failures(database)
    yield
    await forget_failures(database)


@pytest.fixture
def client(server_url: str) -> Iterator[httpx.Client]:
    """A client without a cookie."""
    with httpx.Client(base_url=server_url, timeout=120) as opened:
        yield opened


def sign_in(client: httpx.Client, login: str = "marcus", password: str = PASSWORD) -> httpx.Response:
    """As a program does."""
    return client.post("/signin", json={"login": login, "password": password})


def browse(client: httpx.Client, login: str = "marcus", password: str = PASSWORD, **fields: str) -> httpx.Response:
    """As a browser sends its form."""
    origin = f"http://{client.base_url.netloc.decode()}"
    return client.post("/signin", data={"login": login, "password": password, **fields}, headers={"origin": origin})


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def count(client: httpx.Client, **headers: str) -> httpx.Response:
    """How many customers whoever asks may see."""
    return client.post("/graphql", json={"query": CUSTOMERS}, headers=headers)
