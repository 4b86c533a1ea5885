"""Everything that Guanxi refuses, as one tree of exceptions.

GuanxiError                what a client or a caller may be told; anything else is a defect
├── BadInput               the request or the data is wrong; saying it again will not help
│   └── LastAdministrator  nobody would be left who may give others rights
├── UnknownDocument        the request names a document, by its id or its hash, that is not known here
├── TooComplex             the request is well formed, but asks for more than one request may
├── RateLimited            too much was asked in too short a time
├── KeyReused              an idempotency key came with another request than the one that it was given
├── AlreadyDone            a request with this idempotency key has been done, but its answer cannot be shown again
├── Unauthenticated        nobody knows who asks, or whoever it is may not sign in
├── Forbidden              the reader has no right to what was asked
├── RateLimited            too much was asked in too short a time
├── Missed                 a subscriber was too slow, and was not told of some changes
├── Timeout                the database stopped the statement at its time limit
├── OutcomeUnknown         a write may have been done or not, and the database is away
├── Failed                 the database could not run the statement; its log and ours tell why
│   └── NoNumber           something stored is no number where one is declared
└── Unavailable            the database is away or starting; the same request may succeed later
    ├── Busy               more is asked at once than the server takes, of which only some may wait
    └── Refused            the database does not let us in; only whoever runs the server can change that

A message says where, what was found and what to do. It never holds Cypher, driver text or a stack trace.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar


class GuanxiError(Exception):
    """A refusal with a stable `code`, whose text may be shown to the client as it is."""

    code: ClassVar[str] = "INTERNAL"
    retryable: ClassVar[bool] = False

    @property
    def message(self) -> str:
        return str(self.args[0]) if self.args else ""


class BadInput(GuanxiError):
    code = "BAD_USER_INPUT"


class LastAdministrator(BadInput):
    code = "LAST_ADMINISTRATOR"


class UnknownDocument(GuanxiError):
    code = "PERSISTED_QUERY_NOT_FOUND"


class TooComplex(GuanxiError):
    code = "QUERY_TOO_COMPLEX"


class RateLimited(GuanxiError):
    """`after` is how many seconds to wait, and `cost` what was asked for and what there was of it."""

    code = "RATE_LIMITED"
    retryable = True

    def __init__(self, message: str, after: float, cost: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.after, self.cost = after, cost

    @property
    def retry_after(self) -> int:
        """Whole seconds, as the header Retry-After wants them."""
        return max(1, math.ceil(self.after))


class KeyReused(GuanxiError):
    code = "IDEMPOTENCY_KEY_REUSED"


class AlreadyDone(GuanxiError):
    code = "ALREADY_DONE"


class Unauthenticated(GuanxiError):
    code = "UNAUTHENTICATED"


class Forbidden(GuanxiError):
    code = "FORBIDDEN"


class Missed(GuanxiError):
    """`after` is the cursor after which to go on."""

    code = "MISSED"
    retryable = True

    def __init__(self, after: str) -> None:
        super().__init__("You read more slowly than things change; subscribe again after the cursor in `after`.")
        self.after = after


class Timeout(GuanxiError):
    code = "TIMEOUT"


class OutcomeUnknown(GuanxiError):
    """Not to be repeated blindly: it might be done twice."""

    code = "OUTCOME_UNKNOWN"


class Failed(GuanxiError):
    """A statement that the database refuses when it runs it: a defect of ours, or of whoever wrote a named query."""


class NoNumber(Failed):
    """A statement that added up what is no number; rendered with care, it passes over that."""


class Unavailable(GuanxiError):
    code = "UNAVAILABLE"
    retryable = True


class Busy(Unavailable):
    """More is asked at once than the server takes; in a second there may be room."""


class Refused(Unavailable):
    """Not worth a retry of our own: Neo4j locks an account after a few wrong passwords."""
