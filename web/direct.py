"""The short way in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from web.graphql import GraphQLEndpoint


class Direct:
    """Sends what is asked of /graphql straight to its endpoint, and all else through the application's routes.

    Starlette's layers and routes take a small answer as long as planning, binding and shaping it do together.
    """

    def __init__(
        self,
        app: ASGIApp,
        path: str,
        endpoint: GraphQLEndpoint,
        crashed: Callable[[Request, Exception], Awaitable[Response]],
    ) -> None:
        self.app, self.path, self.endpoint, self.crashed = app, path, endpoint, crashed

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http" or scope["path"] != self.path:
            return self.app(scope, receive, send)
        return self._answered(scope, receive, send)

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self.endpoint.response(scope, receive)
        except Exception as error:
            await (await self.crashed(Request(scope), error))(scope, receive, send)
            # Starlette lets the server know as well.
            raise
        await response(scope, receive, send)
