"""The change feed: notices every change, whichever process wrote it, without a lock and without anything but reading.

A change bears the time at which its transaction began, and is seen when that is committed: so it may appear among
changes that were noticed before. What has just been written is looked for often. Once a second, and before anything is
told, all that a running transaction can still add to is counted, which is as far back as a transaction may take: where
there is more than was noticed, the rest is late and is noticed now.

It tells what changed and no more. Whoever shows a change to somebody reads it as that reader.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from graph.errors import GuanxiError, Unavailable
from graph.statement import Statement

# For how many seconds a transaction that writes changes may go on: the time limit of statements, and a margin.
OVERLAP = 35.0

_NANOSECONDS = 1_000_000_000
# How many changes are noticed at once, and how far back is looked every time, in seconds.
_AT_ONCE = 1_000
_JUST_NOW = 1.0
# How often late changes are looked for, in seconds.
_SWEEP = 1.0
# After changes the next look comes soon; each pause is twice the one before, up to the interval.
_SHORTEST = 0.02
# For how long a new listener waits for the database.
_STARTS_WITHIN = 15.0


@dataclass(frozen=True, slots=True)
class Noted:
    """A change as the feed notices it. `nanoseconds` is `at` as a number, by which changes are in order."""

    at: str
    id: str
    nanoseconds: int
    operation: str
    record: str
    type: str
    version: int | None
    other: str | None
    other_type: str | None

    @property
    def second(self) -> int:
        return self.nanoseconds // _NANOSECONDS

    @property
    def position(self) -> tuple[int, str]:
        return self.nanoseconds, self.id


Listener = Callable[[Sequence[Noted]], None]


class Reads(Protocol):
    """What the feed needs of a database."""

    async def read(self, statement: Statement) -> Any: ...


_ROW = """[toString(change.createdAt), change.id,
    change.createdAt.epochSeconds * 1000000000 + change.createdAt.nanosecond, change.operation,
    change.recordId, change.recordType, change.recordVersion, change.otherId, change.otherType]"""
_INSTANT = "datetime({epochSeconds: $p.%s / 1000000000, nanosecond: $p.%s %% 1000000000})"
_SINCE, _UNTIL = (_INSTANT % (name, name) for name in ("since", "until"))

# Whoever may see a change is asked when it is shown; the feed itself has to know of all.
_PAGE = f"""CYPHER 5
MATCH (change:Change)
  WHERE change.createdAt >= {_SINCE} AND (change.createdAt > {_SINCE} OR change.id > $p.after)
    AND change.id IS NOT NULL AND NOT change.id IN $p.known
WITH change ORDER BY change.createdAt, change.id LIMIT $p.limit
RETURN collect({_ROW}) AS answer"""
_OF = f"""CYPHER 5
MATCH (change:Change) WHERE change.id IN $p.ids
WITH change ORDER BY change.createdAt, change.id
RETURN collect({_ROW}) AS answer"""
_COUNT = f"""CYPHER 5
CALL () {{
  MATCH (change:Change)
    WHERE change.createdAt >= {_SINCE} AND change.createdAt < {_UNTIL} AND change.id IS NOT NULL
  WITH change.createdAt.epochSeconds AS second, count(*) AS changes
  RETURN collect([second, changes]) AS counts
}}
WITH counts, datetime.realtime() AS now
RETURN [now.epochSeconds * 1000000000 + now.nanosecond, counts] AS answer"""
_NOW = """CYPHER 5
WITH datetime.realtime() AS now
RETURN now.epochSeconds * 1000000000 + now.nanosecond AS answer"""


async def changes_after(
    database: Reads, since: int, after: str = "", known: Iterable[str] = (), limit: int = _AT_ONCE
) -> list[Noted]:
    """The first changes after a position, in the order of the feed, but for those that are known."""
    values = {"since": since, "after": after, "known": list(known), "limit": limit}
    return [Noted(*row) for row in await database.read(Statement(_PAGE, values))]


async def changes_of(database: Reads, ids: Iterable[str]) -> list[Noted]:
    """The changes with some ids, in the order of the feed."""
    return [Noted(*row) for row in await database.read(Statement(_OF, {"ids": list(ids)}))]


async def now(database: Reads) -> int:
    """The database's own time, in nanoseconds."""
    found: int = await database.read(Statement(_NOW))
    return found


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
        if self._untold or time.monotonic() >= self._swept_at + _SWEEP:
            await self._notice_late()
        # Should the database have gone away before this, they are told when it is back.
        told, self._untold = in_order(self._untold), []
        for listener in list(self._listeners.values()) if told else ():
            listener(told)
        return bool(told)

    async def _start(self) -> None:
        """Whatever is committed by now is known."""
        self._newest = self._swept = await now(self.database)
        self._swept_at = time.monotonic()
        self._known = {}
        self._begin = _whole_second(self._newest - int(self.overlap * _NANOSECONDS))
        since = self._begin
        while page := await changes_after(self.database, since, known=self._since(since)):
            self._learn(page)
            since = page[-1].nanoseconds
        self._untold = []
        self._started.set()

    async def _notice_new(self) -> None:
        while True:
            since = max(self._newest - int(_JUST_NOW * _NANOSECONDS), self._begin)
            page = await changes_after(self.database, since, known=self._since(since))
            self._learn(page)
            if len(page) < _AT_ONCE:
                return

    async def _notice_late(self) -> None:
        """Notice what was committed after others that began later.

        It is looked for before anything is told: who changes a record next begins when the last one is committed, which
        may be late.
        """
        self._begin = _whole_second(self._swept - int(self.overlap * _NANOSECONDS))
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
        since, after = second * _NANOSECONDS, ""
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


def in_order(found: Sequence[Noted]) -> list[Noted]:
    """In the order of the feed; those of one record in the order of its versions.

    Of two transactions that change a record, the one that began first may have had to wait for the other one.
    """
    told = sorted(found, key=lambda each: each.position)
    of_record: dict[str, list[Noted]] = {}
    for each in told:
        of_record.setdefault(each.record, []).append(each)
    for alike in of_record.values():
        if all(each.version is not None for each in alike):
            alike.sort(key=lambda each: each.version or 0, reverse=True)
        else:
            alike.reverse()
    return [of_record[each.record].pop() for each in told]


def nanoseconds(at: str) -> int:
    """An instant in UTC as the database writes it, as a number.

    >>> nanoseconds("1970-01-01T00:00:01.5Z"), nanoseconds("1970-01-01T00:01Z")
    (1500000000, 60000000000)
    """
    whole, _, fraction = at.removesuffix("Z").partition(".")
    seconds = int(datetime.fromisoformat(f"{whole}+00:00").timestamp())
    return seconds * _NANOSECONDS + int(fraction.ljust(9, "0") if fraction else 0)


def _whole_second(position: int) -> int:
    return position // _NANOSECONDS * _NANOSECONDS
