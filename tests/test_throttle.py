"""What callers may spend: reserved, given back, refilled, and bounded in number."""

from __future__ import annotations

import pytest

from graph.errors import RateLimited, TooComplex
from graph.reader import ADMINISTRATOR, Limits, Reader
from resolvers.account import Account
from resolvers.buckets import Buckets
from resolvers.throttle import Rates, Throttle

READER = Reader("user_1")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def throttle(clock: Clock | None = None, **rates: float) -> Throttle:
    chosen = Rates(**{"cost": 100, "cost_per_second": 10, "shapes": 3, "shapes_per_second": 1, **rates})  # type: ignore[arg-type]
    return Throttle(chosen, Buckets(chosen.callers, clock or Clock()))


async def test_what_was_not_used_goes_back() -> None:
    found = throttle()
    account = Account("user 1")

    first = await found.reserve(account, READER, 90)
    first.settle(20)
    first.settle(0)
    second = await found.reserve(account, READER, 80)

    assert first.told == {
        "requestedQueryCost": 90,
        "actualQueryCost": 20,
        "throttleStatus": {"maximumAvailable": 100, "currentlyAvailable": 0, "restoreRate": 10},
    }
    assert second.actual is None


async def test_whoever_has_spent_its_points_is_told_when_to_come_again() -> None:
    clock = Clock()
    found = throttle(clock)
    await found.reserve(Account("user 1"), READER, 95)

    with pytest.raises(RateLimited) as refused:
        await found.reserve(Account("user 1"), READER, 50)
    other = await found.reserve(Account("user 2"), READER, 50)
    clock.now = 4.5
    again = await found.reserve(Account("user 1"), READER, 50)

    assert (refused.value.after, refused.value.retry_after) == (4.5, 5)
    assert refused.value.cost == {
        "requestedQueryCost": 50,
        "actualQueryCost": None,
        "throttleStatus": {"maximumAvailable": 100, "currentlyAvailable": 5, "restoreRate": 10},
    }
    assert other.requested == again.requested == 50
    assert found.refused == {"cost": 1}


async def test_more_than_the_bucket_ever_holds_is_too_complex() -> None:
    with pytest.raises(TooComplex, match="never have more than 100"):
        await throttle().reserve(Account("user 1"), READER, 101)


async def test_a_role_has_limits_of_its_own() -> None:
    analyst = Reader("user_1", limits=Limits(cost=1_000, cost_per_second=500))

    found = await throttle().reserve(Account("user 1"), analyst, 1_000)

    assert found.told["throttleStatus"] == {"maximumAvailable": 1_000, "currentlyAvailable": 0, "restoreRate": 500}


async def test_where_trusted_documents_are_preferred_others_have_a_share() -> None:
    found = throttle()
    await found.reserve(Account("user 1", prefers_trusted=True), READER, 25)

    with pytest.raises(RateLimited):
        await found.reserve(Account("user 1", prefers_trusted=True), READER, 25)
    trusted = await found.reserve(Account("user 1", prefers_trusted=True, is_trusted=True), READER, 100)

    assert trusted.requested == 100
    assert found.refused == {"untrusted": 1}


async def test_who_need_not_sign_in_is_free_unless_the_settings_say_otherwise() -> None:
    free, paying = throttle(), throttle(includes_administrator=True)
    for _ in range(10):
        await free.reserve(Account("address 127.0.0.1"), ADMINISTRATOR, 100)
        free.meet(Account("address 127.0.0.1"), ADMINISTRATOR)
    await paying.reserve(Account("address 127.0.0.1"), ADMINISTRATOR, 100)

    with pytest.raises(RateLimited):
        await paying.reserve(Account("address 127.0.0.1"), ADMINISTRATOR, 1)
    assert len(free.buckets) == 0


async def test_what_the_server_does_by_itself_is_free() -> None:
    found = await throttle().reserve(None, READER, 1_000_000)

    assert found.told == {"requestedQueryCost": 1_000_000, "actualQueryCost": None, "throttleStatus": None}


async def test_an_export_waits_until_it_can_pay() -> None:
    found = Throttle(Rates(cost=100, cost_per_second=1_000))
    await found.reserve(Account("user 1"), READER, 100)

    waited = await found.reserve(Account("user 1", is_patient=True), READER, 50)

    assert waited.requested == 50


async def test_questions_of_new_kinds_have_a_bucket_of_their_own() -> None:
    clock = Clock()
    found = throttle(clock)
    for _ in range(3):
        found.meet(Account("user 1"), READER)
        found.meet(Account("user 2", is_trusted=True), READER)

    with pytest.raises(RateLimited, match="send values as variables"):
        found.meet(Account("user 1"), READER)
    await found.reserve(Account("user 1"), READER, 100)
    clock.now = 1.0
    found.meet(Account("user 1"), READER)

    assert found.refused == {"shapes": 1}


async def test_a_million_callers_take_no_more_room_than_so_many() -> None:
    clock = Clock()
    found = throttle(clock, callers=100)
    for number in range(10_000):
        await found.reserve(Account(f"address {number}"), READER, 100)
        clock.now += 0.001

    assert len(found.buckets) == 100
    with pytest.raises(RateLimited):
        await found.reserve(Account("address 9999"), READER, 100)


async def test_full_buckets_are_forgotten_before_others() -> None:
    clock = Clock()
    found = throttle(clock, callers=100)
    await found.reserve(Account("spent"), READER, 100)
    for number in range(50):
        await found.reserve(Account(f"address {number}"), READER, 1)
        clock.now += 1.0

    assert len(found.buckets) < 10


def test_points_that_come_back_do_not_overflow() -> None:
    clock = Clock()
    bucket = Buckets(clock=clock).bucket("a", 10, 1)
    assert bucket.take(10) == 0
    clock.now = 1_000.0
    bucket.refill(clock.now)
    bucket.give_back(5)

    assert (bucket.level, bucket.take(11)) == (10, 1)
