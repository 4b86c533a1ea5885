"""Cross-origin resource sharing: pages of other origins that may ask, as the Fetch standard has browsers ask for it.

Only origins that GUANXI_CORS_ORIGINS names are granted anything, one by one. Cookies are never theirs to send: such a page
shows who it is by a token.
"""

from __future__ import annotations

from collections.abc import Container

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = "GET, POST"
_HEADERS = (
    "accept, authorization, content-type, guanxi-bookmark, guanxi-cost, idempotency-key, graphql-require-preflight, "
    "apollo-require-preflight, x-apollo-operation-name, x-requested-with, x-request-id, last-event-id"
)
_EXPOSED = b"retry-after, guanxi-bookmark, idempotent-replayed, etag"
# Seconds for which a browser may remember what it was granted.
_REMEMBERED = "600"


class CrossOrigin:
    """Grants to allowed origins what they need, and answers their preflights."""

    def __init__(self, app: ASGIApp, origins: Container[str]) -> None:
        self.app, self.origins = app, origins

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = _origin(scope)
        if origin is None or origin not in self.origins:
            await self.app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and any(
            name == b"access-control-request-method" for name, _ in scope["headers"]
        ):
            headers = {
                "access-control-allow-origin": origin,
                "access-control-allow-methods": _METHODS,
                "access-control-allow-headers": _HEADERS,
                "access-control-max-age": _REMEMBERED,
                "vary": "origin",
            }
            await Response(status_code=204, headers=headers)(scope, receive, send)
            return

        async def granting(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    # What keeps pages of others from using an answer must not keep this one from it.
                    *((name, value) for name, value in message.get("headers", ()) if name != _SAME_ORIGIN),
                    (b"access-control-allow-origin", origin.encode("latin-1")),
                    (b"access-control-expose-headers", _EXPOSED),
                    (b"vary", b"origin"),
                ]
            await send(message)

        await self.app(scope, receive, granting)


_SAME_ORIGIN = b"cross-origin-resource-policy"


def _origin(scope: Scope) -> str | None:
    if scope["type"] != "http":
        return None
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"), None)
