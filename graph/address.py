"""Where a Neo4j is. Knows nothing of how it came to run there."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Address:
    """Where a Neo4j is and who we are to it. The password never appears in its repr."""

    uri: str
    user: str
    password: str = field(repr=False)
    database: str = "neo4j"
