"""What is asked: ten questions, each with a few sets of values that the engines are asked in turn.

A question is `<workload>.cypher` or `<workload>.graphql` in each engine's folder. An engine without that file does not
offer the question, and the report says so.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from graph.database import Database

# The values of each workload's variants.
Values = dict[str, list[dict[str, Any]]]

# How many different values one question is asked with, so that nothing is fast because it was asked just before.
VARIANTS = 16
PAGE_SIZE = 25
# The page that the workload `page` is about, where there are so many.
DEEP_PAGE = 1_000


@dataclass(frozen=True)
class Workload:
    """A question. `samples` answers one map of values per variant; `fixed` are values that all variants share.

    The floor takes the fixed ones as parameters, while the documents of the other engines have them written in.
    """

    name: str
    title: str
    samples: str = ""
    fixed: dict[str, Any] = field(default_factory=dict)
    # Whether the answer's order is the engine's own affair, as of a ranking with ties.
    is_ordered: bool = True


WORKLOADS = (
    Workload("field", "one field by id", "MATCH (n:Company) WITH n ORDER BY n.id LIMIT $variants RETURN {id: n.id}"),
    Workload(
        "point",
        "point, 3 levels",
        "MATCH (n:Order) WITH n ORDER BY n.number LIMIT $variants RETURN {id: n.id}",
        {"first": 10},
    ),
    Workload("list", "list 20×10×5", fixed={"first": 20, "people": 10, "activities": 5}),
    Workload(
        "related",
        "related filter",
        # Products with as many buyers as is usual, neither hubs nor nearly unsold.
        """MATCH (n:Product)
        WITH n, COUNT { (n)<-[:BOUGHT]-() } AS buyers ORDER BY buyers, n.id
        WITH collect(n) AS products
        WITH products[size(products) / 2..][..$variants] AS some
        UNWIND some AS n RETURN {product: n.name}""",
        {"first": PAGE_SIZE, "employers": 5},
    ),
    Workload(
        "total",
        "connection with totalCount",
        "UNWIND ['ACTIVE', 'LOYAL', 'DORMANT', 'PROSPECT'] AS stage RETURN {stage: stage}",
        {"first": PAGE_SIZE},
    ),
    Workload(
        "page",
        "page 1,000",
        # Where the pages before end: the last record of each. `arrayAfter` counts them from 0.
        """MATCH (n:Activity) WITH count(*) / $page_size AS pages
        WITH CASE WHEN pages - 1 < $deep_page THEN pages - 1 ELSE $deep_page END AS page
        CALL () {
            MATCH (n:Activity) WHERE n.at IS NOT NULL AND n.id IS NOT NULL
            WITH n ORDER BY n.at DESC, n.id DESC LIMIT $page_size * $deep_page
            RETURN collect(n) AS records
        }
        UNWIND range(CASE WHEN page > $variants THEN page - $variants ELSE 1 END, page - 1) AS before
        WITH records[before * $page_size - 1] AS n, before * $page_size - 1 AS last
        RETURN {record: n.id, at: toString(n.at), id: n.id, last: last}""",
        {"first": PAGE_SIZE},
    ),
    Workload(
        "roots",
        "six root fields",
        """WITH [COLLECT { MATCH (n:Company) RETURN n.id ORDER BY n.id LIMIT $variants },
            COLLECT { MATCH (n:Customer) RETURN n.id ORDER BY n.id LIMIT $variants },
            COLLECT { MATCH (n:Order) RETURN n.id ORDER BY n.id LIMIT $variants },
            COLLECT { MATCH (n:Product) RETURN n.id ORDER BY n.id LIMIT $variants },
            COLLECT { MATCH (n:User) RETURN n.id ORDER BY n.id LIMIT $variants }] AS ids
        UNWIND range(0, $variants - 1) AS number
        WITH [some IN ids | some[number % size(some)]] AS one
        RETURN {company: one[0], customer: one[1], order: one[2], product: one[3], user: one[4]}""",
        {"first": 10},
    ),
    Workload("group", "groupBy over a two-hop path", fixed={"first": 10}),
    Workload(
        "named",
        "named query, nested",
        """MATCH (n:Product)
        WITH n, COUNT { (n)<-[:BOUGHT]-() } AS buyers ORDER BY buyers, n.id
        WITH collect(n) AS products
        WITH products[size(products) / 2..][..$variants] AS some
        UNWIND some AS n RETURN {skus: [n.sku]}""",
        {"first": PAGE_SIZE, "emails": 1, "employers": 5},
    ),
    Workload(
        "search",
        "full-text search",
        # Two words of a name, of which the second is a number that no other name has in it: "logistics 659".
        """MATCH (n:Company) WHERE n.name ENDS WITH ' Ltd'
        WITH split(toLower(n.name), ' ') AS words ORDER BY toInteger(words[2]) DESC LIMIT $variants
        RETURN {text: words[1] + ' ' + words[2], phrase: '+' + words[1] + '* +' + words[2] + '*'}""",
        {"first": 10, "people": 3},
        is_ordered=False,
    ),
)


async def variants(workload: Workload, database: Database) -> list[dict[str, Any]]:
    """The values that a question is asked with, one map per variant."""
    if not workload.samples:
        return [dict(workload.fixed)]
    rows = await database.run(
        f"CYPHER 5 {workload.samples}", variants=VARIANTS, page_size=PAGE_SIZE, deep_page=DEEP_PAGE
    )
    return [_complete({**workload.fixed, **row[0]}) for row in rows]


def _complete(values: dict[str, Any]) -> dict[str, Any]:
    """The same, with the cursor of @neo4j/graphql, which counts records, beside the keyset of the others."""
    if "last" in values:
        values["arrayAfter"] = base64.b64encode(f"arrayconnection:{values.pop('last')}".encode()).decode()
    return values
