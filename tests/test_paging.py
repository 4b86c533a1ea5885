"""Paging visits everything exactly once, in the order of the unpaged list, whatever that order is."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graph import ids
from graph.database import Database
from tests.asking import Ask
from tests.awkward import NOW
from tests.dump import Dump
from tests.oracle import Oracle
from tests.paging import Key, Pages, keys
from tests.questions import WAYS, Listing, OrderBy, listings


@given(listing=listings(), size=st.integers(1, 5))
async def test_pages_of_any_size_and_order_are_the_unpaged_list(
    awkward: Dump, ask: Ask, listing: Listing, size: int
) -> None:
    pages = Pages(ask, awkward, listing)
    unpaged = await pages.page(200)
    size = max(size, len(unpaged["edges"]) // 8)
    paged, backward = await pages.all(size), await pages.all_backward(size)

    expected = [each.key for each in listing.expected(Oracle(awkward))]
    assert keys(unpaged) == expected
    assert paged == expected
    assert backward == expected
    assert unpaged["totalCount"] == len(expected)


# --- while others write -----------------------------------------------------------------------------------------------

Values = dict[str, Any]

COMES_AND_GOES = {"churnReason": {"eq": "comes and goes"}}
# Few values of each kind, so that there are ties. 🜚 and the full-width comma are where UTF-16 and code points disagree.
DAYS = st.sampled_from((date(2024, 2, 28), date(2024, 2, 29), None))
INSTANTS = st.sampled_from((NOW, NOW + timedelta(microseconds=1), None))
TEXTS = st.sampled_from(("a", "王，", "王🜚", None))
AMOUNTS = st.sampled_from((0, -50, 2**53 + 1, None))
NUMBERS = st.sampled_from((1, 2, None))
RECORDS = st.fixed_dictionaries({
    "sinceDate": DAYS, "churnedAt": INSTANTS, "lastTouchAt": INSTANTS, "currency": TEXTS, "paymentTermsDays": NUMBERS,
    "creditLimitBase": AMOUNTS, "sortKey": st.sampled_from(("a", "b，", "b🜚")),
})  # fmt: skip
# The fields that these are ordered by; the first one is indexed and never absent, the second one is indexed.
FIELDS = ("name", "lastTouchAt", "sinceDate", "churnedAt", "currency", "paymentTermsDays", "creditLimit")
ORDERS = st.lists(st.sampled_from([{key: way} for key in FIELDS for way in WAYS]), max_size=3, unique_by=repr)


@given(
    order_by=ORDERS,
    size=st.integers(1, 3),
    there=st.lists(RECORDS, min_size=2, max_size=8),
    removed=st.lists(st.integers(0, 7), max_size=4),
    added=st.lists(RECORDS, max_size=4),
    is_forward=st.booleans(),
)
async def test_what_stays_is_seen_once_while_others_come_and_go(
    awkward: Dump,
    ask: Ask,
    database: Database,
    order_by: OrderBy,
    size: int,
    there: list[Values],
    removed: list[int],
    added: list[Values],
    is_forward: bool,
) -> None:
    pages = Pages(ask, awkward, Listing("Customer", None, "customers", COMES_AND_GOES, order_by))
    await remove_added(database)
    made = [await add_customer(database, values) for values in there]
    stays = [(each,) for number, each in enumerate(made) if number not in removed]
    changes: list[Coroutine[Any, Any, object]] = [
        *(remove_customer(database, made[number]) for number in set(removed) if number < len(made))
    ]
    changes += [add_customer(database, values) for values in added]
    in_order = [key for key in keys(await pages.page(200)) if key in stays]

    seen: list[Key] = []
    page = await (pages.page(size) if is_forward else pages.page_before(size))
    while True:
        seen = [*seen, *keys(page)] if is_forward else [*keys(page), *seen]
        info = page["pageInfo"]
        if not info["hasNextPage" if is_forward else "hasPreviousPage"]:
            break
        if changes:
            await changes.pop()
        page = await (
            pages.page(size, info["endCursor"]) if is_forward else pages.page_before(size, info["startCursor"])
        )
    for change in changes:
        change.close()
    await remove_added(database)

    assert len(seen) == len(set(seen))
    assert [key for key in seen if key in stays] == in_order
    assert sorted(in_order) == sorted(stays)


async def remove_added(database: Database) -> None:
    await database.run("MATCH (customer:Customer {churnReason: 'comes and goes'}) DELETE customer")


async def add_customer(database: Database, values: Values) -> str:
    id = ids.new_id("customer")
    common = {"churnReason": "comes and goes", "createdAt": NOW, "updatedAt": NOW, "version": 1}
    await database.run(
        "CREATE (customer:Customer) SET customer = $new", new={"id": id, "number": id, "name": id, **values, **common}
    )
    return id


async def remove_customer(database: Database, id: str) -> None:
    await database.run("MATCH (customer:Customer {id: $id}) DELETE customer", id=id)
