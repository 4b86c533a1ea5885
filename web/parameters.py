"""What a GraphQL request over HTTP says, from its JSON body or from its URL, checked for its form alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import orjson

from graph.errors import BadInput


@dataclass(slots=True)
class Parameters:
    """A request as it came. It has the text of a document, or names one by `document_id` or by the hash of its text."""

    query: str | None = None
    document_id: str | None = None
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    hash: str | None = None
    # `extensions.explain`: whether the response shall say how it came about.
    wants_explanation: bool = False
    # `extensions.idempotencyKey` and `extensions.bookmark`, which headers may say as well.
    key: str | None = None
    bookmark: str | None = None
    # `extensions.cost`, or the header Guanxi-Cost: whether the response shall say what it cost.
    wants_cost: bool = False


def parameters_of_body(body: bytes) -> Parameters:
    """The request in a JSON body. Raises `BadInput` with a sentence that says which entry is wrong."""
    try:
        found: Any = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"The body is no JSON: {error}.") from None
    if not isinstance(found, dict):
        raise BadInput('The body must be one JSON object with the entry "query".')
    return checked_parameters(found, "The body")


def parameters_of_url(query_string: bytes) -> Parameters:
    """The request in a URL's query. Raises `BadInput` with a sentence that says which parameter is wrong."""
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise BadInput("The URL's query is not encoded as a form is, in UTF-8.") from None
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise BadInput(f'The URL has "{name}" twice.')
        found[name] = value
    # GraphQL over HTTP, "GET": an empty parameter is as good as none.
    found = {name: value for name, value in found.items() if value or name == "query"}
    for name in ("variables", "extensions"):
        if name in found:
            found[name] = _json(name, found[name])
    return checked_parameters(found, "The URL")


def _json(name: str, text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadInput(f'"{name}" in the URL is no JSON: {error}.') from None


def checked_parameters(found: Mapping[str, Any], where: str) -> Parameters:
    """Entries of other names are ignored, as the specification has it; one that is null is as good as none."""
    query, document_id, name = found.get("query"), found.get("documentId"), found.get("operationName")
    variables, extensions = found.get("variables"), found.get("extensions")
    if document_id is not None and not (isinstance(document_id, str) and document_id):
        raise BadInput('"documentId" must be a text or null.')
    hash_, explain, cost, key, bookmark = (
        (None, False, False, None, None) if extensions is None else _extensions(extensions)
    )
    is_named = document_id is not None or hash_ is not None
    if not (isinstance(query, str) and query.strip()) and not (is_named and query in (None, "")):
        raise BadInput(f'{where} lacks "query", the text of a GraphQL document.')
    if query and document_id:
        raise BadInput(f'{where} has both "query" and "documentId"; send one of them.')
    if name is not None and not isinstance(name, str):
        raise BadInput('"operationName" must be a text or null.')
    if variables is not None and not isinstance(variables, dict):
        raise BadInput('"variables" must be an object or null.')
    return Parameters(query or None, document_id, name or None, variables or {}, hash_, explain, key, bookmark, cost)


def _extensions(found: Any) -> tuple[str | None, bool, bool, str | None, str | None]:
    """What the extensions say, in the order in which `checked_parameters` takes it."""
    if not isinstance(found, dict):
        raise BadInput('"extensions" must be an object or null.')
    hash_ = _hash(found.get("persistedQuery"))
    explain = found.get("explain")
    if not isinstance(explain, bool | None):
        raise BadInput('"extensions.explain" must be true or false.')
    cost = found.get("cost")
    if not isinstance(cost, bool | None):
        raise BadInput('"extensions.cost" must be true or false.')
    key, bookmark = (_text_entry(found, each) for each in ("idempotencyKey", "bookmark"))
    return hash_, bool(explain), bool(cost), key, bookmark


def _text_entry(extensions: Mapping[str, Any], name: str) -> str | None:
    found = extensions.get(name)
    if not isinstance(found, str | None):
        raise BadInput(f'"extensions.{name}" must be a text.')
    return found


_SAYING = frozenset({"idempotency-key", "guanxi-bookmark", "guanxi-cost"})


def with_headers(parameters: Parameters, headers: Mapping[str, str]) -> Parameters:
    """The same with what headers say. Raises `BadInput` if they contradict the extensions."""
    if _SAYING.isdisjoint(headers):
        return parameters
    key = unquoted(headers.get("idempotency-key"))
    parameters.key = _one(parameters.key, key, "Idempotency-Key", "idempotencyKey")
    bookmark = headers.get("guanxi-bookmark")
    parameters.bookmark = _one(parameters.bookmark, bookmark, "Guanxi-Bookmark", "bookmark")
    parameters.wants_cost = parameters.wants_cost or headers.get("guanxi-cost", "0") not in ("", "0", "false")
    return parameters


def unquoted(given: str | None) -> str | None:
    """A key as the header's draft standard has it, in quotes, or as most clients send it, without."""
    if given is not None and len(given) >= 2 and given[0] == given[-1] == '"':
        return given[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return given


def _one(extension: str | None, header: str | None, name: str, entry: str) -> str | None:
    if extension is not None and header is not None and extension != header:
        raise BadInput(f'The header {name} and "extensions.{entry}" differ; send one of them.')
    return header if extension is None else extension


def _hash(persisted: Any) -> str | None:
    """The hash of an automatic persisted query, as Apollo's clients send it."""
    if persisted is None:
        return None
    found = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if not isinstance(found, str) or not found:
        raise BadInput('"extensions.persistedQuery" must be an object with "version" and "sha256Hash".')
    if persisted.get("version") != 1:
        raise BadInput('"extensions.persistedQuery.version" must be 1.')
    return found
