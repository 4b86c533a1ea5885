"""`guanxi serve`: the database, the application and uvicorn, started and stopped in order."""

from __future__ import annotations

import asyncio
import signal
import ssl
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import uvicorn
import uvloop
from starlette.types import ASGIApp

from graph.address import Address
from graph.database import Database
from graph.errors import BadInput
from graph.idempotency import keep_swept
from graph.indexes import reconcile
from graph.people import seed_roles
from graph.rates import store_rates
from resolvers.api import API
from resolvers.readers import Readers
from resolvers.subscriptions import Subscriptions
from schema.build import build
from web.app import Services, create_app
from web.demo import fill_empty
from web.feeding import feeding
from web.garbage import settle
from web.live import Live
from web.logs import set_up_logs
from web.opening import address, database, rates, say
from web.settings import Settings
from web.setup_desk import setup_link
from web.sign_in import signing_in
from web.sign_in_settings import ACCOUNTS, is_loopback

# Of TLS 1.2, those with forward secrecy and authenticated encryption; TLS 1.3 has no others, and before there is nothing.
_CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"


def serve_forever(settings: Settings, *, with_demo: bool = False, with_reload: bool = False) -> None:
    """Serve until SIGINT or SIGTERM. Raises a `GuanxiError` if the server cannot start."""
    set_up_logs()
    check_reach(settings)
    # The schema is built while Neo4j starts.
    with ThreadPoolExecutor(1) as pool:
        building = pool.submit(build)
        # uvicorn chooses its loop only where it starts one itself.
        with (
            address(settings, "serve", exclusive=True) as where,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            runner.run(_serve(settings, where, building.result(), with_demo=with_demo, with_reload=with_reload))


def check_reach(settings: Settings) -> None:
    """Raises `BadInput` if others could reach a server where nobody has to sign in."""
    if settings.ways or is_loopback(settings.host) or settings.published_on_loopback:
        return
    raise BadInput(
        f"GUANXI_HOST is {settings.host}, where others could reach this server, and nobody has to sign in: set "
        "GUANXI_SIGN_IN=accounts or oidc, or, in a container whose port is published on loopback only, "
        "GUANXI_PUBLISHED_ON_LOOPBACK=true."
    )


async def _serve(settings: Settings, where: Address, api: API, *, with_demo: bool, with_reload: bool) -> None:
    async with database(settings, where) as opened:
        await reconcile(api.model, opened)
        await seed_roles(opened, api.model)
        await store_rates(opened, rates(settings))
        if with_demo:
            await fill_empty(settings, api.model, opened)
        live, readers = await Live.load(api, settings, opened), Readers(api.model, opened)
        live.on_rights = readers.wake
        async with (
            signing_in(settings, opened, api.model, lambda: live.answerer, readers=readers) as sign_in,
            feeding(opened, settings, live) as subscriptions,
        ):
            app = create_app(Services(live, opened, settings, where, api.model, subscriptions, sign_in=sign_in))
            sweeping = asyncio.create_task(keep_swept(opened))
            await _listen(
                app, settings, live, subscriptions, partial(_greet, settings, opened), with_reload=with_reload
            )
            sweeping.cancel()


async def _greet(settings: Settings, database: Database, address: str) -> None:
    """Say what somebody needs to know who has just started the server."""
    if not settings.ways:
        say("Nobody has to sign in: whoever reaches this port is the built-in administrator. See docs/signing-in.md.")
    elif ACCOUNTS in settings.ways and (link := await setup_link(database, settings, settings.public_url or address)):
        say("There is no administrator yet. Whoever opens this address becomes the first; it works once, within a day:")
        say(link, on_one_line=True)


async def _listen(
    app: ASGIApp,
    settings: Settings,
    live: Live,
    subscriptions: Subscriptions,
    greet: Callable[[str], Awaitable[None]],
    *,
    with_reload: bool,
) -> None:
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
        ws_max_size=settings.message_limit,
        ws_ping_interval=settings.ping_interval,
        ws_ping_timeout=settings.ping_interval,
        **tls(settings),
        # What is told to many would be compressed for each of them anew.
        ws_per_message_deflate=False,
    )
    settle()
    server = _Announcing(config, subscriptions, greet)
    watching = asyncio.create_task(live.watch()) if with_reload else None
    await server.serve()
    if watching:
        watching.cancel()
    if not server.started:
        raise BadInput(f"Port {settings.port} of {settings.host} is taken; name another one with --port.")


def tls(settings: Settings) -> dict[str, Any]:
    """What uvicorn needs to speak https, if it shall. Raises `BadInput` for files that will not do."""
    if settings.tls_certificate is None:
        return {}
    password = settings.key_password()
    try:
        # Without a password OpenSSL would ask for one on the terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(
            settings.tls_certificate, settings.tls_key, password or ""
        )
    except OSError as error:
        raise BadInput(
            f"GUANXI_TLS_CERTIFICATE is {settings.tls_certificate} and GUANXI_TLS_KEY is {settings.tls_key}, which "
            f"cannot be used together: {error.strerror or error}."
        ) from None
    return {
        "ssl_certfile": settings.tls_certificate,
        "ssl_keyfile": settings.tls_key,
        "ssl_keyfile_password": password,
        "ssl_ciphers": _CIPHERS,
    }


class _Announcing(uvicorn.Server):
    """Says where it listens as soon as it does, and completes the subscriptions before it waits for what is open."""

    def __init__(
        self, config: uvicorn.Config, subscriptions: Subscriptions, greet: Callable[[str], Awaitable[None]]
    ) -> None:
        super().__init__(config)
        self._subscriptions, self._greet = subscriptions, greet

    async def shutdown(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        self._subscriptions.end()
        await super().shutdown(sockets)  # type: ignore[arg-type]

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Unlike uvicorn's own, raise no signal again at the end: what was opened is to be closed first."""
        before = {each: signal.signal(each, self.handle_exit) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        for each in self.servers:
            for socket in each.sockets:
                host, port = socket.getsockname()[:2]
                scheme = "https" if self.config.is_ssl else "http"
                address = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
                say(f"Guanxi is on {address}")
                await self._greet(address)
