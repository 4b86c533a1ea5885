"""The errands of a server: the fields of Mutation that are run by functions of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.database import Database
from graph.importing import Into
from graph.model import Model
from graph.money import Currencies
from graph.reader import Reader
from graph.webhooks import replay_dead_letters
from resolvers.errands import Errand
from resolvers.import_errands import Importer
from web.api_keys import ApiKeys
from web.workbooks import READERS


def errands(database: Database, model: Model, currencies: Currencies) -> Mapping[str, Errand]:
    """What runs each errand, by the name of its field."""
    importer = Importer(Into(database, model, currencies), READERS)

    async def replay(arguments: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
        return {"replayed": await replay_dead_letters(database, arguments["webhook"], arguments.get("deadLetters"))}

    keys = ApiKeys(database)
    return {
        "importRecords": importer.run,
        "revertImport": importer.revert,
        "replayDeadLetters": replay,
        "createApiKey": keys.create,
        "revokeApiKey": keys.revoke,
    }
