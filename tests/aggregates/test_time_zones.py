"""Days, hours and months begin where people say they do, also when clocks are changed."""

from __future__ import annotations

import zoneinfo
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from graph.database import Database
from resolvers.origins import _time_zones
from tests.aggregates.oracle import start_of, truncated
from tests.asking import Ask
from tests.awkward import NOW

# Around each of these instants, clocks are changed somewhere: set forward or back, by an hour or half of one, in the
# night or at midnight itself, so that a day has no first hour or has it twice; and once a whole day was left out.
CHANGES = {
    "America/New_York": ("2024-03-10T07:00:00Z", "2024-11-03T06:00:00Z"),
    "Europe/Berlin": ("2024-03-31T01:00:00Z", "2024-10-27T01:00:00Z"),
    "Australia/Lord_Howe": ("2024-04-06T15:00:00Z", "2024-10-05T15:30:00Z"),
    "America/Havana": ("2024-03-10T05:00:00Z", "2024-11-03T05:00:00Z"),
    "Africa/Cairo": ("2024-04-25T22:00:00Z", "2024-10-31T21:00:00Z"),
    "Pacific/Apia": ("2011-12-30T10:00:00Z",),
    "Asia/Shanghai": ("1991-09-14T15:00:00Z",),
}
UNITS = ("HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
REASON = "clocks are changed"


def _instants() -> list[datetime]:
    """Every half hour for a day around each change, and a little beside it."""
    changes = [datetime.fromisoformat(each) for of_zone in CHANGES.values() for each in of_zone]
    steps = [timedelta(minutes=30 * i, seconds=i) for i in range(-52, 53)]
    return [change + step for change in changes for step in steps]


@pytest.fixture
async def events(awkward: Any, database: Database) -> AsyncIterator[list[datetime]]:
    """Notes at these instants; they are gone afterwards."""
    instants = _instants()
    rows = [{"id": f"activity_{i:032x}", "at": at, "subject": REASON, "createdAt": NOW, "updatedAt": NOW, "version": 1, "kind": "NOTE"} for i, at in enumerate(instants)]  # fmt: skip
    await database.run("UNWIND $rows AS row CREATE (n:Activity:Note) SET n = row", rows=rows)
    yield instants
    await database.run("MATCH (n:Note {subject: $reason}) DETACH DELETE n", reason=REASON)


@pytest.mark.parametrize("zone", CHANGES)
async def test_instants_are_cut_down_as_the_calendar_of_the_zone_says(
    ask: Ask, events: list[datetime], zone: str
) -> None:
    groups = " ".join(
        f'{unit}: groupBy(by: [{{at: {{truncate: {unit}, timeZone: "{zone}"}}}}], orderBy: [{{keys: ASC}}], first: 1000) '
        "{ groups { count key { at { date start } } } }"
        for unit in UNITS
    )

    data = await ask.data(f'{{ notes(where: {{subject: {{eq: "{REASON}"}}}}) {{ {groups} }} }}')

    for unit in UNITS:
        keys = [truncated(at, unit, zone) for at in events]
        expected = {
            (
                (key.astimezone(zoneinfo.ZoneInfo(zone)).date() if isinstance(key, datetime) else key).isoformat(),
                start_of(key, zone),
            ): keys.count(key)
            for key in keys
        }
        found = data["notes"][unit]["groups"]
        shown = [(each["key"]["at"]["date"], datetime.fromisoformat(each["key"]["at"]["start"])) for each in found]
        assert dict(zip(shown, (each["count"] for each in found), strict=True)) == expected
        assert all(one[1] < other[1] for one, other in pairwise(shown))


async def test_the_hour_that_comes_twice_is_two_groups(ask: Ask, events: list[datetime]) -> None:
    by = 'by: [{at: {truncate: HOUR, timeZone: "America/New_York"}}], orderBy: [{keys: ASC}], first: 1000'

    data = await ask.data(
        f'{{ notes(where: {{at: {{gte: "2024-11-03T05:00:00Z", lt: "2024-11-03T07:00:00Z"}}}}) '
        f"{{ groupBy({by}) {{ groups {{ key {{ at {{ start }} }} }} }} }} }}"
    )

    starts = [each["key"]["at"]["start"] for each in data["notes"]["groupBy"]["groups"]]
    assert starts == ["2024-11-03T05:00:00Z", "2024-11-03T06:00:00Z"]


async def test_neo4j_knows_every_time_zone_that_is_accepted(database: Database) -> None:
    noon = datetime(2024, 1, 1, 12, tzinfo=UTC)

    rows = await database.run(
        "UNWIND $zones AS zone RETURN zone, datetime({datetime: $noon, timezone: zone}).offsetSeconds",
        zones=sorted(_time_zones()), noon=noon,
    )  # fmt: skip

    assert len(rows) > 400
    assert [
        row for row in rows if noon.astimezone(zoneinfo.ZoneInfo(row[0])).utcoffset() != timedelta(seconds=row[1])
    ] == []
