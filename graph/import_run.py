"""The record of an import: begun before the first row, continued by whoever imports the same again, finished at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from neo4j import AsyncManagedTransaction

from graph.batch import Run
from graph.database import Database
from graph.ids import new_id
from graph.lookup import run as run_statement
from graph.mapping_spec import ImportMapping
from graph.rows import Mode, Report
from graph.tables import Content

_PIECE = 1 << 20


def digest_of(mapping: ImportMapping, files: Iterable[Content]) -> str:
    """What the same import is recognised by: its mapping, its mode, its files."""
    found = hashlib.sha256(mapping.digest.encode())
    for content in files:
        found.update(f"\n{content.name}\n".encode())
        one = hashlib.sha256()
        with content.open() as file:
            while piece := file.read(_PIECE):
                one.update(piece)
        found.update(one.digest())
    return found.hexdigest()


async def begin_run(
    database: Database,
    mapping: ImportMapping,
    files: Iterable[Content],
    mode: Mode | None,
    by: str | None,
    now: datetime,
) -> Run:
    """A new run, or the one of the same import that has not come to its end."""
    contents = list(files)
    work = partial(
        _begin,
        id_=new_id("import_run"),
        hash_=digest_of(mapping, contents),
        about={
            "files": [content.name for content in contents],
            "mapping": mapping.name,
            "mode": mode.name if mode else None,
            "createdBy": by,
        },
        now=now,
    )
    return Run(await database.write_transaction(work), by)


async def _begin(
    transaction: AsyncManagedTransaction, id_: str, hash_: str, about: dict[str, object], now: datetime
) -> str:
    found = await run_statement(
        transaction,
        """CYPHER 5
        MATCH (run:ImportRun) WHERE run.id IS NOT NULL AND run.hash = $p.hash AND run.status = 'RUNNING'
        RETURN run.id ORDER BY run.id DESC LIMIT 1""",
        hash=hash_,
    )
    if found:
        return str(found[0][0])
    await run_statement(
        transaction,
        """CYPHER 5
        CREATE (run:ImportRun)
        SET run = $p.about, run.id = $p.id, run.hash = $p.hash, run.status = 'RUNNING', run.version = 1,
            run.createdAt = $p.now, run.updatedAt = $p.now""",
        id=id_, hash=hash_, about={key: value for key, value in about.items() if value is not None}, now=now,
    )  # fmt: skip
    return id_


async def finish_run(database: Database, run: Run, report: Report, now: datetime) -> None:
    """Say that everything is in. What was made and changed is counted over all attempts of the run."""
    counts = report.records.values()
    total = sum(each.created + each.updated + each.unchanged for each in counts)
    work = partial(_finish, id_=run.id, total=total, rejected=len(report.rejected), now=now)
    await database.write_transaction(work)


async def _finish(transaction: AsyncManagedTransaction, id_: str, total: int, rejected: int, now: datetime) -> None:
    await run_statement(
        transaction,
        """CYPHER 5
        MATCH (run:ImportRun {id: $p.id})
        OPTIONAL MATCH (run)<-[:OF_RUN]-(batch:ImportBatch)
        WITH run, sum(batch.created) AS created, sum(batch.updated) AS updated
        SET run.status = 'COMPLETED', run.created = created, run.updated = updated, run.rejected = $p.rejected,
            run.unchanged = CASE WHEN $p.total > created + updated THEN $p.total - created - updated ELSE 0 END,
            run.finishedAt = $p.now, run.updatedAt = $p.now, run.version = run.version + 1""",
        id=id_, total=total, rejected=rejected, now=now,
    )  # fmt: skip
