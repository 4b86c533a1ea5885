"""The real application under uvicorn, on a free port of this process."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import uvicorn

from graph.address import Address
from graph.database import Database, Patience
from graph.model import Model
from resolvers.subscriptions import Subscriptions
from tests.asking import declared_api
from tests.trading import hold_trading
from web.allowance import Allowance
from web.app import Services, create_app
from web.feeding import feeding
from web.live import Live
from web.passwords import Passwords
from web.settings import Settings
from web.sign_in import signing_in

Hold = Callable[[Database, Model], Awaitable[None]]

# Generous, for machines that do other things as well.
STARTS_WITHIN = 300.0


@contextmanager
def serving(
    address: Address,
    settings: Settings | None = None,
    *,
    with_reload: bool = False,
    hold: Hold = hold_trading,
    allowance: Allowance | None = None,
    delivers: bool = False,
    passwords: Passwords | None = None,
) -> Iterator[str]:
    """Serve the trading example, or what `hold` makes the database hold, at the URL that this yields.

    Unless told, it delivers to no webhooks: what other tests find in the database is to stay as they have left it.
    """
    settings = (settings or Settings()).model_copy(update={"webhooks": delivers})
    served = _Served(address, hold, settings, with_reload, allowance, passwords)
    thread = threading.Thread(target=asyncio.run, args=(served.run(),), name="uvicorn")
    thread.start()
    try:
        yield served.url()
    finally:
        served.stop()
        thread.join()


class _Served:
    """One server, which is started on a thread of its own and watched from another."""

    def __init__(
        self,
        address: Address,
        hold: Hold,
        settings: Settings,
        with_reload: bool,
        allowance: Allowance | None,
        passwords: Passwords | None,
    ) -> None:
        self._allowance, self._passwords = allowance, passwords
        self._address, self._hold, self._settings, self._with_reload = address, hold, settings, with_reload
        self._started: queue.Queue[int | BaseException] = queue.Queue()
        self._server: uvicorn.Server | None = None
        self._is_stopped = False

    async def run(self) -> None:
        patience = Patience(statement=self._settings.statement_timeout, retry=self._settings.retry_time)
        database = Database(self._address, patience)
        try:
            api = declared_api()
            await self._hold(database, api.model)
            live = await Live.load(api, self._settings, database)
            async with (
                signing_in(self._settings, database, api.model, lambda: live.answerer, self._passwords) as sign_in,
                feeding(database, self._settings, live) as subscriptions,
            ):
                services = Services(
                    live, database, self._settings, self._address, api.model, subscriptions, self._allowance, sign_in
                )
                app = create_app(services)
                config = uvicorn.Config(
                    app, port=0, log_config=None, lifespan="off", ws_per_message_deflate=False,
                    ws_max_size=self._settings.message_limit,
                )  # fmt: skip
                self._server = _Announcing(config, self._started, subscriptions)
                self._server.should_exit = self._is_stopped
                watching = asyncio.create_task(live.watch()) if self._with_reload else None
                await self._server.serve()
                if watching:
                    watching.cancel()
        except BaseException as error:
            self._started.put(error)
            raise
        finally:
            await database.close()

    def url(self) -> str:
        found = self._started.get(timeout=STARTS_WITHIN)
        if isinstance(found, BaseException):
            raise found
        return f"http://127.0.0.1:{found}"

    def stop(self) -> None:
        self._is_stopped = True
        if self._server:
            self._server.should_exit = True


class _Announcing(uvicorn.Server):
    """Tells its port as soon as it listens."""

    def __init__(
        self, config: uvicorn.Config, started: queue.Queue[int | BaseException], subscriptions: Subscriptions
    ) -> None:
        super().__init__(config)
        self._told, self._subscriptions = started, subscriptions

    async def shutdown(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        self._subscriptions.end()
        await super().shutdown(sockets)  # type: ignore[arg-type]

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        self._told.put(self.servers[0].sockets[0].getsockname()[1])
