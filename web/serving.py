"""`guanxi serve`: the database, the application and uvicorn, started and stopped in order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import uvicorn
import uvloop
from starlette.types import ASGIApp

from graph.address import Address
from graph.errors import BadInput
from graph.idempotency import keep_swept
from graph.indexes import reconcile
from graph.people import seed_roles
from graph.rates import store_rates
from resolvers.api import API
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

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve_forever(settings: Settings, *, with_demo: bool = False, with_reload: bool = False) -> None:
    """Serve until SIGINT or SIGTERM. Raises a `GuanxiError` if the server cannot start."""
    set_up_logs()
    if settings.host not in LOOPBACK and not settings.published_on_loopback:
        raise BadInput(
            f"GUANXI_HOST is {settings.host}, and nobody has to sign in yet, so only loopback is listened on. In a "
            "container whose port is published on loopback only, set GUANXI_PUBLISHED_ON_LOOPBACK=true."
        )
    # The schema is built while Neo4j starts.
    with ThreadPoolExecutor(1) as pool:
        building = pool.submit(build)
        # uvicorn chooses its loop only where it starts one itself.
        with (
            address(settings, "serve", exclusive=True) as where,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            runner.run(_serve(settings, where, building.result(), with_demo=with_demo, with_reload=with_reload))


async def _serve(settings: Settings, where: Address, api: API, *, with_demo: bool, with_reload: bool) -> None:
    async with database(settings, where) as opened:
        await reconcile(api.model, opened)
        await seed_roles(opened, api.model)
        await store_rates(opened, rates(settings))
        if with_demo:
            await fill_empty(settings, api.model, opened)
        live = await Live.load(api, settings, opened)
        async with feeding(opened, settings, live) as subscriptions:
            app = create_app(Services(live, opened, settings, where, api.model, subscriptions))
            sweeping = asyncio.create_task(keep_swept(opened))
            await _listen(app, settings, live, subscriptions, with_reload=with_reload)
            sweeping.cancel()


async def _listen(
    app: ASGIApp, settings: Settings, live: Live, subscriptions: Subscriptions, *, with_reload: bool
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
        ws_max_size=settings.body_limit,
        # What is told to many would be compressed for each of them anew.
        ws_per_message_deflate=False,
    )
    settle()
    server = _Announcing(config, subscriptions)
    watching = asyncio.create_task(live.watch()) if with_reload else None
    await server.serve()
    if watching:
        watching.cancel()
    if not server.started:
        raise BadInput(f"Port {settings.port} of {settings.host} is taken; name another one with --port.")


class _Announcing(uvicorn.Server):
    """Says where it listens as soon as it does, and completes the subscriptions before it waits for what is open."""

    def __init__(self, config: uvicorn.Config, subscriptions: Subscriptions) -> None:
        super().__init__(config)
        self._subscriptions = subscriptions

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
                say(f"Guanxi is on http://{f'[{host}]' if ':' in host else host}:{port}")
