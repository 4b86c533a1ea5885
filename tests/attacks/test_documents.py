"""Documents that are meant to keep the server busy end in the code that docs/limits.md names, at once.

Each is sent as it comes, with the limits as they are unless somebody sets them.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.attacks.asking import GRAPHQL, ask, codes

TOO_COMPLEX, BAD_INPUT = "QUERY_TOO_COMPLEX", "BAD_USER_INPUT"


def _repeated(text: str, times: int, between: str = " ") -> str:
    return between.join(text.replace("#", str(number)) for number in range(times))


def _fragments(body: str, count: int) -> str:
    """`count` fragments, each with the next one's number at `&`, and a last one that selects a name."""
    links = " ".join(
        f"fragment f{number} on Company {{ {body.replace('&', str(number + 1))} }}" for number in range(count)
    )
    return f"{{ companies {{ nodes {{ ...f0 }} }} }} {links} fragment f{count} on Company {{ name }}"


_DEEP_INTROSPECTION = "{ __schema { types { " + "fields { type { " * 40 + "name" + " } }" * 40 + " } } }"
_CYCLE_OF_TYPES = '{ __type(name: "Company") { ' + "interfaces { possibleTypes { " * 30 + "name" + " } }" * 31 + " }"

ATTACKS: dict[str, tuple[str, str]] = {
    "aliases": ("{ " + _repeated("a#: users { totalCount }", 1_000) + " }", TOO_COMPLEX),
    "aliases within one object": ("{ users { " + _repeated("a#: totalCount", 201) + " } }", TOO_COMPLEX),
    "directives at one field": ("{ users { totalCount" + " @include(if: true)" * 400 + " } }", TOO_COMPLEX),
    "unknown directives": ("{ users { totalCount" + " @aa" * 1_000 + " } }", TOO_COMPLEX),
    "a directive at each of many fields": (
        "{ users { nodes { " + " id @include(if: true)" * 201 + " } } }",
        TOO_COMPLEX,
    ),
    "one field again and again": ("{ users { " + "totalCount " * 1_990 + " } }", TOO_COMPLEX),
    "one object again and again": ("{ " + "companies { nodes { name } } " * 480 + " }", TOO_COMPLEX),
    "objects within objects, again and again": (
        "{ " + ("companies { " + "nodes { name } " * 19 + "} ") * 18 + "}",
        TOO_COMPLEX,
    ),
    "inline fragments with the same": (
        "{ companies { nodes { " + "... on Company { contacts { nodes { name } } } " * 330 + "} } }",
        TOO_COMPLEX,
    ),
    "a fragment within itself": ("{ companies { nodes { ...f } } } fragment f on Company { name ...f }", BAD_INPUT),
    "fragments in a circle": (_fragments("name ...f&", 20).replace("on Company { name }", "on Company { ...f0 }"), BAD_INPUT),
    "a circle through records": (
        "{ companies { nodes { ...f } } } fragment f on Company { customers { nodes { company { ...f } } } }",
        BAD_INPUT,
    ),
    "fragments that double": (_fragments("a#: parent { ...f& } b: parent { ...f& }".replace("#", "1"), 40), TOO_COMPLEX),
    "very many fragments": (_fragments("...f&", 200), TOO_COMPLEX),
    "introspection in depth": (_DEEP_INTROSPECTION, BAD_INPUT),
    "introspection in a circle": (_CYCLE_OF_TYPES, BAD_INPUT),
    "introspection in a circle of fragments": (
        "{ __schema { types { ...t } } } fragment t on __Type { fields { type { ...t } } }",
        BAD_INPUT,
    ),
    "braces": ("{a" * 5_000 + "}" * 5_000, TOO_COMPLEX),
    "lists in lists": ("{ companies(where: {name: {in: " + "[" * 3_000 + "]" * 3_000 + "}}) { totalCount } }", TOO_COMPLEX),
    "a long document": ("{ users { totalCount } } #" + "a " * 100, "OK"),
    "tokens": ("{ companies(where: {name: {in: [" + '"a" ' * 4_100 + "]}}) { totalCount } }", TOO_COMPLEX),
    "records in records": (
        "{ companies " + "{ nodes { contacts { nodes { employers " * 10 + "{ totalCount }" + " } } } }" * 10 + " }",
        TOO_COMPLEX,
    ),
    "root fields": ("{ " + _repeated("a#: users { totalCount }", 51) + " }", TOO_COMPLEX),
    "pages that multiply": (
        "{ companies(first: 200) { nodes { contacts(first: 200) { nodes { employers(first: 200) { nodes { id } } } } } } }",
        TOO_COMPLEX,
    ),
    "unknown fields": ("{ " + _repeated("compani#", 1_900) + " }", BAD_INPUT),
}  # fmt: skip


