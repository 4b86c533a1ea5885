"""A client gets the media type that it prefers, and compressed bytes only if it says so."""

from __future__ import annotations

import pytest

from web.negotiation import ANSWERS, GRAPHQL, HTML, JSON, accepts_gzip, is_json, negotiate, parse_value

CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8"
APOLLO = "application/graphql-response+json,application/json;q=0.9"
URQL = (
    "application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"
)

ACCEPT = {
    None: JSON,
    "": JSON,
    "*/*": JSON,
    "application/*": JSON,
    JSON: JSON,
    GRAPHQL: GRAPHQL,
    APOLLO: GRAPHQL,
    URQL: GRAPHQL,
    CHROMIUM: HTML,
    "text/html": HTML,
    "text/html, application/json": HTML,
    "application/json, text/html": JSON,
    "text/html;q=0.5, application/json": JSON,
    "text/*": None,
    "text/html;q=0": None,
    "*/*, text/html;q=0": JSON,
    # The specification recommends this one to clients; of equal weights the first is meant.
    f"{GRAPHQL}; charset=utf-8, {JSON}; charset=utf-8": GRAPHQL,
    f"{JSON}, {GRAPHQL}": JSON,
    f"{JSON};q=0.2, {GRAPHQL};q=0.1": JSON,
    f"{JSON};q=0, */*": GRAPHQL,
    f"{JSON};q=0, {GRAPHQL};q=0": None,
    f"*/*, {GRAPHQL}": GRAPHQL,
    f"*/*;q=0.9, {GRAPHQL};q=0.8": JSON,
    f"APPLICATION/JSON;Q=0.5, {GRAPHQL};q=0.4": JSON,
    f"{GRAPHQL}; charset=iso-8859-1": None,
    f"{GRAPHQL}; charset=iso-8859-1, {JSON}": JSON,
    f'{GRAPHQL}; charset="UTF-8"': GRAPHQL,
    f'text/plain; title="a, {JSON}; q=1"': None,
    f"{JSON};q=2": None,
    f"{JSON};q=none, {GRAPHQL};q=0.001": GRAPHQL,
    "image/png": None,
    "nonsense": None,
    ",;,=": None,
    # Each quotation mark of this could begin a text that never ends.
    '"\\' * 50_000: None,
}


@pytest.mark.parametrize(("accept", "expected"), ACCEPT.items(), ids=[str(each)[:60] for each in ACCEPT])
def test_the_media_type_is_the_one_that_the_client_prefers(accept: str | None, expected: str | None) -> None:
    assert negotiate(accept, (*ANSWERS, HTML)) == expected


GZIP = {
    None: False,
    "": False,
    "gzip": True,
    "GZip": True,
    "gzip, deflate, br, zstd": True,
    "x-gzip": True,
    "*": True,
    "br": False,
    "gzip;q=0": False,
    "gzip; q=0.0, *": False,
    "*;q=0": False,
    "*;q=0, gzip;q=0.1": True,
    "identity": False,
}


@pytest.mark.parametrize(("accept_encoding", "expected"), GZIP.items())
def test_gzip_is_for_who_accepts_it(accept_encoding: str | None, expected: bool) -> None:
    assert accepts_gzip(accept_encoding) is expected


CONTENT_TYPES = {
    "application/json": True,
    "Application/JSON": True,
    "application/json;charset=utf-8": True,
    'application/json; charset="UTF-8"': True,
    "application/json; charset=utf8": True,
    "application/json; profile=x": True,
    "application/json; charset=utf-16": False,
    "application/json; charset=iso-8859-1": False,
    "application/graphql": False,
    "application/graphql-response+json": False,
    "text/plain; application/json": False,
    "text/plain, application/json": False,
    "": False,
    None: False,
}


@pytest.mark.parametrize(("content_type", "expected"), CONTENT_TYPES.items())
def test_a_body_is_json_in_utf_8(content_type: str | None, expected: bool) -> None:
    assert is_json(content_type) is expected


def test_a_quoted_parameter_may_hold_what_separates() -> None:
    assert parse_value(r'text/plain; title="a; \"b\"" ; Q=0.5') == ("text/plain", {"title": 'a; "b"', "q": "0.5"})
