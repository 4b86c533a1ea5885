"""XLSX files as tables of text, as the import reads them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from graph.errors import BadInput
from graph.import_rejected import Rejected
from graph.suggestion import did_you_mean
from graph.tables import Content, Raw, Reader, Reading, checked_columns
from web.exporting import XlsxWriter


class Workbook:
    """One sheet of a workbook: the one that the mapping names, else the first. Its first row names the columns."""

    def __init__(self, content: Content, reading: Reading) -> None:
        self._content, self._reading = content, reading

    @cached_property
    def columns(self) -> tuple[str, ...]:
        header = next(self._sheet.iter_rows(), [])
        names = [text_of_cell(cell) for cell in header]
        while names and not names[-1]:
            names.pop()
        return checked_columns(self._content.name, names)

    @property
    def line_count(self) -> int:
        return int(self._sheet.total_height)

    def rows(self) -> Iterator[Raw]:
        """The rows after the first, by the numbers that a spreadsheet shows; one without any text is nothing."""
        width = len(self.columns)
        for number, row in enumerate(islice(self._sheet.iter_rows(), 1, None), start=2):
            cells = [text_of_cell(cell) for cell in row]
            while len(cells) > width and not cells[-1]:
                cells.pop()
            if any(cells):
                yield Raw(number, cells + [""] * (width - len(cells)), number)

    @cached_property
    def _sheet(self) -> CalamineSheet:
        file: BinaryIO = self._content.open()
        try:
            # It reads all of it at once and keeps nothing open.
            book = CalamineWorkbook.from_filelike(file)
            if self._reading.sheet is None:
                return book.get_sheet_by_index(0)
            if self._reading.sheet not in book.sheet_names:
                raise BadInput(
                    f"{self._content.name}: there is no sheet {self._reading.sheet!r}."
                    f"{did_you_mean(self._reading.sheet, book.sheet_names)}"
                )
            return book.get_sheet_by_name(self._reading.sheet)
        except (CalamineError, OSError, ValueError) as error:
            raise BadInput(f"{self._content.name} cannot be read: {error}.") from None


def text_of_cell(cell: Any) -> str:
    """A cell as a CSV file would show it: numbers without needless digits, instants as ISO 8601.

    >>> text_of_cell(12.0), text_of_cell(True), text_of_cell(date(2024, 5, 1))
    ('12', 'true', '2024-05-01')
    """
    match cell:
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime() | date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case _:
            return str(cell)


def rejected_workbook(rejected: Rejected) -> bytes:
    """Refused rows as a workbook. Its cells are the texts that were read."""
    with tempfile.TemporaryDirectory(prefix="guanxi-rejected-") as made:
        path = Path(made) / "rejected.xlsx"
        writer = XlsxWriter(path, list(rejected.header), rejected.sheet)
        for row in rejected.rows:
            writer.write(list(row))
        writer.close()
        return path.read_bytes()


READERS: Mapping[str, Reader] = {".xlsx": Workbook, ".xlsm": Workbook}