@pytest.mark.parametrize(("query", "code"), ATTACKS.values(), ids=ATTACKS.keys())
def test_a_document_that_is_too_much_is_refused(server_url: str, query: str, code: str) -> None:
    response = ask(server_url, query)

    if code == "OK":
        assert response.status_code == 200
        return
    assert response.status_code == 400, response.text[:500]
    assert set(codes(response)) == {code}
    assert len(response.json()["errors"]) <= 21


def test_every_combination_of_includes_is_answered_or_refused_within_bounds(server_url: str) -> None:
    """Each combination is another plan: sixteen of them are kept, and what is kept is not what others asked for."""
    names = [f"v{number}" for number in range(12)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    selected = " ".join(f"a{name}: totalCount @include(if: ${name})" for name in names)
    query = f"query Storm({declared}) {{ users(first: 0) {{ totalCount {selected} }} }}"

    answers = [
        ask(server_url, query, {name: bool(number >> place & 1) for place, name in enumerate(names)})
        for number in range(64)
    ]

    assert {answer.status_code for answer in answers} == {200}
    assert len({len(answer.json()["data"]["users"]) for answer in answers}) > 4


def _nested(depth: int) -> Any:
    found: Any = {}
    for _ in range(depth):
        found = {"not": found}
    return found


VARIABLES: dict[str, tuple[Any, str]] = {
    "deep ones": (_nested(65), "The variables are nested more than 64 levels deep."),
    "very deep ones": (_nested(500), "The variables are nested more than 64 levels deep."),
    "many values": (
        {"name": {"in": ["a"] * 60_000}},
        "The variables hold more than 50000 values; send them in several requests.",
    ),
    "many objects": (
        {"or": [{"name": {"eq": "a"}}] * 30_000},
        "The variables hold more than 50000 values; send them in several requests.",
    ),
}


@pytest.mark.parametrize(("where", "message"), VARIABLES.values(), ids=VARIABLES.keys())
def test_variables_that_are_too_much_are_refused(server_url: str, where: Any, message: str) -> None:
    query = "query ($where: CompanyWhere) { companies(where: $where) { totalCount } }"

    response = ask(server_url, query, {"where": where})

    assert (response.status_code, codes(response)) == (400, [TOO_COMPLEX])
    assert response.json()["errors"][0]["message"] == message


def test_a_list_of_requests_is_refused_whatever_it_holds(server_url: str) -> None:
    batch = [{"query": "{ users { totalCount } }"}] * 1_000

    response = httpx.post(f"{server_url}/graphql", json=batch, headers=GRAPHQL, timeout=60)

    assert (response.status_code, codes(response)) == (400, [BAD_INPUT])


def test_a_mutation_by_get_is_refused_and_nothing_is_done(server_url: str) -> None:
    mutation = 'mutation { createTeam(input: {name: "forged"}) { team { id } } }'

    response = httpx.get(f"{server_url}/graphql", params={"query": mutation}, headers=GRAPHQL, timeout=60)

    assert (response.status_code, response.headers["allow"], codes(response)) == (405, "POST", [BAD_INPUT])
    found = ask(server_url, '{ teams(where: {name: {eq: "forged"}}) { totalCount } }').json()
    assert found == {"data": {"teams": {"totalCount": 0}}}


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_a_form_is_no_request(server_url: str, kind: str) -> None:
    response = httpx.post(
        f"{server_url}/graphql",
        content=b"query=%7B__typename%7D",
        headers={**GRAPHQL, "content-type": kind},
        timeout=60,
    )

    assert (response.status_code, codes(response)) == (415, [BAD_INPUT])


def test_no_error_tells_how_the_server_is_made(server_url: str) -> None:
    """Whatever is wrong, neither Cypher nor a path nor a stack trace is in the answer."""
    wrong: list[Any] = [
        {"query": "{ companies(first: -1) { nodes { id } } }"},
        {"query": "{"},
        {"query": "query ($w: CompanyWhere) { companies(where: $w) { totalCount } }", "variables": {"w": {"name": 1}}},
        {"query": "{ node(id: 5) { id } }"},
        {"query": "\u0000"},
        {"query": '{ companies(after: "\\u0000") { nodes { id } } }'},
        {"query": "{ companies { nodes { id } } }", "extensions": {"bookmark": "x"}},
        {"query": "{ __typename }", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "x" * 5_000}}},
    ]

    texts = [
        httpx.post(f"{server_url}/graphql", content=json.dumps(each), headers=GRAPHQL, timeout=60).text
        for each in wrong
    ]

    assert all('"errors"' in text for text in texts)
    for word in ("Traceback", 'File "', ".py", "MATCH", "Neo.", "neo4j", "$p.", "site-packages"):
        assert not [text for text in texts if word in text], word
