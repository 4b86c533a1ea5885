"""Who may try again only after a while: counts of failures, kept in the database so that they hold on every server.

(:Throttle {key, failures, until, forgottenAt}), with times in milliseconds since 1970 by the database's clock. An attempt
is counted as a failure before it is made, so that a hundred at once are not all the first one; a success takes it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from neo4j import AsyncManagedTransaction

from graph.database import Database
from graph.lookup import run

# In the order of their keys, lest two servers wait for each other.
_LOCK = """CYPHER 5
UNWIND $p.keys AS key
WITH key ORDER BY key
MERGE (throttle:Throttle {key: key})
SET throttle.key = key
WITH throttle, datetime.realtime().epochMillis AS now
RETURN throttle.key, coalesce(throttle.failures, 0), coalesce(throttle.until, 0), coalesce(throttle.forgottenAt, 0), now"""

_COUNT = """CYPHER 5
UNWIND $p.counted AS each
MATCH (throttle:Throttle {key: each.key})
SET throttle.failures = each.failures, throttle.until = each.until, throttle.forgottenAt = each.forgotten"""

_FORGIVE = """CYPHER 5
UNWIND $p.keys AS key
WITH key ORDER BY key
MATCH (throttle:Throttle {key: key})
SET throttle.failures = CASE WHEN key IN $p.cleared OR throttle.failures < 1 THEN 0 ELSE throttle.failures - 1 END,
    throttle.until = 0"""


@dataclass(frozen=True)
class Limit:
    """How often something may fail before each further attempt has to wait, twice as long each time. In seconds."""

    key: str
    free: int
    longest: float = 900.0
    # After so long without an attempt, failures are forgotten.
    forgets: float = 3_600.0

    def pause(self, failures: int) -> float:
        """How long to wait after so many failures."""
        return min(2.0 ** min(failures - self.free, 30), self.longest) if failures >= self.free else 0.0


async def attempt(database: Database, limits: Sequence[Limit]) -> float:
    """Count an attempt against its limits; or how many seconds to wait before the next, if one forbids it now."""
    wait: float = await database.write_transaction(partial(_attempt, limits=limits))
    return wait


async def _attempt(transaction: AsyncManagedTransaction, limits: Sequence[Limit]) -> float:
    found = await run(transaction, _LOCK, keys=[limit.key for limit in limits])
    states = {key: (failures, until, forgotten, now) for key, failures, until, forgotten, now in found}
    wait = float(max(until - now for _, until, _, now in states.values())) / 1_000
    if wait > 0:
        return wait
    counted = []
    for limit in limits:
        failures, _, forgotten, now = states[limit.key]
        failures = 1 if forgotten < now else failures + 1
        pause = limit.pause(failures)
        counted.append({
            "key": limit.key, "failures": failures, "until": now + int(pause * 1_000),
            "forgotten": now + int((pause + limit.forgets) * 1_000),
        })  # fmt: skip
    await run(transaction, _COUNT, counted=counted)
    return 0.0


async def succeed(database: Database, limits: Sequence[Limit], cleared: Sequence[Limit]) -> None:
    """Take back what a successful attempt was counted; of the cleared ones, all failures before it as well."""
    keys, all_of = [limit.key for limit in limits], [limit.key for limit in cleared]
    await database.write_transaction(partial(run, text=_FORGIVE, keys=keys, cleared=all_of))
