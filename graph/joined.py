"""Several values in one cell, as Guanxi's export writes them: `;` between them, a backslash before what belongs to one."""

from __future__ import annotations

import re

_PART = re.compile(r"(?:[^;\\]|\\.|\\$)*", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def split_joined(text: str) -> list[str]:
    r"""The values; what has none keeps its place as an empty text.

    >>> split_joined(r"a\;b;;c\\")
    ['a;b', '', 'c\\']
    """
    found: list[str] = []
    position = 0
    while True:
        part = _PART.match(text, position)
        assert part is not None
        found.append(_ESCAPE.sub(r"\1", part[0]))
        position = part.end() + 1
        if part.end() >= len(text):
            return found
