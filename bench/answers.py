"""Whether two engines gave the same answer, in whatever shape: what is compared are the values, in their order.

An answer is made bare of what engines call things and wrap them in: keys go, and what holds one thing is that thing.
So `{"company": {"name": "A"}}`, `{"companies": [{"name": "A"}]}` and `["A"]` are alike.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z")


def bare(answer: Any) -> Any:
    """The values of an answer, in the order that they were asked for.

    >>> bare({"orders": [{"number": "1", "lines": {"nodes": [{"at": "2024-01-01T08:00Z"}]}}]})
    ['1', '2024-01-01T08:00:00+00:00']
    """
    match answer:
        case dict():
            return _unwrapped([bare(value) for value in answer.values()])
        case list():
            return _unwrapped([bare(value) for value in answer])
        case str() if _INSTANT.fullmatch(answer):
            return datetime.fromisoformat(answer).isoformat()
        case _:
            return answer


def _unwrapped(values: list[Any]) -> Any:
    match values:
        case []:
            return None
        case [one]:
            return one
        case _:
            return values


def difference(left: Any, right: Any, path: str = "answer") -> str | None:
    """Where two bare answers differ first, or None."""
    if isinstance(left, list) and isinstance(right, list):
        for place, (one, other) in enumerate(zip(left, right, strict=False)):
            if found := difference(one, other, f"{path}[{place}]"):
                return found
        return None if len(left) == len(right) else f"{path} has {len(left)} values and {len(right)}"
    return None if left == right else f"{path} is {left!r} and {right!r}"


def unordered(answer: Any) -> Any:
    """The same, with the outermost list in an order of our own."""
    return sorted(answer, key=repr) if isinstance(answer, list) else answer
