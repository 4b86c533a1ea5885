"""The landing page: what runs here, and one click to an answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route


def test_it_tells_what_runs_and_how_much_is_in_it(open_page: Callable[..., Page], server_url: str) -> None:
    page = open_page("/")
    facts = httpx.get(f"{server_url}/facts.json", timeout=120).json()

    expect(page.locator("#state")).to_have_text("Ready")
    expect(page.locator("#server")).to_have_text(f"Guanxi {facts['version']}")
    expect(page.locator("#database")).to_contain_text(facts["database"]["edition"])
    expect(page.locator("#address")).to_have_text(facts["database"]["address"])
    some = [fact for fact in facts["counts"] if fact["count"]]
    assert some
    assert page.locator("#counts dt").all_inner_texts() == [fact["title"] for fact in some]
    assert page.locator("#counts dd").all_inner_texts() == [f"{fact['count']:,}" for fact in some]


def test_in_chinese_it_names_the_records_in_chinese(open_page: Callable[..., Page]) -> None:
    page = open_page("/", locale="zh-CN")

    expect(page.locator("#state")).to_have_text("就绪")
    expect(page.locator("#counts dt", has_text="公司")).to_be_visible()


@pytest.mark.parametrize("number", [0, 1, 2])
def test_one_click_shows_an_answer(open_page: Callable[..., Page], server_url: str, number: int) -> None:
    page = open_page("/")
    tab = httpx.get(f"{server_url}/tabs.json", timeout=120).json()[number]

    page.get_by_role("button", name=tab["title"]["en"], exact=True).click()

    expect(page.locator("#progress")).to_contain_text("Answered in")
    assert page.locator("#problems").inner_text() == ""
    assert page.locator("#tables tbody tr").count() > 0
    assert page.locator("#query pre").first.inner_text() == tab["query"].strip()
    page.get_by_text("The answer as JSON").click()
    shown = json.loads(page.locator("#json pre").inner_text())
    body = {"query": tab["query"], "variables": tab["variables"]}
    assert shown == httpx.post(f"{server_url}/graphql", json=body, timeout=120).json()


def test_a_question_moves_to_graphiql(open_page: Callable[..., Page], server_url: str) -> None:
    page = open_page("/")
    tab = httpx.get(f"{server_url}/tabs.json", timeout=120).json()[1]

    page.get_by_role("button", name=tab["title"]["en"], exact=True).click()
    page.get_by_role("link", name="Open in GraphiQL", exact=True).click()

    expect(page.locator(".graphiql-tab-active")).to_be_visible()
    page.wait_for_function(
        "(query) => document.querySelector('.graphiql-query-editor .CodeMirror')?.CodeMirror.getValue() === query",
        arg=tab["query"].strip(),
    )


def test_while_the_database_starts_it_says_so_and_looks_again(open_page: Callable[..., Page], server_url: str) -> None:
    page = open_page("/")
    expect(page.locator("#state")).to_have_text("Ready")
    facts = httpx.get(f"{server_url}/facts.json", timeout=120).json()
    answers = iter([{**facts, "counts": [], "ready": False}])

    def starting(route: Route) -> None:
        answer = next(answers, None)
        route.continue_() if answer is None else route.fulfill(json=answer)

    page.route("**/facts.json", starting)
    page.reload()

    expect(page.locator("#state")).to_have_text("The database is starting. This page looks again by itself.")
    expect(page.locator("#state")).to_have_text("Ready")


def test_what_the_server_refuses_is_told(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    sentence = 'No field "nmae". <b>Did you mean "name"?</b>'
    page.route("**/graphql", lambda route: route.fulfill(json={"errors": [{"message": sentence}]}))

    page.locator("#questions button").first.click()

    expect(page.locator("#problems")).to_have_text(sentence)
    expect(page.locator("#progress")).to_have_text("The question was not answered.")


@pytest.mark.parametrize("width", [390, 1280])
def test_it_fits_its_window(open_page: Callable[..., Page], width: int) -> None:
    page = open_page("/", viewport={"width": width, "height": 800})

    page.locator("#questions button").first.click()

    expect(page.locator("#tables table")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") == width
