"""How an attacker asks, and how an honest client does meanwhile."""

from __future__ import annotations

from typing import Any

import httpx

GRAPHQL = {"accept": "application/graphql-response+json", "content-type": "application/json"}
_PATIENCE = 120.0


def ask(url: str, query: str, variables: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
    body = {"query": query, "variables": variables or {}}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.post(f"{url}/graphql", json=body, headers={**GRAPHQL, **named}, timeout=_PATIENCE)


def codes(response: httpx.Response) -> list[str]:
    return [error["extensions"]["code"] for error in response.json()["errors"]]


def assert_answers(url: str) -> None:
    """The server answers an honest question."""
    response = ask(url, "query Honest { users(first: 0) { totalCount } }")

    assert response.status_code == 200, response.text
    assert response.json()["data"]["users"]["totalCount"] > 0
