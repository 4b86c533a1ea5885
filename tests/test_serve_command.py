"""`guanxi serve` as a user starts and stops it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from graph.address import Address

ROOT = Path(__file__).parents[1]


def _serve(data: Path, **environment: str) -> subprocess.Popen[str]:
    command = [str(ROOT / "bin" / "guanxi"), "serve", "--data", str(data), "--port", "0"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})


def _url(server: subprocess.Popen[str]) -> str:
    assert server.stderr
    for line in server.stderr:
        if found := re.search(r"http://\S+", line):
            return found[0]
    raise AssertionError(f"the server ended with {server.wait()}")


def test_it_serves_refuses_a_second_one_and_stops_cleanly(tmp_path: Path) -> None:
    server = _serve(tmp_path / "data")
    try:
        url = _url(server)
        answer = httpx.post(f"{url}/graphql", json={"query": "{users {totalCount}}"}, timeout=120).json()
        second = _serve(tmp_path / "data")
        _, refusal = second.communicate(timeout=120)
        ready = httpx.get(f"{url}/readyz", timeout=120).json()
    finally:
        server.send_signal(signal.SIGTERM)
        _, rest = server.communicate(timeout=120)

    assert answer == {"data": {"users": {"totalCount": 0}}}
    assert second.returncode == 1
    assert f"process {server.pid}" in refusal
    assert ready["status"] == "ok"
    assert server.returncode == 0, rest


def _until(is_so: Callable[[], bool]) -> None:
    limit = time.monotonic() + 240
    while not is_so():
        assert time.monotonic() < limit, "it did not become so within four minutes"
        time.sleep(0.1)


def test_while_the_database_is_dead_requests_are_unavailable_and_then_it_goes_on(tmp_path: Path) -> None:
    server = _serve(tmp_path / "data", GUANXI_RETRY_TIME="0.2")
    try:
        url = _url(server)

        def ask() -> dict[str, Any]:
            found: dict[str, Any] = httpx.post(
                f"{url}/graphql", json={"query": "{users {totalCount}}"}, timeout=120
            ).json()
            return found

        _until(lambda: ask() == {"data": {"users": {"totalCount": 0}}})
        os.kill(json.loads((tmp_path / "data" / "running.json").read_text())["neo4j"], signal.SIGKILL)

        _until(lambda: "errors" in ask())
        refused = ask()
        ready, health = httpx.get(f"{url}/readyz", timeout=120), httpx.get(f"{url}/healthz", timeout=120)
        _until(lambda: "errors" not in ask())
        again = httpx.get(f"{url}/readyz", timeout=120)
    finally:
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=120)

    assert refused["data"] is None
    assert [error["extensions"] for error in refused["errors"]] == [{"code": "UNAVAILABLE", "retryable": True}]
    assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
    assert health.status_code == 200
    assert again.status_code == 200


def test_a_neo4j_of_ones_own_is_used_instead(neo4j_address: Address, tmp_path: Path) -> None:
    document, password = tmp_path / "typename.graphql", tmp_path / "password"
    document.write_text("{users(first: 0) {pageInfo {hasNextPage}}}", encoding="utf-8")
    password.write_text(f"{neo4j_address.password}\n", encoding="utf-8")

    def query(**environment: str) -> subprocess.CompletedProcess[str]:
        command = [str(ROOT / "bin" / "guanxi"), "query", str(document), "--data", str(tmp_path / "unused")]
        own = {
            "NEO4J_URI": neo4j_address.uri,
            "NEO4J_USER": neo4j_address.user,
            "GUANXI_RETRY_TIME": "0.2",
            **environment,
        }
        return subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, **own}, timeout=240, check=False
        )

    found = query(NEO4J_PASSWORD_FILE=str(password))
    without, unreadable = query(), query(NEO4J_PASSWORD_FILE=str(tmp_path / "nowhere"))
    wrong = query(NEO4J_PASSWORD="wrong")

    assert found.returncode == 0, found.stderr
    assert "hasNextPage" in found.stdout
    assert not (tmp_path / "unused").exists()
    assert (without.returncode, without.stderr.strip()) == (
        1,
        "NEO4J_URI is set, but neither NEO4J_PASSWORD nor NEO4J_PASSWORD_FILE is.",
    )
    assert unreadable.returncode == 1
    assert "cannot be read" in unreadable.stderr
    assert wrong.returncode == 1
    assert "refuses our user name or password" in wrong.stderr
    assert neo4j_address.password not in found.stdout + found.stderr + wrong.stderr
