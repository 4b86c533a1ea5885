"""GraphiQL, with the examples and the Explorer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from neo4j import GraphDatabase
from playwright.sync_api import expect

from graph.ids import new_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from graph.address import Address

TAB = {"id": "mine", "title": "Mine", "query": "query Mine { __typename }", "operationName": "Mine"}
ONE_TAB = {"activeTabIndex": 0, "tabs": [{**TAB, "variables": None, "headers": None, "response": None}]}
ROOT_FIELDS = "{ __schema { queryType { fields { name } } } }"


@pytest.fixture
def graphiql(open_page: Callable[..., Page]) -> Page:
    page = open_page("/graphql")
    expect(page.locator(".graphiql-query-editor .CodeMirror")).to_be_visible()
    return page


@pytest.fixture
def examples(server_url: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = httpx.get(f"{server_url}/tabs.json", timeout=120).json()
    return found


def test_it_opens_with_the_examples(graphiql: Page, examples: list[dict[str, Any]]) -> None:
    expect(graphiql.locator(".graphiql-tab")).to_have_count(len(examples))
    assert text(graphiql, "query") == examples[0]["query"].strip()


def test_the_first_tab_shows_its_answer(graphiql: Page, examples: list[dict[str, Any]], server_url: str) -> None:
    graphiql.get_by_role("button", name="Execute query").click()

    expect(graphiql.locator(".result-window")).to_contain_text('"data"')
    assert json.loads(text(graphiql, "response")) == answer(server_url, examples[0])


def test_after_an_answer_the_next_visit_has_the_same_tabs(graphiql: Page, examples: list[dict[str, Any]]) -> None:
    graphiql.get_by_role("button", name="Execute query").click()
    graphiql.wait_for_function("() => localStorage.getItem('graphiql:tabState') !== null")

    graphiql.reload()

    expect(graphiql.locator(".graphiql-tab")).to_have_count(len(examples))
    assert text(graphiql, "query") == examples[0]["query"].strip()


def test_the_explorer_lists_every_root_field(graphiql: Page, server_url: str) -> None:
    fields = answer(server_url, {"query": ROOT_FIELDS, "variables": {}})["data"]["__schema"]["queryType"]["fields"]

    graphiql.get_by_role("button", name="Show GraphiQL Explorer").click()
    # In a tab that selects none of them nothing is unfolded, so that what is listed are the root fields.
    graphiql.get_by_role("button", name="Add tab").click()
    write(graphiql, "query None { __typename }")

    listed = graphiql.locator(".graphiql-explorer-root [data-field-name]")
    expect(listed).to_have_count(len(fields))
    names = listed.evaluate_all("(all) => all.map((each) => each.dataset.fieldName)")
    assert sorted(names) == sorted(field["name"] for field in fields)


def test_own_tabs_are_remembered(graphiql: Page) -> None:
    graphiql.get_by_role("button", name="Add tab").click()
    write(graphiql, "query Mine { __typename }")
    # GraphiQL stores its tabs half a second after the last change.
    graphiql.wait_for_function("() => localStorage.getItem('graphiql:tabState')?.includes('Mine')")

    graphiql.reload()

    expect(graphiql.locator(".graphiql-tab-active")).to_contain_text("Mine")
    assert text(graphiql, "query") == "query Mine { __typename }"


def test_with_remembered_tabs_an_example_opens_in_a_new_one(
    open_page: Callable[..., Page], examples: list[dict[str, Any]]
) -> None:
    page = open_page("/favicon.ico")
    remembered = {"graphiql:tabState": json.dumps(ONE_TAB), "graphiql:query": TAB["query"]}
    page.evaluate("(items) => Object.entries(items).forEach((item) => localStorage.setItem(...item))", remembered)
    page.goto("/graphql")
    expect(page.locator(".graphiql-tab")).to_have_count(0)
    expect(page.locator(".graphiql-query-editor .CodeMirror")).to_contain_text("Mine")
    last = examples[-1]

    open_example(page, last)

    expect(page.locator(".graphiql-tab")).to_have_count(2)
    assert text(page, "query") == last["query"].strip()
    assert json.loads(text(page, "variable") or "{}") == last["variables"]


def test_an_example_that_is_open_is_shown_again(graphiql: Page, examples: list[dict[str, Any]]) -> None:
    open_example(graphiql, examples[-1])

    expect(graphiql.locator(".graphiql-tab")).to_have_count(len(examples))
    assert text(graphiql, "query") == examples[-1]["query"].strip()


def test_documentation_opens_by_its_address(open_page: Callable[..., Page]) -> None:
    page = open_page("/graphql#documentation")

    expect(page.locator(".graphiql-doc-explorer")).to_contain_text("Query")


def test_menus_dialogs_and_hints_pass_the_policy(graphiql: Page) -> None:
    for dialog in ("Open short keys dialog", "Open settings dialog"):
        graphiql.get_by_role("button", name=dialog).click()
        expect(graphiql.get_by_role("dialog")).to_be_visible()
        graphiql.keyboard.press("Escape")
        expect(graphiql.get_by_role("dialog")).to_have_count(0)
    graphiql.get_by_role("button", name="Add tab").click()
    write(graphiql, "query One { __typename } query Two { __typename nonsense }")
    expect(graphiql.locator(".CodeMirror-lint-mark-error").first).to_be_visible()
    graphiql.keyboard.press("Control+Space")
    expect(graphiql.locator(".CodeMirror-hints")).to_be_visible()
    graphiql.keyboard.press("Escape")
    write(graphiql, "query One { __typename } query Two { two: __typename }")
    expect(graphiql.locator(".CodeMirror-lint-mark-error")).to_have_count(0)
    graphiql.get_by_role("button", name="Execute query").click()
    graphiql.get_by_role("menuitem", name="Two").click()
    expect(graphiql.locator(".result-window")).to_contain_text('"two"')


def test_a_subscription_shows_each_change(graphiql: Page, server_url: str, neo4j_address: Address) -> None:
    graphiql.get_by_role("button", name="Add tab").click()
    write(graphiql, "subscription { changed { recordId } }")
    with graphiql.expect_response(lambda each: "event-stream" in each.headers.get("content-type", "")):
        graphiql.get_by_role("button", name="Execute query").click()

    for record in ("company_one", "company_two"):
        change_something(neo4j_address, record)
        expect(graphiql.locator(".result-window")).to_contain_text(record)
    graphiql.get_by_role("button", name="Stop query").click()


def change_something(address: Address, record: str) -> None:
    """A write of another process; the browser's tests run without a loop of their own."""
    with GraphDatabase.driver(address.uri, auth=(address.user, address.password)) as driver:
        driver.execute_query(
            "CREATE (c:Change) SET c = $p, c.createdAt = datetime.transaction()",
            p={
                "id": new_id("change"),
                "recordId": record,
                "recordType": "Company",
                "operation": "UPDATE",
                "properties": [],
            },
        )


def answer(server_url: str, tab: dict[str, Any]) -> dict[str, Any]:
    body = {"query": tab["query"], "variables": tab["variables"]}
    found: dict[str, Any] = httpx.post(f"{server_url}/graphql", json=body, timeout=120).json()
    return found


def open_example(page: Page, tab: dict[str, Any]) -> None:
    page.get_by_role("button", name="Examples").click()
    page.locator("#examples").get_by_role("button", name=tab["title"]["en"], exact=True).click()


def write(page: Page, query: str) -> None:
    page.locator(".graphiql-query-editor .CodeMirror").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(query)


def text(page: Page, editor: str) -> str:
    """What stands in an editor: `query`, `variable` or `response`."""
    places = {"query": ".graphiql-query-editor", "variable": ".graphiql-editor-tool", "response": ".graphiql-response"}
    found: str = page.locator(f"{places[editor]} .CodeMirror").first.evaluate("(each) => each.CodeMirror.getValue()")
    return found
