"""What answering costs its caller: put aside before a statement runs, and settled by the records that came."""

from __future__ import annotations

from typing import Any

from graph.statement import Statement
from resolvers.account import ACCOUNT
from resolvers.first_runs import FirstRuns
from resolvers.question import Prepared
from resolvers.throttle import Reservation, Throttle

# What it costs to open a subscription.
_SUBSCRIBING = 10


class Charging:
    """Charges what is read to the account of whoever asks, if there is one."""

    def __init__(self, throttle: Throttle, first_runs: FirstRuns) -> None:
        self._throttle, self._first_runs = throttle, first_runs

    async def reserve(self, prepared: Prepared, statement: Statement | None) -> Reservation:
        """Put aside what a question may cost. Raises `RateLimited`, or `TooComplex`."""
        account, reader = ACCOUNT.get(), prepared.request.reader
        requested = prepared.requested or 1
        if account:
            account.requested += requested
            account.sensitive = prepared.plan.sensitive
            if statement and not self._first_runs.is_planned(statement.text):
                self._throttle.meet(account, reader)
        if account is None or self._throttle.is_free(reader):
            return Reservation(None, requested)
        return await self._throttle.reserve(account, reader, requested)

    async def subscribe(self, prepared: Prepared) -> None:
        """Let a subscription be paid for as it is opened. Raises `RateLimited`, or `TooComplex`."""
        if account := ACCOUNT.get():
            account.document = prepared.document.hash
            account.operation = prepared.operation.name.value if prepared.operation.name else None
        statement = prepared.bind()
        reserved = await self.reserve(prepared, statement)
        reserved.settle(_SUBSCRIBING)

    def settle(self, prepared: Prepared, reserved: Reservation, row: Any) -> None:
        account = ACCOUNT.get()
        if account or prepared.question.wants_cost:
            rows = prepared.plan.actual_cost(row) if row else 0
            if reserved.bucket or prepared.question.wants_cost:
                reserved.settle(rows)
            if account:
                account.rows += rows
