"""A folder of CSV files into the graph, as a mapping says: read, load, derive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from graph import indexes
from graph.database import Database
from graph.delimited import columns_of, line_count, lines_of
from graph.derived import refresh
from graph.errors import BadInput
from graph.loader import Loader
from graph.mapped_rows import check_columns, rows_of
from graph.mapping import ImportMapping, read_mapping
from graph.model import Model
from graph.money import Currencies, Rates
from graph.rows import Complaint, Report

Progress = Callable[[str, int, int], None]

DERIVED = "derived facts"


async def import_folder(
    mapping: Path,
    folder: Path,
    model: Model,
    database: Database,
    *,
    exponent: Callable[[str], int],
    now: datetime | None = None,
    base_currency: str = "USD",
    rates: Rates | None = None,
    progress: Progress = lambda _, __, ___: None,
) -> Report:
    """Import the files that a mapping names, in its order, and then derive what follows from them.

    `progress` is told a file's name, the line that was reached and how many lines there are; lastly, of the derived
    facts, how many records are done. Raises BadInput before anything is written if the mapping, a file's name or a
    column is wrong. What is wrong with single rows is in the report.
    """
    moment = now or datetime.now(UTC)
    currencies = Currencies(base_currency, exponent, rates or Rates())
    wanted = read_mapping(mapping, model)
    _check_files(wanted, folder)
    await indexes.reconcile(model, database)
    loader = Loader(database, model, currencies, moment)
    totals = {file.path: line_count(folder / file.path) for file in wanted.files}
    # Files share transactions: small ones go in together.
    await loader.load(
        (
            row
            for file in wanted.files
            for row in rows_of(file, lines_of(folder / file.path, file.delimiter, file.absent))
        ),
        lambda row: progress(row.file, row.line, totals[row.file]),
    )
    report = loader.report
    sentences = await refresh(
        database, model, currencies, report.touched, moment, lambda done, total: progress(DERIVED, done, total)
    )
    return replace(report, warnings=report.warnings + tuple(Complaint(DERIVED, 0, one) for one in sentences))


def _check_files(mapping: ImportMapping, folder: Path) -> None:
    for file in mapping.files:
        path = folder / file.path
        if not path.is_file():
            raise BadInput(f"{path} does not exist, and {mapping.name} names it.")
        check_columns(file, columns_of(path, file.delimiter), mapping.name)
