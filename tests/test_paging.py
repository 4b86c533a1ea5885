"""Paging visits everything exactly once, in the order of the unpaged list, whatever that order is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import ids
from graph.database import Database
from tests.asking import Ask
from tests.awkward import NOW
from tests.dump import Dump
from tests.oracle import Oracle
from tests.questions import Listing, listings

Key = tuple[str, ...]


@dataclass
class Pages:
    """Asks one connection page by page."""

    ask: Ask
    graph: Dump
    listing: Listing

    @property
    def query(self) -> str:
        listing = self.listing
        model = self.graph.model
        relationship = model.nodes[listing.owner].relationships[listing.field] if listing.record else None
        target = relationship.target if relationship else listing.owner
        edge = relationship.edge if relationship else None
        name = (edge.name if edge else "") + target
        of_edge = "edgeId: id" if edge else ""
        connection = f"""list: {listing.field}(where: $where, orderBy: $orderBy, first: $first, after: $after) {{
            edges {{ cursor {of_edge} node {{ ... on Node {{ id }} }} }} pageInfo {{ hasNextPage endCursor }} totalCount
        }}"""
        arguments = f"$where: {name}Where, $orderBy: [{name}Order!], $first: Int, $after: String"
        if listing.record is None:
            return f"query ({arguments}) {{ {connection} }}"
        one = model.nodes[listing.owner].variable
        return f'query ({arguments}) {{ one: {one}(id: "{listing.record}") {{ {connection} }} }}'

    async def page(self, first: int, after: str | None = None) -> dict[str, Any]:
        variables = {
            "where": self.listing.where, "orderBy": self.listing.order_by, "first": first, "after": after,
        }  # fmt: skip
        data = await self.ask.data(self.query, variables)
        found: dict[str, Any] = data["one"]["list"] if self.listing.record else data["list"]
        return found

    async def all(self, size: int) -> list[Key]:
        """What the pages show, one after the other."""
        seen: list[Key] = []
        after = None
        while True:
            page = await self.page(size, after)
            seen += keys(page)
            if not page["pageInfo"]["hasNextPage"]:
                return seen
            assert len(page["edges"]) == size
            assert page["edges"][-1]["cursor"] == page["pageInfo"]["endCursor"]
            after = page["pageInfo"]["endCursor"]


def keys(page: dict[str, Any]) -> list[Key]:
    return [tuple([edge["node"]["id"], *([edge["edgeId"]] if "edgeId" in edge else [])]) for edge in page["edges"]]


@given(listing=listings(), size=st.integers(1, 5))
async def test_pages_of_any_size_and_order_are_the_unpaged_list(
    awkward: Dump, ask: Ask, listing: Listing, size: int
) -> None:
    pages = Pages(ask, awkward, listing)

    unpaged = await pages.page(200)
    paged = await pages.all(max(size, len(unpaged["edges"]) // 8))

    expected = [each.key for each in expected_order(awkward, listing)]
    assert keys(unpaged) == expected
    assert paged == expected
    assert unpaged["totalCount"] == len(expected)


def expected_order(graph: Dump, listing: Listing) -> list[Any]:
    oracle = Oracle(graph)
    owner = oracle.type_of(listing.owner)
    if listing.record is None:
        return oracle.sorted(oracle.all(owner), listing.order_by, owner)
    relationship = owner.relationships[listing.field]
    listed = oracle.related(graph.by_id[listing.record], relationship)
    return oracle.sorted(listed, listing.order_by, oracle.type_of(relationship.target))


# --- while others write -----------------------------------------------------------------------------------------------

WHERE = {"lines": {"eq": "comes and goes"}}
_texts = st.sampled_from(("a", "b", None))
_keys = st.tuples(_texts, _texts)
_orders = st.lists(
    st.tuples(st.sampled_from(("country", "postcode")), st.sampled_from(("ASC", "DESC", "ASC_NULLS_FIRST", "DESC_NULLS_FIRST"))),
    max_size=2,
)  # fmt: skip


@given(
    order=_orders,
    size=st.integers(1, 3),
    there=st.lists(_keys, min_size=2, max_size=8),
    removed=st.lists(st.integers(0, 7), max_size=4),
    added=st.lists(_keys, max_size=4),
)
async def test_what_stays_is_seen_once_while_others_come_and_go(
    awkward: Dump,
    ask: Ask,
    database: Database,
    order: list[tuple[str, str]],
    size: int,
    there: list[tuple[str | None, str | None]],
    removed: list[int],
    added: list[tuple[str | None, str | None]],
) -> None:
    pages = Pages(ask, awkward, Listing("Address", None, "addresses", WHERE, [{key: way} for key, way in order]))
    made = [await add_address(database, *keys) for keys in there]
    stays = {(each,) for number, each in enumerate(made) if number not in removed}
    changes = [*(remove_address(database, made[number]) for number in set(removed) if number < len(made))]
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
    await database.run("MATCH (address:Address {lines: 'comes and goes'}) DELETE address")

    assert len(seen) == len(set(seen))
    assert stays <= set(seen)


async def add_address(database: Database, country: str | None, postcode: str | None) -> str:
    new = {"id": ids.new_id("address"), "lines": "comes and goes", "country": country, "postcode": postcode}
    common = {"createdAt": NOW, "updatedAt": NOW, "version": 1}
    await database.run("CREATE (address:Address) SET address = $new", new=new | common)
    return new["id"] or ""


async def remove_address(database: Database, id: str) -> None:
    await database.run("MATCH (address:Address {id: $id}) DELETE address", id=id)
