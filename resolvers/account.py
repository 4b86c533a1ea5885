"""The account of one operation: who pays for it, what it may cost, and what it has cost until now.

What an operation does runs in one asyncio task, or in tasks that it starts. So the account goes along as a context
variable, as the context of a log does, and nothing between the endpoint and the database has to hand it on.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Account:
    """`caller` is the user, the API key or the address that pays; `requested` and `rows` are points of cost."""

    caller: str
    # Whether the document is one that is trusted; those have a bucket of their own where trusted ones are preferred.
    is_trusted: bool = False
    prefers_trusted: bool = False
    # Whether to wait until the bucket has filled up, as an export does, instead of being refused.
    is_patient: bool = False
    operation: str | None = None
    kind: str | None = None
    document: str | None = None
    requested: int = 0
    rows: int = 0
    # How many statements were sent, and for how many seconds the database was waited for.
    statements: int = 0
    database: float = 0.0
    # The properties among those that are read which are marked as sensitive.
    sensitive: frozenset[str] = frozenset()


# None for what the server does of its own accord, for which nobody pays.
ACCOUNT: ContextVar[Account | None] = ContextVar("guanxi_account", default=None)
