"""`guanxi serve` as a user starts and stops it."""

from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path

import httpx

ROOT = Path(__file__).parents[1]


def _serve(data: Path) -> subprocess.Popen[str]:
    command = [str(ROOT / "bin" / "guanxi"), "serve", "--data", str(data), "--port", "0"]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


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
