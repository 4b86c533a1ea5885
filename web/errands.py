"""The errands of a server: the fields of Mutation that are run by functions of their own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from graph.database import Database
from graph.importing import Into
from graph.model import Model
from graph.money import Currencies
from graph.purge import purge, purgeable
from graph.reader import Reader
from graph.webhooks import replay_dead_letters
from resolvers.errands import Errand
from resolvers.import_errands import Importer
from resolvers.may_import import check_all
from web.api_keys import ApiKeys
from web.workbooks import READERS


def errands(database: Database, model: Model, currencies: Currencies, retention: float) -> Mapping[str, Errand]:
    """What runs each errand, by the name of its field. What was deleted may be purged after so many days."""
    importer = Importer(Into(database, model, currencies), READERS)

    async def replay(arguments: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
        check_all(reader, "replayDeadLetters", model.nodes["Webhook"])
        return {"replayed": await replay_dead_letters(database, arguments["webhook"], arguments.get("deadLetters"))}

    async def purge_deleted(arguments: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
        before = datetime.now(UTC) - timedelta(days=retention)
        due = await purgeable(database, before)
        by_type = [{"type": type, "count": count} for type, count in due.items()]
        purged = 0
        if not arguments["preview"]:
            async for count in purge(database, before, by=reader.user_id):
                purged += count
        return {"before": before.strftime("%Y-%m-%dT%H:%M:%SZ"), "due": by_type, "purged": purged}

    keys = ApiKeys(database, model)
    return {
        "importRecords": importer.run,
        "revertImport": importer.revert,
        "replayDeadLetters": replay,
        "purge": purge_deleted,
        "createApiKey": keys.create,
        "revokeApiKey": keys.revoke,
    }
