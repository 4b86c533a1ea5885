"""The Neo4j that the tests run on: a real one, started once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from graph.embedded import attach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph.address import Address


@pytest.fixture(scope="session")
def neo4j_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """An embedded Neo4j on fresh data, kept until the last test has run.

    GUANXI_TEST_DATA names a data directory to use again instead: where another command keeps its Neo4j running, tests
    begin at once, on a database that is warm. What that holds is lost. Where tests run in several processes, each has a
    directory of its own in that one.
    """
    kept = os.environ.get("GUANXI_TEST_DATA")
    data = Path(kept, os.environ.get("PYTEST_XDIST_WORKER", "")) if kept else tmp_path_factory.mktemp("neo4j") / "data"
    with attach(data, command="pytest") as address:
        yield address
