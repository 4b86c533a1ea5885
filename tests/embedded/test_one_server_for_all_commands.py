"""What holds while a server runs and commands come and go."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from graph.data_directory import DataDirectory
from graph.embedded import EmbeddedError, attach
from tests.embedded.processes import Command, ask, is_gone, running, starting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="module")
def start() -> Iterator[Callable[..., Command]]:
    with starting() as begin:
        yield begin


@pytest.fixture(scope="module")
def owner(start: Callable[..., Command], tmp_path_factory: pytest.TempPathFactory) -> Command:
    # Deeper than a Unix socket's name may be long, as data of real people lie.
    path = tmp_path_factory.mktemp("deep") / ("d" * 60) / ("e" * 60)
    return start(DataDirectory(path), "guanxi serve", "--exclusive")


@pytest.fixture(scope="module")
def address(owner: Command) -> tuple[str, str, str]:
    return owner.address()


def test_commands_that_start_at_once_share_one_server(
    owner: Command, start: Callable[..., Command], request: pytest.FixtureRequest
) -> None:
    # The owner was started a moment ago, and neither waits for the other.
    other = start(owner.data, "guanxi query")

    assert other.address() == request.getfixturevalue("address")
    other.leave()


def test_a_second_owner_is_refused_and_told_of_the_first(owner: Command, address: tuple[str, str, str]) -> None:
    with (
        pytest.raises(EmbeddedError) as refusal,
        attach(owner.data.path, command="guanxi serve", exclusive=True),
    ):
        pass

    expected = f"{owner.data.path}: already in use by `guanxi serve` (process {owner.pid}); stop that one first."
    assert refusal.value.message == expected
    assert ask(address, "RETURN 1") == [1]


def test_a_second_command_attaches_to_the_server_that_runs(owner: Command, address: tuple[str, str, str]) -> None:
    said: list[str] = []

    with attach(owner.data.path, command="guanxi query", say=said.append) as found:
        assert (found.uri, found.user, found.password) == address
        assert found.password not in repr(found)

    assert said == []
    assert ask(address, "RETURN 1") == [1]


def test_neo4j_listens_on_loopback_and_on_one_port(owner: Command, address: tuple[str, str, str]) -> None:
    process = psutil.Process(running(owner.data).neo4j)

    listening = {found.laddr for found in process.net_connections() if found.status == psutil.CONN_LISTEN}

    assert {(place.ip.removeprefix("::ffff:"), f"bolt://127.0.0.1:{place.port}") for place in listening} == {
        ("127.0.0.1", address[0])
    }


@pytest.mark.usefixtures("address")
def test_only_its_owner_may_read_the_data(owner: Command) -> None:
    path = owner.data.path
    private = (path, path / "access.json", path / "running.json", path / "supervisor.sock")

    assert [stat.S_IMODE(file.stat().st_mode) for file in private] == [0o700, 0o600, 0o600, 0o600]


def test_the_password_stands_in_no_command_line_environment_or_log(
    owner: Command, address: tuple[str, str, str]
) -> None:
    password = address[2].encode()
    now = running(owner.data)
    processes = [Path(f"/proc/{pid}/{file}") for pid in (now.neo4j, now.supervisor) for file in ("cmdline", "environ")]
    logs = [owner.data.log, *(owner.data.home / "logs").iterdir()]

    assert len(password) >= 32
    assert [file for file in (*processes, *logs) if password in file.read_bytes()] == []


def test_an_owner_that_leaves_waits_for_the_other_commands(
    owner: Command, address: tuple[str, str, str], start: Callable[..., Command]
) -> None:
    other = start(owner.data, "guanxi import")
    other.address()
    now = running(owner.data)
    assert owner.process.stdin

    owner.process.stdin.close()
    waiting = owner.hear("said")
    answer = ask(address, "RETURN 1")
    other.leave()
    owner.process.wait()

    assert waiting == (
        f"Waiting for `guanxi import` (process {other.pid}), which use the same database; Ctrl-C leaves at once."
    )
    assert answer == [1]
    # The last one leaves when Neo4j has stopped, and then nothing is left of the run.
    assert is_gone(now.neo4j)
    assert sorted(file.name for file in owner.data.path.iterdir()) == [
        "access.json",
        "guanxi.lock",
        "neo4j",
        "neo4j.log",
    ]
