"""The pages of signing in: plain HTML that works without scripts, in English and in Chinese. Knows nothing of accounts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, Response

from web.browser import POLICY, SAFETY
from web.sign_in_words import TAGS, WORDS

# A form may be sent here and nowhere else, and no script runs.
_POLICY = POLICY | {"form-action": "'self'", "script-src": "'none'", "connect-src": "'none'"}

_PAGE = """<!doctype html>
<html lang="{tag}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <title>{title} · Guanxi 关系</title>
    <link rel="icon" href="/static/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/static/guanxi.css">
    <link rel="stylesheet" href="/static/sign-in.css">
  </head>
  <body>
    <header class="bar">
      <span class="brand"><img src="/static/icon.svg" alt="" width="28" height="28">
        <span>Guanxi <span lang="zh-CN">关系</span></span></span>
      <nav class="tongues" aria-label="Language 语言">{languages}</nav>
    </header>
    <main>
      <h1>{title}</h1>
{content}
    </main>
  </body>
</html>
"""


@dataclass(frozen=True)
class Input:
    """A field of a form. `autocomplete` tells password managers what it is."""

    name: str
    word: str
    autocomplete: str
    is_secret: bool = False
    value: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Page:
    """What a page shows. Words are keys of `WORDS`; `hidden` travels with the form, and `address` is the page's own."""

    title: str
    address: str
    inputs: tuple[Input, ...] = ()
    button: str = ""
    hint: str = ""
    hidden: dict[str, str] = field(default_factory=dict)
    # A link below the form: its word, and where to.
    link: tuple[str, str] | None = None


def shown(
    page: Page,
    language: str,
    status: int = 200,
    problem: str = "",
    told: str = "",
    values: Mapping[str, str | int] | None = None,
) -> Response:
    """A page as a response; `problem` and `told` are words above it."""
    words = WORDS[language]
    parts = []
    if problem:
        parts.append(
            f'<p class="problem" role="alert" id="problem">{escape(words[problem].format(**(values or {})))}</p>'
        )
    if told:
        parts.append(f'<p class="told" role="status">{escape(words[told])}</p>')
    if page.hint:
        parts.append(f'<p class="quiet">{escape(words[page.hint])}</p>')
    if page.inputs:
        parts.append(_form(page, language, has_problem=bool(problem)))
    if page.link:
        word, address = page.link
        if page.inputs and word == "provider":
            parts.append(f'<p class="quiet or">{escape(words["or"])}</p>')
        parts.append(f'<p><a class="button" href="{escape(address)}">{escape(words[word])}</a></p>')
    html = _PAGE.format(
        tag=TAGS[language],
        title=escape(words[page.title]),
        languages=_languages(page, language),
        content="\n".join(f"      {each}" for each in parts),
    )
    joined = "; ".join(f"{directive} {sources}" for directive, sources in _POLICY.items())
    # The address may hold a token, which is to reach nobody.
    headers = SAFETY | {
        "content-security-policy": joined,
        "cache-control": "no-store",
        "referrer-policy": "same-origin",
    }
    return HTMLResponse(html, status, headers)


def _form(page: Page, language: str, *, has_problem: bool) -> str:
    words = WORDS[language]
    rows = [f'<form method="post" action="{escape(page.address)}">']
    for name, value in {**page.hidden, "lang": language}.items():
        rows.append(f'  <input type="hidden" name="{escape(name)}" value="{escape(value)}">')
    for position, each in enumerate(page.inputs):
        kind = "password" if each.is_secret else "text"
        described = [f"{each.name}-hint"] * bool(each.hint) + ["problem"] * has_problem
        more = f' aria-describedby="{" ".join(described)}"' if described else ""
        # Whoever has given a login already goes on with the password.
        focus = " autofocus" if position == next((n for n, one in enumerate(page.inputs) if not one.value), 0) else ""
        rows.append(
            f'  <label for="{each.name}">{escape(words[each.word])}</label>\n'
            f'  <input id="{each.name}" name="{each.name}" type="{kind}" autocomplete="{each.autocomplete}"'
            f' value="{escape(each.value)}" maxlength="1000" autocapitalize="none" spellcheck="false" required{focus}{more}>'
        )
        if each.hint:
            rows.append(f'  <p class="quiet hint" id="{each.name}-hint">{escape(words[each.hint])}</p>')
    rows += [f'  <button type="submit">{escape(words[page.button])}</button>', "</form>"]
    return "\n".join(rows)


def _languages(page: Page, current: str) -> str:
    links = []
    for language, name in (("en", "English"), ("zh", "中文")):
        address = f"{page.address}?{urlencode({**page.hidden, 'lang': language})}"
        is_current = ' aria-current="true"' if language == current else ""
        links.append(
            f'<a href="{escape(address)}" lang="{TAGS[language]}" hreflang="{TAGS[language]}"{is_current}>{name}</a>'
        )
    return " ".join(links)
