"""What a request goes through before it is answered: the gate, which says who asks, and the rights that this gives."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from graph.errors import Forbidden, GuanxiError, RateLimited, Unauthenticated
from graph.reader import Reader
from web.identity import NOTHING_SHOWN, Gate, Identity, Means, answer_for
from web.incoming import Incoming
from web.responses import Refusal
from web.security_events import record
from web.watch import Watch

_CHALLENGE = 'Bearer realm="guanxi"'
_SECURE = ("https", "wss")


class Entrance:
    """The way in for requests. `public_url` tells whether browsers come by TLS where a proxy ends it."""

    def __init__(self, gate: Gate, watch: Watch, public_url: str | None = None) -> None:
        self.gate, self.watch = gate, watch
        self._is_secure = (public_url or "").startswith("https:")

    async def reader(self, request: Incoming) -> Reader:
        """The rights of whoever sends a request. Raises `Refusal` with the status that HTTP has for it."""
        changes = request.method not in ("GET", "HEAD")
        _, reader = await self.asker(request.scope, request.headers, changes=changes)
        return reader

    async def asker(self, scope: Scope, headers: Mapping[str, str], *, changes: bool) -> tuple[Identity, Reader]:
        """Who asks, and with which rights. From now on the task answers for it."""
        try:
            identity = await self.gate.identity(headers, is_secure=self.is_secure(scope), changes=changes)
            reader = await self.gate.reader(identity)
        except Unauthenticated as error:
            client = scope.get("client")
            record("request_refused", refused=True, reason=error.message, address=client[0] if client else None)
            raise refusal_of(error) from error
        except GuanxiError as error:
            raise refusal_of(error) from error
        answer_for(identity)
        if identity.means is Means.KEY:
            # A program pays for itself, and not its owner for all of them (web/callers.py).
            scope["guanxi.key"] = identity.proof
        return identity, reader

    async def page(self, request: Request, show: Callable[[Request], Awaitable[Response]]) -> Response:
        """A page for people, or the way to sign in first."""
        if self.gate.signs_in:
            incoming = Incoming(request.scope, request.receive)
            try:
                await self.asker(request.scope, incoming.headers, changes=False)
            except Refusal as refused:
                if not isinstance(refused.error, Unauthenticated):
                    raise
                go_on = quote(request.url.path, safe="/")
                return RedirectResponse(f"/signin?next={go_on}", 303, {"cache-control": "no-store"})
        return await show(request)

    def is_secure(self, scope: Scope) -> bool:
        return scope.get("scheme") in _SECURE or self._is_secure


def refusal_of(error: GuanxiError) -> Refusal:
    """A refusal of a whole request for who asks it (RFC 6750, 3: a wrong token is named as the reason, a missing one is not)."""
    match error:
        case Unauthenticated():
            reason = "" if error.message == NOTHING_SHOWN else ', error="invalid_token"'
            return Refusal(401, error, {"www-authenticate": f"{_CHALLENGE}{reason}"})
        case Forbidden():
            return Refusal(403, error)
        case RateLimited():
            return Refusal(429, error, {"retry-after": str(error.retry_after)})
    return Refusal(503 if error.retryable else 400, error, {"retry-after": "1"} if error.retryable else None)
