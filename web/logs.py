"""The server's own log: JSON lines on stderr. What looks like a secret is masked, whoever logs it."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
import structlog
from pydantic import SecretStr
from structlog.typing import Processor

MASKED = "***"
# Names of what is never told, as parts of a name.
_SECRET = re.compile(r"password|secret|token|authorization|cookie|api_?key|credential|variables", re.IGNORECASE)
# Secrets in the midst of a text: those of an address, and what follows "Bearer".
_IN_TEXT = re.compile(r"(?<=://)[^/@\s:]+:[^/@\s]+(?=@)|(?<=Bearer )\S+", re.IGNORECASE)


# Values of these kinds hold no secret under a name that is none.
_PLAIN = frozenset({int, float, bool, list, tuple, dict})


@lru_cache(1_000)
def _is_secret(name: str) -> bool:
    return _SECRET.search(name) is not None


def masked(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An event without its secrets: by the names of its entries, and by what is known to stand in texts."""
    for key, value in event.items():
        if value is None:
            continue
        kind = type(value)
        if _is_secret(key):
            event[key] = MASKED
        elif kind is str:
            if "://" in value or "earer " in value:
                event[key] = _IN_TEXT.sub(MASKED, value)
        elif kind not in _PLAIN and isinstance(value, SecretStr):
            event[key] = MASKED
    return event


class Printing(structlog.BytesLogger):
    """Prints lines, under a name if it is given one."""

    def __init__(self, file: Any, name: str | None) -> None:
        super().__init__(file)
        self.name = name


def _dumps(event: Any, **_: Any) -> bytes:
    return orjson.dumps(event, default=repr)


# Names of structlog's methods whose lines have the level of another one.
_LEVELS = {"warn": "warning", "exception": "error"}


def line(logger: Any, method: str, event: MutableMapping[str, Any]) -> bytes:
    """An event of ours as a line: what the processors below do one after the other, in one."""
    if logger.name:
        event["logger"] = logger.name
    event["level"] = _LEVELS.get(method, method)
    # As structlog's own processor writes it, which takes its way through a time zone.
    event["timestamp"] = f"{datetime.now(UTC).isoformat()[:-6]}Z"
    if "exc_info" in event:
        event = structlog.processors.format_exc_info(logger, method, event)
    return orjson.dumps(masked(logger, method, event), default=repr)


def set_up_logs() -> None:
    """Send what structlog and the standard library log to stderr, one JSON object per line."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        masked,
    ]
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, line],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *names: Printing(sys.stderr.buffer, names[0] if names else None),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    renderer = structlog.processors.JSONRenderer(serializer=lambda event, **_: _dumps(event).decode())
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
