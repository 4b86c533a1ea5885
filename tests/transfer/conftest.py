"""A client that sends what a test says, and no header of its own."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest


@pytest.fixture(scope="module")
def client(server_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server_url, timeout=120) as opened:
        for name in ("accept", "accept-encoding", "user-agent"):
            del opened.headers[name]
        yield opened
