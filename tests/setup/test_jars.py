"""Jars arrive whole and as locked, or not at all. jgo is the real one; the repository is a small one of our own."""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, ClassVar

import pytest

from graph.jars import LOCK, Jar, JarsError, cache_folder, class_path, fetch, missing, read_lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ONE = b"the first jar " * 1000
TWO = b"the second jar " * 1000


def locked(artifact: str, content: bytes, classifier: str = "") -> Jar:
    return Jar("org.example", artifact, "1.0", classifier, len(content), hashlib.sha256(content).hexdigest())


JARS = (locked("one", ONE), locked("two", TWO, classifier="linux"))


class Repository(BaseHTTPRequestHandler):
    """Serves the two jars. `faults` are used up one by one: bytes to cut a jar to, or a status."""

    contents: ClassVar = {"/org/example/one/1.0/one-1.0.jar": ONE, "/org/example/two/1.0/two-1.0-linux.jar": TWO}
    faults: ClassVar[list[tuple[str, int]]]
    asked: ClassVar[list[str]]

    def do_GET(self) -> None:
        content = self.contents.get(self.path)
        if content is None:
            self.send_error(404)
            return
        self.asked.append(self.path)
        fault, number = self.faults.pop(0) if self.faults else ("", 0)
        if fault == "status":
            self.send_error(number)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[:number] if fault == "cut" else content)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Repository]]:
    class Ours(Repository):
        faults: ClassVar[list[tuple[str, int]]] = []
        asked: ClassVar[list[str]] = []

    with ThreadingHTTPServer(("127.0.0.1", 0), Ours) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        monkeypatch.setattr("jgo.maven._core.DEFAULT_REMOTE_REPOS", {"ours": address})
        monkeypatch.setattr("graph.jars.PAUSE_SECONDS", 0.01)
        yield Ours
        server.shutdown()
        thread.join()


def bring(cache: Path, jars: tuple[Jar, ...] = JARS) -> list[str]:
    arrived: list[str] = []
    fetch(jars, cache, lambda jar: arrived.append(jar.coordinates), waiting=lambda: None)
    return sorted(arrived)


@pytest.mark.usefixtures("repository")
def test_jars_arrive_where_the_class_path_looks_for_them(tmp_path: Path) -> None:
    before = missing(JARS, tmp_path)

    arrived = bring(tmp_path)

    assert before == JARS
    assert arrived == ["org.example:one:1.0", "org.example:two:1.0:linux"]
    assert missing(JARS, tmp_path) == ()
    assert [path.read_bytes() for path in class_path(JARS, tmp_path)] == [ONE, TWO]
    assert not (tmp_path / "jars" / ".partial").exists()


def test_what_is_there_is_not_fetched_again(tmp_path: Path, repository: type[Repository]) -> None:
    bring(tmp_path)
    repository.asked.clear()

    arrived = bring(tmp_path)

    assert arrived == ["org.example:one:1.0", "org.example:two:1.0:linux"]
    assert repository.asked == []


@pytest.mark.parametrize("damaged", [ONE[:100], ONE.replace(b"first", b"worst")], ids=["short", "altered"])
def test_a_damaged_jar_is_fetched_again(tmp_path: Path, repository: type[Repository], damaged: bytes) -> None:
    bring(tmp_path)
    one, _ = class_path(JARS, tmp_path)
    one.write_bytes(damaged)
    repository.asked.clear()

    bring(tmp_path)

    assert one.read_bytes() == ONE
    assert repository.asked == ["/org/example/one/1.0/one-1.0.jar"]


def test_a_jar_that_lost_bytes_is_noticed_without_reading_it(tmp_path: Path, repository: type[Repository]) -> None:
    bring(tmp_path)
    one, _ = class_path(JARS, tmp_path)
    one.write_bytes(ONE[:100])

    with pytest.raises(JarsError) as refused:
        class_path(JARS, tmp_path)

    assert refused.value.message == f"1 of Neo4j's 2 jars are missing in {tmp_path / 'jars'}: run bin/setup."
    assert len(repository.asked) == 2


@pytest.mark.parametrize("fault", [("cut", 500), ("cut", 0), ("status", 503)])
def test_a_download_that_breaks_off_is_tried_again(
    tmp_path: Path, repository: type[Repository], fault: tuple[str, int]
) -> None:
    repository.faults += [fault, fault]

    bring(tmp_path)

    assert [path.read_bytes() for path in class_path(JARS, tmp_path)] == [ONE, TWO]
    assert len(repository.asked) == 4


def test_what_a_killed_setup_left_is_not_taken_for_a_jar(tmp_path: Path, repository: type[Repository]) -> None:
    for number, jar in enumerate(JARS):
        left = tmp_path / "jars" / ".partial" / str(number) / jar.path
        left.parent.mkdir(parents=True)
        left.write_bytes(b"half a jar")

    bring(tmp_path)

    assert [path.read_bytes() for path in class_path(JARS, tmp_path)] == [ONE, TWO]
    assert len(repository.asked) == 2


@pytest.mark.usefixtures("repository")
def test_a_jar_that_is_not_what_the_lock_says_is_refused(tmp_path: Path) -> None:
    expected = "0" * 64

    with pytest.raises(JarsError) as refused:
        bring(tmp_path, (replace(JARS[0], sha256=expected),))

    assert refused.value.message == (
        f"Neo4j's jar org.example:one:1.0 arrived with the sha256 {JARS[0].sha256}, but jars.lock says {expected}: "
        "distrust the network and run bin/setup again."
    )
    assert list((tmp_path / "jars").rglob("*.jar")) == []


def test_without_a_network_the_first_missing_jar_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jgo.maven._core.DEFAULT_REMOTE_REPOS", {"nobody": "http://127.0.0.1:9"})
    monkeypatch.setattr("graph.jars.PAUSE_SECONDS", 0.01)

    with pytest.raises(JarsError) as refused:
        bring(tmp_path, JARS[:1])

    assert refused.value.message == (
        f"Neo4j's jar org.example:one:1.0 is not in {tmp_path / 'jars'} and could not be fetched (ConnectionError): "
        "check the network and run bin/setup again."
    )


def test_two_setups_at_once_fetch_each_jar_once(tmp_path: Path, repository: type[Repository]) -> None:
    folder = tmp_path / "jars"
    folder.mkdir()
    waiting = threading.Event()
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        both = [threading.Thread(target=fetch, args=(JARS, tmp_path, print, waiting.set)) for _ in range(2)]
        for thread in both:
            thread.start()
        assert waiting.wait(10)

    for thread in both:
        thread.join()

    assert sorted(repository.asked) == sorted(repository.contents)
    assert missing(JARS, tmp_path) == ()


def test_setup_has_put_every_jar_of_the_lock_into_the_cache() -> None:
    jars = read_lock()

    assert (len(jars), len({jar.coordinates for jar in jars})) == (213, 213)
    assert missing(jars, cache_folder()) == ()
    assert "://" not in LOCK.read_text(encoding="utf-8")


def test_a_line_that_is_no_jar_is_named_with_its_place(tmp_path: Path) -> None:
    lock = tmp_path / "jars.lock"
    shutil.copy(LOCK, lock)
    with lock.open("a", encoding="utf-8") as file:
        file.write("org.example:one 12\n")

    with pytest.raises(JarsError) as refused:
        read_lock(lock)

    assert refused.value.message == (
        f"{lock}:215: found 'org.example:one 12'; a line is `group:artifact:version[:classifier] size sha256`."
    )
