"""What the metrics count, and whom they are told."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from graph.address import Address
from tests.attacks.asking import ask
from tests.serving import serving
from web.settings import Settings


@pytest.fixture(scope="module")
def guarded(neo4j_address: Address) -> Iterator[str]:
    with serving(neo4j_address, Settings(webhooks=False, metrics_token="opensesame")) as url:
        yield url


@pytest.mark.usefixtures("trading")
def test_metrics_count_what_was_asked(server_url: str) -> None:
    query = "query Counted { teams(first: 4) { nodes { id } } }"
    ask(server_url, query)
    before = _metrics(server_url)
    for _ in range(3):
        ask(server_url, query)
    ask(server_url, "{ nonsense }")
    after = _metrics(server_url)

    grown = {name: after[name] - before.get(name, 0) for name in after if after[name] != before.get(name, 0)}
    assert grown['guanxi_operations_total{code="OK"}'] == 3
    assert grown['guanxi_operations_total{code="BAD_USER_INPUT"}'] == 1
    assert grown["guanxi_operation_seconds_count"] == 4
    assert grown["guanxi_statement_seconds_count"] == 3
    assert grown["guanxi_records_total"] == 12
    assert grown['guanxi_plans_total{how="found"}'] == 3
    assert {
        name for name in after if name.startswith(("guanxi_connections", "guanxi_subscriptions", "guanxi_statements_"))
    } == {
        "guanxi_connections",
        "guanxi_connections_refused_total",
        "guanxi_subscriptions",
        "guanxi_statements_running",
        "guanxi_statements_waiting",
    }


def _metrics(url: str) -> dict[str, float]:
    response = httpx.get(f"{url}/metrics", timeout=60)
    assert response.headers["content-type"].startswith("text/plain; version=")
    lines = [line for line in response.text.splitlines() if line and not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def test_metrics_are_for_this_machine_or_for_whoever_shows_the_token(server_url: str, guarded: str) -> None:
    elsewhere = httpx.get(f"{server_url}/metrics", headers={"x-forwarded-for": "10.0.0.9"}, timeout=60)
    answers = [
        httpx.get(f"{guarded}/metrics", headers={b"authorization": given}, timeout=60).status_code
        for given in (b"", b"Bearer wrong", b"Bearer opensesame", b"opensesame!", "Bearer 关系".encode())
    ]

    assert (elsewhere.status_code, elsewhere.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
    assert answers == [403, 403, 200, 403, 403]


def test_metrics_can_be_switched_off(neo4j_address: Address) -> None:
    with serving(neo4j_address, Settings(webhooks=False, metrics=False)) as url:
        assert httpx.get(f"{url}/metrics", timeout=60).status_code == 404
