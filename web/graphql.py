"""GraphQL over HTTP: a POST with a JSON body, answered with JSON.

After the GraphQL-over-HTTP specification (draft of 2025): a request error has a 4xx status if the client accepts
`application/graphql-response+json`, and 200 if it takes `application/json` alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from graph.errors import BadInput
from graph.reader import ADMINISTRATOR
from resolvers.answer import Answer, Answerer, Question
from web.responses import GRAPHQL, JSON, json_response, refusal

_STATUS = {"UNAVAILABLE": 503, "TIMEOUT": 504, "FORBIDDEN": 403}


class TooLarge(Exception):
    """The body is larger than allowed; the rest of it was not read."""


class GraphQLEndpoint:
    """Answers POST /graphql."""

    def __init__(self, answerer: Callable[[], Answerer], body_limit: int) -> None:
        self._answerer, self._body_limit = answerer, body_limit

    async def post(self, request: Request) -> Response:
        """Answer one request."""
        kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if kind != "application/json":
            return refusal(415, "BAD_USER_INPUT", "Send the request as application/json.")
        try:
            question = read_question(await self._body(request))
        except TooLarge:
            message = f"The body is larger than {self._body_limit} bytes."
            return refusal(413, "BAD_USER_INPUT", message, {"connection": "close"})
        except ClientDisconnect:
            return refusal(400, "BAD_USER_INPUT", "The body ended early.")
        except BadInput as error:
            return refusal(400, error.code, error.message)
        answer = await self._answerer().answer(question, ADMINISTRATOR)
        return respond(answer, request.headers.get("accept", "*/*"))

    async def _body(self, request: Request) -> bytes:
        length = request.headers.get("content-length", "")
        if length.isdigit() and int(length) > self._body_limit:
            raise TooLarge
        parts, size = [], 0
        async for part in request.stream():
            size += len(part)
            if size > self._body_limit:
                raise TooLarge
            parts.append(part)
        return b"".join(parts)


def read_question(body: bytes) -> Question:
    """The question in a JSON body. Raises `BadInput` with a sentence that says which entry is wrong."""
    try:
        found: Any = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"The body is no JSON: {error}.") from None
    if not isinstance(found, dict):
        raise BadInput('The body must be one JSON object with the entry "query".')
    text, name, variables = found.get("query"), found.get("operationName"), found.get("variables")
    if not isinstance(text, str) or not text.strip():
        raise BadInput('The body lacks "query", the text of a GraphQL document.')
    if name is not None and not isinstance(name, str):
        raise BadInput('"operationName" must be a text or null.')
    if variables is not None and not isinstance(variables, dict):
        raise BadInput('"variables" must be an object or null.')
    if not isinstance(found.get("extensions", {}), dict | None):
        raise BadInput('"extensions" must be an object or null.')
    return Question(text, name or None, variables or {})


def respond(answer: Answer, accept: str) -> Response:
    if "application/graphql-response+json" not in accept:
        return json_response(answer.body(), 200, JSON)
    status = 200
    if answer.is_request_error:
        status = _STATUS.get(answer.code or "", 400)
    elif answer.data is None and answer.errors:
        status = _STATUS.get(answer.code or "", 500)
    return json_response(answer.body(), status, GRAPHQL)
