"""Pages of one connection, asked one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graph.reader import ADMINISTRATOR, Reader
from tests.asking import Ask
from tests.dump import Dump
from tests.questions import Listing

Key = tuple[str, ...]

NOTHING = {"edges": [], "pageInfo": {"hasNextPage": False, "hasPreviousPage": False}, "totalCount": 0}


@dataclass(frozen=True)
class Pages:
    """Asks one connection page by page."""

    ask: Ask
    graph: Dump
    listing: Listing
    reader: Reader = ADMINISTRATOR

    @property
    def query(self) -> str:
        listing = self.listing
        model = self.graph.model
        relationship = model.nodes[listing.owner].relationships[listing.field] if listing.record else None
        target = relationship.target if relationship else listing.owner
        edge = relationship.edge if relationship else None
        name = (edge.name if edge else "") + target
        of_edge = "edgeId: id" if edge else ""
        connection = f"""list: {listing.field}(where: $where, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {{
            edges {{ cursor {of_edge} node {{ ... on Node {{ id }} }} }}
            pageInfo {{ hasNextPage endCursor hasPreviousPage startCursor }} totalCount
        }}"""
        arguments = (
            f"$where: {name}Where, $orderBy: [{name}Order!], $first: Int, $after: String, $last: Int, $before: String"
        )
        if listing.record is None:
            return f"query ({arguments}) {{ {connection} }}"
        one = model.nodes[listing.owner].variable
        return f'query ({arguments}) {{ one: {one}(id: "{listing.record}") {{ {connection} }} }}'

    async def page(self, first: int, after: str | None = None) -> dict[str, Any]:
        """One page, which is empty if the record that the connection belongs to is not there."""
        return await self._page({"first": first, "after": after})

    async def page_before(self, last: int, before: str | None = None) -> dict[str, Any]:
        return await self._page({"last": last, "before": before})

    async def _page(self, cut: dict[str, Any]) -> dict[str, Any]:
        variables = {"where": self.listing.where, "orderBy": self.listing.order_by, **cut}
        data = await self.ask.data(self.query, variables, self.reader)
        owner = data["one"] if self.listing.record else data
        found: dict[str, Any] = owner["list"] if owner else NOTHING
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

    async def all_backward(self, size: int) -> list[Key]:
        """What the pages show, from the end to the beginning."""
        seen: list[Key] = []
        before = None
        while True:
            page = await self.page_before(size, before)
            seen = [*keys(page), *seen]
            assert page["pageInfo"]["hasNextPage"] is (before is not None)
            if not page["pageInfo"]["hasPreviousPage"]:
                return seen
            assert len(page["edges"]) == size
            assert page["edges"][0]["cursor"] == page["pageInfo"]["startCursor"]
            before = page["pageInfo"]["startCursor"]


def keys(page: dict[str, Any]) -> list[Key]:
    """What tells the edges of a page apart."""
    return [(edge["node"]["id"], *([edge["edgeId"]] if "edgeId" in edge else [])) for edge in page["edges"]]
