"""What cannot be used is refused in a sentence that says what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from graph.embedded import EmbeddedError, Memory, attach
from graph.jars import JarsError

if TYPE_CHECKING:
    from pathlib import Path

    from graph.data_directory import DataDirectory


def refusal(data: Path) -> str:
    with pytest.raises(EmbeddedError) as refused, attach(data, command="guanxi query"):
        pass
    return refused.value.message


def test_a_directory_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()

    found = refusal(tmp_path)

    assert found == (
        f"{tmp_path}: holds 'thesis.tex' and no Guanxi data; name an empty directory, or one that does not exist yet, "
        "with --data."
    )
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_file_is_no_data_directory(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.touch()

    assert refusal(file) == f"{file}: cannot hold Guanxi's data (File exists); name another directory with --data."


def test_a_neo4j_that_cannot_start_is_given_up_and_its_log_is_named(data: DataDirectory) -> None:
    data.prepare()
    data.home.mkdir()
    (data.home / "data").write_text("not a store", encoding="utf-8")

    found = refusal(data.path)

    assert found == (f"Neo4j ended with exit code 1, 2 times in a row; {data.log} tells why. Then start Guanxi again.")
    assert data.running() is None


def test_jars_that_are_missing_are_said_to_come_from_setup(
    data: DataDirectory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    with pytest.raises(JarsError) as refused, attach(data.path, command="guanxi query"):
        pass

    jars = tmp_path / "cache" / "guanxi" / "jars"
    assert refused.value.message == f"213 of Neo4j's 213 jars are missing in {jars}: run bin/setup."


@pytest.mark.parametrize("size", ["512", "512mb", "-1m", "0g", "lots"])
def test_a_size_of_memory_is_a_number_and_a_unit(size: str) -> None:
    with pytest.raises(EmbeddedError) as refused:
        Memory(heap=size)

    assert refused.value.message == (
        f"{size!r} is no size of memory for Neo4j; write a number and k, m or g, such as 512m."
    )
