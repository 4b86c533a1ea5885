"""Under which names the server may be asked, and by pages of which origins.

A page of a stranger may make its own name lead to this server's address (DNS rebinding), and the browser would then let
it read every answer. So a request's Host, and its Origin if it has one, must be a name that the server knows.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Container, Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from web.responses import refusal

_ADDRESS = re.compile(r"([a-z][a-z0-9+.-]*:)?//(\[[0-9a-f:.]+\]|[^\s\[\]@:/?#\\]+)(:\d{0,5})?/?", re.IGNORECASE)


class AllowedNames:
    """Refuses requests whose Host or Origin is none of the allowed names, with 403. `origins` are allowed in full besides."""

    def __init__(self, app: ASGIApp, names: Iterable[str], origins: Container[str] = ()) -> None:
        self.app, self.names, self.origins = app, frozenset(names), origins
        self._is_known = lru_cache(100)(self._is_known_name)

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] not in ("http", "websocket"):
            return self.app(scope, receive, send)
        host, origin = "", None
        # Backwards, since the first of several counts.
        for name, value in reversed(scope["headers"]):
            if name == b"host":
                host = value.decode("latin-1")
            elif name == b"origin":
                origin = value.decode("latin-1")
        if not self._is_known(f"//{host}"):
            return _refuse(
                f'This server does not go by the name of "{host}"; see GUANXI_ALLOWED_HOSTS.', scope, receive, send
            )
        if origin is not None and origin not in self.origins and not self._is_known(origin):
            return _refuse(
                f'Pages of "{origin}" may not ask this server; see GUANXI_ALLOWED_HOSTS.', scope, receive, send
            )
        return self.app(scope, receive, send)

    def _is_known_name(self, url: str) -> bool:
        # What no browser takes for an address, such as "[::1].example", must not pass for the part of it that is one.
        if not _ADDRESS.fullmatch(url):
            return False
        try:
            name = urlsplit(url).hostname or ""
        except ValueError:
            return False
        return name in self.names or f"[{name}]" in self.names


async def _refuse(message: str, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4403})
        return
    await refusal(403, "FORBIDDEN", message)(scope, receive, send)
