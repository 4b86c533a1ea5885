"""Rows as files: CSV, XLSX and JSON lines, page by page, so that a million of them take no more memory than a thousand."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson
import xlsxwriter

from graph.errors import BadInput
from graph.guarded_text import guarded
from resolvers.export import Export
from resolvers.export_columns import Column, text_of

# The limits of the format, as Excel has them.
_XLSX_ROWS, _XLSX_COLUMNS, _XLSX_CHARACTERS = 1_048_576, 16_384, 32_767
# Numbers are floats there, and every float keeps this many digits.
_XLSX_DIGITS = 15
_BYTE_ORDER_MARK = "\ufeff".encode()


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]


_MEDIA_TYPES: Mapping[Format, str] = {
    Format.CSV: "text/csv; charset=utf-8; header=present",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.JSONL: "application/jsonl; charset=utf-8",
}


async def text_pages(
    export: Export, format_: Format, *, limit: int | None = None, with_mark: bool = False
) -> AsyncIterator[bytes]:
    """A CSV or JSONL file, one piece for each page. The first piece comes once the first page is read."""
    is_first = True
    async for rows in export.pages(limit):
        match format_:
            case Format.CSV:
                piece = csv_of(export.columns, rows, with_header=is_first)
                yield _BYTE_ORDER_MARK + piece if is_first and with_mark else piece
            case Format.JSONL:
                yield b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
            case _:
                raise TypeError(f"{format_} is no text")
        is_first = False


def csv_of(columns: Iterable[Column], rows: Iterable[Mapping[str, Any]], *, with_header: bool) -> bytes:
    """Rows of a CSV file as RFC 4180 has it, with lines that end in CR and LF."""
    columns = list(columns)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    if with_header:
        writer.writerow([guarded(column.name) for column in columns])
    for row in rows:
        writer.writerow([_csv_cell(column, row) for column in columns])
    return text.getvalue().encode()


def _csv_cell(column: Column, row: Mapping[str, Any]) -> str:
    text = text_of(column.value(row))
    return guarded(text) if column.is_text else text


async def write_xlsx(export: Export, path: Path, *, limit: int | None = None) -> int:
    """Write a workbook of one sheet; how many rows it has. Raises `BadInput` for what the format cannot hold."""
    sheet = XlsxWriter(path, [column.name for column in export.columns])
    try:
        async for rows in export.pages(limit):
            for row in rows:
                sheet.write([_xlsx_value(column, row) for column in export.columns])
    except BaseException:
        await asyncio.to_thread(sheet.close)
        raise
    # Everything is compressed at the end, which may take a while.
    await asyncio.to_thread(sheet.close)
    return sheet.rows


def _xlsx_value(column: Column, row: Mapping[str, Any]) -> Any:
    value = column.value(row)
    if column.type == "Decimal" and not column.depth and isinstance(value, str):
        digits = value.lstrip("-").replace(".", "").lstrip("0")
        return float(value) if len(digits) <= _XLSX_DIGITS else value
    return value


class XlsxWriter:
    """A workbook that is written row by row; texts are written as texts, so that none becomes a formula."""

    def __init__(self, path: Path, header: list[str], sheet: str | None = None) -> None:
        if len(header) > _XLSX_COLUMNS:
            raise BadInput(f"There are {len(header)} columns, and XLSX takes {_XLSX_COLUMNS}; export this as csv.")
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        self._sheet = self._book.add_worksheet(sheet)
        self.rows = 0
        self._write(0, header)

    def write(self, values: list[Any]) -> None:
        self.rows += 1
        if self.rows >= _XLSX_ROWS:
            raise BadInput(f"There are more than {_XLSX_ROWS - 1:,} rows, and XLSX takes no more; export this as csv.")
        self._write(self.rows, values)

    def close(self) -> None:
        self._book.close()

    def _write(self, number: int, values: list[Any]) -> None:
        for position, value in enumerate(values):
            match value:
                case None:
                    continue
                case bool():
                    self._sheet.write_boolean(number, position, value)
                case int() | float():
                    self._sheet.write_number(number, position, value)
                case _:
                    text = str(value)
                    if len(text) > _XLSX_CHARACTERS:
                        raise BadInput(
                            f"Row {number + 1} has a text of {len(text):,} characters, and a cell of XLSX takes "
                            f"{_XLSX_CHARACTERS:,}; export this as csv."
                        )
                    self._sheet.write_string(number, position, text)
