"""The audits of the GraphQL over HTTP specification, with the ids that they have in its reference implementation.

`tests/clients` runs that implementation's own audits too. What it has no audit for, but the specification of September
2026 asks, is in `test_specification.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

NEWER = "application/graphql-response+json"
PLAIN = "application/json"
TYPENAME = "{ __typename }"
NOBODY = "{ 8f31403dfe404bccbb0e835f2629c6a7 }"
NAMED = "query Type($name: String!) { __type(name: $name) { name } }"
COERCED = "query CoerceFailure($id: ID!) { __typename }"
BROKEN = '{ "not a JSON'
OK = range(200, 201)
BAD = range(400, 401)
CLIENT_ERROR = range(400, 500)
ANY_ERROR = range(400, 600)


@dataclass(frozen=True)
class Audit:
    """What is sent, and what the answer must be. Without `body` it is a GET with `parameters`."""

    promise: str
    body: Any = None
    parameters: Mapping[str, str] | None = None
    accept: str | None = None
    content_type: str | None = PLAIN
    status: range = OK
    answered_with: str | None = None
    has_errors: bool | None = None


def _wrong(prefix: str, entry: str, values: tuple[Any, ...]) -> dict[str, Audit]:
    query = {} if entry == "query" else {"query": TYPENAME}
    return {
        f"{prefix}{index}": Audit(
            f"MAY use 400 on a {entry} of {type(value).__name__}", {**query, entry: value}, status=BAD
        )
        for index, value in enumerate(values)
    }


_NO_TEXT = ({"obj": "ect"}, 0, False, ["array"])
_NO_MAP = ("string", 0, False, ["array"])

AUDITS = {
    "22EB": Audit("SHOULD accept and match the newer media type", {"query": TYPENAME}, accept=NEWER, answered_with=NEWER),
    "4655": Audit("MUST accept and match application/json", {"query": TYPENAME}, accept=PLAIN, answered_with=PLAIN),
    "47DE": Audit("SHOULD accept */* and use application/json", {"query": TYPENAME}, accept="*/*", answered_with=PLAIN),
    "80D8": Audit("SHOULD assume application/json without an Accept", {"query": TYPENAME}, answered_with=PLAIN),
    "82A3": Audit("MUST use UTF-8 when responding", {"query": TYPENAME}),
    "BF61": Audit("MUST accept a request in UTF-8", {"query": '{ __type(name: "Run🏃Swim🏊") { name } }'}, content_type="application/json; charset=utf-8"),
    "78D5": Audit("MUST assume UTF-8 if no encoding is named", {"query": '{ __type(name: "Run🏃Swim🏊") { name } }'}),
    "2C94": Audit("MUST accept POST", {"query": TYPENAME}),
    "5A70": Audit("MAY accept GET with form-encoded parameters", parameters={"query": TYPENAME}),
    "9C48": Audit("MAY NOT execute a mutation by GET", parameters={"query": "mutation { __typename }"}, accept=NEWER, status=CLIENT_ERROR),
    "9ABE": Audit("SHOULD use 4xx on a POST without a content type", {"query": TYPENAME}, content_type=None, status=CLIENT_ERROR),
    "03D4": Audit("MUST accept POST of application/json", {"query": TYPENAME}),
    "A5BF": Audit("MAY use 400 on a POST without a body", b"", status=BAD),
    "423L": Audit("MAY use 400 on a missing query", {"notquery": TYPENAME}, accept=NEWER, status=BAD),
    **_wrong("LKJ", "query", _NO_TEXT),
    "34A2": Audit("SHOULD allow a text as query, newer type", {"query": TYPENAME}, accept=NEWER),
    "13EE": Audit("MUST allow a text as query, plain JSON", {"query": TYPENAME}, accept=PLAIN, has_errors=False),
    **_wrong("6C0", "operationName", _NO_TEXT),
    "8161": Audit("SHOULD allow a text as operationName, newer type", {"query": "query Query { __typename }", "operationName": "Query"}, accept=NEWER),
    "B8B3": Audit("MUST allow a text as operationName, plain JSON", {"query": "query Query { __typename }", "operationName": "Query"}, accept=PLAIN, has_errors=False),
    **{f"94B{index}": Audit(f"SHOULD allow null as {name}, newer type", {"query": TYPENAME, name: None}, accept=NEWER, has_errors=False) for index, name in enumerate(("variables", "operationName", "extensions"))},
    **{f"022{index}": Audit(f"MUST allow null as {name}, plain JSON", {"query": TYPENAME, name: None}, accept=PLAIN, has_errors=False) for index, name in enumerate(("variables", "operationName", "extensions"))},
    **_wrong("476", "variables", _NO_MAP),
    "2EA1": Audit("SHOULD allow a map as variables, newer type", {"query": NAMED, "variables": {"name": "sometype"}}, accept=NEWER),
    "28B9": Audit("MUST allow a map as variables, plain JSON", {"query": NAMED, "variables": {"name": "sometype"}}, accept=PLAIN, has_errors=False),
    "D6D5": Audit("MAY allow variables as JSON in a URL, newer type", parameters={"query": NAMED, "variables": '{"name": "sometype"}'}, accept=NEWER),
    "6A70": Audit("MAY allow variables as JSON in a URL, plain JSON", parameters={"query": NAMED, "variables": '{"name": "sometype"}'}, accept=PLAIN, has_errors=False),
    **_wrong("58B", "extensions", _NO_MAP),
    "428F": Audit("SHOULD allow a map as extensions, newer type", {"query": TYPENAME, "extensions": {"some": "value"}}, accept=NEWER),
    "1B7A": Audit("MUST allow a map as extensions, plain JSON", {"query": TYPENAME, "extensions": {"some": "value"}}, accept=PLAIN, has_errors=False),
    "B6DC": Audit("MAY use 4xx on what is no JSON", BROKEN.encode(), accept=PLAIN, status=CLIENT_ERROR),
    "BCF8": Audit("SHOULD use 400 on what is no JSON, plain JSON", BROKEN.encode(), accept=PLAIN, status=BAD),
    "B7N8": Audit("SHOULD use 400 on what is no JSON, newer type", BROKEN.encode(), accept=NEWER, status=BAD),
    "8764": Audit("MAY use 4xx or 5xx on wrong parameters", {"qeury": TYPENAME}, status=ANY_ERROR),
    "3E3A": Audit("MAY use 400 on wrong parameters", {"qeury": TYPENAME}, status=BAD),
    "572B": Audit("SHOULD use 200 on a document that does not parse, plain JSON", {"query": "{"}, accept=PLAIN, has_errors=True),
    "FDE2": Audit("SHOULD use 200 on a document that is not valid, plain JSON", {"query": NOBODY}, accept=PLAIN, has_errors=True),
    "7B9B": Audit("SHOULD use 200 on a wrong variable, plain JSON", {"query": COERCED, "variables": {"id": None}}, accept=PLAIN, has_errors=True),
    "865D": Audit("SHOULD use 4xx or 5xx on a document that does not parse, newer type", {"query": "{"}, accept=NEWER, status=ANY_ERROR),
    "556A": Audit("SHOULD use 400 on a document that does not parse, newer type", {"query": "{"}, accept=NEWER, status=BAD),
    "D586": Audit("SHOULD have no data if the document does not parse, newer type", {"query": "{"}, accept=NEWER, status=ANY_ERROR, has_errors=True),
    "51FE": Audit("SHOULD use 4xx or 5xx on a document that is not valid, newer type", {"query": NOBODY}, accept=NEWER, status=ANY_ERROR),
    "74FF": Audit("SHOULD use 400 on a document that is not valid, newer type", {"query": NOBODY}, accept=NEWER, status=BAD),
    "5E5B": Audit("SHOULD have no data if the document is not valid, newer type", {"query": NOBODY}, accept=NEWER, status=ANY_ERROR, has_errors=True),
    "86EE": Audit("SHOULD use 400 on a wrong variable, newer type", {"query": COERCED, "variables": {"id": None}}, accept=NEWER, status=BAD),
}  # fmt: skip


@pytest.mark.parametrize("audit", AUDITS.values(), ids=AUDITS.keys())
def test_the_specification_is_kept(client: httpx.Client, audit: Audit) -> None:
    headers = {"accept": audit.accept} if audit.accept else {}
    if audit.body is None:
        response = client.get("/graphql", params=audit.parameters, headers=headers)
    elif isinstance(audit.body, bytes) or audit.content_type != PLAIN:
        headers |= {"content-type": audit.content_type} if audit.content_type else {}
        content = audit.body if isinstance(audit.body, bytes) else httpx.Request("POST", "/", json=audit.body).content
        response = client.post("/graphql", content=content, headers=headers)
    else:
        response = client.post("/graphql", json=audit.body, headers=headers)

    body = response.json()
    assert response.status_code in audit.status, audit.promise
    assert response.headers["content-type"] == f"{audit.answered_with or audit.accept or PLAIN}; charset=utf-8"
    assert response.content.decode("utf-8") == response.text
    assert ("errors" in body) == (response.status_code != 200 if audit.has_errors is None else audit.has_errors)
    assert ("data" in body) == ("errors" not in body)


def test_no_audit_is_missing() -> None:
    assert len(AUDITS) == 61
