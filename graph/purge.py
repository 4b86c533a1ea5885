"""What was deleted long ago is removed for good, in batches, each a transaction of its own.

What another system called it goes with it, and what changes told of it that was personal. That it was purged is a
change itself. A record that was merged into another one stays, as its id leads there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from graph.changes import FRESH_CHANGE
from graph.database import Database
from graph.ids import new_id
from graph.merge_rules import MERGED_INTO
from graph.statement import Statement

BATCH = 500

# A part goes when what it was deleted with goes, which was deleted at the same instant.
_PURGE = f"""CYPHER 5
    WITH datetime.transaction('Z') AS now
    MATCH (gone:Deleted) WHERE gone.deletedAt < $p.before AND NOT EXISTS {{ (gone)-[:{MERGED_INTO}]->() }}
    WITH now, gone ORDER BY gone.deletedAt, gone.id LIMIT $p.most
    // Of two purges at once the second waits here, and then finds that there is nothing left to do.
    SET gone.id = gone.id
    WITH now, gone WHERE gone:Deleted
    CALL (gone) {{
        OPTIONAL MATCH (gone)<-[:OF_RECORD]-(change:Change {{recordId: gone.id}})-[:HAS_VALUE]->(value:ChangeValue)
        RETURN collect(value) AS values
    }}
    CALL (gone) {{
        OPTIONAL MATCH (ref:ExternalRef)-[:REFERS_TO]->(gone)
        RETURN collect(ref) AS names
    }}
    WITH now, gone, values, names, replace(randomUUID(), '-', '') AS digits
    CREATE (:Change {{
        id: {FRESH_CHANGE}, createdAt: now, updatedAt: now, version: 1, operation: 'PURGE', recordId: gone.id,
        recordType: gone.formerType, recordVersion: gone.version, properties: [], requestId: $p.request
    }})
    FOREACH (each IN values + names | DETACH DELETE each)
    DETACH DELETE gone
    RETURN count(*) AS count"""


async def purge(database: Database, before: datetime, *, batch: int = BATCH) -> AsyncIterator[int]:
    """Remove what was deleted before an instant; yields how many records each batch was. Stopped, it can be run again."""
    values = {"before": before, "most": batch, "request": new_id("request")}
    while count := await database.write(Statement(_PURGE, values)):
        yield count
