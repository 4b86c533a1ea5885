"""Real commands on real data directories, and what it takes to see what became of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from neo4j import GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import LiteralString

    from graph.data_directory import DataDirectory, Running

ROOT = Path(__file__).parents[2]

# A start takes 5 to 10 s on an idle machine; the tests must also pass on a busy one.
PATIENCE_SECONDS = 240.0


@dataclass
class Command:
    """A running `tests.embedded.command`."""

    process: subprocess.Popen[str]
    data: DataDirectory

    @property
    def pid(self) -> int:
        return self.process.pid

    def hear(self, kind: str) -> object:
        """What it reports next of this kind."""
        assert self.process.stdout
        for line in self.process.stdout:
            message = json.loads(line)
            if kind in message:
                return message[kind]
        message = f"the command ended before it reported {kind!r}"
        raise AssertionError(message)

    def address(self) -> tuple[str, str, str]:
        match self.hear("address"):
            case [str(uri), str(user), str(password)]:
                return uri, user, password
            case other:
                message = f"{other!r} is no address"
                raise AssertionError(message)

    def hear_sentence(self, expected: str) -> None:
        """Wait until it says `expected`; a slow machine also makes it say that Neo4j is still starting."""
        while self.hear("said") != expected:
            pass

    def leave(self) -> None:
        """End its work as a command ends that is done."""
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(PATIENCE_SECONDS)


class starting:  # noqa: N801 - it is used as `with starting() as start`.
    def __init__(self) -> None:
        self.commands: list[Command] = []

    def __enter__(self) -> Callable[..., Command]:
        return self.start

    def start(self, data: DataDirectory, name: str, *options: str, **environment: str) -> Command:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.embedded.command", str(data.path), name, *options],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.commands.append(Command(process, data))
        return self.commands[-1]

    def __exit__(self, *_: object) -> None:
        for command in self.commands:
            command.process.kill()
            with command.process:
                pass
        used = {command.data for command in self.commands}
        until(lambda: [data for data in used if data.running()] == [], "Neo4j has stopped")


def running(data: DataDirectory) -> Running:
    found = data.running()
    assert found
    return found


def until(holds: Callable[[], object], what: str, patience: float = PATIENCE_SECONDS) -> None:
    give_up_at = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < give_up_at, f"waited {patience:.0f} s until {what}"
        time.sleep(0.05)


def is_gone(pid: int) -> bool:
    """A process that nobody has reaped yet is as gone as it can be."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def until_gone(*pids: int) -> None:
    until(lambda: all(map(is_gone, pids)), f"the processes {pids} are gone")


def ask(address: tuple[str, str, str], statement: LiteralString) -> list[object]:
    uri, user, password = address
    with GraphDatabase.driver(uri, auth=(user, password)) as driver:
        return [record[0] for record in driver.execute_query(statement).records]


def answers(address: tuple[str, str, str]) -> bool:
    with suppress(DriverError, Neo4jError):
        return ask(address, "RETURN 1") == [1]
    return False
