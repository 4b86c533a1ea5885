"""Paging visits everything exactly once, in the order of the unpaged list, whatever that order is."""

from __future__ import annotations

from collections.abc import Coroutine
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

Keys = tuple[str | None, str | None]

COMES_AND_GOES = {"lines": {"eq": "comes and goes"}}
TEXTS = st.sampled_from(("a", "b", None))
KEYS = st.tuples(TEXTS, TEXTS)
ORDERS = st.lists(st.sampled_from([{key: way} for key in ("country", "postcode") for way in WAYS]), max_size=2)


@given(
    order_by=ORDERS,
    size=st.integers(1, 3),
    there=st.lists(KEYS, min_size=2, max_size=8),
    removed=st.lists(st.integers(0, 7), max_size=4),
    added=st.lists(KEYS, max_size=4),
)
async def test_what_stays_is_seen_once_while_others_come_and_go(
    awkward: Dump,
    ask: Ask,
    database: Database,
    order_by: OrderBy,
    size: int,
    there: list[Keys],
    removed: list[int],
    added: list[Keys],
) -> None:
    pages = Pages(ask, awkward, Listing("Address", None, "addresses", COMES_AND_GOES, order_by))
    await remove_added(database)
    made = [await add_address(database, *keys) for keys in there]
    stays = {(each,) for number, each in enumerate(made) if number not in removed}
    changes: list[Coroutine[Any, Any, object]] = [
        *(remove_address(database, made[number]) for number in set(removed) if number < len(made))
    ]
    changes += [add_address(database, *keys) for keys in added]

    seen: list[Key] = []
    page = await pages.page(size)
    while True:
        seen += keys(page)
        if not page["pageInfo"]["hasNextPage"]:
            break
        if changes:
            await changes.pop()
        page = await pages.page(size, page["pageInfo"]["endCursor"])
    for change in changes:
        change.close()
    await remove_added(database)

    assert len(seen) == len(set(seen))
    assert stays <= set(seen)


async def remove_added(database: Database) -> None:
    await database.run("MATCH (address:Address {lines: 'comes and goes'}) DELETE address")


async def add_address(database: Database, country: str | None, postcode: str | None) -> str:
    new = {"id": ids.new_id("address"), "lines": "comes and goes", "country": country, "postcode": postcode}
    common = {"createdAt": NOW, "updatedAt": NOW, "version": 1}
    await database.run("CREATE (address:Address) SET address = $new", new=new | common)
    return new["id"] or ""


async def remove_address(database: Database, id: str) -> None:
    await database.run("MATCH (address:Address {id: $id}) DELETE address", id=id)
