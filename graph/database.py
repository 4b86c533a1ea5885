"""The driver: statements in, values out. The only module that opens sessions, and that knows the driver's exceptions."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from neo4j import (
    READ_ACCESS,
    WRITE_ACCESS,
    AsyncDriver,
    AsyncGraphDatabase,
    AsyncManagedTransaction,
    AsyncSession,
    NotificationMinimumSeverity,
    Query,
    unit_of_work,
)
from neo4j import Bookmarks as Neo4jBookmarks
from neo4j.exceptions import (
    AuthError,
    ClientError,
    ConfigurationError,
    DatabaseError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    TransientError,
)

from graph.address import Address
from graph.attempts import FIRST_PAUSE, LONGEST_PAUSE, Transaction, transact, write_once
from graph.bookmarks import Bookmarks
from graph.errors import BadInput, Failed, NoNumber, Refused, Timeout, Unavailable
from graph.statement import Statement

T = TypeVar("T")
Work = Callable[[AsyncManagedTransaction], Awaitable[T]]


def nobody() -> None:
    """Tells nobody."""


_STOPPED = ("TransactionTimedOut", "TransactionTimedOutClientConfiguration", "LockClientStopped")
# What Neo4j says when a single statement is too much for it, and calls transient.
_EXHAUSTED = ("StackOverFlow", "OutOfMemory")


@dataclass(frozen=True)
class Patience:
    """How long to wait for the database, in seconds."""

    # A statement that takes longer is stopped by the database itself.
    statement: float = 30.0
    # A request is repeated for this long while the database is away.
    retry: float = 5.0
    # What became of a write whose answer was lost is looked for this long; the embedded Neo4j starts again within it.
    settle: float = 30.0
    # A free connection is waited for this long.
    connection: float = 10.0
    # Neo4j thinks for this long about a named query's body. That takes it less than a second, unless it is just starting
    # and others keep it busy; a query that is given up is missing from the schema.
    examination: float = 60.0


@dataclass(frozen=True)
class Examined:
    """A statement as Neo4j understands it: its columns, whether it only reads, the operators of its plan."""

    columns: tuple[str, ...]
    is_read: bool
    operators: frozenset[str]


_UNANSWERED = "The database could not answer this; the server's log tells why."


class CypherRefused(Exception):
    """Neo4j's own words about a text that is no Cypher, for authors; `line` is counted from 1."""

    def __init__(self, message: str) -> None:
        # Neo4j repeats the text and points into it; its first line is the sentence.
        sentence = message.split("\n", maxsplit=1)[0].split(" (line ", maxsplit=1)[0]
        super().__init__(f"syntax error: {sentence}" if sentence.startswith("Invalid input") else sentence)
        found = re.search(r"\(line (\d+), column", message)
        self.line = int(found[1]) if found else 1


