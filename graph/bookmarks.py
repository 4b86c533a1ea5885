"""What a client has seen or written already, as the database names it: a read that is given it sees at least that.

To clients a bookmark is one text that they hand back as it is. It matters where several servers hold the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from graph.errors import BadInput

_LONGEST = 4_000
# What Neo4j's own consist of; a comma stands between several.
_BOOKMARK = re.compile(r"[A-Za-z0-9+/=:_.-]+(,[A-Za-z0-9+/=:_.-]+)*")


@dataclass
class Bookmarks:
    """The bookmarks of one request: those that it came with, until what it does leaves newer ones."""

    values: frozenset[str] = frozenset()
    # Whether something has been done since the request came.
    is_newer: bool = field(default=False, compare=False)

    @classmethod
    def read(cls, text: str | None) -> Bookmarks:
        """The bookmarks in a client's text. Raises `BadInput` for what no server has given."""
        if text is None:
            return cls()
        if len(text) > _LONGEST or not _BOOKMARK.fullmatch(text):
            raise BadInput("The bookmark is not one that an answer of this server had; send it as it came, or none.")
        return cls(frozenset(text.split(",")))

    def replace(self, values: Iterable[str]) -> None:
        """What a transaction left says more than what it was given."""
        found = frozenset(values)
        if found:
            self.values, self.is_newer = found, True

    @property
    def text(self) -> str | None:
        """What the client is told; None if nothing was done."""
        return ",".join(sorted(self.values)) if self.is_newer else None
