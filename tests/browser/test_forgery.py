"""What a real browser sends for a stranger's page is refused; what it sends for ours is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

QUERY = "/graphql?query=%7B__typename%7D"
STATUS = "(address) => fetch(address, {headers: {accept: 'application/json'}}).then((response) => response.status)"
SEND = "(address) => fetch(address, {mode: 'no-cors'}).catch(() => null)"
FORM = """(address) => {
  // A stranger's page lets its origin be told, which ours does not.
  document.head.append(Object.assign(document.createElement("meta"), {name: "referrer", content: "unsafe-url"}));
  const form = Object.assign(document.createElement("form"), {method: "POST", action: address, enctype: "text/plain"});
  form.append(Object.assign(document.createElement("input"), {name: '{"query":"{__typename}","x":"', value: '"}'}));
  document.body.append(form);
  form.submit();
}"""


@pytest.fixture
def page(browser: Browser, server_url: str) -> Iterator[Page]:
    """A page of our server under its other name, which to a browser is another site. It goes by no policy of ours."""
    context = browser.new_context(bypass_csp=True)
    opened = context.new_page()
    opened.goto(f"{server_url.replace('127.0.0.1', 'localhost')}/healthz")
    yield opened
    context.close()


def test_a_page_of_ours_may_ask_by_get(page: Page) -> None:
    assert page.evaluate(STATUS, QUERY) == 200


def test_a_page_of_another_site_may_not(page: Page, server_url: str) -> None:
    with page.expect_response(f"{server_url}{QUERY}") as answered:
        page.evaluate(SEND, f"{server_url}{QUERY}")

    assert answered.value.status == 403


def test_nor_by_a_form_that_looks_like_json(page: Page, server_url: str) -> None:
    with page.expect_response(f"{server_url}/graphql") as answered:
        page.evaluate(FORM, f"{server_url}/graphql")

    # A form of another origin has an Origin; were it an allowed name, its type would still be none of ours.
    assert answered.value.status == 415


def test_nor_by_json_for_which_the_browser_asks_first(page: Page, server_url: str) -> None:
    asked = "(address) => fetch(address, {method: 'POST', headers: {'content-type': 'application/json'}, body: '{}'})"

    refused = page.evaluate(f"(address) => ({asked})(address).then(() => false, () => true)", f"{server_url}/graphql")

    assert refused is True
