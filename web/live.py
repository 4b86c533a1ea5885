"""What answers requests now: the API with its named queries, which may be loaded anew while the server runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from graph.database import Database
from graph.errors import GuanxiError
from graph.money import Currencies
from graph.numbers import Numbers
from resolvers.answer import Answerer
from resolvers.api import API
from resolvers.statements import Statements
from resolvers.throttle import Throttle
from resolvers.turns import Turns
from web.errands import errands
from web.garbage import settle
from web.opening import rates
from web.queries import Queries, load_queries, query_paths, report
from web.settings import Settings
from web.trusted import load_trusted_documents, manifest_paths

log = structlog.get_logger()

# How often the folders of named queries are looked at, in seconds; after a failure, each pause is twice the one before.
LOOK_AGAIN = 0.5
LONGEST_PAUSE = 10.0

# When each file was changed, and how large it is.
Stamps = dict[Path, tuple[int, int]]


class Live:
    """The answerer at hand. A broken file never takes the server down: it is left out, and the others are served."""

    def __init__(self, base: API, settings: Settings, database: Database, queries: Queries, stamps: Stamps) -> None:
        self._base, self._settings, self._database = base, settings, database
        # These outlive what answers requests now.
        self.statements = Statements(database, Turns(settings.room))
        self.throttle = Throttle(settings.spending)
        self._currencies = Currencies(settings.base_currency, base.exponent, rates(settings))
        self._numbers = Numbers(database)
        # Called after a mutation that may have changed what somebody may do.
        self.on_rights: Callable[[], None] = lambda: None
        self._use(queries, stamps)

    @classmethod
    async def load(cls, base: API, settings: Settings, database: Database) -> Live:
        """The API of the declarations, with every named query that fits."""
        stamps = _stamps(settings)
        return cls(base, settings, database, await load_queries(base, settings, database), stamps)

    def _use(self, queries: Queries, stamps: Stamps) -> None:
        self.queries, self._served = queries, stamps
        self.answerer = Answerer(
            queries.api, self.statements, self._currencies, self._numbers.next, self._settings.overlap,
            errands(self._database, queries.api.model, self._currencies, self._settings.retention),
            self._settings.country or None, self.throttle, introspects=self._settings.introspection,
            on_rights=self._tell_of_rights,
        )  # fmt: skip
        for line in report(queries):
            log.error("named query left out" if line in map(str, queries.errors) else "named query", reason=line)
        paths = manifest_paths(self._settings.trusted_documents)
        self.trusted = load_trusted_documents(paths, self.answerer.documents)
        for line in self.trusted.errors:
            log.error("trusted document left out", reason=line)

    def _tell_of_rights(self) -> None:
        self.on_rights()

    def is_stale(self) -> bool:
        """Whether files were added, changed or removed since those that are served were read."""
        return _stamps(self._settings) != self._served

    async def reload(self) -> None:
        """Read all files again. Requests go on being answered as before until it is done, and if it fails."""
        # A file that changes meanwhile is newer than these stamps, so that the next look finds it.
        stamps = _stamps(self._settings)
        self._use(await load_queries(self._base, self._settings, self._database), stamps)
        settle()

    async def watch(self) -> None:
        """Reload whenever a file is added, changed or removed, until that succeeds. Runs until it is cancelled."""
        pause = LOOK_AGAIN
        while True:
            await asyncio.sleep(pause)
            try:
                if self.is_stale():
                    await self.reload()
                    log.info("named queries were read again", count=len(self.queries.files))
                pause = LOOK_AGAIN
            except GuanxiError as error:
                log.error("named queries could not be read again", reason=error.message)
                pause = min(2 * pause, LONGEST_PAUSE)
            except Exception:
                # Whatever it is, watching goes on: the next change of a file may be what mends it.
                log.exception("named queries could not be read again")
                pause = min(2 * pause, LONGEST_PAUSE)


def _stamps(settings: Settings) -> Stamps:
    stamps = {}
    for path in (*query_paths(settings), *manifest_paths(settings.trusted_documents)):
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        stamps[path] = (found.st_mtime_ns, found.st_size)
    return stamps
