"""The application: its routes, what every request passes through, and what it needs while it runs."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp

from graph.address import Address
from graph.database import Database
from graph.errors import GuanxiError
from graph.indexes import missing
from graph.model import Model
from resolvers.subscriptions import Subscriptions
from web.allowance import Allowance
from web.asking import Asking
from web.browser import Facts, Tab, browser_routes, landing
from web.connections import Connections
from web.cross_origin import CrossOrigin
from web.direct import Direct
from web.entrance import Entrance
from web.examples import example_tabs
from web.export_endpoint import ExportEndpoint
from web.facts import facts_of
from web.graphql import GraphQLEndpoint
from web.incoming import Incoming
from web.live import Live
from web.metrics import Metrics, Watched, metrics_endpoint
from web.origin import AllowedNames
from web.records import Records
from web.responses import Refusal, json_response, refusal
from web.settings import Settings
from web.sign_in import SignIn, nobody_signs_in
from web.strict_transport import StrictTransport
from web.websocket import WebSocketEndpoint

log = structlog.get_logger()


@dataclass(frozen=True)
class Services:
    """What requests are answered with."""

    live: Live
    database: Database
    settings: Settings
    address: Address
    model: Model
    subscriptions: Subscriptions
    # Instead of what the settings say.
    allowance: Allowance | None = None
    sign_in: SignIn = field(default_factory=nobody_signs_in)


def create_app(services: Services) -> ASGIApp:
    """The ASGI application. It opens nothing and closes nothing: whoever made the services does."""
    settings, live = services.settings, services.live
    settings.set_limits()
    subscriptions, allowance = services.subscriptions, services.allowance or settings.allowance
    asking = Asking(lambda: live.trusted, Records(with_operations=settings.log_operations), settings.documents)
    entrance = Entrance(services.sign_in.gate, services.sign_in.watch, settings.public_url)
    connections = Connections(allowance)
    trusted, limit = lambda: live.trusted.texts, settings.body_limit
    means = (lambda: live.answerer, trusted, limit, subscriptions, entrance, asking, connections)
    endpoint, exporting = GraphQLEndpoint(*means), ExportEndpoint(*means)
    metrics = Metrics(Watched(asking, live, subscriptions, connections))

    async def facts(request: Request) -> Facts:
        reader = await entrance.reader(Incoming(request.scope, request.receive))
        server = await services.database.edition()
        return await facts_of(live, reader, services.address, server, is_embedded=settings.neo4j_uri is None)

    async def tabs(request: Request) -> list[Tab]:
        return await example_tabs(live, await entrance.reader(Incoming(request.scope, request.receive)))

    async def home(request: Request) -> Response:
        return await entrance.page(request, landing)

    routes = [
        Route("/graphql", endpoint),
        Route("/export", exporting),
        WebSocketRoute(
            "/graphql",
            WebSocketEndpoint(
                lambda: live.answerer, endpoint.question, subscriptions, entrance, asking, connections, allowance
            ),
        ),
        *(
            [Route("/metrics", metrics_endpoint(metrics, settings.shown_token()), methods=["GET"])]
            if settings.metrics
            else []
        ),
        Route("/healthz", healthz, methods=["GET"]),
        Route("/readyz", readyz(services), methods=["GET"]),
        *services.sign_in.routes(entrance),
        Route("/", home),
        *browser_routes(facts, tabs),
    ]
    application = Starlette(routes=routes, exception_handlers={Refusal: refused, Exception: crashed})
    app: ASGIApp = Direct(application, "/graphql", endpoint, crashed)
    if settings.origins:
        app = CrossOrigin(app, settings.origins)
    return StrictTransport(AllowedNames(app, (*settings.hosts, settings.host), settings.origins))


async def healthz(request: Request) -> Response:
    """Whether the process answers at all."""
    return json_response({"status": "ok"})


def readyz(services: Services) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        """Whether requests can be answered: the database is there, and so are its constraints and indexes."""
        started = time.monotonic()
        try:
            lacking = await missing(services.model, services.database)
        except GuanxiError as error:
            return json_response({"status": "unavailable", "reason": error.message}, 503, headers={"retry-after": "1"})
        if lacking:
            return json_response(
                {"status": "unavailable", "reason": f"Missing in the database: {', '.join(lacking)}."}, 503
            )
        left_out = {
            "queriesLeftOut": [error.message for error in services.live.queries.errors],
            "documentsLeftOut": list(services.live.trusted.errors),
        }
        found = {name: reasons for name, reasons in left_out.items() if reasons}
        # In both cases the server answers everything else, so it stays in service; but whoever looks is told.
        if services.live.is_stale():
            reason = "Files of named queries or trusted documents are newer than what is served."
            return json_response({"status": "stale", "reason": reason, **found})
        if found:
            return json_response({"status": "degraded", **found})
        return json_response({"status": "ok", "databaseMilliseconds": round((time.monotonic() - started) * 1000, 1)})

    return endpoint


async def refused(request: Request, error: Exception) -> Response:
    """What is refused before it is a question, whichever address it was for."""
    assert isinstance(error, Refusal)
    return refusal(error.status, error.error.code, error.error.message, error.headers)


async def crashed(request: Request, error: Exception) -> Response:
    """A defect of ours: the log has its story, the client gets neither detail nor text."""
    log.error("request failed", path=request.url.path, exc_info=error)
    return refusal(500, "INTERNAL", "Something went wrong on the server; it has been written to its log.")
