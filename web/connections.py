"""Connections that stay open, WebSockets and event streams: how many there are, and whose."""

from __future__ import annotations

from collections import Counter

from graph.errors import Busy
from web.allowance import Allowance


class Connections:
    """Counts what is open at the moment."""

    def __init__(self, allowance: Allowance = Allowance()) -> None:
        self._allowance = allowance
        self._of: Counter[str] = Counter()
        self.open = self.refused = 0

    def enter(self, caller: str) -> None:
        """Count one more connection of a caller, until it leaves. Raises `Busy` where there is no room for it."""
        if self.open >= self._allowance.connections or self._of[caller] >= self._allowance.connections_of_one:
            self.refused += 1
            raise Busy("There are too many open connections; try again in a while.")
        self.open += 1
        self._of[caller] += 1

    def leave(self, caller: str) -> None:
        self.open -= 1
        self._of[caller] -= 1
        if not self._of[caller]:
            del self._of[caller]
