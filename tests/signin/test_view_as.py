"""Looking at the demo world through somebody else's eyes, where nobody has to sign in."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from graph.address import Address
from tests.serving import serving
from tests.signin.world import CUSTOMERS
from tests.tiny_world import hold_tiny_world

ROLES = ("administrator", "analyst", "auditor", "integration", "manager", "marketing", "sales", "service")


@pytest.fixture(scope="module")
def demo(neo4j_address: Address) -> Iterator[httpx.Client]:
    with (
        serving(neo4j_address, hold=hold_tiny_world) as url,
        httpx.Client(base_url=url, timeout=120) as client,
    ):
        yield client


def count(client: httpx.Client, login: str | None = None) -> httpx.Response:
    headers = {} if login is None else {"x-guanxi-view-as": login}
    return client.post("/graphql", json={"query": CUSTOMERS}, headers=headers)


def test_there_is_somebody_of_every_role(demo: httpx.Client) -> None:
    offered = demo.get("/who.json").json()

    assert offered["signsIn"] is False
    assert tuple(each["role"].lower() for each in offered["viewAs"]) == ROLES


def test_each_sees_what_the_role_may(demo: httpx.Client) -> None:
    offered = {each["role"].lower(): each["login"] for each in demo.get("/who.json").json()["viewAs"]}
    everything = count(demo).json()["data"]["customers"]["totalCount"]

    seen = {role: count(demo, login).json()["data"]["customers"]["totalCount"] for role, login in offered.items()}

    assert seen["administrator"] == seen["analyst"] == seen["auditor"] == everything
    assert seen["sales"] < everything


def test_who_they_are_is_told(demo: httpx.Client) -> None:
    login = demo.get("/who.json").json()["viewAs"][-1]["login"]

    found = demo.post("/graphql", json={"query": "{viewer {user {login}}}"}, headers={"x-guanxi-view-as": login})

    assert found.json() == {"data": {"viewer": {"user": {"login": login}}}}


def test_somebody_who_is_not_there_is_refused(demo: httpx.Client) -> None:
    found = count(demo, "nobody")

    assert found.status_code == 400
    assert found.json()["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


def test_a_token_makes_nobody_somebody_else_here(demo: httpx.Client) -> None:
    found = demo.post("/graphql", json={"query": CUSTOMERS}, headers={"authorization": "Bearer x"})

    assert found.status_code == 200


def test_a_firm_s_own_users_are_not_looked_through(neo4j_address: Address) -> None:
    with serving(neo4j_address) as url, httpx.Client(base_url=url, timeout=120) as client:
        refused, who = count(client, "ingrid"), client.get("/who.json").json()

    assert refused.status_code == 400
    assert "Only the demo world" in refused.json()["errors"][0]["message"]
    assert who["viewAs"] == []
