"""How commands come by a database: the embedded one of a data directory, or one that the environment names."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

from rich.console import Console

from graph.address import Address
from graph.database import Database, Patience
from graph.embedded import Memory, attach
from graph.money import Rates, read_rates
from web.settings import Settings

T = TypeVar("T")

console = Console(stderr=True, highlight=False)


def say(text: str, *, on_one_line: bool = False) -> None:
    """Tell whoever gave the command; `on_one_line` is for what is copied, such as an address."""
    console.print(text, markup=False, soft_wrap=on_one_line)


@contextmanager
def address(settings: Settings, command: str, *, exclusive: bool = False) -> Iterator[Address]:
    """Where the database is, for as long as the command runs; the embedded one is started if it does not run."""
    if settings.neo4j_uri:
        yield Address(settings.neo4j_uri, settings.neo4j_user, settings.password(), settings.neo4j_database)
        return
    memory = Memory(settings.heap, settings.page_cache)
    with attach(settings.data, command=command, exclusive=exclusive, memory=memory, say=say) as found:
        yield found


@asynccontextmanager
async def database(settings: Settings, where: Address) -> AsyncIterator[Database]:
    """The database at an address, closed at the end."""
    patience = Patience(statement=settings.statement_timeout, retry=settings.retry_time)
    opened = Database(where, patience)
    try:
        yield opened
    finally:
        await opened.close()


def rates(settings: Settings) -> Rates:
    """The exchange rates of the file that the settings name."""
    return read_rates(settings.rates) if settings.rates else Rates()


def with_database(settings: Settings, command: str, work: Callable[[Database], Awaitable[T]]) -> T:
    # Nobody waits for these statements but the one who gave the command, so they may take long.
    patient = settings.model_copy(update={"statement_timeout": max(settings.statement_timeout, 600.0)})

    async def run(where: Any) -> T:
        async with database(patient, where) as opened:
            return await work(opened)

    with address(settings, command) as where:
        return asyncio.run(run(where))
