"""Tables of text as they come: CSV files, and whatever else can be read as rows of cells.

`graph/` reads CSV; readers of other kinds of file are handed down, by the ending of their names.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from graph.errors import BadInput
from graph.rows import Complaint


@dataclass(frozen=True)
class Raw:
    """A row as it stands in its file; with `fault`, why its cells cannot be told apart, and its text as one cell."""

    number: int
    cells: Sequence[str]
    # The last physical line of it.
    last: int = 0
    fault: str | None = None


@dataclass(frozen=True)
class Line:
    """One row of a table: its cells by column, stripped, without those that are absent."""

    number: int
    cells: dict[str, str]


class Table(Protocol):
    """A table whose first row names its columns."""

    @property
    def columns(self) -> tuple[str, ...]: ...

    @property
    def line_count(self) -> int:
        """Roughly how many lines there are, to show progress by."""
        ...

    def rows(self) -> Iterator[Raw]:
        """The rows after the first, each time from the beginning."""
        ...


@dataclass(frozen=True)
class Content:
    """A file, wherever it is: on disk, or in a request."""

    name: str
    open: Callable[[], BinaryIO]

    @staticmethod
    def of(name: str, data: bytes) -> Content:
        return Content(name, lambda: io.BytesIO(data))


@dataclass(frozen=True)
class Reading:
    """What a mapping says of how a file is read, and which columns it wants to find."""

    delimiter: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    columns: frozenset[str] = frozenset()


# How a kind of file is read.
Reader = Callable[[Content, Reading], Table]
# Files by name; None if there is none of that name.
Files = Callable[[str], Content | None]
# How other kinds of files than CSV are read, by the ending of their names: ".xlsx".
Readers = Mapping[str, Reader]


def folder(path: Path) -> Files:
    """The files of a folder."""

    def find(name: str) -> Content | None:
        file = path / name
        return Content(name, lambda: file.open("rb")) if file.is_file() else None

    return find


def lines_of(name: str, table: Table, absent: frozenset[str]) -> Iterator[Line | Complaint]:
    """The rows of a table. One that has too many fields, or too few, is a complaint."""
    columns = table.columns
    for row in table.rows():
        if row.fault is not None:
            yield Complaint(name, row.number, row.fault)
        elif len(row.cells) != len(columns):
            what = f"the row has {len(row.cells)} fields, and there are {len(columns)} columns"
            yield Complaint(name, row.number, what + span(row.number, row.last))
        else:
            cells = zip(columns, [cell.strip() for cell in row.cells], strict=True)
            yield Line(row.number, {column: cell for column, cell in cells if cell and cell not in absent})


def span(first: int, last: int) -> str:
    """Where a quoted field runs over several lines, the reader should know which of them the complaint takes along."""
    return f"; it goes on to line {last}, so check its quotation marks" if last > first else ""


def checked_columns(name: str, header: Iterable[str]) -> tuple[str, ...]:
    """The names of a table's columns. Raises `BadInput` if there are none, or one twice."""
    names = tuple(one.strip() for one in header)
    twice = [one for one in names if one and names.count(one) > 1]
    if twice or not any(names):
        what = f'the column "{twice[0]}" occurs more than once' if twice else "the first row must name the columns"
        raise BadInput(f"{name}:1: {what}.")
    return names
