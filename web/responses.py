"""Responses: an answer or a refusal as bytes, tagged for caches and compressed where it pays."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from graph.errors import GuanxiError
from resolvers.answer import Answer
from web.incoming import Incoming
from web.negotiation import ANSWERS, GRAPHQL, JSON, accepts_gzip

# Below this an answer fits a packet or two, compressed or not.
COMPRESSED_FROM = 1_400
# The lightest level takes less than half the time of the usual one, for a tenth more bytes.
_LEVEL = 1
# Compressing more than this takes milliseconds, in which others would wait.
_IN_A_THREAD_FROM = 100_000

# Statuses of what kept a valid request from being answered, for clients of the newer media type.
_STATUS = {"UNAVAILABLE": 503, "RATE_LIMITED": 429, "TIMEOUT": 504, "FORBIDDEN": 403, "PERSISTED_QUERY_NOT_FOUND": 404,
           "IDEMPOTENCY_KEY_REUSED": 422}  # fmt: skip
# GraphQL over HTTP (September 2026), "Status Codes": data and errors. Whoever does not know it takes it for 200.
PARTIAL_SUCCESS = 294


class Refusal(Exception):
    """A request that is refused before it is a question, with a status of HTTP."""

    def __init__(self, status: int, error: GuanxiError, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, error)
        self.status, self.error, self.headers = status, error, dict(headers or {})


def encode(answer: Answer) -> bytes:
    """The response map of an answer as JSON."""
    body = answer.body()
    if answer.bookmark is None and not answer.is_replayed:
        return orjson.dumps(body)
    told = {"bookmark": answer.bookmark, "idempotentReplayed": answer.is_replayed}
    if extensions := {name: value for name, value in told.items() if value}:
        body["extensions"] = {**body.get("extensions", {}), **extensions}
    return orjson.dumps(body)


def status_of(answer: Answer, media_type: str) -> int:
    """The status of an answered question: always 200 with plain JSON, which any proxy might have written."""
    if media_type != GRAPHQL or not answer.errors:
        return 200
    if answer.is_request_error:
        return _STATUS.get(answer.code or "", 400)
    if answer.data is None:
        return _STATUS.get(answer.code or "", PARTIAL_SUCCESS)
    return PARTIAL_SUCCESS


# What is no page loads nothing, and stands in no frame, should a browser take it for one.
SEALED = "default-src 'none'; frame-ancestors 'none'"
_SAFETY = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": SEALED,
    "referrer-policy": "same-origin",
}

# The headers of nearly all answers, by media type.
_USUAL = {
    media_type: (
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", SEALED.encode()),
        (b"referrer-policy", b"same-origin"),
        (b"vary", b"accept, accept-encoding"),
        (b"content-type", f"{media_type}; charset=utf-8".encode()),
    )
    for media_type in ANSWERS
}


class Usual:
    """A response with the usual headers, which are ready to be sent."""

    def __init__(self, body: bytes, status: int, media_type: str) -> None:
        self.body, self.status, self.media_type = body, status, media_type

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"%d" % len(self.body)), *_USUAL[self.media_type]]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


async def respond(request: Incoming, answer: Answer, media_type: str) -> ASGIApp:
    """The response to a question. What was asked by GET may be kept by the client, which then asks whether it changed."""
    body, status = encode(answer), status_of(answer, media_type)
    is_short = len(body) < COMPRESSED_FROM or not accepts_gzip(request.headers.get("accept-encoding"))
    retry_after = answer.retry_after
    is_usual = is_short and status == 200 and answer.bookmark is None and not answer.is_replayed and retry_after is None
    if is_usual and request.method == "POST":
        return Usual(body, status, media_type)
    headers = {"vary": "accept, accept-encoding"}
    if retry_after is not None:
        headers["retry-after"] = str(retry_after)
    elif status == 503:
        headers["retry-after"] = "1"
    if answer.bookmark:
        headers["guanxi-bookmark"] = answer.bookmark
    if answer.is_replayed:
        headers["idempotent-replayed"] = "true"
    if request.method != "POST" and not answer.errors:
        # Weak, for the same tag stands for the compressed and the plain bytes.
        tag = f'W/"{hashlib.blake2b(body, key=media_type.encode(), digest_size=16).hexdigest()}"'
        headers |= {"etag": tag, "cache-control": "private, no-cache"}
        if _is_known(tag, request.headers.get("if-none-match")):
            return Response(status_code=304, headers=headers)
    if not is_short:
        body = await _compressed(body)
        headers["content-encoding"] = "gzip"
    return raw_response(body, status, media_type, headers)


def _is_known(tag: str, if_none_match: str | None) -> bool:
    """Whether the client has what the tag stands for (RFC 9110, 13.1.2: compared weakly)."""
    if if_none_match is None:
        return False
    found = [each.strip().removeprefix("W/") for each in if_none_match.split(",")]
    return "*" in found or tag.removeprefix("W/") in found


async def _compressed(body: bytes) -> bytes:
    if len(body) < _IN_A_THREAD_FROM:
        return gzip.compress(body, _LEVEL, mtime=0)
    return await asyncio.to_thread(gzip.compress, body, _LEVEL, mtime=0)


def raw_response(body: bytes, status: int, media_type: str, headers: Mapping[str, str] | None = None) -> Response:
    """A response that no cache keeps, unless its headers say otherwise, and no browser guesses about."""
    fixed = {**_SAFETY, **(headers or {})}
    return Response(body, status, fixed, f"{media_type}; charset=utf-8")


def json_response(
    body: Any, status: int = 200, media_type: str = JSON, headers: Mapping[str, str] | None = None
) -> Response:
    """A body of our own as JSON."""
    return raw_response(orjson.dumps(body), status, media_type, headers)


def refusal(
    status: int, code: str, message: str, headers: Mapping[str, str] | None = None, media_type: str = JSON
) -> Response:
    """A request that is refused before there is a GraphQL operation, in the form of a GraphQL error."""
    return json_response(
        {"errors": [{"message": message, "extensions": {"code": code}}]}, status, media_type, headers=headers
    )
