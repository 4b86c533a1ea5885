"""The place of a webhook in the feed, as whoever delivers to it keeps it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from graph.webhooks import Hook


@dataclass
class Progress:
    """How far a webhook has come: all changes before the cursor, and of the later ones those that are done."""

    cursor: int
    done: dict[str, int]
    # Those that were done before we had the lease, until it is known what the time is.
    earlier: tuple[str, ...]
    kept_at: float = field(default_factory=time.monotonic)

    @classmethod
    def of(cls, hook: Hook) -> Progress:
        # It begins with what happens after it was made.
        return cls(hook.created if hook.cursor is None else hook.cursor, {}, hook.done)

    def begin(self, now: int) -> None:
        """Of what was done earlier it is known that it began before now."""
        if self.earlier:
            self.done |= dict.fromkeys(self.earlier, now)
            self.earlier = ()

    def forget(self, before: int) -> None:
        """Nothing can come any more that began before an instant."""
        if before > self.cursor:
            self.cursor = before
            self.done = {id_: at for id_, at in self.done.items() if at >= before}
