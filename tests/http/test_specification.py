"""What the specification of September 2026 asks, and its reference implementation has no audit for."""

from __future__ import annotations

import json

import httpx
import pytest

from graph.database import Database
from resolvers.answer import Answer
from tests.test_violations import written
from web.negotiation import GRAPHQL, JSON
from web.responses import status_of

NEWER = {"accept": GRAPHQL}
TYPENAME = {"query": "{ __typename }"}
NAMED = "query a { __typename } query b { it: __typename }"


def code_and_message(response: httpx.Response) -> tuple[int, str, str]:
    (error,) = response.json()["errors"]
    return response.status_code, error["extensions"]["code"], error["message"]


@pytest.mark.parametrize(
    ("parameters", "data"),
    [
        ({"query": NAMED, "operationName": "b"}, {"it": "Query"}),
        ({"query": "query null { __typename }", "operationName": "null"}, {"__typename": "Query"}),
        ({**TYPENAME, "operationName": "", "variables": "", "extensions": ""}, {"__typename": "Query"}),
        ({**TYPENAME, "variables": "null", "extensions": "null"}, {"__typename": "Query"}),
        ({**TYPENAME, "extensions": '{"some": 1}', "other": "x"}, {"__typename": "Query"}),
        ({"query": '{ __type(name: "Company") { name } }'}, {"__type": {"name": "Company"}}),
    ],
)
def test_a_query_by_get_is_answered(client: httpx.Client, parameters: dict[str, str], data: dict[str, object]) -> None:
    response = client.get("/graphql", params=parameters, headers=NEWER)

    assert (response.status_code, response.json()) == (200, {"data": data})


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", 'The URL lacks "query", the text of a GraphQL document.'),
        ("query=", 'The URL lacks "query", the text of a GraphQL document.'),
        ("query=%20", 'The URL lacks "query", the text of a GraphQL document.'),
        ("query={a}&query={b}", 'The URL has "query" twice.'),
        ("query={a}&variables=[]", '"variables" must be an object or null.'),
        (
            "query={a}&variables={",
            '"variables" in the URL is no JSON: unexpected end of data: line 1 column 2 (char 1).',
        ),
        ("query={a}&extensions=1", '"extensions" must be an object or null.'),
        ("query=%ff", "The URL's query is not encoded as a form is, in UTF-8."),
        ("a&" * 101, "The URL's query is not encoded as a form is, in UTF-8."),
    ],
)
def test_a_url_that_is_no_request_is_refused(client: httpx.Client, query: str, message: str) -> None:
    response = client.get(f"/graphql?{query}", headers=NEWER)

    assert code_and_message(response) == (400, "BAD_USER_INPUT", message)
    assert response.headers["content-type"] == f"{GRAPHQL}; charset=utf-8"


@pytest.mark.parametrize(
    "parameters",
    [
        {"query": "mutation { x }"},
        {"query": "query a { __typename } mutation b { x }", "operationName": "b"},
    ],
)
def test_a_mutation_by_get_is_405(client: httpx.Client, parameters: dict[str, str]) -> None:
    response = client.get("/graphql", params=parameters, headers=NEWER)

    assert code_and_message(response) == (405, "BAD_USER_INPUT", "Send a mutation by POST.")
    assert response.headers["allow"] == "POST"


@pytest.mark.parametrize(
    "parameters", [{"query": "query mutation { __typename }"}, {"query": "{ __typename } # mutation { x }"}]
)
def test_the_word_mutation_makes_none(client: httpx.Client, parameters: dict[str, str]) -> None:
    assert client.get("/graphql", params=parameters, headers=NEWER).json() == {"data": {"__typename": "Query"}}


def test_a_url_that_is_too_long_is_414(client: httpx.Client) -> None:
    response = client.get("/graphql", params={"query": "a" * 33_000}, headers=NEWER)

    assert code_and_message(response) == (414, "BAD_USER_INPUT", "The URL is longer than 32000 bytes; ask by POST.")


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("accept", ["image/png", f"{JSON}; charset=latin1", f"{GRAPHQL};q=0"])
def test_what_the_client_does_not_accept_is_406(client: httpx.Client, method: str, accept: str) -> None:
    sent = {"params": TYPENAME} if method == "GET" else {"json": TYPENAME}

    response = client.request(method, "/graphql", headers={"accept": accept}, **sent)  # type: ignore[arg-type]

    message = "Accept one of application/json, application/graphql-response+json, in UTF-8."
    assert code_and_message(response) == (406, "BAD_USER_INPUT", message)


def test_a_page_is_no_answer_to_a_post(client: httpx.Client) -> None:
    assert client.post("/graphql", json=TYPENAME, headers={"accept": "text/html"}).status_code == 406


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-16", "application/graphql", GRAPHQL])
def test_another_content_type_or_charset_is_415(client: httpx.Client, content_type: str) -> None:
    response = client.post("/graphql", content=json.dumps(TYPENAME), headers={"content-type": content_type, **NEWER})

    assert code_and_message(response) == (415, "BAD_USER_INPUT", "Send the request as application/json.")


def test_a_compressed_body_is_415_and_says_what_is_accepted(client: httpx.Client) -> None:
    headers = {"content-type": JSON, "content-encoding": "gzip"}

    response = client.post("/graphql", content=b"\x1f\x8b", headers=headers)

    assert code_and_message(response) == (415, "BAD_USER_INPUT", "Send the request uncompressed.")
    assert response.headers["accept-encoding"] == "identity"


def test_a_browser_that_opens_the_address_sees_graphiql(client: httpx.Client) -> None:
    response = client.get("/graphql", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    assert (response.status_code, response.headers["content-type"]) == (200, "text/html; charset=utf-8")


ERROR = {"message": "x", "extensions": {"code": "INTERNAL"}}
AWAY = {"message": "x", "extensions": {"code": "UNAVAILABLE", "retryable": True}}
SLOW = {"message": "x", "extensions": {"code": "TIMEOUT"}}
WRONG = {"message": "x", "extensions": {"code": "BAD_USER_INPUT"}}
HIDDEN = {"message": "x", "extensions": {"code": "FORBIDDEN"}}

STATUSES = {
    "data": (Answer({"a": 1}), 200),
    "data and an error": (Answer({"a": None}, [ERROR]), 294),
    "an error that made the data null": (Answer(None, [ERROR]), 294),
    "the database away": (Answer(None, [AWAY]), 503),
    "the database too slow": (Answer(None, [SLOW]), 504),
    "a wrong request": (Answer(None, [WRONG], is_request_error=True), 400),
    "a request that the reader may not make": (Answer(None, [HIDDEN], is_request_error=True), 403),
}


@pytest.mark.parametrize(("answer", "status"), STATUSES.values(), ids=STATUSES.keys())
def test_the_newer_media_type_has_honest_statuses_and_the_plain_one_200(answer: Answer, status: int) -> None:
    assert (status_of(answer, GRAPHQL), status_of(answer, JSON)) == (status, 200)


async def test_a_partial_answer_is_294(server_url: str, database: Database) -> None:
    query = "query ($id: ID!) { company(id: $id) { id employees } }"

    async with (
        written(database, "Company", "employees", "many") as id,
        httpx.AsyncClient(base_url=server_url, timeout=120) as client,
    ):
        body = {"query": query, "variables": {"id": id}}
        newer = await client.post("/graphql", json=body, headers=NEWER)
        plain = await client.post("/graphql", json=body)

    assert (newer.status_code, plain.status_code) == (294, 200)
    assert newer.json() == plain.json()
    assert newer.json()["data"] == {"company": {"id": id, "employees": None}}
