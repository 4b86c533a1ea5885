"""A data directory: what lies in it, who may read it, and that it is ours.

DIR/guanxi.lock       says that the directory is Guanxi's; locked by the supervisor for as long as it runs
DIR/access.json       user and password of the database, for as long as the data exist
DIR/running.json      processes and port of the running database; a leftover after a kill
DIR/supervisor.sock   where commands attach to the supervisor
DIR/neo4j.log         what Neo4j and its supervisor have to say
DIR/neo4j/            Neo4j's home: configuration, store, logs
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from graph.errors import GuanxiError

if TYPE_CHECKING:
    from pathlib import Path

MARK = "This is a Guanxi data directory. Its database runs while a process holds a lock on this file.\n"

# A file system of its own begins with this folder.
NOT_A_CONTENT = {"lost+found"}


class EmbeddedError(GuanxiError):
    """The embedded Neo4j cannot be had. The sentence says why and what to do."""

    code: ClassVar[str] = "UNAVAILABLE"


@dataclass(frozen=True)
class Access:
    """Who we are to the database of one data directory."""

    user: str
    password: str


@dataclass(frozen=True)
class Running:
    """The processes of the last start. `created` tells Neo4j's process from a later one with the same id."""

    supervisor: int
    neo4j: int
    created: float
    port: int


@dataclass(frozen=True)
class DataDirectory:
    path: Path

    @property
    def lock(self) -> Path:
        return self.path / "guanxi.lock"

    @property
    def socket(self) -> Path:
        return self.path / "supervisor.sock"

    @property
    def log(self) -> Path:
        return self.path / "neo4j.log"

    @property
    def home(self) -> Path:
        return self.path / "neo4j"

    def prepare(self) -> None:
        """Make the directory, for its owner alone; raise EmbeddedError when it is not Guanxi's to use."""
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self.lock.exists():
                self._refuse_others()
                with self.lock.open("a", encoding="utf-8") as lock:
                    lock.write(MARK)
            self.path.chmod(0o700)
        except OSError as error:
            message = f"{self.path}: cannot hold Guanxi's data ({error.strerror}); name another directory with --data."
            raise EmbeddedError(message) from error

    def _refuse_others(self) -> None:
        found = sorted(entry.name for entry in self.path.iterdir() if entry.name not in NOT_A_CONTENT)
        # Two commands that start at once both find the directory empty, or one finds the other's mark.
        if found and self.lock.name not in found:
            message = (
                f"{self.path}: holds {found[0]!r} and no Guanxi data; name an empty directory, or one that does not "
                "exist yet, with --data."
            )
            raise EmbeddedError(message)

    def access(self) -> Access:
        """User and password, chosen at the first call and kept."""
        path = self.path / "access.json"
        if not path.exists():
            _write_private(path, {"user": "neo4j", "password": secrets.token_urlsafe(24)})
        return Access(**json.loads(path.read_text(encoding="utf-8")))

    def running(self) -> Running | None:
        """What the last start left; None after a clean stop."""
        try:
            return Running(**json.loads((self.path / "running.json").read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None

    def write_running(self, running: Running) -> None:
        _write_private(self.path / "running.json", vars(running))

    def remove_running(self) -> None:
        (self.path / "running.json").unlink(missing_ok=True)


def _write_private(path: Path, content: dict[str, object]) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    partial = path.with_name(path.name + ".new")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file)
        file.flush()
        # An empty password file after a power cut would lock us out of the data.
        os.fsync(file.fileno())
    partial.replace(path)
