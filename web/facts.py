"""What the landing page tells about this server."""

from __future__ import annotations

from urllib.parse import urlsplit

from graph.address import Address
from graph.errors import GuanxiError
from graph.reader import Reader
from resolvers.question import Question
from web.browser import Count, DatabaseFacts, Facts
from web.live import Live

VERSION = "0.1.0"

# What people count first, with the field that counts it.
_COUNTED = {
    "Company": "companies",
    "Contact": "contacts",
    "Customer": "customers",
    "Product": "products",
    "Order": "orders",
    "Activity": "activities",
    "User": "users",
}
_QUESTION = Question("{" + " ".join(f"{label}: {field} {{ totalCount }}" for label, field in _COUNTED.items()) + "}")


async def facts_of(live: Live, reader: Reader, where: Address, server: str, *, is_embedded: bool) -> Facts:
    """How many records the reader sees, of which database; nothing that would need a password.

    `server` is the database's own name for itself, such as "Neo4j Kernel 5.26.30 community".
    """
    parts = urlsplit(where.uri)
    database = DatabaseFacts(is_embedded, f"{parts.hostname}:{parts.port or 7687}", server)
    try:
        answer = await live.answerer.answer(_QUESTION, reader)
    except GuanxiError:
        return Facts(VERSION, database, [], False)
    if answer.data is None:
        return Facts(VERSION, database, [], False)
    counts = [Count(label, field.capitalize(), answer.data[label]["totalCount"]) for label, field in _COUNTED.items()]
    return Facts(VERSION, database, counts, True)
