"""Constraints and indexes follow the model."""

from __future__ import annotations

import asyncio

from graph.database import Database
from graph.indexes import missing, reconcile, wanted
from graph.model import Model

_OURS = "SHOW INDEXES YIELD name, state WHERE name STARTS WITH 'guanxi_' RETURN name, state ORDER BY name"


def test_the_model_asks_for_what_the_domain_says(model: Model) -> None:
    """A few of each kind; an interface's index serves the kinds of one record."""
    names = {one.name for one in wanted(model)}

    assert names >= {
        "guanxi_unique_Company_id", "guanxi_unique_Party_id", "guanxi_unique_Activity_id", "guanxi_unique_Call_id",
        "guanxi_unique_Activity_messageId", "guanxi_unique_Company_uscc", "guanxi_unique_ExternalRef_key",
        "guanxi_unique_LineItem_key", "guanxi_index_Party_sortKey_id", "guanxi_index_Company_sortKey_id",
        "guanxi_index_Activity_at_id", "guanxi_index_Task_dueAt_id", "guanxi_index_Customer_ownerId_id",
        "guanxi_index_BOUGHT_lastAt", "guanxi_search",
        "guanxi_point_Address_location",
    }  # fmt: skip
    assert not names & {"guanxi_index_Call_at_id", "guanxi_unique_Email_messageId", "guanxi_unique_Node_id"}


async def test_servers_that_start_together_reconcile_once(database: Database, model: Model) -> None:
    """Three at once, some indexes gone, one of ours not wanted any more and one of somebody else's."""
    await database.run("CREATE INDEX guanxi_index_Company_wrong IF NOT EXISTS FOR (n:Company) ON (n.wrong)")
    await database.run("CREATE INDEX theirs IF NOT EXISTS FOR (n:Company) ON (n.theirs)")
    for name in ("guanxi_index_Company_name_id", "guanxi_search"):
        await database.run(f"DROP INDEX {name} IF EXISTS")
    await database.run("DROP CONSTRAINT guanxi_unique_Product_sku IF EXISTS")
    gone = await missing(model, database)

    await asyncio.gather(*(reconcile(model, database) for _ in range(3)))

    found = await database.run(_OURS)
    assert {"guanxi_index_Company_name_id", "guanxi_search", "guanxi_unique_Product_sku"} <= set(gone)
    assert found == [[name, "ONLINE"] for name in sorted(one.name for one in wanted(model))]
    assert await missing(model, database) == []
    assert await database.run("SHOW INDEXES YIELD name WHERE name = 'theirs' RETURN name") == [["theirs"]]
    await database.run("DROP INDEX theirs")
