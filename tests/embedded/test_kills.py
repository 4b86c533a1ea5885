"""Every process is killed, by every signal, and the data are there afterwards."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from tests.embedded.processes import Command, answers, ask, running, until, until_gone

if TYPE_CHECKING:
    from collections.abc import Callable

    from graph.data_directory import DataDirectory


def test_neo4j_dies_with_its_owner_whatever_kills_it(data: DataDirectory, start: Callable[..., Command]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGKILL):
        owner = start(data, "guanxi serve", "--exclusive")
        owner.address()
        now = running(data)

        os.kill(owner.pid, number)

        until_gone(now.neo4j, now.supervisor)
        assert data.running() is None
        # It stopped rather than died.
        assert data.log.read_text(encoding="utf-8").rstrip().endswith("SUPERVISOR stopped")
        assert "Stopped." in data.log.read_text(encoding="utf-8").splitlines()[-2]


def test_after_a_kill_everything_comes_back_with_nothing_lost(
    data: DataDirectory, start: Callable[..., Command]
) -> None:
    owner = start(data, "guanxi serve", "--exclusive")
    address = owner.address()
    ask(address, "CREATE (:Kept {name: 'before'})")
    first = running(data)

    os.kill(first.neo4j, signal.SIGKILL)

    owner.hear_sentence("Neo4j was killed by SIGKILL; it is being started again.")
    owner.hear_sentence("Neo4j is ready again.")
    assert ask(address, "MATCH (k:Kept) RETURN k.name") == ["before"]
    second = running(data)
    assert (second.supervisor, second.port) == (first.supervisor, first.port)

    os.kill(second.supervisor, signal.SIGKILL)

    until_gone(second.neo4j)
    until(lambda: answers(address), "Neo4j answers at the same address")
    assert ask(address, "MATCH (k:Kept) RETURN k.name") == ["before"]
    third = running(data)

    for pid in (owner.pid, third.supervisor, third.neo4j):
        os.kill(pid, signal.SIGKILL)

    owner.process.wait()
    next_owner = start(data, "guanxi serve", "--exclusive")
    assert ask(next_owner.address(), "MATCH (k:Kept) RETURN k.name") == ["before"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_supervisor_that_is_told_to_stop_stops_cleanly(
    data: DataDirectory, start: Callable[..., Command], number: signal.Signals
) -> None:
    command = start(data, "guanxi query")
    command.address()
    now = running(data)

    os.kill(now.supervisor, number)

    command.hear_sentence(f"Neo4j was stopped by {number.name}. Start Guanxi again.")
    until_gone(now.supervisor, now.neo4j)
    assert data.running() is None
    assert not data.socket.exists()
