"""Ids: a readable prefix and a time-ordered number, `company_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e`.

The number is a UUID of version 7 (RFC 9562) as 32 hexadecimal digits: 48 bits of milliseconds, then 74 bits that are
random, or that a natural key gives. It knows nothing of the types that the prefixes stand for.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import threading
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from graph.errors import BadInput

_PREFIX, _NUMBER = r"[a-z]+(?:_[a-z]+)*", r"[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}"
_ID = re.compile(f"({_PREFIX})_{_NUMBER}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RANDOM_BITS = 74


def new_id(prefix: str) -> str:
    """An id that sorts after every id that this process made before."""
    return f"{prefix}_{_CLOCK.next()}"


def id_for(prefix: str, natural_key: str, at: datetime) -> str:
    """The id that a natural key has at an instant: the same arguments give the same id, in every process."""
    digest = hashlib.sha256(natural_key.encode()).digest()
    milliseconds = (at - _EPOCH) // timedelta(milliseconds=1)
    return f"{prefix}_{_uuid7(milliseconds, int.from_bytes(digest[:10], 'big') >> 6)}"


def prefix_of(identifier: str) -> str:
    """The prefix of a well-formed id.

    >>> prefix_of("line_item_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e")
    'line_item'
    """
    found = _ID.fullmatch(identifier)
    if found is None:
        shown = identifier if len(identifier) <= 60 else identifier[:57] + "…"
        raise BadInput(f'"{shown}" is no id; an id looks like company_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e.')
    return found[1]


def form_of(prefixes: Iterable[str] = ()) -> re.Pattern[str]:
    """What ids with some prefixes look like; with any, unless told.

    >>> bool(form_of({"order"}).fullmatch("order_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e"))
    True
    """
    return re.compile(f"(?:{'|'.join(sorted(prefixes)) or _PREFIX})_{_NUMBER}", re.ASCII)


def _uuid7(milliseconds: int, random: int) -> str:
    """RFC 9562, section 5.7: time, version 7, 12 bits, variant 2, 62 bits."""
    high, low = random >> 62, random & ((1 << 62) - 1)
    return f"{(milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low):032x}"


class _Clock:
    """Numbers that never repeat or fall within one process, even if the computer's clock is set back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._milliseconds = 0
        self._random = 0

    def next(self) -> str:
        now = time.time_ns() // 1_000_000
        with self._lock:
            # RFC 9562, section 6.2, method 2: within one millisecond the random part is counted up by a random step.
            self._random += 1 + secrets.randbits(32)
            if now > self._milliseconds or self._random >> _RANDOM_BITS:
                self._milliseconds = max(now, self._milliseconds + 1)
                # The first bit is left at zero, so that there is room to count.
                self._random = secrets.randbits(_RANDOM_BITS - 1)
            return _uuid7(self._milliseconds, self._random)


_CLOCK = _Clock()
