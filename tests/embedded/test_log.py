"""Neo4j's log does not fill the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graph.supervisor import LOG_BYTES, keep_small

if TYPE_CHECKING:
    from pathlib import Path


def test_a_log_that_has_grown_becomes_its_predecessor_and_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "neo4j.log"
    (tmp_path / "neo4j.log.1").write_text("older", encoding="utf-8")
    with log.open("ab", buffering=0) as writer:
        writer.write(b"x" * (LOG_BYTES + 1))
        keep_small(log)
        writer.write(b"newer")
        keep_small(log)

    assert log.read_bytes() == b"newer"
    assert (tmp_path / "neo4j.log.1").read_bytes() == b"x" * (LOG_BYTES + 1)
