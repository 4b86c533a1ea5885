"""Texts with characters from U+E000 on, compared as Neo4j sorts them.

Neo4j sorts stored texts by code points, and compares one with a parameter by units of UTF-16. The two agree on all
texts of which neither has a character from U+E000 on where they begin to differ, which are most: Han and kana are
below. Where one has a full-width comma and the other has an emoji, which UTF-16 spells in two units that are below
U+E000, they do not. So a parameter with such characters is compared by what follows from the units:

- it has one of U+E000 to U+FFFF: greater are also texts that agree up to there and go on with a pair of units;
- it has a pair of units: greater are no texts that agree up to there and go on with one of U+E000 to U+FFFF.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from graph.conditions import Operator
from graph.origin import Origin
from graph.rendering import Rendering

# Where UTF-16 puts pairs of units, which stand for what comes after all single ones.
_FIRST_PAIR, _AFTER_PAIRS, _FIRST_WIDE = "\U00010000", "\ue000", "\ud800"

# Of a longer text the first so many are looked at, so that what is sent stays small: only texts that agree up to there,
# and differ in this very way behind it, could still be misplaced.
_MOST_WIDE, _FAR = 100, 2_000

SIGNS = {Operator.LT: "<", Operator.LTE: "<=", Operator.GT: ">", Operator.GTE: ">="}


class Width(Enum):
    """What kind of characters a text has; another kind is compared by another Cypher."""

    PLAIN = "plain"
    # It begins with plain characters, between which an index can look.
    WIDE = "wide"
    WIDE_FROM_THE_START = "wide from the start"


def width_of(text: Any) -> Width:
    """
    >>> [width_of(each).value for each in ("云间", "云间，茶", "，", None)]
    ['plain', 'wide', 'wide from the start', 'plain']
    """
    if not isinstance(text, str) or not text or max(text) < _FIRST_WIDE:
        return Width.PLAIN
    plain = _plain_beginning(text)
    # What lies behind all that begins so is told by the last character's successor, which must be plain as well.
    return Width.WIDE if plain and plain[-1] < "\ud7ff" else Width.WIDE_FROM_THE_START


@dataclass(frozen=True)
class WideText:
    """The origin of a text that is not plain."""

    origin: Origin
    width: Width

    @property
    def hint(self) -> str:
        return self.origin.hint

    def __call__(self, request: Any) -> Any:
        return self.origin(request)


def widened(origin: Origin, width: Width) -> Origin:
    """The origin of a text of a width."""
    return origin if width is Width.PLAIN else WideText(origin, width)


@dataclass(frozen=True)
class _Bound:
    """Where texts start, or end, that begin as plainly as the text does."""

    origin: Origin
    is_upper: bool

    @property
    def hint(self) -> str:
        return f"{self.origin.hint}_{'to' if self.is_upper else 'from'}"

    def __call__(self, request: Any) -> str:
        plain = _plain_beginning(self.origin(request))
        return plain[:-1] + chr(ord(plain[-1]) + 1) if self.is_upper else plain


@dataclass(frozen=True)
class _Misplaced:
    """Where the texts are that UTF-16 puts on the wrong side: after this one, or before it."""

    origin: Origin
    is_after: bool

    @property
    def hint(self) -> str:
        return f"{self.origin.hint}_{'not_after' if self.is_after else 'not_before'}"

    def __call__(self, request: Any) -> list[list[str]]:
        text = self.origin(request)[:_FAR]
        places = [place for place, each in enumerate(text) if each >= _FIRST_WIDE][:_MOST_WIDE]
        if self.is_after:
            return [[text[:at], text[:at] + _AFTER_PAIRS] for at in places if text[at] >= _FIRST_PAIR]
        return [[text[:at] + _FIRST_PAIR, text[:at] + _AFTER_PAIRS] for at in places if text[at] < _FIRST_PAIR]


def is_bound(origin: Origin) -> bool:
    """Whether the comparison with a value tells an index where to begin."""
    return not isinstance(origin, WideText) or origin.width is Width.WIDE


def compared(rendering: Rendering, left: str, sign: str, wide: WideText) -> str:
    """The predicate that compares `left`, an expression, with a text by code points: one that stands beside an AND."""
    value = rendering.value(wide.origin)
    after = f"any(each IN {rendering.value(_Misplaced(wide.origin, True))} WHERE {left} STARTS WITH each[0] AND {left} >= each[1])"
    before = (
        f"any(each IN {rendering.value(_Misplaced(wide.origin, False))} WHERE {left} >= each[0] AND {left} < each[1])"
    )
    wrong, missing = (after, before) if sign.startswith(">") else (before, after)
    text = f"({left} {sign} {value} AND NOT {wrong} OR {missing})"
    if wide.width is not Width.WIDE:
        return text
    is_upper = sign.startswith("<")
    bound = rendering.value(_Bound(wide.origin, is_upper))
    return f"{left} {'<' if is_upper else '>='} {bound} AND {text}"


def _plain_beginning(text: str) -> str:
    end = next((place for place, each in enumerate(text) if each >= _FIRST_WIDE), len(text))
    return text[:end]
