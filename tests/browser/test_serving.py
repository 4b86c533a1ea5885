"""How the pages and their files are served."""

from __future__ import annotations

import re

import httpx
import pytest

HTML = {"accept": "text/html,application/xhtml+xml"}
STRICT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data:",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
}


@pytest.mark.parametrize("path", ["/", "/graphql"])
def test_a_page_has_a_strict_policy_and_needs_no_exception_from_it(server_url: str, path: str) -> None:
    response = httpx.get(server_url + path, headers=HTML, timeout=120)

    policy = dict(part.split(" ", 1) for part in response.headers["content-security-policy"].split("; "))
    assert response.status_code == 200
    assert policy | STRICT == policy
    assert re.findall("unsafe|https?:|[*]", response.headers["content-security-policy"]) == []
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    assert re.findall(r"<script(?![^>]* src=)|<style| style=| on\w+=|https?:", response.text) == []


def test_a_library_is_fetched_once_and_for_ever(server_url: str) -> None:
    page = httpx.get(f"{server_url}/graphql", headers=HTML, timeout=120).text
    addresses = re.findall(r'"(static/vendor/[^"]+)"', page)

    caching = {
        address: httpx.get(f"{server_url}/{address}", timeout=120).headers["cache-control"] for address in addresses
    }

    assert len(addresses) == 6
    assert set(caching.values()) == {"public, max-age=31536000, immutable"}
    assert (
        httpx.get(f"{server_url}/static/vendor/react.js?hash=old", timeout=120).headers["cache-control"] == "no-cache"
    )


def test_a_file_that_has_not_changed_is_not_sent_again(server_url: str) -> None:
    first = httpx.get(f"{server_url}/static/words.js", timeout=120)

    second = httpx.get(f"{server_url}/static/words.js", headers={"if-none-match": first.headers["etag"]}, timeout=120)

    assert first.headers["content-encoding"] == "gzip"
    assert (second.status_code, second.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["landing.html", "vendor/manifest.json", "../browser.py", "%2e%2e/browser.py", "no.js"]
)
def test_nothing_but_the_pages_files_is_served(server_url: str, path: str) -> None:
    response = httpx.get(f"{server_url}/static/{path}", timeout=120)

    assert response.status_code == 404


def test_every_example_is_in_both_languages_and_has_an_answer(server_url: str) -> None:
    tabs = httpx.get(f"{server_url}/tabs.json", timeout=120).json()

    answers = [
        httpx.post(
            f"{server_url}/graphql", json={"query": tab["query"], "variables": tab["variables"]}, timeout=120
        ).json()
        for tab in tabs
    ]

    assert len(tabs) >= 3
    assert [tab for tab in tabs if not (tab["title"]["en"].strip() and tab["title"]["zh"].strip())] == []
    assert [answer["errors"] for answer in answers if "errors" in answer] == []
