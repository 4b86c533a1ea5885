"""A client that sends what a test says, and no header of its own."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest


@pytest.fixture(scope="module")
def client(server_url: str, trading: None) -> Iterator[httpx.Client]:
    """Asks about the trading example, whatever the tests before have left in the database."""
    with httpx.Client(base_url=server_url, timeout=120) as opened:
        for name in ("accept", "accept-encoding", "user-agent"):
            del opened.headers[name]
        yield opened
