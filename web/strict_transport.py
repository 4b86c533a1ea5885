"""HTTP Strict Transport Security (RFC 6797): who was answered over TLS once asks over TLS from then on."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A year, in seconds.
_HEADER = (b"strict-transport-security", b"max-age=31536000")


class StrictTransport:
    """Says so in every answer over TLS, which may also end at a proxy that says so in X-Forwarded-Proto."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("scheme") != "https":
            await self.app(scope, receive, send)
            return

        async def telling(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), _HEADER]
            await send(message)

        await self.app(scope, receive, telling)
