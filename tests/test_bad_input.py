"""Whatever is sent, the answer is a clear error with its code, never a 500 and never Cypher, and the server goes on."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest

from graph.model import Kind
from resolvers.cursor import Cursor, CursorField
from resolvers.request import LIMITS

GRAPHQL = {"accept": "application/graphql-response+json", "content-type": "application/json"}
PLAIN = {"accept": "application/json", "content-type": "application/json"}

_DEEP_FILTER = "companies(where: " + "{not: " * 60 + "{}" + "}" * 60 + ") {totalCount}"
_NESTED: dict[str, Any] = {}
for _ in range(60):
    _NESTED = {"not": _NESTED}
_FOREIGN = base64.urlsafe_b64encode(b'["00000000","x","company_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e"]').decode().rstrip("=")
_BY_PLACED_AT = Cursor(
    (
        CursorField("placedAt", Kind.DATETIME, "ASC", is_nullable=True),
        CursorField("id", Kind.ID, "ASC", is_nullable=False),
    ),
    "Order",
)
_BY_NAME = (CursorField("sortKey", Kind.TEXT, "ASC", False), CursorField("id", Kind.ID, "ASC", False))
_OF_COMPANIES = Cursor(_BY_NAME, "Company").encode(["a", "company_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e"])
_TAMPERED = _BY_PLACED_AT.encode(["2024-01-01T00:00:00+99:99", "order_0"])
_WITH_A_PERSON = Cursor(_BY_NAME, "Company").encode(["a", "contact_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e"])
_WITH_NO_ID = Cursor(_BY_NAME, "Company").encode(["a", "company_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e' OR true //"])
_MULTIPLYING = "{companies {nodes {...f0}}} fragment f9 on Company {id} " + " ".join(
    f"fragment f{i} on Company {{{' '.join(f'a{j}: parent {{...f{i + 1}}}' for j in range(9))}}}" for i in range(9)
)
_PERSON = "contact_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e"


def _query(text: str, variables: dict[str, Any] | None = None, **more: Any) -> bytes:
    return json.dumps({"query": text, "variables": variables or {}, **more}).encode()


# Each case: what is sent, the status for clients of the newer media type, the code, and the message of the first error.
CASES: dict[str, tuple[bytes, int, str, str]] = {
    "no JSON": (b"{", 400, "BAD_USER_INPUT", "The body is no JSON: unexpected end of data: line 1 column 2 (char 1)."),
    "no body": (b"", 400, "BAD_USER_INPUT", "The body is no JSON: Input is a zero-length, empty document: line 1 column 1 (char 0)."),
    "a list": (b"[]", 400, "BAD_USER_INPUT", 'The body must be one JSON object with the entry "query".'),
    "no query": (b"{}", 400, "BAD_USER_INPUT", 'The body lacks "query", the text of a GraphQL document.'),
    "a query that is no text": (b'{"query": 1}', 400, "BAD_USER_INPUT", 'The body lacks "query", the text of a GraphQL document.'),
    "variables that are no object": (b'{"query": "{x}", "variables": []}', 400, "BAD_USER_INPUT", '"variables" must be an object or null.'),
    "an operation name that is no text": (b'{"query": "{x}", "operationName": 1}', 400, "BAD_USER_INPUT", '"operationName" must be a text or null.'),
    "extensions that are no object": (b'{"query": "{x}", "extensions": 1}', 400, "BAD_USER_INPUT", '"extensions" must be an object or null.'),
    "half a surrogate pair in the body": (b'{"query": "\\ud800"}', 400, "BAD_USER_INPUT", "The body is no JSON:"),
    "bytes that are no UTF-8": (b'{"query": "\xff"}', 400, "BAD_USER_INPUT", "The body is no JSON:"),
    "a syntax error": (_query("{"), 400, "BAD_USER_INPUT", "Syntax Error: Expected Name, found <EOF>."),
    "an unknown field": (_query("{compnies {totalCount}}"), 400, "BAD_USER_INPUT", "Cannot query field 'compnies' on type 'Query'. Did you mean 'companies', 'changes', or 'company'?"),
    "a wrong type": (_query('{companies(first: "x") {totalCount}}'), 400, "BAD_USER_INPUT", "Int cannot represent non-integer value: \"x\""),
    "a wrong type of a variable": (_query("query ($n: Int) {companies(first: $n) {totalCount}}", {"n": "x"}), 400, "BAD_USER_INPUT", "Variable '$n' has invalid value: Int cannot represent non-integer value: 'x'"),
    "a variable that is missing": (_query("query ($id: ID!) {company(id: $id) {name}}"), 400, "BAD_USER_INPUT", "Variable '$id' has invalid value: Expected a value of non-null type 'ID!' to be provided."),
    "an unknown operation": (_query("query a {__typename}", operationName="b"), 400, "BAD_USER_INPUT", 'The document has no operation "b".'),
    "several operations without a name": (_query("query a {__typename} query b {__typename}"), 400, "BAD_USER_INPUT", "The document has 2 operations; name one with operationName."),
    "no operation": (_query("fragment f on Company {name}"), 400, "BAD_USER_INPUT", "Fragment 'f' is never used."),
    "a mutation": (_query("mutation {x}"), 400, "BAD_USER_INPUT", "Cannot query field 'x' on type 'Mutation'."),
    "a subscription": (_query("subscription {changed {id}}"), 400, "BAD_USER_INPUT", "A subscription is told over a WebSocket, or to who accepts text/event-stream."),
    "a null where an id must be": (_query('query ($id: ID = "x") {company(id: $id) {id}}', {"id": None}), 400, "BAD_USER_INPUT", "$id is null where a ID! must be; give a value."),
    "a null where a yes or no must be": (_query("query ($yes: Boolean = true) {__typename @include(if: $yes)}", {"yes": None}), 400, "BAD_USER_INPUT", "Argument 'if' has invalid value: Expected variable '$yes' provided to non-null type"),
    "a null in a list": (_query('query ($sku: String = "x") {contactsAtCompaniesThatBought(skus: [$sku]) {totalCount}}', {"sku": None}), 400, "BAD_USER_INPUT", "$sku is null where a String! must be; give a value."),
    "a null where an input must be": (_query('mutation ($id: ID = "x") {deleteCompany(id: $id) {deletedId}}', {"id": None}), 400, "BAD_USER_INPUT", "Argument 'id' has invalid value: Expected variable '$id' provided to non-null type"),
    "a negative page": (_query("{companies(first: -1) {nodes {id}}}"), 400, "BAD_USER_INPUT", "companies.first is -1; ask for 0 to 200 records, and for more page by page."),
    "a huge page": (_query("{companies(first: 201) {nodes {id}}}"), 400, "BAD_USER_INPUT", "companies.first is 201; ask for 0 to 200 records, and for more page by page."),
    "a negative page of nothing but a count": (_query("{companies(first: -5) {totalCount}}"), 400, "BAD_USER_INPUT", "companies.first is -5; ask for 0 to 200 records"),
    "a huge page of nothing but a type": (_query("{companies(first: 1000) {__typename}}"), 400, "BAD_USER_INPUT", "companies.first is 1000; ask for 0 to 200 records"),
    "a huge page that is nested": (_query("{companies {nodes {contacts(last: 500) {totalCount}}}}"), 400, "BAD_USER_INPUT", "contacts.last is 500; ask for 0 to 200 records"),
    "a huge page of a named query": (_query('{contactsAtCompaniesThatBought(skus: ["a"], first: 500) {totalCount}}'), 400, "BAD_USER_INPUT", "contactsAtCompaniesThatBought.first is 500; ask for 0 to 200 records"),
    "five thousand literals": (_query('{companies(where: {name: {in: [' + '"a" ' * 5000 + ']}}) {totalCount}}'), 400, "QUERY_TOO_COMPLEX", "The document has more than 4000 tokens, or is nested too deeply."),
    "a cursor of another type": (_query("query ($a: String) {contacts(after: $a, orderBy: {name: ASC}) {nodes {id}}}", {"a": _OF_COMPANIES}), 400, "BAD_USER_INPUT", "`after` is a cursor of another order; page on with the same orderBy, or begin without `after`."),
    "a number beyond Int": (_query("{companies(first: 99999999999) {nodes {id}}}"), 400, "BAD_USER_INPUT", "Int cannot represent non 32-bit signed integer value: 99999999999"),
    "a number beyond Float": (b'{"query": "query ($x: Float) {users {totalCount}}", "variables": {"x": 1e400}}', 400, "BAD_USER_INPUT", ""),
    "two ways to page": (_query("{companies(first: 2, last: 2) {nodes {id}}}"), 400, "BAD_USER_INPUT", "companies has `first` and `last`; page forward with `first` and `after`, or backward with `last` and `before`."),
    "a cursor that is no cursor, backward": (_query('{companies(before: "x") {nodes {id}}}'), 400, "BAD_USER_INPUT", "`before` is no cursor; pass on a cursor of `pageInfo` or of an edge as it came."),
    "no cursor": (_query('{companies(after: "x") {nodes {id}}}'), 400, "BAD_USER_INPUT", "`after` is no cursor; pass on a cursor of `pageInfo` or of an edge as it came."),
    "a cursor of another order": (_query("query ($a: String) {companies(after: $a) {nodes {id}}}", {"a": _FOREIGN}), 400, "BAD_USER_INPUT", "`after` is a cursor of another order; page on with the same orderBy, or begin without `after`."),
    "an id of another type": (_query(f'{{company(id: "{_PERSON}") {{name}}}}'), 400, "BAD_USER_INPUT", f"{_PERSON} is not the id of a Company: those start with company_."),
    "a malformed id": (_query('{company(id: "1") {name}}'), 400, "BAD_USER_INPUT", '"1" is no id; an id looks like company_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e.'),
    "an instant without offset": (_query('{orders(where: {placedAt: {gt: "2024-01-01T00:00:00"}}) {totalCount}}'), 400, "BAD_USER_INPUT", '"2024-01-01T00:00:00" lacks its offset from UTC; write it as 2024-01-01T00:00:00Z or 2024-01-01T00:00:00+08:00.'),
    "an impossible date": (_query('{contacts(where: {birthDate: {eq: "2023-02-30"}}) {totalCount}}'), 400, "BAD_USER_INPUT", '"2023-02-30" is no date; write it as 2024-05-01.'),
    "a null compared with": (_query("{companies(where: {name: {eq: null}}) {totalCount}}"), 400, "BAD_USER_INPUT", "where.name.eq is null; ask {isNull: true} for what is absent."),
    "a null among values": (_query("query ($n: [String!]) {companies(where: {name: {in: $n}}) {totalCount}}", {"n": None}), 400, "BAD_USER_INPUT", "where.name.in is null; ask {isNull: true} for what is absent."),
    "a deep filter": (_query(f"{{{_DEEP_FILTER}}}"), 400, "QUERY_TOO_COMPLEX", "The filter is nested more than 12 levels deep; ask a simpler one."),
    "a deep filter in a variable": (_query("query ($w: CompanyWhere) {companies(where: $w) {totalCount}}", {"w": _NESTED}), 400, "QUERY_TOO_COMPLEX", "The filter is nested more than 12 levels deep; ask a simpler one."),
    "ten thousand braces": (_query("{a" * 10_000 + "}" * 10_000), 400, "QUERY_TOO_COMPLEX", "The document has more than 4000 tokens, or is nested too deeply."),
    "ten thousand brackets in variables": (b'{"query": "query ($w: CompanyWhere) {companies(where: $w) {totalCount}}", "variables": {"w": ' + b'{"not":' * 900 + b"{}" + b"}" * 900 + b"}}", 400, "QUERY_TOO_COMPLEX", ""),
    "a deep selection": (_query("{companies {" + "nodes {contacts {nodes {employers {" * 8 + "totalCount" + "}}}}" * 8 + "}}"), 400, "QUERY_TOO_COMPLEX", "The selection is more than 12 records deep; ask a shallower one."),
    "too many root fields": (_query("{" + " ".join(f"a{i}: users {{totalCount}}" for i in range(60)) + "}"), 400, "QUERY_TOO_COMPLEX", "The request has 60 root fields; at most 50 are answered at once."),
    "too many aliases": (_query("{users {" + " ".join(f"a{i}: totalCount" for i in range(201)) + "}}"), 400, "QUERY_TOO_COMPLEX", "The document has 201 aliases; at most 200 are read."),
    "too many directives": (_query("{users {totalCount" + " @include(if: true)" * 201 + "}}"), 400, "QUERY_TOO_COMPLEX", "A field, fragment or operation has 201 directives; at most 10 are read."),
    "pages that multiply": (_query("{companies(first: 200) {nodes {contacts(first: 200) {nodes {employers(first: 50) {nodes {id}}}}}}}"), 400, "QUERY_TOO_COMPLEX", "The request may read up to 2,040,200 records; at most 1,000,000 are read at once."),
    "a NUL in a value": (_query("query ($n: String) {companies(where: {name: {eq: $n}}) {totalCount}}", {"n": "a\0b"}), 400, "BAD_USER_INPUT", "where.name.eq holds a NUL character, which no stored text has."),
    "half a surrogate pair in the document": (_query('{companies(where: {name: {eq: "\\ud800"}}) {totalCount}}'), 400, "BAD_USER_INPUT", "Syntax Error: Invalid Unicode escape sequence: '\\ud800'."),
    "an unknown enum value": (_query("{customers(where: {lifecycleStage: {eq: GONE}}) {totalCount}}"), 400, "BAD_USER_INPUT", "Value 'GONE' does not exist in 'LifecycleStage' enum."),
    "two keys in one order": (_query("{companies(orderBy: [{name: ASC, id: ASC}]) {nodes {id}}}"), 400, "BAD_USER_INPUT", "Within OneOf Input Object type 'CompanyOrder', exactly one field must be specified"),
    "a cursor with the id of another type": (_query("query ($a: String) {companies(after: $a, orderBy: {name: ASC}) {nodes {id}}}", {"a": _WITH_A_PERSON}), 400, "BAD_USER_INPUT", "`after` is a damaged cursor; pass on a cursor of `pageInfo` or of an edge as it came."),
    "a cursor with what is no id": (_query("query ($a: String) {companies(last: 2, before: $a, orderBy: {name: ASC}) {nodes {id}}}", {"a": _WITH_NO_ID}), 400, "BAD_USER_INPUT", "`before` is a damaged cursor; pass on a cursor of `pageInfo` or of an edge as it came."),
    "a statement that is too long": (_query("query ($w: CompanyWhere) {companies(where: $w) {totalCount}}", {"w": {"and": [{"contacts": {"all": {"name": {"eq": "a"}}}}] * 400}}), 400, "QUERY_TOO_COMPLEX", "The request becomes a statement of "),
    "a cursor that was tampered with": (_query("query ($a: String) {orders(after: $a, orderBy: {placedAt: ASC}) {nodes {id}}}", {"a": _TAMPERED}), 400, "BAD_USER_INPUT", "`after` is a damaged cursor; pass on a cursor of `pageInfo` or of an edge as it came."),
    "an amount that nobody has": (_query('{products(where: {price: {gt: "1e999999999"}}) {totalCount}}'), 400, "BAD_USER_INPUT", "where.price.gt is 1.000E+999999999, which no amount reaches."),
    "a number that is not exact": (_query("{products(where: {price: {gt: 1.5}}) {totalCount}}"), 400, "BAD_USER_INPUT", "1.5 is no decimal number; write it as a text: \"12.50\"."),
    "a duration beyond all years": (_query('{orders(where: {placedAt: {within: "P9999999999Y"}}) {totalCount}}'), 400, "BAD_USER_INPUT", "\"P9999999999Y\" is no duration; write it as P30D, P6M or PT12H."),
    "a filter that is null": (_query("query ($w: OrderWhere) {orders(where: $w) {totalCount}}", {"w": None}), 400, "BAD_USER_INPUT", "where is null; leave it out, or write {} for no condition."),
    "aliases that multiply from fragment to fragment": (_query(_MULTIPLYING), 400, "QUERY_TOO_COMPLEX", "The document selects more than 2000 fields once its fragments are in their places; ask for fewer."),
    "a fragment that contains itself": (_query("{companies {...f}} fragment f on CompanyConnection {nodes {customers {nodes {company {customers {totalCount}}}}} ...f}"), 400, "BAD_USER_INPUT", "Cannot spread fragment 'f' within itself."),
}  # fmt: skip


@pytest.mark.parametrize(("body", "status", "code", "message"), CASES.values(), ids=CASES.keys())
def test_bad_input_is_refused_with_its_code(server_url: str, body: bytes, status: int, code: str, message: str) -> None:
    response = httpx.post(f"{server_url}/graphql", content=body, headers=GRAPHQL, timeout=120)

    found = response.json()
    assert (response.status_code, found["errors"][0]["extensions"]["code"]) == (status, code), found
    assert found["errors"][0]["message"].startswith(message)
    assert "data" not in found
    assert not any(word in response.text for word in ("MATCH", "Neo.", "neo4j", "Traceback", "$p."))


@pytest.mark.parametrize("body", [
    _query("{" + " ".join(f"a{i}: nobody{i}" for i in range(100)) + "}"),
    _query("query (" + " ".join(f"$v{i}: Int" for i in range(100)) + ") {companies {totalCount}}"),
    _query("query ($v: [Int!]) {companies(where: {employees: {in: $v}}) {totalCount}}", {"v": ["x"] * 100}),
], ids=["unknown fields", "unused variables", "wrong values"])  # fmt: skip
def test_of_many_mistakes_only_so_many_are_told(server_url: str, body: bytes) -> None:
    response = httpx.post(f"{server_url}/graphql", content=body, headers=GRAPHQL, timeout=120)

    errors = response.json()["errors"]
    assert response.status_code == 400
    assert len(errors) == LIMITS.errors + 1
    assert {error["extensions"]["code"] for error in errors} == {"BAD_USER_INPUT"}
    assert "error limit reached" in errors[-1]["message"]


_WORDS = [
    "' OR 1=1 //",
    "`) DETACH DELETE n //",
    "\\u0027",
    "}) MATCH (n) RETURN n //",
    "$p.name",
    "\n//",
    "关系\u202e",
    "a" * 5000,
]


@pytest.mark.parametrize("word", _WORDS)
def test_cypher_in_a_value_is_a_value(server_url: str, word: str) -> None:
    query = """
        query ($word: String!, $list: [String!]!) {
          companies(where: {or: [{name: {eq: $word}}, {name: {contains: $word}}, {website: {in: $list}}, {name: {startsWith: $word}}]})
            {totalCount}
          contactsAtCompaniesThatBought(skus: $list) {totalCount}
        }
    """

    response = httpx.post(
        f"{server_url}/graphql", content=_query(query, {"word": word, "list": [word]}), headers=GRAPHQL, timeout=120
    )

    assert response.json() == {
        "data": {"companies": {"totalCount": 0}, "contactsAtCompaniesThatBought": {"totalCount": 0}}
    }


@pytest.mark.parametrize("word", _WORDS)
def test_cypher_in_a_name_is_refused(server_url: str, word: str) -> None:
    response = httpx.post(
        f"{server_url}/graphql", content=_query("{__typename}", operationName=word), headers=GRAPHQL, timeout=120
    )

    assert response.status_code == 400
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_a_large_body_is_refused_before_it_is_read(server_url: str) -> None:
    response = httpx.post(f"{server_url}/graphql", content=_query("#" * 2_000_000), headers=GRAPHQL, timeout=120)

    assert response.status_code == 413
    assert response.json()["errors"][0]["message"] == "The body is larger than 1000000 bytes."


def test_a_large_body_in_pieces_is_refused_too(server_url: str) -> None:
    pieces = (b" " * 100_000 for _ in range(20))

    try:
        response = httpx.post(f"{server_url}/graphql", content=pieces, headers=GRAPHQL, timeout=120)
    except httpx.WriteError:
        # The server has closed the connection while the body was still being sent, which is as clear.
        return

    assert response.status_code == 413


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_another_media_type_is_refused(server_url: str, kind: str) -> None:
    response = httpx.post(
        f"{server_url}/graphql", content=_query("{__typename}"), headers={"content-type": kind}, timeout=120
    )

    assert response.status_code == 415
    assert response.json()["errors"][0]["message"] == "Send the request as application/json."


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "QUERY"])
def test_another_method_is_refused(server_url: str, method: str) -> None:
    response = httpx.request(method, f"{server_url}/graphql", timeout=120)

    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, POST")


def test_a_request_error_is_200_for_clients_of_plain_json(server_url: str) -> None:
    response = httpx.post(f"{server_url}/graphql", content=_query("{nobody}"), headers=PLAIN, timeout=120)

    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8000", "", "[::1", "169.254.169.254"]
)
def test_a_host_that_is_not_ours_is_refused(server_url: str, host: str) -> None:
    response = httpx.post(
        f"{server_url}/graphql", content=_query("{users {totalCount}}"), headers={**GRAPHQL, "host": host}, timeout=120
    )

    assert response.status_code in (400, 403)
    assert "totalCount" not in response.text


@pytest.mark.parametrize("origin", ["http://evil.example", "https://localhost.evil.example", "null", "file://"])
def test_a_page_of_another_origin_is_refused(server_url: str, origin: str) -> None:
    response = httpx.post(
        f"{server_url}/graphql",
        content=_query("{users {totalCount}}"),
        headers={**GRAPHQL, "origin": origin},
        timeout=120,
    )

    assert response.status_code == 403
    assert response.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


def test_our_own_pages_may_ask(server_url: str) -> None:
    response = httpx.post(
        f"{server_url}/graphql", content=_query("{__typename}"), headers={**GRAPHQL, "origin": server_url}, timeout=120
    )

    assert response.json() == {"data": {"__typename": "Query"}}


def test_the_server_still_answers_others(server_url: str) -> None:
    response = httpx.post(
        f"{server_url}/graphql", content=_query("{users(first: 0) {totalCount}}"), headers=GRAPHQL, timeout=120
    )

    assert response.status_code == 200
    assert response.json()["data"]["users"]["totalCount"] > 0
