"""Changes as the feed notices them: read from the log in its order, and put into the order in which they may be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from graph.statement import Statement

NANOSECONDS = 1_000_000_000
# How many changes are noticed at once.
AT_ONCE = 1_000


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
        return self.nanoseconds // NANOSECONDS

    @property
    def position(self) -> tuple[int, str]:
        return self.nanoseconds, self.id

    @property
    def turn(self) -> tuple[int, int, str]:
        """Where it is among the changes of its record. One transaction may tell of a version several times."""
        return self.version or 0, self.nanoseconds, self.id


class Reads(Protocol):
    """What the feed needs of a database."""

    async def read(self, statement: Statement) -> Any: ...


_ROW = """[toString(change.createdAt), change.id,
    change.createdAt.epochSeconds * 1000000000 + change.createdAt.nanosecond, change.operation,
    change.recordId, change.recordType, change.recordVersion, change.otherId, change.otherType]"""
INSTANT_OF = "datetime({epochSeconds: $p.%s / 1000000000, nanosecond: $p.%s %% 1000000000})"
SINCE, UNTIL = (INSTANT_OF % (name, name) for name in ("since", "until"))

# Whoever may see a change is asked when it is shown; the feed itself has to know of all.
_PAGE = f"""CYPHER 5
MATCH (change:Change)
  WHERE change.createdAt >= {SINCE} AND (change.createdAt > {SINCE} OR change.id > $p.after)
    AND change.id IS NOT NULL AND NOT change.id IN $p.known
WITH change ORDER BY change.createdAt, change.id LIMIT $p.limit
RETURN collect({_ROW}) AS answer"""
_OF = f"""CYPHER 5
MATCH (change:Change) WHERE change.id IN $p.ids
WITH change ORDER BY change.createdAt, change.id
RETURN collect({_ROW}) AS answer"""
_NOW = """CYPHER 5
WITH datetime.realtime() AS now
RETURN now.epochSeconds * 1000000000 + now.nanosecond AS answer"""


async def changes_after(
    database: Reads, since: int, after: str = "", known: Iterable[str] = (), limit: int = AT_ONCE
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


def in_turn(found: Sequence[Noted], later: Sequence[Noted]) -> list[Noted]:
    """Of what was found by then and `later`, what may be told now, in order: no change that comes before it is unknown.

    That is what was found first, and of what was found later only what comes before that.
    """
    first = {each.id for each in found}
    last: dict[str, tuple[int, tuple[int, str]]] = {}
    for each in found:
        version, position = last.get(each.record, (0, each.position))
        last[each.record] = max(version, each.version or 0), max(position, each.position)

    def is_before(each: Noted) -> bool:
        version, position = last.get(each.record, (0, (0, "")))
        return each.position < position or 0 < (each.version or 0) < version

    return in_order([each for each in later if each.id in first or is_before(each)])


def in_order(found: Sequence[Noted]) -> list[Noted]:
    """In the order of the feed; those of one record in the order of its versions, where they have some."""
    told = sorted(found, key=lambda each: each.position)
    of_record: dict[str, list[Noted]] = {}
    for each in told:
        of_record.setdefault(each.record, []).append(each)
    for alike in of_record.values():
        if all(each.version is not None for each in alike):
            alike.sort(key=lambda each: each.turn)
        alike.reverse()
    return [of_record[each.record].pop() for each in told]


def nanoseconds(at: str) -> int:
    """An instant in UTC as the database writes it, as a number.

    >>> nanoseconds("1970-01-01T00:00:01.5Z"), nanoseconds("1970-01-01T00:01Z")
    (1500000000, 60000000000)
    """
    whole, _, fraction = at.removesuffix("Z").partition(".")
    seconds = int(datetime.fromisoformat(f"{whole}+00:00").timestamp())
    return seconds * NANOSECONDS + int(fraction.ljust(9, "0") if fraction else 0)
