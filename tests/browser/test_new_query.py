"""A graph query dropped into a folder, as its author sees it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import expect

from tests.serving import serving
from tests.tiny_world import hold_tiny_world
from web.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from graph.address import Address

WITHIN = 120.0
QUERY = """\
/*
extend type Query {
  "Companies that have these letters in their name."
  companiesNamed(letters: String!): CompanyConnection!
}
*/
MATCH (company:Company) WHERE company.name CONTAINS $letters AND true /* visible(company) */
RETURN company
"""


@pytest.fixture
def reloading_url(neo4j_address: Address, tmp_path: Path) -> Iterator[str]:
    """A server that watches an empty folder of named queries."""
    with serving(neo4j_address, Settings(queries=str(tmp_path)), with_reload=True, hold=hold_tiny_world) as url:
        yield url


def test_a_new_file_is_a_documented_field_after_a_reload(
    open_page: Callable[..., Page], reloading_url: str, tmp_path: Path
) -> None:
    page = open_page("/graphql", base_url=reloading_url)
    expect(page.locator(".graphiql-query-editor .CodeMirror")).to_be_visible()

    (tmp_path / "companies_named.cypher").write_text(QUERY, encoding="utf-8")
    wait_for_field(reloading_url, "companiesNamed")
    page.reload()
    page.get_by_role("button", name="Show Documentation Explorer").click()
    page.locator(".graphiql-doc-explorer").get_by_text("Query", exact=True).first.click()

    documentation = page.locator(".graphiql-doc-explorer")
    expect(documentation).to_contain_text("companiesNamed")
    expect(documentation).to_contain_text("Companies that have these letters in their name.")


def wait_for_field(url: str, name: str) -> None:
    end = time.monotonic() + WITHIN
    names: set[str] = set()
    while name not in names:
        assert time.monotonic() < end, f"{url} has no field {name} after {WITHIN:.0f} s"
        answer = httpx.post(
            f"{url}/graphql", json={"query": "{ __schema { queryType { fields { name } } } }"}, timeout=120
        ).json()
        names = {field["name"] for field in answer["data"]["__schema"]["queryType"]["fields"]}
        time.sleep(0.1)
