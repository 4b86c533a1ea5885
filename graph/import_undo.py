"""Taking back the changes of one batch, in its transaction: relationships first, then properties, then records."""

from __future__ import annotations

from collections.abc import Sequence

from graph.import_before import Before, Undoing, Undone
from graph.import_undo_edges import relink, restore_edges, unlink
from graph.import_undo_records import remove, restore


async def undo(undoing: Undoing, befores: Sequence[Before]) -> Undone:
    """Take back the changes of one batch."""
    undone = Undone()
    by_operation: dict[str, list[Before]] = {}
    for before in befores:
        by_operation.setdefault(before.operation, []).append(before)
    await unlink(undoing, by_operation.get("LINK", ()), undone)
    await restore_edges(undoing, by_operation.get("UPDATE_EDGE", ()), undone)
    await relink(undoing, by_operation.get("UNLINK", ()), undone)
    await restore(undoing, by_operation.get("UPDATE", ()), undone)
    await remove(undoing, by_operation.get("CREATE", ()), undone)
    return undone
