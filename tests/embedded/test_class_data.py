"""The class-data archives are built in the background, once, and used from then on."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from graph.class_data import BUILD_SECONDS
from graph.jars import cache_folder
from tests.embedded.processes import Command, is_gone, running, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from graph.data_directory import DataDirectory


def test_archives_are_built_after_a_start_and_used_by_the_next(
    data: DataDirectory, start: Callable[..., Command], tmp_path: Path
) -> None:
    # A cache with the jars and without archives.
    folder = tmp_path / "cache" / "guanxi" / "class-data"
    folder.parent.mkdir(parents=True)
    (folder.parent / "jars").symlink_to(cache_folder() / "jars")
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    building = folder / ".building"

    # A short command does not wait for a build that has begun; the build leaves nothing.
    short = start(data, "guanxi query", **cache)
    short.address()
    until(building.exists, "a build has begun", patience=BUILD_SECONDS)
    processes = psutil.Process(running(data).supervisor).children(recursive=True)
    short.leave()
    assert [process for process in processes if not is_gone(process.pid)] == []
    assert not building.exists()
    assert list(folder.glob("*/dynamic.jsa")) == []

    # A long one gives it the time.
    owner = start(data, "guanxi serve", "--exclusive", **cache)
    owner.address()
    # The build takes what processor time others leave.
    until(lambda: list(folder.glob("[!.]*/dynamic.jsa")), "the archives are built", patience=BUILD_SECONDS)
    os.kill(running(data).neo4j, signal.SIGKILL)
    owner.hear_sentence("Neo4j was killed by SIGKILL; it is being started again.")
    owner.hear_sentence("Neo4j is ready again.")

    (archives,) = (path for path in folder.iterdir() if path.is_dir())
    assert sorted(file.name for file in archives.iterdir()) == ["base.jsa", "dynamic.jsa"]
    # Java that refuses an archive says nothing; one that uses it has it in its memory.
    mapped = {Path(region.path) for region in psutil.Process(running(data).neo4j).memory_maps()}
    assert {archives / "base.jsa", archives / "dynamic.jsa"} <= mapped
    assert not building.exists()
