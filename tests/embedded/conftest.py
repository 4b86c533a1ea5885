"""A data directory of its own for each test, and commands that use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graph.data_directory import DataDirectory
from tests.embedded.processes import Command, starting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def data(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path / "data")


@pytest.fixture
def start() -> Iterator[Callable[..., Command]]:
    """Starts commands, `start(data, name, *options)`, and ends those that a test leaves behind."""
    with starting() as begin:
        yield begin
