"""The errands `importRecords` and `revertImport`: files of a request into the graph, and a run of them taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.import_revert import revert_run, types_of_run
from graph.importing import Into
from graph.mapping import mapping_of
from graph.reader import Reader
from graph.rows import Mode
from graph.tables import Readers
from resolvers.importing import GivenFile, import_records, payload_of
from resolvers.may_import import check_import, check_revert
from resolvers.request import LIMITS


@dataclass(frozen=True)
class Importer:
    """Imports what requests bring into one database. `readers` read other files than CSV."""

    into: Into
    readers: Readers = field(default_factory=dict)

    async def run(self, arguments: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
        """Import, or tell what an import would do."""
        given = arguments["input"]
        mode = given.get("mode")
        check_import(reader, mapping_of("mapping", given["mapping"], self.into.model), self.into.model)
        imported = await import_records(
            self.into.now_anew(),
            [GivenFile(file["name"], file.get("text"), file.get("data")) for file in given["files"]],
            given["mapping"],
            mode=Mode[getattr(mode, "name", mode)] if mode else None,
            preview=bool(given.get("preview")),
            reader=reader,
            readers=self.readers,
        )
        return payload_of(imported)

    async def revert(self, arguments: Mapping[str, Any], reader: Reader) -> dict[str, Any]:
        """Take back what a run wrote, but for what somebody has changed since."""
        into = self.into.now_anew()
        check_revert(reader, await types_of_run(into.database, arguments["runId"]), into.model)
        reverted = await revert_run(
            into.database, into.model, into.currencies, arguments["runId"], by=reader.user_id, now=into.now
        )
        return {
            "removed": reverted.removed,
            "restored": reverted.restored,
            "keptCount": len(reverted.kept),
            "kept": [{"type": type, "id": id, "reason": reason} for type, id, reason in reverted.kept[: LIMITS.list]],
        }
