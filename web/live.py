"""What answers requests now: the API with its named queries, which may be loaded anew while the server runs."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog

from graph.database import Database
from graph.errors import GuanxiError
from resolvers.answer import Answerer
from resolvers.api import API
from web.queries import Queries, load_queries, query_paths, report
from web.settings import Settings
from web.trusted import load_trusted_documents, manifest_paths

log = structlog.get_logger()

# How often the folders of named queries are looked at, in seconds.
LOOK_AGAIN = 0.5


class Live:
    """The answerer at hand. A broken file never takes the server down: it is left out, and the others are served."""

    def __init__(self, base: API, settings: Settings, database: Database, queries: Queries) -> None:
        self._base, self._settings, self._database = base, settings, database
        self._use(queries)

    @classmethod
    async def load(cls, base: API, settings: Settings, database: Database) -> Live:
        """The API of the declarations, with every named query that fits."""
        return cls(base, settings, database, await load_queries(base, settings, database))

    def _use(self, queries: Queries) -> None:
        self.queries = queries
        self.answerer = Answerer(queries.api, self._database, self._settings.base_currency)
        for line in report(queries):
            log.error("named query left out" if line in map(str, queries.errors) else "named query", reason=line)
        paths = manifest_paths(self._settings.trusted_documents)
        self.trusted = load_trusted_documents(paths, self.answerer.documents)
        for line in self.trusted.errors:
            log.error("trusted document left out", reason=line)

    async def reload(self) -> None:
        """Read all files again. Requests go on being answered as before until it is done."""
        self._use(await load_queries(self._base, self._settings, self._database))

    async def watch(self) -> None:
        """Reload whenever a file is added, changed or removed. Runs until it is cancelled."""
        seen = self._stamps()
        while True:
            await asyncio.sleep(LOOK_AGAIN)
            found = self._stamps()
            if found == seen:
                continue
            seen = found
            try:
                await self.reload()
                log.info("named queries were read again", count=len(self.queries.files))
            except GuanxiError as error:
                log.error("named queries could not be read again", reason=error.message)

    def _stamps(self) -> dict[Path, tuple[int, int]]:
        stamps = {}
        for path in (*query_paths(self._settings), *manifest_paths(self._settings.trusted_documents)):
            try:
                found = path.stat()
            except FileNotFoundError:
                continue
            stamps[path] = (found.st_mtime_ns, found.st_size)
        return stamps
