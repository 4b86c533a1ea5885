"""`guanxi serve`: the database, the application and uvicorn, started and stopped in order."""

from __future__ import annotations

import asyncio

import uvicorn

from graph.address import Address
from graph.errors import BadInput
from graph.indexes import reconcile
from schema.build import build
from web.app import Services, create_app
from web.importing import import_example
from web.logs import set_up_logs
from web.opening import address, database, say
from web.settings import Settings

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve_forever(settings: Settings, *, with_example: bool = False) -> None:
    """Serve until SIGINT or SIGTERM. Raises a `GuanxiError` if the server cannot start."""
    set_up_logs()
    if settings.host not in LOOPBACK:
        raise BadInput(
            f"GUANXI_HOST is {settings.host}: nobody has to sign in yet, so the server listens on loopback only; "
            "put a proxy that asks for a password before it."
        )
    with address(settings, "serve", exclusive=True) as where:
        asyncio.run(_serve(settings, where, with_example))


async def _serve(settings: Settings, where: Address, with_example: bool) -> None:
    async with database(settings, where) as opened:
        api = build()
        await reconcile(api.model, opened)
        if with_example:
            await import_example(settings, api.model, opened)
        app = create_app(Services(api, opened, settings))
        config = uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            loop="uvloop",
            http="httptools",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
        server = _Announcing(config)
        await server.serve()
        if not server.started:
            raise BadInput(f"Port {settings.port} of {settings.host} is taken; name another one with --port.")


class _Announcing(uvicorn.Server):
    """Says where it listens as soon as it does."""

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        for each in self.servers:
            for socket in each.sockets:
                host, port = socket.getsockname()[:2]
                say(f"Guanxi is on http://{f'[{host}]' if ':' in host else host}:{port}")
