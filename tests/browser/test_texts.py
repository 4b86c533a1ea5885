"""The two languages of the pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

STATIC = Path(__file__).resolve().parents[2] / "web" / "static"
HEADLINE = {"en": "Ask who knows whom", "zh": "谁认识谁"}


def test_both_languages_say_the_same_things(open_page: Callable[..., Page]) -> None:
    page = open_page("/")

    words = page.evaluate("async () => (await import('./static/words.js')).words")

    gaps = {
        language: {key: sorted(re.findall(r"{\w+}", text)) for key, text in texts.items()}
        for language, texts in words.items()
    }
    assert list(words) == ["en", "zh"]
    assert gaps["en"] == gaps["zh"]
    assert [key for texts in words.values() for key, text in texts.items() if not text.strip()] == []


def test_every_text_is_used_and_every_used_text_is_there(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in STATIC.iterdir()
        if path.suffix in (".html", ".js") and path.name != "words.js"
    )

    keys = page.evaluate("async () => Object.keys((await import('./static/words.js')).words.en)")

    named = set(re.findall(r'data-(?:word|label|title)="(\w+)"', sources))
    assert named - set(keys) == set()
    assert [key for key in keys if not re.search(rf'"{key}"', sources)] == []


def test_the_browser_s_language_is_the_page_s(open_page: Callable[..., Page]) -> None:
    expect(open_page("/", locale="zh-TW").locator("h1")).to_contain_text(HEADLINE["zh"])
    expect(open_page("/", locale="en-GB").locator("h1")).to_contain_text(HEADLINE["en"])
    expect(open_page("/", locale="fr-FR").locator("h1")).to_contain_text(HEADLINE["en"])


def test_a_chosen_language_is_remembered_on_both_pages(open_page: Callable[..., Page]) -> None:
    page = open_page("/")
    expect(page.locator("h1")).to_contain_text(HEADLINE["en"])

    page.get_by_role("button", name="中文").click()

    expect(page.locator("h1")).to_contain_text(HEADLINE["zh"])
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.reload()
    expect(page.locator("h1")).to_contain_text(HEADLINE["zh"])
    page.goto("/graphql")
    expect(page.get_by_role("button", name="示例")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Examples")).to_be_visible()
    page.goto("/")
    expect(page.locator("h1")).to_contain_text(HEADLINE["en"])
