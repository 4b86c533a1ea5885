"""Metrics, in the format of Prometheus: what there is at the moment, and what there was since the start.

Everything is counted where it happens, as plain numbers, and is put into this form only when it is asked for.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector, CollectorRegistry
from starlette.requests import Request
from starlette.responses import Response

from resolvers.subscriptions import Subscriptions
from resolvers.tallies import Tally
from web.asking import Asking
from web.connections import Connections
from web.live import Live
from web.responses import raw_response, refusal


@dataclass(frozen=True)
class Watched:
    """What is counted."""

    asking: Asking
    live: Live
    subscriptions: Subscriptions
    connections: Connections


class Metrics(Collector):
    """Gathers all metrics anew each time."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched
        self._registry = CollectorRegistry()
        self._registry.register(self)

    def text(self) -> bytes:
        return generate_latest(self._registry)

    def collect(self) -> Iterable[Metric]:
        asking, live, turns = self._watched.asking, self._watched.live, self._watched.live.statements.turns
        plans = live.answerer.plans
        yield _counter("guanxi_operations", "Operations, by their first error's code.", "code", dict(asking.codes))
        yield _histogram("guanxi_operation_seconds", "How long operations took.", asking.seconds)
        yield _histogram("guanxi_statement_seconds", "How long the database took.", live.statements.seconds)
        yield CounterMetricFamily("guanxi_records", "Records that were read.", asking.rows)
        yield GaugeMetricFamily("guanxi_statements_running", "Statements that run.", turns.running)
        yield GaugeMetricFamily("guanxi_statements_waiting", "Statements that wait for their turn.", turns.waiting)
        found = {"found": plans.found, "made": plans.made}
        yield _counter("guanxi_plans", "Plans that were found kept, or had to be made.", "how", found)
        yield GaugeMetricFamily("guanxi_plans_kept", "Plans that are kept.", len(plans))
        refused = dict(live.throttle.refused)
        yield _counter("guanxi_rate_limited", "Operations that a bucket had no points for.", "bucket", refused)
        yield GaugeMetricFamily("guanxi_callers", "Buckets that are kept.", len(live.throttle.buckets))
        yield GaugeMetricFamily(
            "guanxi_connections", "Open WebSockets and event streams.", self._watched.connections.open
        )
        yield CounterMetricFamily(
            "guanxi_connections_refused", "Connections without room.", self._watched.connections.refused
        )
        yield GaugeMetricFamily("guanxi_subscriptions", "Open subscriptions.", len(self._watched.subscriptions))


def _counter(name: str, documentation: str, label: str, values: dict[str, int]) -> Metric:
    found = CounterMetricFamily(name, documentation, labels=[label])
    for value, count in sorted(values.items()):
        found.add_metric([value], count)
    return found


def _histogram(name: str, documentation: str, tally: Tally) -> Metric:
    bounds = [*map(str, tally.bounds), "+Inf"]
    found = HistogramMetricFamily(name, documentation)
    found.add_metric([], list(zip(bounds, accumulate(tally.counts), strict=True)), tally.sum)
    return found


def metrics_endpoint(metrics: Metrics, token: str | None) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        """The metrics, for whoever shows the token; without one, for this machine alone."""
        if token is not None:
            given = request.headers.get("authorization", "").removeprefix("Bearer ")
            if not hmac.compare_digest(given.encode(), token.encode()):
                return refusal(403, "FORBIDDEN", "Show the token of GUANXI_METRICS_TOKEN as a bearer token.")
        elif not _is_here(request):
            return refusal(403, "FORBIDDEN", "Metrics are told on this machine alone; see GUANXI_METRICS_TOKEN.")
        text = metrics.text()
        return raw_response(text, 200, CONTENT_TYPE_LATEST.partition("; charset")[0])

    return endpoint


def _is_here(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
