"""Signing in, put together from the settings: the gate, the watch over what stays open, and the addresses."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from graph.accounts import account_of
from graph.database import Database
from graph.errors import GuanxiError
from graph.model import Model
from graph.server_secret import server_secret
from graph.sessions import sweep
from resolvers.answer import Answerer
from resolvers.readers import Readers
from web.accounts import Accounts
from web.browser import SAFETY
from web.entrance import Entrance
from web.identity import Gate, OpenGate
from web.incoming import Incoming
from web.oidc import Provider
from web.oidc_flow import CodeFlow
from web.passwords import Passwords
from web.responses import json_response
from web.settings import Settings
from web.setup_desk import SetupDesk
from web.sign_in_desk import Desk
from web.sign_in_gate import SignInGate
from web.sign_in_settings import ACCOUNTS, OIDC
from web.tokens import Tokens
from web.view_as import ViewAs
from web.watch import Watch

# How often what is over is removed, in seconds.
_SWEEP = 600.0


@dataclass(frozen=True)
class SignIn:
    """How a server knows who asks."""

    gate: Gate
    watch: Watch
    desk: Desk | None = None
    setup: SetupDesk | None = None

    def routes(self, entrance: Entrance) -> list[BaseRoute]:
        """The addresses of signing in, and of what the pages show of whoever has."""

        async def who(request: Request) -> Response:
            identity, _ = await entrance.asker(
                request.scope, Incoming(request.scope, request.receive).headers, changes=False
            )
            account = await account_of(self.desk.database, identity.user) if self.desk and identity.user else None
            roles = await self.gate.roles() if isinstance(self.gate, ViewAs) else []
            return json_response({
                "signsIn": self.gate.signs_in,
                "login": account.login if account else None,
                "hasPassword": bool(account and account.password_hash),
                "viewAs": [{"role": each.name, "login": each.login, "user": each.user} for each in roles],
            }, headers=SAFETY)  # fmt: skip

        found: list[BaseRoute] = [Route("/who.json", who)]
        for each in (self.desk, self.setup):
            found += each.routes() if each else []
        return found


async def tokens_of(settings: Settings, database: Database) -> Tokens:
    """What signs the tokens of a server, and of all others with its settings and its database."""
    return Tokens(settings.own_secret() or await server_secret(database, "tokens"))


@asynccontextmanager
async def signing_in(
    settings: Settings,
    database: Database,
    model: Model,
    answerer: Callable[[], Answerer],
    passwords: Passwords | None = None,
    readers: Readers | None = None,
) -> AsyncIterator[SignIn]:
    """The sign-in of a server, for as long as it serves."""
    readers = readers or Readers(model, database)
    if not settings.ways:
        gate: Gate = ViewAs(database, readers)
        sign_in = SignIn(gate, Watch(gate))
        async with _running(sign_in.watch):
            yield sign_in
        return
    tokens = await tokens_of(settings, database)
    provider = Provider(settings) if OIDC in settings.ways else None
    own = SignInGate(database, readers, tokens, provider, settings.public_url)
    flow = CodeFlow(provider, settings, tokens.derived("sign-in flow")) if provider else None
    accounts = None
    if ACCOUNTS in settings.ways:
        accounts = Accounts(database, passwords or Passwords(), tokens.derived("throttles"))
    desk = Desk(database, settings, tokens, own, accounts, flow)
    setup = SetupDesk(desk, accounts, answerer) if accounts else None
    sign_in = SignIn(own, Watch(own), desk, setup)
    try:
        async with _running(sign_in.watch), _swept(database):
            yield sign_in
    finally:
        if provider:
            await provider.close()


def nobody_signs_in() -> SignIn:
    """Where nobody has to sign in, and no database is asked for anything about it."""
    gate = OpenGate()
    return SignIn(gate, Watch(gate))


@asynccontextmanager
async def _running(watch: Watch) -> AsyncIterator[None]:
    task = asyncio.create_task(watch.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def _swept(database: Database) -> AsyncIterator[None]:
    async def sweeping() -> None:
        while True:
            try:
                await sweep(database)
            except GuanxiError as error:
                logging.getLogger(__name__).warning("sessions that are over could not be removed: %s", error.message)
            await asyncio.sleep(_SWEEP * random.uniform(0.5, 1.5))  # noqa: S311 - servers need not all do it at once.

    task = asyncio.create_task(sweeping())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