class Database:
    """A Neo4j that is asked through one pool of connections.

    Its methods raise `Unavailable` when the database is away, `Timeout` when it stopped a statement, and let through
    what only a defect can cause.
    """

    def __init__(self, address: Address, patience: Patience = Patience()) -> None:
        self._patience = patience
        self._database = address.database
        self._edition: str | None = None
        # Called after each write of this process: whoever waits for changes need not wait for the next look.
        self.on_write: Callable[[], None] = lambda: None
        try:
            self._driver: AsyncDriver = AsyncGraphDatabase.driver(
                address.uri,
                auth=(address.user, address.password),
                max_transaction_retry_time=patience.retry,
                connection_acquisition_timeout=patience.connection,
                connection_timeout=patience.connection,
                # What Neo4j notes about statements is for whoever writes them: `explain` asks for it.
                notifications_min_severity=NotificationMinimumSeverity.OFF,
            )
        except (ConfigurationError, ValueError) as error:
            raise BadInput(f"NEO4J_URI is {address.uri}, which is no address of a Neo4j: {error}") from None

    async def read(
        self, statement: Statement, *, bookmarks: Bookmarks | None = None, planned: Callable[[], None] = nobody
    ) -> Any:
        """The one value of the one row that a planned statement answers, which sees what the bookmarks stand for.

        `planned` is called once Neo4j has planned the statement, before it runs.
        """

        # A transaction function would send BEGIN and COMMIT apart, each a round trip; so the retries are ours. Nothing
        # is written, so that no attempt can be one too many.
        give_up, pause = time.monotonic() + self._patience.retry, FIRST_PAUSE
        while True:
            try:
                async with self._open(bookmarks, READ_ACCESS) as session:
                    query = Query(statement.text, timeout=self._patience.statement)
                    result = await session.run(query, statement.parameters)
                    # Neo4j tells the columns of the result when it has planned the statement, and runs it after that.
                    planned()
                    record = await result.single(strict=True)
                    return record[0]
            except (Neo4jError, DriverError, OSError) as error:
                is_retryable = not isinstance(error, OSError) and error.is_retryable()
                if not is_retryable or time.monotonic() + pause > give_up:
                    with _failing(), _told(self._patience, self._database):
                        raise
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    async def write(
        self,
        statement: Statement,
        *,
        changes: Sequence[str] = (),
        bookmarks: Bookmarks | None = None,
        planned: Callable[[], None] = nobody,
    ) -> Any:
        """The one value of the one row that a planned write answers, in a transaction of its own.

        `changes` are the ids of the changes that it would leave. Raises `Overtaken` if another transaction took a unique
        value meanwhile, `Settled` if the write turns out to have been done by an attempt whose answer was lost, and
        `OutcomeUnknown` if the database is away for so long that this cannot be found out.
        """
        with _failing(), _told(self._patience, self._database):
            found = await write_once(self._open, self._patience, statement, changes, bookmarks or Bookmarks(), planned)
        self.on_write()
        return found

    async def transact(self, work: Callable[[Transaction], Awaitable[T]], bookmarks: Bookmarks | None = None) -> T:
        """Run work that takes an idempotency key first as one transaction, and again until its outcome is known.

        Raises as `write` does, but never `Settled`: work finds that out by its key.
        """
        with _failing(), _told(self._patience, self._database):
            found = await transact(self._open, self._patience, work, bookmarks or Bookmarks())
        self.on_write()
        return found

    async def read_transaction(self, work: Work[T]) -> T:
        """Run work in one read transaction. It may be run again, if the database was away meanwhile."""
        async with self._session() as session:
            found: T = await session.execute_read(unit_of_work(timeout=self._patience.statement)(work))
            return found

    async def write_transaction(self, work: Work[T], *, seconds: float | None = None) -> T:
        """Run work in one write transaction. It may be run again after a deadlock, or if the database was away.

        `seconds` is how long it may take, where that is not what a request may take.
        """
        async with self._session() as session:
            limit = self._patience.statement if seconds is None else seconds
            found: T = await session.execute_write(unit_of_work(timeout=limit)(work))
            self.on_write()
            return found

    async def run(self, text: str, **parameters: Any) -> list[list[Any]]:
        """All rows of a statement in a transaction of its own, for what may not run inside another one."""
        async with self._session() as session:
            result = await session.run(text, parameters)
            return [list(record.values()) async for record in result]

    async def plan(
        self, statement: Statement, *, profile: bool = False, planned: Callable[[], None] = nobody
    ) -> dict[str, Any]:
        """Neo4j's own plan of a statement, as its nested operators; with `profile` it is run and its hits are counted."""
        async with self._session() as session:
            text = f"{'PROFILE' if profile else 'EXPLAIN'} {statement.text}"
            result = await session.run(Query(text, timeout=self._patience.statement), statement.parameters)
            planned()
            summary = await result.consume()
            found: dict[str, Any] = (summary.profile if profile else summary.plan) or {}
            return found

    async def examine(self, text: str) -> Examined:
        """What Neo4j makes of a text, without running it. Raises `CypherRefused` if it makes nothing of it."""
        limit = self._patience.examination
        undecided = f"Neo4j came to no end with it within {limit:g} s; make it simpler"
        async with self._session() as session:
            try:
                # Brackets in brackets can end the parser's own thread, and then Neo4j neither stops nor answers.
                async with asyncio.timeout(limit + 1):
                    result = await session.run(Query(f"EXPLAIN {text}", timeout=limit))
                    columns = tuple(result.keys())
                    summary = await result.consume()
            except TimeoutError:
                raise CypherRefused(undecided) from None
            except Neo4jError as error:
                code = error.code or ""
                if any(word in code for word in _STOPPED):
                    raise CypherRefused(undecided) from None
                if isinstance(error, ClientError) and "Statement" in code:
                    raise CypherRefused(error.message or "") from None
                if isinstance(error, DatabaseError) or any(word in code for word in _EXHAUSTED):
                    raise CypherRefused(f"Neo4j breaks down over it ({code}); make it simpler") from None
                raise
        return Examined(columns, summary.query_type == "r", frozenset(_operators(summary.plan or {})))

    async def edition(self) -> str:
        """What the server is, such as "Neo4j 5.26.30 community"; just "Neo4j" while it cannot be asked."""
        if self._edition is None:
            try:
                rows = await self.run(
                    "CALL dbms.components() YIELD name, versions, edition "
                    "WHERE name = 'Neo4j Kernel' RETURN 'Neo4j ' + versions[0] + ' ' + edition"
                )
            except Unavailable:
                return "Neo4j"
            self._edition = str(rows[0][0]) if rows else "Neo4j"
        return self._edition

    async def close(self) -> None:
        await self._driver.close()

    def _open(self, bookmarks: Bookmarks | None, mode: str = WRITE_ACCESS) -> AsyncSession:
        seen = Neo4jBookmarks.from_raw_values(bookmarks.values) if bookmarks and bookmarks.values else None
        return self._driver.session(database=self._database, default_access_mode=mode, bookmarks=seen)

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[AsyncSession]:
        with _told(self._patience, self._database):
            async with self._driver.session(database=self._database) as session:
                yield session


