"""What was deleted long ago is removed for good, in batches, each a transaction of its own.

What goes with a record is all that is left of it elsewhere (`_PURGE`):

- what other systems called it;
- the personal values in the changes that tell of it, those of merging it with another one included;
- the records that were merged into it, with the same of theirs: they were this person or company too, and their ids
  would lead nowhere. One that was merged into a record which is still there stays, as its id leads to that.

The changes themselves stay, without values that are personal, and that it was purged is a change itself.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from graph.changes import FRESH_CHANGE, INSTANT
from graph.database import Database
from graph.ids import new_id
from graph.merge_rules import MERGED_INTO
from graph.statement import Statement

BATCH = 500

_OVER = f"""MATCH (gone:Deleted)
      WHERE gone.deletedAt < $p.before AND gone.id IS NOT NULL AND NOT EXISTS {{ (gone)-[:{MERGED_INTO}]->() }}"""

# A part goes when what it was deleted with goes, which was deleted at the same instant.
_PURGE = f"""CYPHER 5
    WITH datetime.transaction('Z') AS now
    {_OVER}
    WITH now, gone ORDER BY gone.deletedAt, gone.id LIMIT $p.most
    // Of two purges at once the second waits here, and then finds that there is nothing left to do.
    SET gone.id = gone.id
    WITH now, gone WHERE gone:Deleted
    CALL (gone) {{
        OPTIONAL MATCH (earlier:Deleted)-[:{MERGED_INTO}*1..]->(gone)
        RETURN collect(earlier) AS earlier
    }}
    UNWIND [gone] + earlier AS one
    CALL (one) {{
        OPTIONAL MATCH (one)<-[:OF_RECORD]-(:Change)-[:HAS_VALUE]->(value:ChangeValue)
        RETURN collect(DISTINCT value) AS values
    }}
    CALL (one) {{
        OPTIONAL MATCH (ref:ExternalRef)-[:REFERS_TO]->(one)
        RETURN collect(ref) AS names
    }}
    WITH now, gone, one, values, names, replace(randomUUID(), '-', '') AS digits
    CREATE (:Change {{
        id: {FRESH_CHANGE}, createdAt: {INSTANT}, updatedAt: now, version: 1, operation: 'PURGE', recordId: one.id,
        recordType: coalesce(one.formerType, last(one.formerLabels)), recordVersion: one.version, properties: [],
        requestId: $p.request, createdBy: $p.by
    }})
    FOREACH (each IN values + names | DETACH DELETE each)
    DETACH DELETE one
    RETURN count(DISTINCT gone) AS count"""

_COUNT = f"""CYPHER 5
    {_OVER}
    WITH gone.formerType AS type, count(*) AS count
    RETURN collect([type, count]) AS answer"""


async def purge(
    database: Database, before: datetime, *, batch: int = BATCH, by: str | None = None
) -> AsyncIterator[int]:
    """Remove what was deleted before an instant; yields how many records each batch was. Stopped, it can be run again."""
    values = {"before": before, "most": batch, "request": new_id("request"), "by": by}
    while count := await database.write(Statement(_PURGE, values)):
        yield count


async def purgeable(database: Database, before: datetime) -> Mapping[str, int]:
    """How many records of each type purging would remove, but for those that were merged into them."""
    found = await database.read(Statement(_COUNT, {"before": before}))
    return {type or "": count for type, count in sorted(found, key=lambda each: each[0] or "")}
