"""What is written down of sign-ins and refusals: one line of the log each, under the logger "security".

The facts of an event are ids, logins of users that exist, addresses and reasons in a few words; never a password, a token
or a part of one.
"""

from __future__ import annotations

import structlog

log = structlog.get_logger("security")


def record(event: str, *, refused: bool = False, **facts: str | float | None) -> None:
    """Write an event down; its name is in snake case, and facts that are None are left out."""
    known = {name: value for name, value in facts.items() if value is not None}
    if refused:
        log.warning(event, **known)
    else:
        log.info(event, **known)
