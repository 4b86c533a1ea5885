"""How the rows of a connection become its page: nodes, edges, page info and count."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from resolvers.cursor import Cursor
from resolvers.origins import PageLimit
from resolvers.shape import Complete, Shaping, within


class Part(Enum):
    NODES = "nodes"
    EDGES = "edges"
    PAGE_INFO = "pageInfo"
    COUNT = "totalCount"
    SUMMARY = "aggregate, groupBy, or whatever else tells of the whole"
    TYPENAME = "__typename"


@dataclass(frozen=True)
class CursorShape:
    """A record's cursor, from the keys at the end of its row."""

    cursor: Cursor

    def __call__(self, row: Any, shaping: Shaping) -> str:
        return self.cursor.encode(row[-len(self.cursor.keys) :])


@dataclass(eq=False)
class ConnectionShape:
    """What a selection asks of a connection, gathered part by part; called, it shapes the block's value."""

    type_name: str
    limit: PageLimit
    cursor: Cursor
    # Whether its rows come in the opposite order, and whether the page begins at a cursor.
    is_backward: bool = False
    is_continued: bool = False
    has_cursor: bool = False
    # Whether it is asked if there is another page.
    looks_beyond: bool = False
    parts: list[tuple[Part, str, Any]] = field(default_factory=list)

    def add(self, part: Part, key: str, complete: Complete | None = None) -> None:
        self.parts.append((part, key, complete))

    def add_page_info(self, key: str, wanted: list[tuple[str, str]]) -> None:
        """`wanted` are response keys with the field of PageInfo that each shows."""
        self.has_cursor |= any(name in ("startCursor", "endCursor") for _, name in wanted)
        self.looks_beyond |= any(name in ("hasNextPage", "hasPreviousPage") for _, name in wanted)
        self.parts.append((Part.PAGE_INFO, key, wanted))

    def complete_cursor(self) -> CursorShape:
        """An edge's own cursor, which stands at the end of its row."""
        self.has_cursor = True
        return CursorShape(self.cursor)

    @property
    def has_count(self) -> bool:
        return any(part is Part.COUNT for part, _, _ in self.parts)

    @property
    def has_summary(self) -> bool:
        return any(part is Part.SUMMARY for part, _, _ in self.parts)

    @property
    def has_whole(self) -> bool:
        """Whether the block's value begins with something about the whole set."""
        return self.has_count or self.has_summary

    @property
    def has_rows(self) -> bool:
        return any(part in (Part.NODES, Part.EDGES, Part.PAGE_INFO) for part, _, _ in self.parts)

    def __call__(self, value: Any, shaping: Shaping) -> dict[str, Any]:
        """The connection from its block's value: the rows, or the count or summary and the rows."""
        whole: Any
        whole, rows = value if self.has_whole else (None, value)
        rows = rows or []
        size = self.limit.size(shaping.request)
        page = self.page(rows, size)
        result: dict[str, Any] = {}
        for part, key, how in self.parts:
            match part:
                case Part.NODES | Part.EDGES:
                    with within(shaping, key):
                        result[key] = how(page, shaping)
                case Part.PAGE_INFO:
                    result[key] = self.page_info(how, page, len(rows) > size)
                case Part.COUNT:
                    result[key] = self.count(whole)
                case Part.SUMMARY:
                    with within(shaping, key):
                        result[key] = how(whole, shaping)
                case Part.TYPENAME:
                    result[key] = self.type_name
        return result

    def count(self, whole: Any) -> Any:
        """The count is the first of a summary's measures."""
        return whole[0][0] if self.has_summary else whole

    def page(self, rows: list[Any], size: int) -> list[Any]:
        """The rows that are shown, in order: one more than those was asked for."""
        page = rows if len(rows) <= size else rows[:size]
        return page[::-1] if self.is_backward else page

    def page_info(self, wanted: list[tuple[str, str]], page: list[Any], has_more: bool) -> dict[str, Any]:
        """What there is beyond the page. At the cursor that it begins at there was a record, so there is a page."""
        has_cursor = bool(page) and self.has_cursor
        shown = {
            "hasNextPage": self.is_continued if self.is_backward else has_more,
            "hasPreviousPage": has_more if self.is_backward else self.is_continued,
            "startCursor": self._cursor_of(page[0]) if has_cursor else None,
            "endCursor": self._cursor_of(page[-1]) if has_cursor else None,
            "__typename": "PageInfo",
        }
        return {key: shown[name] for key, name in wanted}

    def _cursor_of(self, row: list[Any]) -> str:
        return self.cursor.encode(row[-len(self.cursor.keys) :])
