"""Errors as clients are told them: entries of the response's `errors`."""

from __future__ import annotations

from typing import Any

from graphql import GraphQLError

from graph.errors import Busy, GuanxiError, Missed, RateLimited


def refusal(error: GuanxiError) -> dict[str, Any]:
    """A refusal of the whole request."""
    return {"message": error.message, "extensions": _extensions(error)}


def described(error: GraphQLError, code: str) -> dict[str, Any]:
    """An error of a place in the document or in the answer; `code` is for those that have none of their own."""
    found: dict[str, Any] = dict(error.formatted)
    original = error.original_error
    shown = _extensions(original) if isinstance(original, GuanxiError) else {"code": code}
    return {**found, "extensions": {**found.get("extensions", {}), **shown}}


def _extensions(error: GuanxiError) -> dict[str, Any]:
    extensions: dict[str, Any] = {"code": error.code}
    if error.retryable:
        extensions["retryable"] = True
    if isinstance(error, Missed):
        extensions["after"] = error.after
    if isinstance(error, RateLimited):
        extensions["retryAfter"] = error.retry_after
        if error.cost:
            extensions["cost"] = dict(error.cost)
    if isinstance(error, Busy):
        extensions["retryAfter"] = 1
    return extensions
