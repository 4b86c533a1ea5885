"""Who is attached to the supervisor. An attachment is an open connection, so whatever ends a command is noticed."""

from __future__ import annotations

import json
import selectors
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph import unix_socket

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

# One that is stopped must not hold up the others for longer.
TELL_SECONDS = 1.0


@dataclass(eq=False)
class Attachment:
    """One command at the other end of a connection. It has no name until it says who it is."""

    connection: socket.socket
    heard: bytes = b""
    name: str = ""
    exclusive: bool = False
    leaving: bool = False


class Attachments:
    """The attached commands of one data directory. `news` is what a new one is told at once, if anything."""

    def __init__(
        self,
        data: Path,
        selector: selectors.BaseSelector,
        news: Callable[[], dict[str, object] | None],
        note: Callable[[str], None],
    ) -> None:
        self._data = data
        self._selector = selector
        self._news = news
        self._note = note
        self._all: list[Attachment] = []
        self._last: Attachment | None = None

    def __len__(self) -> int:
        return len(self._all)

    @property
    def are_over(self) -> bool:
        """Whether there was someone, and everyone has left."""
        return self._last is not None and not self._all

    def accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        connection.settimeout(TELL_SECONDS)
        attachment = Attachment(connection)
        self._all.append(attachment)
        self._selector.register(connection, selectors.EVENT_READ, lambda: self._hear(attachment))

    def tell(self, message: dict[str, object]) -> None:
        for attachment in self._all:
            unix_socket.tell(attachment.connection, message)

    def _hear(self, attachment: Attachment) -> None:
        try:
            heard = attachment.connection.recv(65536)
        except OSError:
            heard = b""
        if not heard:
            self._remove(attachment)
            return
        *lines, attachment.heard = (attachment.heard + heard).split(b"\n")
        for line in lines:
            match _read(line):
                case {"command": str(command), "pid": int(pid), "exclusive": bool(exclusive)}:
                    self._admit(attachment, f"`{command}` (process {pid})", exclusive=exclusive)
                case {"leaving": True}:
                    attachment.leaving = True
                    self._tell_leaving()
                case _:
                    self._note(f"was told {line!r}, which means nothing here")

    def _admit(self, attachment: Attachment, name: str, *, exclusive: bool) -> None:
        owner = next((other for other in self._all if exclusive and other.exclusive), None)
        if owner:
            why = f"{self._data}: already in use by {owner.name}; stop that one first."
            unix_socket.tell(attachment.connection, {"refused": why})
            self._remove(attachment)
            return
        attachment.name, attachment.exclusive = name, exclusive
        self._note(f"{name} attached")
        if news := self._news():
            unix_socket.tell(attachment.connection, news)

    def _remove(self, attachment: Attachment) -> None:
        self._all.remove(attachment)
        self._selector.unregister(attachment.connection)
        if attachment.name:
            self._note(f"{attachment.name} left")
        if attachment.name and not self._all:
            # The last one's connection stays open while Neo4j stops, so that it can wait for that.
            self._last = attachment
        else:
            attachment.connection.close()
        self._tell_leaving()

    def _tell_leaving(self) -> None:
        for attachment in self._all:
            if attachment.leaving:
                others = [other.name for other in self._all if other is not attachment]
                unix_socket.tell(attachment.connection, {"others": others})


def _read(line: bytes) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None
