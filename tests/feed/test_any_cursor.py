"""Whatever comes as a cursor of the feed is one of ours, or is refused; nothing fails."""

from __future__ import annotations

import base64
from functools import cache

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graph import ids
from graph.database import Database
from graph.errors import BadInput
from graph.noted import nanoseconds
from graph.reader import ADMINISTRATOR
from resolvers.answer import Answerer
from resolvers.change_fields import feed_cursor
from resolvers.delivery import Delivery
from resolvers.question import Question
from tests.asking import whole_api
from tests.changes import change, write
from tests.feed.test_many import subscriptions, told

LISTED = "query($after: String) { changes(first: 1, after: $after) { nodes { id } } }"
TOLD = "subscription($after: String) { changed(after: $after) { id } }"
CHANGE = ids.new_id("change")

instants = st.builds(
    lambda at, rest, zone: at.isoformat() + rest + zone,
    st.datetimes().map(lambda each: each.replace(microsecond=0)),
    st.sampled_from(["", ".5", ".000000001", ".999999999", ".1234567891"]),
    st.sampled_from(["Z", "+00:00", "+02:00", "-17:59", "+99:00", ""]),
)
values = st.one_of(instants, st.none(), st.integers(), st.text(max_size=8), st.lists(st.integers(), max_size=2))


@cache
def order() -> str:
    first = feed_cursor(whole_api()).encode(["1970-01-01T00:00:00Z", CHANGE])
    return str(orjson.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))[0])


def cursor(*found: object) -> str:
    # What orjson refuses, such as a number of many digits, comes from others.
    text = orjson.dumps([order(), *(each if not isinstance(each, int) else str(each) for each in found)])
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


cursors = st.one_of(
    st.text(max_size=40),
    st.builds(cursor, values, st.one_of(st.just(CHANGE), values)),
    st.builds(cursor, instants, st.just(CHANGE)),
)


@example(after=cursor("1969-12-31T23:59:59.999999999Z", CHANGE))
@example(after=cursor("1970-01-01T00:00:00Z", CHANGE))
@example(after=cursor("1970-01-01T00:00:30+02:00", CHANGE))
@example(after=cursor("9999-12-31T23:59:59.999999999Z", CHANGE))
@given(after=cursors)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_cursor_is_taken_or_refused(database: Database, after: str) -> None:
    answerer = Answerer(whole_api(), database)

    listed = await answerer.answer(Question(LISTED, None, {"after": after}), ADMINISTRATOR)

    assert {each["extensions"]["code"] for each in listed.errors} <= {"BAD_USER_INPUT"}
    # What the list takes and the subscription does not are instants that no change of ours can bear.
    question = Question(TOLD, None, {"after": after})
    try:
        delivery = Delivery(answerer, answerer.prepare(question, ADMINISTRATOR))
        resumed = delivery.after
        assert delivery.resumed(after) == resumed
    except BadInput:
        return
    assert listed.errors == []
    assert resumed is not None
    assert nanoseconds(resumed[0]) >= 0


@pytest.mark.parametrize("at", ["1970-01-01T00:00:01Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"])
async def test_a_subscription_goes_on_after_any_instant(database: Database, at: str, company: str) -> None:
    """Also where what it reads again lies before 1970."""
    answerer = Answerer(whole_api(), database)
    question = Question(TOLD, None, {"after": cursor(at, CHANGE)})
    async with subscriptions(database) as all_:
        opened = await all_.open(answerer, question, ADMINISTRATOR)
        written = await write(database, change("UPDATE", company))

        assert await told(opened, 1) == written
