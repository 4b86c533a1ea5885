"""The database as requests ask it: each statement takes its turn, is timed, and is noted on the account that it is for."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Any, Protocol, TypeVar

from graph.attempts import Transaction
from graph.bookmarks import Bookmarks
from graph.database import nobody
from graph.statement import Statement
from graph.tracing import is_collected, span
from resolvers.account import ACCOUNT, Account
from resolvers.first_runs import Planned
from resolvers.tallies import Tally
from resolvers.turns import Turns

T = TypeVar("T")


class Asked(Protocol):
    """What answering needs of a database: to read and to write, and to tell how it reads."""

    async def read(
        self, statement: Statement, *, bookmarks: Bookmarks | None = None, planned: Planned = ...
    ) -> Any: ...

    async def write(
        self,
        statement: Statement,
        *,
        changes: Sequence[str] = (),
        bookmarks: Bookmarks | None = None,
        planned: Planned = ...,
    ) -> Any: ...

    async def transact(self, work: Callable[[Transaction], Awaitable[T]], bookmarks: Bookmarks | None = None) -> T: ...

    async def plan(self, statement: Statement, *, profile: bool, planned: Planned = ...) -> dict[str, Any]: ...


class Statements:
    """Asks a database. What the server does of its own accord has no account, and waits for nobody."""

    def __init__(self, database: Asked, turns: Turns) -> None:
        self._database, self.turns = database, turns
        self.seconds = Tally()

    async def read(self, statement: Statement, *, bookmarks: Bookmarks | None = None, planned: Planned = nobody) -> Any:
        async with _Turn(self):
            return await self._database.read(statement, bookmarks=bookmarks, planned=planned)

    async def write(
        self,
        statement: Statement,
        *,
        changes: Sequence[str] = (),
        bookmarks: Bookmarks | None = None,
        planned: Planned = nobody,
    ) -> Any:
        async with _Turn(self):
            return await self._database.write(statement, changes=changes, bookmarks=bookmarks, planned=planned)

    async def transact(self, work: Callable[[Transaction], Awaitable[T]], bookmarks: Bookmarks | None = None) -> T:
        async with _Turn(self):
            return await self._database.transact(work, bookmarks)

    async def plan(self, statement: Statement, *, profile: bool, planned: Planned = nobody) -> dict[str, Any]:
        async with _Turn(self):
            return await self._database.plan(statement, profile=profile, planned=planned)


class _Turn:
    """One statement, or one transaction, from when it may be sent until it is answered."""

    __slots__ = ("_account", "_span", "_started", "_statements")

    def __init__(self, statements: Statements) -> None:
        self._statements = statements
        self._account: Account | None = ACCOUNT.get()

    async def __aenter__(self) -> None:
        if self._account and not self._statements.turns.start(self._account.caller):
            await self._statements.turns.take(self._account.caller)
        self._span = span("statement", **{"db.system.name": "neo4j"}) if is_collected() else None
        if self._span:
            self._span.__enter__()
        self._started = time.perf_counter()

    async def __aexit__(
        self, type_: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        seconds = time.perf_counter() - self._started
        if self._span:
            self._span.__exit__(type_, error, trace)
        self._statements.seconds.add(seconds)
        if self._account:
            self._account.database += seconds
            self._account.statements += 1
            self._statements.turns.release(self._account.caller)
