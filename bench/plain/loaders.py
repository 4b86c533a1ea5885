"""Data loaders: what a hundred resolvers ask for one by one becomes one statement per level of the query."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from neo4j import AsyncDriver, RoutingControl
from strawberry.dataloader import DataLoader

Row = dict[str, Any]


@dataclass(frozen=True)
class Database:
    """The driver, as its documentation says to use it."""

    driver: AsyncDriver
    name: str

    async def read(self, text: str, **parameters: Any) -> list[Row]:
        found = await self.driver.execute_query(text, parameters, database_=self.name, routing_=RoutingControl.READ)
        return [record.data() for record in found.records]


# A relationship's statement takes $ids and $first, and answers `key` with `rows`; the rows are maps.
ONE = {
    "Order.customer": "MATCH (o:Order)<-[:PLACED]-(c:Customer) WHERE o.id IN $ids RETURN o.id AS key, [c {.id, .name}] AS rows",
    "Customer.owner": "MATCH (c:Customer)-[:OWNED_BY]->(u:User) WHERE c.id IN $ids RETURN c.id AS key, [u {.id, .name, .login}] AS rows",
    "LineItem.product": "MATCH (l:LineItem)-[:OF_PRODUCT]->(p:Product) WHERE l.id IN $ids RETURN l.id AS key, [p {.id, .name, .sku}] AS rows",
}
MANY = {
    "Order.lines": """
        MATCH (o:Order)-[:HAS_LINE]->(l:LineItem) WHERE o.id IN $ids
        WITH o, l ORDER BY l.lineNo
        RETURN o.id AS key, collect(l {.id, .lineNo, .quantity})[..$first] AS rows""",
    "Company.contacts": """
        MATCH (c:Company)<-[job:WORKS_AT]-(p:Contact) WHERE c.id IN $ids AND job.until IS NULL
        WITH c, p ORDER BY p.id
        RETURN c.id AS key, collect(p {.id, .name})[..$first] AS rows""",
    "Contact.employers": """
        MATCH (p:Contact)-[job:WORKS_AT]->(c:Company) WHERE p.id IN $ids AND job.until IS NULL
        WITH p, c ORDER BY c.id
        RETURN p.id AS key, collect(c {.id, .name, .sizeBand})[..$first] AS rows""",
    "Contact.emails": """
        MATCH (p:Contact)-[:HAS_EMAIL]->(e:EmailAddress) WHERE p.id IN $ids
        WITH p, e ORDER BY e.id
        RETURN p.id AS key, collect(e {.id, .value})[..$first] AS rows""",
    "Contact.activities": """
        MATCH (p:Contact)-[:PARTICIPATED_IN|ABOUT]-(a:Activity) WHERE p.id IN $ids
        WITH DISTINCT p, a ORDER BY a.at DESC
        RETURN p.id AS key, collect(a {.id, .subject, at: toString(a.at)})[..$first] AS rows""",
}


class Loaders:
    """The loaders of one request."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._loaders: dict[str, DataLoader[tuple[str, int], list[Row]]] = {}

    async def many(self, field: str, id_: str, first: int) -> list[Row]:
        if field not in self._loaders:
            self._loaders[field] = DataLoader(load_fn=self._batch(MANY.get(field) or ONE[field]))
        return await self._loaders[field].load((id_, first))

    async def one(self, field: str, id_: str) -> Row | None:
        rows = await self.many(field, id_, 1)
        return rows[0] if rows else None

    def _batch(self, text: str) -> Any:
        async def load(keys: list[tuple[str, int]]) -> list[list[Row]]:
            by_size = defaultdict[int, list[str]](list)
            for id_, first in keys:
                by_size[first].append(id_)
            found: dict[tuple[str, int], list[Row]] = {}
            for first, ids in by_size.items():
                for row in await self.database.read(text, ids=ids, first=first):
                    found[row["key"], first] = row["rows"]
            return [found.get(key, []) for key in keys]

        return load
