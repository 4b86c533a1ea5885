"""Signing in and out in a real browser, and looking through other eyes at the demo world."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from graph.address import Address
from tests.browser.conftest import Watch, new_profile
from tests.serving import serving
from tests.signin.world import PASSWORD, hold_people, light_passwords
from web.settings import Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


class TestViewAs:
    def test_the_switch_shows_what_a_role_sees(self, open_page: Callable[..., Page]) -> None:
        page = open_page("/", viewport={"width": 1280, "height": 900})
        expect(page.locator("#state")).to_have_text("Ready")
        expect(page.locator("#counts div", has_text="Orders")).to_have_count(1)

        page.get_by_label("View as").select_option(label=_option(page, "Marketing"))

        expect(page.get_by_label("View as")).not_to_have_value("")
        expect(page.locator("#state")).to_have_text("Ready")
        # The role marketing sees no orders.
        expect(page.locator("#counts div", has_text="Customers")).to_have_count(1)
        expect(page.locator("#counts div", has_text="Orders")).to_have_count(0)

    def test_graphiql_has_it_too(self, open_page: Callable[..., Page]) -> None:
        page = open_page("/graphql", locale="zh-CN")

        expect(page.get_by_label("以此身份查看").locator("option")).to_have_count(9)


def _option(page: Page, role: str) -> str:
    expect(page.get_by_label("View as").locator("option")).to_have_count(9)
    texts = page.get_by_label("View as").locator("option").all_inner_texts()
    return next(text for text in texts if text.startswith(role))


@pytest.fixture(scope="module")
def firm_url(neo4j_address: Address) -> Iterator[str]:
    """A server where one has to sign in. What the database held before is gone, so this file is the folder's last."""
    settings = Settings.model_validate({"sign_in": "accounts", "webhooks": False})
    with serving(neo4j_address, settings, hold=hold_people, passwords=light_passwords()) as url:
        yield url


@pytest.fixture
def page(browser: Browser, watch: Watch, firm_url: str) -> Iterator[Page]:
    """Somebody who opens the first page. Nothing of it may break its policy, or write an error."""
    watch.found.clear()
    with new_profile(browser, watch, {"base_url": firm_url}) as profile:
        opened = profile.new_page()
        opened.goto("/")
        yield opened
    # A refused password is a status that browsers write down as an error.
    assert [each for each in watch.found if "401" not in each] == []


def test_one_signs_in_by_keyboard_alone_and_out_again(page: Page, firm_url: str) -> None:
    expect(page).to_have_url(f"{firm_url}/signin?next=/")
    expect(page.get_by_label("Login")).to_be_focused()

    page.keyboard.type("marcus")
    page.keyboard.press("Tab")
    page.keyboard.type("not this one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("The login or the password is wrong.")
    expect(page.get_by_label("Login")).to_have_value("marcus")
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{firm_url}/")
    expect(page.locator("#account")).to_contain_text("marcus")
    expect(page.locator("#counts div", has_text="Customers").locator("dd")).to_have_text("3")
    assert page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(f"{firm_url}/signin")
    page.goto("/graphql")
    expect(page).to_have_url(f"{firm_url}/signin?next=/graphql")


def test_the_page_speaks_chinese_and_goes_on_where_one_wanted_to_be(page: Page, firm_url: str) -> None:
    page.goto("/graphql")

    page.get_by_role("link", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_label("登录名").fill("ingrid")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()

    expect(page).to_have_url(f"{firm_url}/graphql")
    expect(page.get_by_role("button", name="Execute query (Ctrl-Enter)")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_it_fits_its_window(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})

    assert page.evaluate("document.documentElement.scrollWidth") == width
