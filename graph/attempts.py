"""How a write is tried until it is known what became of it. Opens no session of its own: it is given how to.

A write is sent, and the connection is lost before the answer: nobody knows whether it was done, and it may even be
about to be done. Sending it again could do it twice; not sending it, not at all. So every attempt takes something in
the database before all else, which only one transaction can have at a time:

- A write with a key takes the key's node, and its answer is stored there. Repeating it is safe by itself: the second
  attempt waits for the first, and then finds its answer, or nothing.
- A write without one takes the name of its attempt, and gives it up when it ends. To settle what became of it, the name
  is taken for good: that waits for the attempt if it is under way, and refuses it if it is still to come. After that
  the changes that it would have left are there, or never will be.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from neo4j import WRITE_ACCESS, AsyncSession, AsyncTransaction, Query
from neo4j.exceptions import ConstraintError, DriverError, Neo4jError, ServiceUnavailable, SessionExpired

from graph.bookmarks import Bookmarks
from graph.errors import OutcomeUnknown
from graph.statement import Statement

if TYPE_CHECKING:
    from graph.database import Patience

T = TypeVar("T")
Open = Callable[[Bookmarks], AsyncSession]

# Between attempts while the database is away, in seconds; each pause is twice the one before.
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
# The database stops a statement at its limit; one whose answer takes this much longer has been lost.
GRACE = 5.0
# Two transactions wait for each other; or what one waits for is removed by the other, which the next attempt sees.
_CONTENDED = ("DeadlockDetected", "EntityNotFound")
# Servers of a cluster say these also of what may have been done.
_DOUBTFUL = ("Cluster", "DatabaseUnavailable", "CommitFailed")

SETTLE = """CYPHER 5
MERGE (attempt:Attempt {id: $p.attempt})
ON CREATE SET attempt.createdAt = datetime.transaction('Z')
WITH attempt
RETURN EXISTS { MATCH (change:Change) WHERE change.id IN $p.changes } AS wasMade"""


class Overtaken(Exception):
    """Another transaction took a unique value between our check and our write. Nothing of ours was written.

    `property` is the name of what must be unique.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        found = re.search(r"and property `(\w+)`", message)
        self.property = found[1] if found else ""


class Denied(Exception):
    """Once all was written, it turned out that the reader may not do this, or nobody may. Nothing of it stayed.

    `problem` is `[code, root, at]`, as a statement answers it.
    """

    def __init__(self, code: str, root: str, at: str) -> None:
        super().__init__(code)
        self.problem = [code, int(root), int(at) if at else None, None]


class Settled(Exception):
    """The write has been done, by an attempt whose answer was lost."""


class Transaction:
    """A transaction under way. Its statements are run one after the other."""

    def __init__(self, inner: AsyncTransaction) -> None:
        self._inner = inner
        self.has_answered = False

    async def run(self, statement: Statement, planned: Callable[[], None] | None = None) -> Any:
        """The one value of the one row that a planned statement answers; `planned` is called before it runs."""
        result = await self._inner.run(statement.text, statement.parameters)
        if planned:
            planned()
        record = await result.single(strict=True)
        self.has_answered = True
        return record[0]


class _Turns:
    """When to try again, and until when."""

    def __init__(self, patience: Patience) -> None:
        self._pause, self.is_open = FIRST_PAUSE, False
        self._give_up = time.monotonic() + patience.retry
        self._give_up_open = self._give_up + patience.settle
        self._give_up_locked = self._give_up - patience.retry + patience.statement

    def lose(self) -> None:
        """From here on it is not known what became of the write, which is worth a longer wait."""
        self.is_open, self._give_up = True, self._give_up_open

    async def another(self, error: Exception) -> None:
        """Wait for the next turn. Raises the error if there is none."""
        is_contended = isinstance(error, Neo4jError) and any(word in (error.code or "") for word in _CONTENDED)
        if is_contended:
            # The database is there, and somebody gets on; so this may take as long as a statement that waits for others.
            self._give_up = max(self._give_up, self._give_up_locked)
        is_retryable = is_contended or not isinstance(error, Neo4jError | DriverError) or error.is_retryable()
        if not (self.is_open or is_retryable) or time.monotonic() + self._pause > self._give_up:
            if self.is_open:
                raise OutcomeUnknown(
                    "The connection to the database was lost while it wrote, and it cannot be asked what became of "
                    "that. Look whether it was done, or repeat it with the Idempotency-Key that it had."
                ) from error
            raise error
        # Chance keeps those who met once from meeting again.
        await asyncio.sleep(self._pause * random.uniform(0.5, 1))  # noqa: S311 - nothing secret.
        self._pause = min(2 * self._pause, LONGEST_PAUSE)


