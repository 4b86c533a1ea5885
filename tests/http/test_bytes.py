"""Large answers are compressed, and what did not change is not sent again."""

from __future__ import annotations

import gzip
import json

import httpx
import pytest

SMALL = "{ companies(first: 2, orderBy: [{name: ASC}]) { nodes { name } } }"
LARGE = "{ companies(first: 50, orderBy: [{name: ASC}]) { totalCount nodes { id name createdAt updatedAt version __typename } } }"
NEWER = {"accept": "application/graphql-response+json"}


def asked(client: httpx.Client, query: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get("/graphql", params={"query": query}, headers=named)


def raw(client: httpx.Client, query: str, accept_encoding: str) -> tuple[httpx.Headers, bytes]:
    with client.stream(
        "POST", "/graphql", json={"query": query}, headers={"accept-encoding": accept_encoding}
    ) as response:
        return response.headers, b"".join(response.iter_raw())


def test_a_large_answer_is_compressed_for_who_accepts_it(client: httpx.Client) -> None:
    _, plain = raw(client, LARGE, "identity")

    headers, sent = raw(client, LARGE, "br, gzip;q=0.5")

    assert headers["content-encoding"] == "gzip"
    assert headers["vary"] == "accept, accept-encoding"
    assert int(headers["content-length"]) == len(sent) < len(plain) / 2
    assert gzip.decompress(sent) == plain


@pytest.mark.parametrize("accept_encoding", ["", "identity", "br", "gzip;q=0", "*;q=0"])
def test_a_large_answer_is_plain_for_others(client: httpx.Client, accept_encoding: str) -> None:
    headers, sent = raw(client, LARGE, accept_encoding)

    assert "content-encoding" not in headers
    assert headers["vary"] == "accept, accept-encoding"
    assert len(json.loads(sent)["data"]["companies"]["nodes"]) == 13


def test_a_small_answer_is_never_compressed(client: httpx.Client) -> None:
    headers, sent = raw(client, SMALL, "gzip")

    assert "content-encoding" not in headers
    assert headers["vary"] == "accept, accept-encoding"
    assert len(json.loads(sent)["data"]["companies"]["nodes"]) == 2


def test_an_answer_of_megabytes_is_compressed_too(client: httpx.Client) -> None:
    query = "{ __schema { types { name description fields { name description args { name description } } } } }"
    _, plain = raw(client, query, "identity")

    headers, sent = raw(client, query, "gzip")

    assert headers["content-encoding"] == "gzip"
    assert len(plain) > 100_000
    assert gzip.decompress(sent) == plain


def test_what_did_not_change_is_not_sent_again(client: httpx.Client) -> None:
    first = asked(client, LARGE)
    tag = first.headers["etag"]

    again = asked(client, LARGE, if_none_match=tag)

    assert first.headers["cache-control"] == "private, no-cache"
    assert (again.status_code, again.content) == (304, b"")
    assert {name: again.headers.get(name) for name in ("etag", "vary", "cache-control", "content-type")} == {
        "etag": tag,
        "vary": "accept, accept-encoding",
        "cache-control": "private, no-cache",
        "content-type": None,
    }


def test_the_tag_is_weak_and_that_of_the_plain_and_the_compressed_bytes(client: httpx.Client) -> None:
    plain, compressed = asked(client, LARGE), asked(client, LARGE, accept_encoding="gzip")

    assert compressed.headers["content-encoding"] == "gzip"
    assert plain.headers["etag"] == compressed.headers["etag"]
    assert plain.headers["etag"].startswith('W/"')
    assert asked(client, LARGE, accept_encoding="gzip", if_none_match=plain.headers["etag"]).status_code == 304


def test_tags_are_compared_weakly_and_in_lists(client: httpx.Client) -> None:
    tag = asked(client, SMALL).headers["etag"]

    statuses = [
        asked(client, SMALL, if_none_match=value).status_code
        for value in (f'"x", {tag}', tag.removeprefix("W/"), "*", '"x"', "", "W/")
    ]

    assert statuses == [304, 304, 304, 200, 200, 200]


def test_another_answer_or_another_media_type_has_another_tag(client: httpx.Client) -> None:
    tags = {asked(client, query, **headers).headers["etag"] for query in (SMALL, LARGE) for headers in ({}, NEWER)}

    assert len(tags) == 4


def test_errors_and_what_is_asked_by_post_are_kept_by_nobody(client: httpx.Client) -> None:
    responses = [
        client.post("/graphql", json={"query": SMALL}),
        asked(client, "{ nobody }"),
        asked(client, "{ nobody }", **NEWER),
        client.get("/graphql", params={"extensions": '{"persistedQuery": {"version": 1, "sha256Hash": "0"}}'}),
        asked(client, SMALL, accept="image/png"),
    ]

    assert [response.headers.get("etag") for response in responses] == [None] * 5
    assert [response.headers["cache-control"] for response in responses] == ["no-store"] * 5


def test_head_is_get_without_its_body(client: httpx.Client) -> None:
    got = asked(client, LARGE)

    headed = client.head("/graphql", params={"query": LARGE})

    assert (headed.status_code, headed.content) == (200, b"")
    assert {**headed.headers, "date": ""} == {**got.headers, "date": ""}
