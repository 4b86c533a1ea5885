"""Numbers for records that come without one, known before the statement that makes the record.

They are taken from the database in blocks, each in a short transaction of its own, so that whoever makes records does
not wait until others have. What of a block is not used when the server stops leaves a gap.
"""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial

from graph.database import Database
from graph.lookup import free_numbers


class Numbers:
    """Hands out each number once; of several servers each has blocks of its own.

    No record has a number when its block is taken. If somebody gives it to a record by hand before it is handed out,
    the database refuses the second record, which then takes the next.
    """

    def __init__(self, database: Database, block: int = 20) -> None:
        self._database, self._block = database, block
        self._free: dict[str, deque[str]] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    async def next(self, type: str, count: int = 1) -> list[str]:
        """So many numbers of a type that `implied.NUMBERED` knows, in ascending order."""
        async with self._turns.setdefault(type, asyncio.Lock()):
            free = self._free.setdefault(type, deque())
            if len(free) < count:
                wanted = max(self._block, count - len(free))
                free += await self._database.write_transaction(partial(free_numbers, type=type, count=wanted))
            return [free.popleft() for _ in range(count)]
