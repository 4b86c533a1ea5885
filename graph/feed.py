"""The change feed: notices every change, whichever process wrote it, without a lock and without anything but reading.

A change bears the time at which it was written, and is seen when its transaction is committed: so it may appear among
changes that were noticed before. What has just been written is looked for often. Once a second, and before anything is
told, all that a running transaction can still add to is counted, which is as far back as a transaction may take: where
there is more than was noticed, the rest is late and is noticed now.

Of one record the changes are told in their order. A statement sees what is committed while it runs, so it may find a
change and not the one before it; but whatever was before it was committed before it was found, and so the next
statement finds that. Hence a change is told only after another look at all of them (`in_turn`).

It tells what changed and no more. Whoever shows a change to somebody reads it as that reader.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from graph.errors import GuanxiError, Unavailable
from graph.noted import AT_ONCE, NANOSECONDS, SINCE, UNTIL, Noted, Reads, changes_after, in_order, in_turn, now
from graph.statement import Statement

# For how many seconds a transaction that writes changes may go on: the time limit of statements, and a margin.
OVERLAP = 35.0

# How far back is looked every time, in seconds.
_JUST_NOW = 1.0
# How often late changes are looked for, in seconds.
_SWEEP = 1.0
# After changes the next look comes soon; each pause is twice the one before, up to the interval.
_SHORTEST = 0.02
# For how long a new listener waits for the database.
_STARTS_WITHIN = 15.0


Listener = Callable[[Sequence[Noted]], None]


_COUNT = f"""CYPHER 5
CALL () {{
  MATCH (change:Change)
    WHERE change.createdAt >= {SINCE} AND change.createdAt < {UNTIL} AND change.id IS NOT NULL
  WITH change.createdAt.epochSeconds AS second, count(*) AS changes
  RETURN collect([second, changes]) AS counts
}}
WITH counts, datetime.realtime() AS now
RETURN [now.epochSeconds * 1000000000 + now.nanosecond, counts] AS answer"""


class Feed:
    """Notices changes while somebody listens, and tells each listener of every one."""

    def __init__(self, database: Reads, *, overlap: float = OVERLAP, interval: float = 0.5) -> None:
        self.database, self.overlap = database, overlap
        self._interval = interval
        self._listeners: dict[int, Listener] = {}
        self._woken = asyncio.Event()
        self._started = asyncio.Event()
        # The changes that have been noticed and that others may still come between, by id.
        self._known: dict[str, Noted] = {}
        # The instant from which on they are known, and those of which nobody has been told yet.
        self._begin = 0
        self._untold: list[Noted] = []
        self._newest = 0
        self._swept = 0
        self._swept_at = 0.0

    @property
    def settled(self) -> int:
        """The instant before which no change can appear any more, in nanoseconds."""
        return self._begin

    def told_since_settled(self) -> list[Noted]:
        """What the listeners have been told of that is not settled yet, in order."""
        untold = {each.id for each in self._untold}
        return in_order([each for each in self._known.values() if each.id not in untold])

    def wake(self) -> None:
        """Look at once: something has just been written here."""
        self._woken.set()

    def listen(self, listener: Listener) -> None:
        """Tell a listener of all that is noticed from when the feed has `started`."""
        self._listeners[id(listener)] = listener
        self.wake()

    def leave(self, listener: Listener) -> None:
        self._listeners.pop(id(listener), None)

    async def started(self) -> None:
        """Wait until changes are noticed. Raises `Unavailable` if the database is away for long."""
        try:
            await asyncio.wait_for(self._started.wait(), _STARTS_WITHIN)
        except TimeoutError:
            raise Unavailable("The database is away; try again.") from None

    async def run(self) -> None:
        """Notice changes until it is cancelled. While the database is away, it waits for it."""
        pause = self._interval
        while True:
            await self._rest(pause)
            try:
                pause = _SHORTEST if await self._look() else min(2 * pause, self._interval)
            except GuanxiError as error:
                logging.getLogger(__name__).warning("the feed has to wait: %s", error.message)
                pause = min(2 * pause, max(1.0, self._interval))

    async def _rest(self, pause: float) -> None:
        if not self._listeners:
            # Nobody listens: it begins anew when somebody does.
            self._started.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), pause if self._listeners else None)
        self._woken.clear()

    async def _look(self) -> bool:
        """Look for changes and tell of them; whether there were any."""
        if not self._started.is_set():
            await self._start()
        await self._notice_new()
        found = list(self._untold)
        if found or time.monotonic() >= self._swept_at + _SWEEP:
            await self._notice_late()
        # Should the database have gone away before this, they are told when it is back.
        told = in_turn(found, self._untold)
        ids = {each.id for each in told}
        self._untold = [each for each in self._untold if each.id not in ids]
        for listener in list(self._listeners.values()) if told else ():
            listener(told)
        return bool(told or self._untold)

    async def _start(self) -> None:
        """Whatever is committed by now is known."""
        self._newest = self._swept = await now(self.database)
        self._swept_at = time.monotonic()
        self._known = {}
        self._begin = _whole_second(self._newest - int(self.overlap * NANOSECONDS))
        since = self._begin
        while page := await changes_after(self.database, since, known=self._since(since)):
            self._learn(page)
            since = page[-1].nanoseconds
        found, self._untold = list(self._known.values()), []
        await self._notice_late()
        known = in_turn(found, list(self._known.values()))
        ids = {each.id for each in known}
        self._untold = [each for each in self._known.values() if each.id not in ids]
        self._started.set()

    async def _notice_new(self) -> None:
        while True:
            since = max(self._newest - int(_JUST_NOW * NANOSECONDS), self._begin)
            page = await changes_after(self.database, since, known=self._since(since))
            self._learn(page)
            if len(page) < AT_ONCE:
                return

    async def _notice_late(self) -> None:
        """Notice what was committed after others that began later.

        It is looked for before anything is told: who changes a record next begins when the last one is committed, which
        may be late.
        """
        self._begin = _whole_second(self._swept - int(self.overlap * NANOSECONDS))
        for id in [id for id, each in self._known.items() if each.nanoseconds < self._begin]:
            del self._known[id]
        at, counts = await self.database.read(Statement(_COUNT, {"since": self._begin, "until": self._newest + 1}))
        known, there = Counter(each.second for each in self._known.values()), dict(counts)
        for second in sorted({*known, *there}):
            if known[second] != there.get(second, 0):
                await self._notice_second(second)
        self._swept, self._swept_at = at, time.monotonic()

    async def _notice_second(self, second: int) -> None:
        there: dict[str, Noted] = {}
        since, after = second * NANOSECONDS, ""
        while page := [each for each in await changes_after(self.database, since, after) if each.second == second]:
            there |= {each.id: each for each in page}
            since, after = page[-1].position
        # What was removed meanwhile would be looked for again and again.
        for id in [id for id, each in self._known.items() if each.second == second and id not in there]:
            del self._known[id]
        self._learn(each for id, each in there.items() if id not in self._known)

    def _since(self, since: int) -> list[str]:
        return [id for id, each in self._known.items() if each.nanoseconds >= since]

    def _learn(self, page: Iterable[Noted]) -> None:
        for each in page:
            self._known[each.id] = each
            self._untold.append(each)
            self._newest = max(self._newest, each.nanoseconds)


def _whole_second(position: int) -> int:
    return position // NANOSECONDS * NANOSECONDS
