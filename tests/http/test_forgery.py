"""What a page of a stranger could make a browser send is refused; what our pages and programs send is answered."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

PARAMETERS = {"query": "{ __typename }"}
CHROMIUM = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"}
CROSS_SITE = {**CHROMIUM, "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
REFUSED = {
    "errors": [
        {
            "message": "A page of another origin could have made the browser send this. Send the header "
            "GraphQL-Require-Preflight: 1, or ask by POST.",
            "extensions": {"code": "FORBIDDEN"},
        }
    ]
}

FORGED = {
    "an image of a stranger's page": CROSS_SITE,
    "another port or name of the same site": {**CROSS_SITE, "sec-fetch-site": "same-site"},
    "a page that hides where it is": {**CROSS_SITE, "referer": ""},
    "a browser that tells its referer only": {**CHROMIUM, "referer": "https://evil.example/page"},
    "a referer that looks like us": {**CHROMIUM, "referer": "http://127.0.0.1.evil.example/"},
    "a browser that tells nothing": CHROMIUM,
    "a form by GET": {**CROSS_SITE, "content-type": "application/x-www-form-urlencoded"},
    "a content type that a page may set": {**CROSS_SITE, "content-type": "text/plain; application/json"},
}
HONEST = {
    "curl": {"user-agent": "curl/8.5.0", "accept": "*/*"},
    "Node": {"user-agent": "node", "accept": "*/*", "accept-language": "*", "sec-fetch-mode": "cors"},
    "a program that says nothing of itself": {},
    "our own page": {**CHROMIUM, "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"},
    "a person who typed the address": {**CHROMIUM, "sec-fetch-site": "none"},
    "a page of an allowed name": {**CROSS_SITE, "sec-fetch-site": "same-site", "origin": "http://localhost:3000"},
    "Apollo Client elsewhere": {**CROSS_SITE, "content-type": "application/json"},
    **{
        f"a header that takes a preflight: {name}": {**CROSS_SITE, name: "1"}
        for name in (
            "graphql-require-preflight",
            "apollo-require-preflight",
            "x-apollo-operation-name",
            "x-requested-with",
        )
    },
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED.keys())
def test_a_get_that_a_page_could_have_forged_is_refused(client: httpx.Client, headers: dict[str, str]) -> None:
    response = client.get("/graphql", params=PARAMETERS, headers=headers)

    assert (response.status_code, response.json()) == (403, REFUSED)


@pytest.mark.parametrize("headers", HONEST.values(), ids=HONEST.keys())
def test_a_get_that_no_page_can_forge_is_answered(client: httpx.Client, headers: dict[str, str]) -> None:
    response = client.get("/graphql", params=PARAMETERS, headers=headers)

    assert (response.status_code, response.json()) == (200, {"data": {"__typename": "Query"}})


def test_a_browser_without_these_headers_is_known_by_its_referer(client: httpx.Client) -> None:
    referer = {**CHROMIUM, "referer": f"{client.base_url}/graphql"}

    response = client.get("/graphql", params=PARAMETERS, headers=referer)

    assert response.status_code == 200


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", None]
)
def test_a_post_that_takes_no_preflight_is_refused(client: httpx.Client, kind: str | None) -> None:
    sent: dict[str, Any] = {"content": b'{"query": "{ __typename }"}'}
    headers = CROSS_SITE if kind is None else {**CROSS_SITE, "content-type": kind}

    response = client.post("/graphql", headers=headers, **sent)

    assert response.status_code == 415


def test_a_preflight_is_not_granted(client: httpx.Client) -> None:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}

    response = client.options("/graphql", headers={**CROSS_SITE, **asked, "origin": "http://localhost:3000"})

    assert response.status_code == 405
    assert not [name for name in response.headers if name.startswith("access-control-")]


def test_a_forged_address_shows_graphiql_and_asks_nothing(client: httpx.Client) -> None:
    response = client.get("/graphql", params=PARAMETERS, headers={**CROSS_SITE, "accept": "text/html,*/*;q=0.8"})

    assert response.headers["content-type"] == "text/html; charset=utf-8"
