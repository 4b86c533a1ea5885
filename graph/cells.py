"""What an expression is evaluated on: the cells of a row, and what a mapping says once for all its values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Cells:
    """One row's cells by column, those that are absent left out, and what turns out doubtful about them.

    `counts` is shared by all rows of one reading of a file.
    """

    by_column: Mapping[str, str]
    doubts: list[str] = field(default_factory=list)
    counts: Counter[tuple[object, ...]] = field(default_factory=Counter)
    # Whether these are the values of one of several relationships that share cells.
    is_part: bool = False


@dataclass(frozen=True)
class Habits:
    """What a mapping says once for all its values."""

    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    zone: str | None = None
    currency: Any = None
    decimal: str = "."
    thousands: str = ""
