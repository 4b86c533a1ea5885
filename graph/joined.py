"""Several values in one cell, as Guanxi's export writes them: `;` between them, `|` between those of a list within a list.

A backslash stands before each of the three characters that belongs to a value.
"""

from __future__ import annotations

import re

OUTER, INNER = ";", "|"
_PARTS = {each: re.compile(rf"(?:[^\\{each}]|\\.|\\$)*", re.DOTALL) for each in (OUTER, INNER)}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def split_joined(text: str, separator: str = OUTER) -> list[str]:
    r"""The values; what has none keeps its place as an empty text.

    >>> split_joined(r"a\;b;;c\\")
    ['a;b', '', 'c\\']
    """
    return [unescaped(part) for part in split_raw(text, separator)]


def split_raw(text: str, separator: str = OUTER) -> list[str]:
    """The same with backslashes left in, for values that are lists themselves."""
    found: list[str] = []
    position = 0
    while True:
        part = _PARTS[separator].match(text, position)
        assert part is not None
        found.append(part[0])
        position = part.end() + 1
        if part.end() >= len(text):
            return found


def unescaped(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)
