"""The example of docs/importing.md does what the document says."""

from __future__ import annotations

import re
from pathlib import Path

from graph.database import Database
from tests.data.conftest import Import
from tests.data.whole_graph import wipe

DOCUMENT = Path(__file__).parents[2] / "docs" / "importing.md"


async def test_the_example_of_the_document_works(empty: Database, importing: Import) -> None:
    """Its files and its mapping are taken from the text, as they stand there."""
    blocks = dict(re.findall(r"`([a-z]+\.[a-z]+)`\n\n```[a-z]+\n(.*?)```", DOCUMENT.read_text(), re.DOTALL))

    report = await importing(blocks["choir.toml"], {name: blocks[name] for name in ("clients.csv", "sales.csv")})

    rows = await empty.run(
        """MATCH (order:Order)<-[:PLACED]-(customer:Customer)-[:ACCOUNT_FOR]->(company)<-[job:WORKS_AT]-(contact)
        MATCH (company)-[:HAS_PHONE]->(phone)
        RETURN order.number, toString(order.placedAt), order.status, order.total, order.totalCurrency, order.totalBase,
            customer.number, customer.name, customer.revenue, contact.family, job.title, phone.value ORDER BY order.number"""
    )
    assert report.rejected == ()
    assert rows == [
        ["A1", "2024-05-03T08:30:00Z", "FULFILLED", 125000, "GBP", 156250, "UK-17", "Chorus Ltd", 156250, "Ellis", "Buyer",
         "+442079460123"],
        ["A2", "2024-05-04T13:00:00Z", "PLACED", 8000, "GBP", 10000, "Austria-18", "Chorhaus Wien", 10000, "Huber", None,
         "+4315123456"],
    ]  # fmt: skip
    await wipe(empty)
