"""Trusted documents: the manifests of Apollo, Relay and graphql-codegen, read and validated at the start."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph.address import Address
from resolvers.document import Documents
from tests.asking import whole_api
from tests.serving import serving
from web.settings import Settings
from web.trusted import TrustedDocuments, load_trusted_documents

ROOT = Path(__file__).parents[2]
ONE = "query One($name: String!) { __type(name: $name) { name } }"
OF_RELAY, OF_CODEGEN = "query OfRelay { relay: __typename }", "query OfCodegen { codegen: __typename }"
HASH = hashlib.sha256(OF_CODEGEN.encode()).hexdigest()


def apollo(*operations: Any, **more: Any) -> dict[str, Any]:
    return {"format": "apollo-persisted-query-manifest", "version": 1, "operations": list(operations), **more}


def operation(id_: str, body: str) -> dict[str, str]:
    return {"id": id_, "name": "One", "type": "query", "body": body}


MANIFESTS: dict[str, Any] = {
    "apollo.json": apollo(operation("one", ONE)),
    "relay.json": {"0123456789abcdef0123456789abcdef": OF_RELAY},
    "codegen.json": {f"sha256:{HASH}": OF_CODEGEN, "broken": "query Broken {\n  nobody\n}"},
    "none.json": [1],
}


def write(folder: Path, manifests: dict[str, Any]) -> list[Path]:
    for name, content in manifests.items():
        (folder / name).write_text(json.dumps(content), encoding="utf-8")
    return [folder / name for name in manifests]


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write(tmp_path_factory.mktemp("manifests"), MANIFESTS)


@pytest.fixture(scope="module")
def url(neo4j_address: Address, paths: list[Path]) -> Iterator[str]:
    with serving(neo4j_address, Settings(trusted_documents=os.pathsep.join(map(str, paths)))) as found:
        yield f"{found}/graphql"


@pytest.mark.parametrize(
    ("asked", "data"),
    [
        ({"documentId": "one", "variables": {"name": "Company"}}, {"__type": {"name": "Company"}}),
        ({"documentId": "one", "operationName": "One", "variables": {"name": "x"}}, {"__type": None}),
        ({"documentId": "0123456789abcdef0123456789abcdef"}, {"relay": "Query"}),
        ({"documentId": f"sha256:{HASH}"}, {"codegen": "Query"}),
        ({"documentId": HASH}, {"codegen": "Query"}),
        ({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "one"}}, "variables": {"name": "x"}}, {"__type": None}),
    ],
)  # fmt: skip
def test_a_document_is_asked_by_its_id(url: str, asked: dict[str, Any], data: dict[str, Any]) -> None:
    parameters = {name: value if isinstance(value, str) else json.dumps(value) for name, value in asked.items()}

    answers = [httpx.post(url, json=asked, timeout=120), httpx.get(url, params=parameters, timeout=120)]

    assert [(each.status_code, each.json()) for each in answers] == [(200, {"data": data})] * 2


@pytest.mark.parametrize(
    ("asked", "status", "code", "message"),
    [
        (
            {"documentId": "two"},
            404,
            "PERSISTED_QUERY_NOT_FOUND",
            'No document "two" is known here; send its text as "query", or have it added to GUANXI_TRUSTED_DOCUMENTS.',
        ),
        ({"documentId": ""}, 400, "BAD_USER_INPUT", '"documentId" must be a text or null.'),
        ({"documentId": 1}, 400, "BAD_USER_INPUT", '"documentId" must be a text or null.'),
        (
            {"documentId": "one", "query": "{ __typename }"},
            400,
            "BAD_USER_INPUT",
            'The body has both "query" and "documentId"; send one of them.',
        ),
        ({"documentId": "one", "query": 1}, 400, "BAD_USER_INPUT", 'The body lacks "query", the text of a GraphQL document.'),
        ({"documentId": "one", "operationName": "Two"}, 400, "BAD_USER_INPUT", 'The document has no operation "Two".'),
    ],
)  # fmt: skip
def test_what_names_no_document_is_refused(
    url: str, asked: dict[str, Any], status: int, code: str, message: str
) -> None:
    response = httpx.post(url, json=asked, headers={"accept": "application/graphql-response+json"}, timeout=120)

    (error,) = response.json()["errors"]
    assert (response.status_code, error["extensions"]["code"], error["message"]) == (status, code, message)


def test_other_documents_are_answered_as_well(url: str) -> None:
    assert httpx.post(url, json={"query": "{ __typename }"}, timeout=120).json() == {"data": {"__typename": "Query"}}


def test_readyz_says_what_is_left_out_and_why(url: str, paths: list[Path]) -> None:
    response = httpx.get(url.replace("/graphql", "/readyz"), timeout=120)

    _, _, codegen, none = paths
    assert (response.status_code, response.json()) == (
        200,
        {
            "status": "degraded",
            "documentsLeftOut": [
                f"{codegen}: \"broken\" is left out: Cannot query field 'nobody' on type 'Query'. Did you mean 'node'? (line 2)",
                f"{none}: it maps no ids to the texts of documents, and is no manifest of Apollo either.",
            ],
        },
    )


def test_a_manifest_that_changes_is_read_again(neo4j_address: Address, tmp_path: Path) -> None:
    (path,) = write(tmp_path, {"manifest.json": {"a": OF_RELAY}})
    with serving(neo4j_address, Settings(trusted_documents=str(path)), with_reload=True) as url:
        before = httpx.post(f"{url}/graphql", json={"documentId": "b"}, timeout=120).json()

        write(tmp_path, {"manifest.json": {"a": OF_RELAY, "b": OF_CODEGEN}})
        limit = time.monotonic() + 60
        while "errors" in (after := httpx.post(f"{url}/graphql", json={"documentId": "b"}, timeout=120).json()):
            assert time.monotonic() < limit, "the server did not notice the file within a minute"
            time.sleep(0.2)

    assert before["errors"][0]["extensions"] == {"code": "PERSISTED_QUERY_NOT_FOUND"}
    assert after == {"data": {"codegen": "Query"}}


def test_guanxi_check_finds_what_would_be_left_out(neo4j_address: Address, paths: list[Path]) -> None:
    own = {
        "NEO4J_URI": neo4j_address.uri,
        "NEO4J_USER": neo4j_address.user,
        "NEO4J_PASSWORD": neo4j_address.password,
        "GUANXI_TRUSTED_DOCUMENTS": os.pathsep.join(map(str, paths)),
    }

    done = subprocess.run(
        [ROOT / "bin" / "guanxi", "check"],
        capture_output=True,
        text=True,
        env=os.environ | own,
        timeout=240,
        check=False,
    )

    assert done.returncode == 1
    assert done.stdout.splitlines()[-3:] == [
        f"{paths[2]}: \"broken\" is left out: Cannot query field 'nobody' on type 'Query'. Did you mean 'node'? (line 2)",
        f"{paths[3]}: it maps no ids to the texts of documents, and is no manifest of Apollo either.",
        "3 trusted documents, 2 faults",
    ]


FAULTY: dict[str, tuple[Any, str]] = {
    "no JSON": (None, "it is no JSON: Input is a zero-length, empty document: line 1 column 1 (char 0)."),
    "a text that is none": ({"a": 1}, "it maps no ids to the texts of documents, and is no manifest of Apollo either."),
    "another format": ({"format": "mine", "version": 1}, 'its format is "mine" 1; known is "apollo-persisted-query-manifest" 1.'),
    "another version": (apollo(version=2), 'its format is "apollo-persisted-query-manifest" 2; known is "apollo-persisted-query-manifest" 1.'),
    "no operations": (apollo(operations={}), 'it lacks the list "operations".'),
    "an operation without an id": (apollo(operation("a", ONE), {"body": ONE}), 'operations[1] lacks "id" or "body".'),
    "two of one id": (apollo(operation("a", ONE), operation("a", OF_RELAY)), 'it has two operations of the id "a".'),
    "no GraphQL": ({"a": "{"}, '"a" is left out: Syntax Error: Expected Name, found <EOF>. (line 1)'),
    "a document that is too long": ({"a": "{" + "a " * 9_000 + "}"}, '"a" is left out: The document has more than 4000 tokens, or is nested too deeply.'),
}  # fmt: skip


@pytest.mark.parametrize(("content", "reason"), FAULTY.values(), ids=FAULTY.keys())
def test_a_fault_is_told_with_file_and_reason(tmp_path: Path, content: Any, reason: str) -> None:
    path = tmp_path / "manifest.json"
    path.write_text("" if content is None else json.dumps(content), encoding="utf-8")

    found = load_trusted_documents([path], Documents(whole_api().schema))

    assert found == TrustedDocuments({}, (f"{path}: {reason}",))


def test_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    found = load_trusted_documents([tmp_path / "x.json"], Documents(whole_api().schema))

    assert found.errors == (
        f"{tmp_path / 'x.json'}: it cannot be read: No such file or directory; see GUANXI_TRUSTED_DOCUMENTS.",
    )


def test_an_id_stands_for_one_document_in_all_files(tmp_path: Path) -> None:
    first, again, other = write(tmp_path, {"1.json": {"a": ONE}, "2.json": {"a": ONE}, "3.json": {"a": OF_RELAY}})

    found = load_trusted_documents([first, again, other], Documents(whole_api().schema))

    assert found.texts == {"a": ONE}
    assert found.errors == (f'{other}: "a" is another document in a file before; ids must be unique.',)
