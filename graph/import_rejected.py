"""The rows that an import refused, as a file of their own: the same columns and one for the reason.

Such a file goes in by the same mapping once its rows are corrected, whether the reasons are still in it or not.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.guarded_text import guarded
from graph.importing import Sources
from graph.rows import Complaint, Report
from graph.tables import Table

REASON = "rejected_because"


@dataclass(frozen=True)
class Rejected:
    """One file's refused rows, in its order. The reason comes first, so that a row with too many fields is not shifted."""

    path: str
    delimiter: str
    sheet: str | None
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


def rejected_rows(sources: Sources, report: Report) -> Iterator[Rejected]:
    """The refused rows of each file that has some. The files are read once more."""
    for spec, table in sources.specs():
        reasons = {one.line: one for one in report.rejected if one.file == spec.path}
        if reasons:
            place = table.columns.index(REASON) if REASON in table.columns else None
            header = [REASON, *(column for column in table.columns if column != REASON)]
            rows = list(_rows(table, reasons, place))
            yield Rejected(spec.path, getattr(table, "delimiter", ","), spec.reading.sheet, header, rows)


def _rows(table: Table, reasons: dict[int, Complaint], place: int | None) -> Iterator[list[str]]:
    for row in table.rows():
        if row.number in reasons:
            cells = [cell for at, cell in enumerate(row.cells) if at != place or row.fault is not None]
            yield [reasons[row.number].reason, *cells]


def rejected_csv(rejected: Rejected) -> bytes:
    """The file in UTF-8, with a byte order mark for spreadsheets. Bytes that were no text are as they were."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=rejected.delimiter, lineterminator="\r\n")
    for row in (rejected.header, *rejected.rows):
        writer.writerow([guarded(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig", "surrogateescape")
