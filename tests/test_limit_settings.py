"""Each limit is a setting: set low, it is met by a small request and ends in its documented code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from graph.address import Address
from resolvers.request import LIMITS
from tests.attacks.asking import ask, codes
from tests.serving import serving
from web.limit_settings import LimitSettings
from web.settings import Settings

LOW: dict[str, Any] = {
    "max_tokens": 60,
    "max_depth": 3,
    "max_filter_depth": 2,
    "max_root_fields": 3,
    "max_aliases": 2,
    "max_directives": 2,
    "max_directives_at_once": 1,
    "max_selections": 16,
    "max_fragments": 1,
    "max_comparisons": 2,
    "max_errors": 2,
    "max_page": 10,
    "max_records": 100,
    "max_variables": 20,
    "max_variable_depth": 6,
}

# Each with the document, its variables, the code, and what the first message begins with.
HIT: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "max_tokens": ('{ companies(where: {name: {in: [' + '"a" ' * 60 + "]}}) { totalCount } }", {}, "QUERY_TOO_COMPLEX", "The document has more than 60 tokens"),
    "max_depth": ("{ companies { nodes { contacts { nodes { employers { nodes { contacts { totalCount nodes { id } } } } } } } } }", {}, "QUERY_TOO_COMPLEX", "The selection is more than 3 records deep"),
    "max_filter_depth": ("{ companies(where: {not: {not: {not: {}}}}) { totalCount } }", {}, "QUERY_TOO_COMPLEX", "The filter is nested more than 2 levels deep"),
    "max_root_fields": ("{ users { totalCount } teams { totalCount } orders { totalCount } companies { totalCount } }", {}, "QUERY_TOO_COMPLEX", "The request has 4 root fields; at most 3"),
    "max_aliases": ("{ a: users { totalCount } b: users { c: totalCount } }", {}, "QUERY_TOO_COMPLEX", "The document has 3 aliases; at most 2"),
    "max_directives": ("{ users @skip(if: false) { totalCount @skip(if: false) nodes @skip(if: false) { id } } }", {}, "QUERY_TOO_COMPLEX", "The document has 3 directives; at most 2"),
    "max_directives_at_once": ("{ users { totalCount @skip(if: false) @include(if: true) } }", {}, "QUERY_TOO_COMPLEX", "A field, fragment or operation has 2 directives; at most 1"),
    "max_selections": ("{ users { nodes { ...f } } teams { nodes { members { nodes { ...f } } } } orders { nodes { owner { ...f } } } } fragment f on User { id name createdAt }", {}, "QUERY_TOO_COMPLEX", "The document selects more than 16 fields"),
    "max_fragments": ("{ users { ...a ...b } } fragment a on UserConnection { totalCount } fragment b on UserConnection { totalCount }", {}, "QUERY_TOO_COMPLEX", "The document has 2 fragments; at most 1"),
    "max_comparisons": ("{ users { totalCount totalCount totalCount } }", {}, "QUERY_TOO_COMPLEX", "The document selects the same too often, such as \"totalCount\" 3 times"),
    "max_errors": ("{ a1 b1 c1 d1 }", {}, "BAD_USER_INPUT", "Cannot query field 'a1'"),
    "max_page": ("{ users(first: 11) { nodes { id } } }", {}, "BAD_USER_INPUT", "users.first is 11; ask for 0 to 10"),
    "max_records": ("{ users(first: 10) { nodes { id teams(first: 10) { nodes { id } } } } }", {}, "QUERY_TOO_COMPLEX", "The request may read up to 110 records; at most 100"),
    "max_variables": ("query ($w: UserWhere) { users(where: $w) { totalCount } }", {"w": {"name": {"in": ["a"] * 21}}}, "QUERY_TOO_COMPLEX", "The variables hold more than 20 values"),
    "max_variable_depth": ("query ($w: UserWhere) { users(where: $w) { totalCount } }", {"w": {"not": {"not": {"not": {"not": {"not": {"not": {}}}}}}}}, "QUERY_TOO_COMPLEX", "The variables are nested more than 6 levels deep"),
}  # fmt: skip


@pytest.fixture(scope="module")
def low(neo4j_address: Address) -> Iterator[str]:
    with serving(neo4j_address, Settings(webhooks=False, **LOW)) as url:
        yield url
    Settings().set_limits()


def test_every_setting_of_a_document_is_hit() -> None:
    settings = {name for name in LimitSettings.model_fields if name.startswith("max_")}

    assert settings == set(LOW) == set(HIT)


@pytest.mark.parametrize("name", HIT)
def test_a_limit_that_is_set_low_holds(low: str, name: str) -> None:
    query, variables, code, message = HIT[name]

    response = ask(low, query, variables)

    assert (response.status_code, set(codes(response))) == (400, {code}), response.text
    assert response.json()["errors"][0]["message"].startswith(message)


def test_no_more_mistakes_are_told_than_the_limit_says(low: str) -> None:
    response = ask(low, "{ a1 b1 c1 d1 }")

    # The last one says that there are more.
    assert len(response.json()["errors"]) == 3


def test_below_all_limits_there_is_an_answer(low: str) -> None:
    response = ask(
        low, "query ($w: UserWhere) { users(first: 10, where: $w) { totalCount nodes { id name } } }", {"w": {}}
    )

    assert response.status_code == 200, response.text


def test_limits_are_those_of_the_settings_and_their_defaults_are_the_same() -> None:
    Settings().set_limits()
    before = vars(LIMITS).copy()

    Settings(max_page=7).set_limits()
    low = (LIMITS.page, LIMITS.default_page)
    Settings().set_limits()

    assert low == (7, 7)
    assert vars(LIMITS) == before == vars(type(LIMITS)())
