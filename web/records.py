"""What is written down of operations: one line of the log each, and security events where there is something to see.

A line says who asked which operation, and what came of it; never a value and never the text of a document. The document
is told by its SHA-256, by which whoever has it can find it.
"""

from __future__ import annotations

import itertools
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import structlog

from graph.reader import Reader
from resolvers.account import Account
from resolvers.answer import Answer
from web import security_events

_log = structlog.get_logger("operations")

# Of each request a number that this server has never given before.
_PROCESS, _NUMBERS = secrets.token_hex(6), itertools.count(1)
# What a proxy in front may have called it; anything else is not worth writing down.
_REQUEST_ID = re.compile(r"[\w.:-]{1,100}", re.ASCII)
_NAME = 100
# What nobody should have asked for.
_REFUSALS = frozenset({"FORBIDDEN", "UNAUTHENTICATED", "RATE_LIMITED"})


def request_id(headers: Mapping[str, str] | None = None) -> str:
    """What a request is called in the log: as the header X-Request-Id says, or by a number of our own."""
    given = headers.get("x-request-id") if headers else None
    return given if given and _REQUEST_ID.fullmatch(given) else f"{_PROCESS}-{next(_NUMBERS)}"


def codes_of(answer: Answer) -> list[str]:
    """The codes of an answer's errors, each once."""
    return list(dict.fromkeys(str(error["extensions"]["code"]) for error in answer.errors)) if answer.errors else []


class Records:
    """Writes operations down. Security events are written even where lines of operations are not wanted."""

    def __init__(self, *, with_operations: bool) -> None:
        self._with_operations = with_operations

    def operation(self, account: Account, reader: Reader, codes: Sequence[str], seconds: float, request: str) -> None:
        if self._with_operations:
            _log.info(
                "operation",
                request=request,
                name=account.operation[:_NAME] if account.operation else None,
                kind=account.kind,
                document=account.document,
                user=reader.user_id,
                roles=sorted(reader.roles) if reader.roles else [],
                cost=account.requested,
                rows=account.rows,
                statements=account.statements,
                databaseMs=int(account.database * 100_000 + 0.5) / 100,
                ms=int(seconds * 100_000 + 0.5) / 100,
                codes=codes,
            )
        if account.sensitive and not codes:
            self.sensitive_read(account, reader, request, account.sensitive)
        if codes and not _REFUSALS.isdisjoint(codes):
            self._noted("refused", account, reader, request, refused=True, codes=", ".join(codes))

    def sensitive_read(self, account: Account, reader: Reader, request: str, properties: Iterable[str]) -> None:
        self._noted("sensitive_read", account, reader, request, properties=", ".join(sorted(properties)))

    def export(self, account: Account, reader: Reader, request: str, **facts: Any) -> None:
        """An export that has come to its end, whichever that was."""
        self._noted("export", account, reader, request, **facts)

    def _noted(self, event: str, account: Account, reader: Reader, request: str, **facts: Any) -> None:
        security_events.record(
            event,
            request=request,
            user=reader.user_id,
            caller=account.caller,
            operation=account.operation[:_NAME] if account.operation else None,
            document=account.document,
            **facts,
        )
