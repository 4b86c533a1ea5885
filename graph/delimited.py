"""CSV files as rows of cells, with the physical line on which each begins."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from graph.errors import BadInput
from graph.rows import Complaint

# A field that is longer is taken for a quotation mark that was never closed.
_LONGEST_FIELD = 1_000_000


@dataclass(frozen=True)
class Line:
    """One row of a file: its cells by column, stripped, without those that are absent."""

    number: int
    cells: dict[str, str]


def columns_of(path: Path, delimiter: str) -> tuple[str, ...]:
    """The names in the first row."""
    try:
        with _open(path) as file:
            header = next(csv.reader(file, delimiter=delimiter, strict=True), [])
    except (OSError, csv.Error) as error:
        raise BadInput(f"{path} cannot be read: {error}.") from None
    names = tuple(name.strip() for name in header)
    twice = [name for name in names if names.count(name) > 1]
    if twice or not any(names):
        what = f'the column "{twice[0]}" occurs more than once' if twice else "the first row must name the columns"
        raise BadInput(f"{path.name}:1: {what}.")
    return names


def line_count(path: Path) -> int:
    """How many physical lines a file has; quoted ones count too."""
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))


def lines_of(path: Path, delimiter: str, absent: frozenset[str]) -> Iterator[Line | Complaint]:
    """The rows after the first. One that has too many fields, or too few, is a complaint; an empty line is nothing.

    Bytes that are not UTF-8 become lone surrogates, which are refused where a value uses them.
    """
    names = columns_of(path, delimiter)
    csv.field_size_limit(_LONGEST_FIELD)
    with _open(path) as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        next(reader)
        while True:
            number = reader.line_num + 1
            try:
                row = next(reader, None)
            except csv.Error as error:
                yield Complaint(path.name, number, _explained(error) + _span(number, reader.line_num))
                if "field limit" in str(error):
                    return
                continue
            if row is None:
                return
            if not row:
                continue
            if len(row) != len(names):
                what = f"the row has {len(row)} fields, and there are {len(names)} columns"
                yield Complaint(path.name, number, what + _span(number, reader.line_num))
                continue
            cells = ((name, cell.strip()) for name, cell in zip(names, row, strict=True))
            yield Line(number, {name: cell for name, cell in cells if cell and cell not in absent})


def _explained(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end of data" in text or "larger than field limit" in text:
        return "a quotation mark is opened and never closed"
    if "expected after" in text:
        return "a quotation mark within a quoted field must be doubled"
    return f"the row cannot be read: {text}"


def _span(first: int, last: int) -> str:
    """Where a quoted field runs over several lines, the reader should know which of them the complaint takes along."""
    return f"; it goes on to line {last}, so check its quotation marks" if last > first else ""


def _open(path: Path) -> TextIO:
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
