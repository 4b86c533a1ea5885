"""JSON responses."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.responses import Response

JSON = "application/json; charset=utf-8"
GRAPHQL = "application/graphql-response+json; charset=utf-8"


def json_response(
    body: Any, status: int = 200, media_type: str = JSON, headers: dict[str, str] | None = None
) -> Response:
    """A response that no cache keeps and no browser guesses about."""
    fixed = {"cache-control": "no-store", "x-content-type-options": "nosniff", **(headers or {})}
    return Response(orjson.dumps(body), status, fixed, media_type)


def refusal(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """A request that is refused before there is a GraphQL operation, in the form of a GraphQL error."""
    return json_response({"errors": [{"message": message, "extensions": {"code": code}}]}, status, headers=headers)
