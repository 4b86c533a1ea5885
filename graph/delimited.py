"""CSV files as rows of cells, with the physical line on which each begins."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TextIO

from graph.encoding import checked_encoding, encoding_of
from graph.errors import BadInput
from graph.guarded_text import unguarded
from graph.tables import Content, Raw, Reading, checked_columns, span

# A field that is longer is taken for a quotation mark that was never closed.
_LONGEST_FIELD = 1_000_000
# What may stand between fields where the mapping does not say, in the order of preference.
_DELIMITERS = (",", ";", "\t", "|")


class Delimited:
    """A CSV file. Its delimiter and its encoding are what the mapping says, else what its own text tells.

    Bytes that do not fit the encoding become lone surrogates, which are refused where a value uses them.
    """

    def __init__(self, content: Content, reading: Reading) -> None:
        self._content, self._reading = content, reading
        self.encoding = checked_encoding(reading.encoding) if reading.encoding else encoding_of(content.open)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        return checked_columns(self._content.name, map(unguarded, self._header(self.delimiter)))

    @cached_property
    def delimiter(self) -> str:
        """The one that splits the header into the columns that the mapping wants; of equals, into more."""
        if self._reading.delimiter:
            return self._reading.delimiter

        def fit(delimiter: str) -> tuple[int, int]:
            try:
                names = {name.strip() for name in self._header(delimiter)}
            except BadInput:
                return -1, 0
            return len(names & self._reading.columns), len(names)

        return max(_DELIMITERS, key=fit)

    @property
    def line_count(self) -> int:
        """How many physical lines there are; quoted ones count too."""
        with self._content.open() as file:
            return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))

    def rows(self) -> Iterator[Raw]:
        """The rows after the first; an empty line is nothing."""
        csv.field_size_limit(_LONGEST_FIELD)
        with self._open() as file:
            text = _Remembering(file)
            reader = csv.reader(text, delimiter=self.delimiter, strict=True)
            next(reader, None)
            while True:
                text.forget()
                number = reader.line_num + 1
                try:
                    row = next(reader, None)
                except csv.Error as error:
                    fault = _explained(error) + span(number, reader.line_num)
                    yield Raw(number, [text.remembered], reader.line_num, fault)
                    if "field limit" in str(error):
                        return
                    continue
                if row is None:
                    return
                if row:
                    yield Raw(
                        number, [unguarded(cell) if cell.startswith("'") else cell for cell in row], reader.line_num
                    )

    def _header(self, delimiter: str) -> list[str]:
        try:
            with self._open() as file:
                return next(csv.reader(file, delimiter=delimiter, strict=True), [])
        except (OSError, csv.Error) as error:
            raise BadInput(f"{self._content.name} cannot be read: {error}.") from None

    def _open(self) -> TextIO:
        return io.TextIOWrapper(self._content.open(), self.encoding, errors="surrogateescape", newline="")


class _Remembering:
    """Lines, which are kept until they are forgotten."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._kept: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self._kept.append(line)
            yield line

    def forget(self) -> None:
        self._kept.clear()

    @property
    def remembered(self) -> str:
        return "".join(self._kept).rstrip("\r\n")


def _explained(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end of data" in text or "larger than field limit" in text:
        return "a quotation mark is opened and never closed"
    if "expected after" in text:
        return "a quotation mark within a quoted field must be doubled"
    return f"the row cannot be read: {text}"
