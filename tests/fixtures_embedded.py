"""The Neo4j that the tests run on: a real one, started once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graph.embedded import attach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graph.address import Address


@pytest.fixture(scope="session")
def neo4j_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """An embedded Neo4j on fresh data, kept until the last test has run."""
    with attach(tmp_path_factory.mktemp("neo4j") / "data", command="pytest") as address:
        yield address