@contextmanager
def _failing() -> Iterator[None]:
    """Whatever else the database says of a statement is for the log, not for the client."""
    try:
        yield
    except Neo4jError as error:
        if (error.code or "").endswith("Statement.TypeError"):
            raise NoNumber(_UNANSWERED) from error
        logging.getLogger(__name__).exception("a statement failed")
        raise Failed(_UNANSWERED) from error


@contextmanager
def _told(patience: Patience, database: str | None) -> Iterator[None]:
    """What the driver raises, as what our callers know."""
    try:
        yield
    except Neo4jError as error:
        if isinstance(error, AuthError) or "AuthenticationRateLimit" in (error.code or ""):
            raise Refused(
                "The database refuses our user name or password; see NEO4J_USER and NEO4J_PASSWORD."
            ) from error
        if "InvalidBookmark" in (error.code or ""):
            raise BadInput("The bookmark is not one of this database's; ask again without it.") from error
        if any(word in (error.code or "") for word in _STOPPED):
            raise Timeout(f"The statement took longer than {patience.statement:g} s and was stopped.") from error
        if isinstance(error, TransientError) or error.is_retryable():
            raise Unavailable("The database is busy or starting; try again.") from error
        if isinstance(error, ClientError) and "DatabaseNotFound" in (error.code or ""):
            raise Refused(f"The server has no database {database}; see NEO4J_DATABASE.") from error
        raise
    except (ServiceUnavailable, DriverError, OSError) as error:  # TimeoutError is an OSError.
        if isinstance(error, DriverError) and not error.is_retryable() and not isinstance(error, ServiceUnavailable):
            raise
        raise Unavailable("The database is away; try again.") from error


def _operators(plan: dict[str, Any]) -> Iterator[str]:
    yield str(plan.get("operatorType", "")).split("@")[0]
    for child in plan.get("children", ()):
        yield from _operators(child)