async def write_once(
    open_session: Open,
    patience: Patience,
    statement: Statement,
    changes: Sequence[str],
    bookmarks: Bookmarks,
    planned: Callable[[], None],
) -> Any:
    """Run a write that takes the name of its attempt, as a transaction of its own, until it is known to be done.

    Raises `Settled` if it was done by an attempt whose answer was lost.
    """
    turns, lost = _Turns(patience), ""
    while True:
        attempt, is_sent = uuid4().hex, False
        try:
            async with asyncio.timeout(patience.statement + GRACE), open_session(bookmarks) as session:
                # The driver would take the connection by itself, but then a server that is away could not be told
                # from one that was lost on the way.
                await session._connect(WRITE_ACCESS)  # type: ignore[no-untyped-call]
                if lost:
                    settled = await session.run(
                        Query(SETTLE, timeout=patience.statement), {"p": {"attempt": lost, "changes": list(changes)}}
                    )
                    if (await settled.single(strict=True))[0]:
                        raise Settled
                    lost, turns.is_open = "", False
                parameters = {"p": {**statement.values, "attempt": attempt}}
                is_sent = True
                result = await session.run(Query(statement.text, timeout=patience.statement), parameters)
                planned()
                record = await result.single(strict=True)
                bookmarks.replace((await session.last_bookmarks()).raw_values)
                return record[0]
        except ConstraintError as error:
            raise _violated(error.message or "") from error
        except (Neo4jError, DriverError, OSError, TimeoutError) as error:
            if is_sent and _is_doubtful(error):
                lost = attempt
                turns.lose()
            await turns.another(error)


async def transact(
    open_session: Open, patience: Patience, work: Callable[[Transaction], Awaitable[T]], bookmarks: Bookmarks
) -> T:
    """Run work as one transaction, again and again until it is known to be done.

    The work must take a key first and look what is stored there, for an attempt whose answer was lost may have been done.
    What else it raises rolls back, and goes to whoever called.
    """
    turns = _Turns(patience)
    while True:
        is_committing, transaction = False, None
        try:
            async with asyncio.timeout(patience.statement + GRACE), open_session(bookmarks) as session:
                inner = await session.begin_transaction(timeout=patience.statement)
                async with inner:
                    transaction = Transaction(inner)
                    found = await work(transaction)
                    is_committing = True
                    await inner.commit()
                bookmarks.replace((await session.last_bookmarks()).raw_values)
                return found
        except ConstraintError as error:
            raise _violated(error.message or "") from error
        except (Neo4jError, DriverError, OSError, TimeoutError) as error:
            if transaction and transaction.has_answered:
                # It had the key, so that no attempt before it can have.
                turns.is_open = False
            if is_committing and _is_doubtful(error):
                turns.lose()
            await turns.another(error)


def _violated(message: str) -> Exception:
    """What a violated constraint says: that somebody was faster, or what `write_afterwards.refusing` wrote there."""
    found = re.search(r"= '(FORBIDDEN [A-Z]+ [A-Z]+ \w+|LAST_ADMINISTRATOR) (\d+) (\d*)'", message)
    return Denied(found[1], found[2], found[3]) if found else Overtaken(message)


def _is_doubtful(error: Exception) -> bool:
    """Whether a statement may have been done although this was answered, or nothing was."""
    if isinstance(error, Neo4jError):
        return any(word in (error.code or "") for word in _DOUBTFUL)
    # The driver's other complaints are about how it is used.
    return isinstance(error, ServiceUnavailable | SessionExpired | OSError)
