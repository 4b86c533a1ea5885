"""How a command and the supervisor of a data directory talk: lines of JSON over a Unix socket.

a command says      {"command", "pid", "exclusive"}      first of all: who it is
                    {"leaving": true}                    it is about to go; it wants to know who else is there
the supervisor says {"ready": {uri, user, password}}     whenever Neo4j has become ready
                    {"others": [name...]}                who else is attached, until there is nobody
                    {"refused": why}, {"failed": why}    there is and will be no Neo4j
                    {"say": sentence}                    what a person may want to know
"""

from __future__ import annotations

import json
import os
import socket
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# The kernel has room for 108 bytes, elsewhere for 104.
LONGEST_PATH = 100


def listen(path: Path) -> socket.socket:
    """A listener at `path` that only its owner reaches; what lies there is replaced."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    with _short(path) as name:
        listener.bind(name)
    path.chmod(0o600)
    listener.listen(64)
    return listener


def connect(path: Path) -> socket.socket:
    """Raises FileNotFoundError or ConnectionRefusedError where nobody listens."""
    connection = socket.socket(socket.AF_UNIX)
    try:
        with _short(path) as name:
            connection.connect(name)
    except OSError:
        connection.close()
        raise
    return connection


def tell(connection: socket.socket, message: dict[str, object]) -> None:
    """Say it, unless nobody hears it: that the other side is gone is noticed by reading."""
    with suppress(OSError):
        connection.sendall(json.dumps(message).encode() + b"\n")


def messages(connection: socket.socket) -> Iterator[dict[str, object]]:
    """What the other side says, until it is gone."""
    heard = b""
    with suppress(OSError):
        while received := connection.recv(65536):
            *lines, heard = (heard + received).split(b"\n")
            for line in lines:
                yield json.loads(line)


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """A name for `path` that the kernel has room for, however deep the data lie."""
    if len(os.fsencode(path)) <= LONGEST_PATH or sys.platform != "linux":
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
