"""Files into the graph, as a mapping says: read, load, derive; or only look at what would become of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from graph import indexes
from graph.batch import Run
from graph.database import Database
from graph.delimited import Delimited
from graph.derived import refresh
from graph.errors import BadInput
from graph.import_effects import Effect
from graph.import_run import begin_run, finish_run
from graph.loader import Loader
from graph.mapped_rows import check_columns, rows_of
from graph.mapping import read_mapping
from graph.mapping_spec import FileSpec, ImportMapping
from graph.model import Model
from graph.money import Currencies, Rates
from graph.rows import Complaint, Mode, Report, Row
from graph.tables import Content, Files, Readers, Table, folder, lines_of

Progress = Callable[[str, int, int], None]

DERIVED = "derived facts"
# A preview writes its rows in one transaction, and undoes it.
PREVIEWED_ROWS = 10_000


@dataclass(frozen=True)
class Sources:
    """Files that a mapping describes, found and opened; nothing of their rows is read yet."""

    mapping: ImportMapping
    contents: Mapping[str, Content]
    tables: Mapping[str, Table]

    @staticmethod
    def open(mapping: ImportMapping, files: Files, readers: Readers = {}, *, where: str = "") -> Sources:  # noqa: B006
        """Raises `BadInput` if a file is not there, or lacks a column."""
        contents: dict[str, Content] = {}
        tables: dict[str, Table] = {}
        for spec in mapping.files:
            content = files(spec.path)
            if content is None:
                raise BadInput(f"{where}{spec.path} does not exist, and {mapping.name} names it.")
            contents[spec.path] = content
            tables[spec.path] = readers.get(Path(spec.path).suffix.lower(), Delimited)(content, spec.reading)
            check_columns(spec, tables[spec.path].columns, mapping.name)
        return Sources(mapping, contents, tables)

    def rows(self) -> Iterator[Row | Complaint]:
        """The rows of all files, one file after the other."""
        for spec in self.mapping.files:
            yield from rows_of(spec, lines_of(spec.path, self.tables[spec.path], spec.absent))

    def specs(self) -> Iterator[tuple[FileSpec, Table]]:
        for spec in self.mapping.files:
            yield spec, self.tables[spec.path]


@dataclass(frozen=True)
class Into:
    """Where rows go, and what amounts are worth there."""

    database: Database
    model: Model
    currencies: Currencies
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def now_anew(self) -> Into:
        """The same at this moment."""
        return replace(self, now=datetime.now(UTC))


@dataclass(frozen=True)
class Preview:
    """What an import would do, row by row. `is_cut` says that there are more rows than were looked at."""

    report: Report
    effects: tuple[Effect, ...]
    is_cut: bool


async def import_sources(
    sources: Sources,
    into: Into,
    *,
    mode: Mode | None = None,
    by: str | None = None,
    with_history: bool = True,
    progress: Progress = lambda _, __, ___: None,
) -> Report:
    """Load all rows, and then derive what follows from them; with a history, as a run that can be reverted.

    `progress` is told a file's name, the line that was reached and how many lines there are; lastly, of the derived
    facts, how many records are done. What is wrong with single rows is in the report.
    """
    await indexes.reconcile(into.model, into.database)
    run: Run | None = None
    if with_history:
        run = await begin_run(into.database, sources.mapping, sources.contents.values(), mode, by, into.now)
    loader = Loader(into.database, into.model, into.currencies, into.now, run)
    totals = {spec.path: table.line_count for spec, table in sources.specs()}
    # Files share transactions: small ones go in together.
    await loader.load(sources.rows(), lambda row: progress(row.file, row.line, totals[row.file]))
    report = loader.report
    sentences = await refresh(
        into.database, into.model, into.currencies, report.touched, into.now,
        lambda done, total: progress(DERIVED, done, total),
    )  # fmt: skip
    report = replace(report, warnings=report.warnings + tuple(Complaint(DERIVED, 0, one) for one in sentences))
    if run:
        await finish_run(into.database, run, report, into.now)
        report = replace(report, run=run.id)
    return report


async def preview_sources(sources: Sources, into: Into) -> Preview:
    """What importing would do, found out by doing it in a transaction that is then undone. Derived facts are left out.

    Only so many rows are looked at as one transaction holds; while it lasts, others wait who write the same records.
    """
    await indexes.reconcile(into.model, into.database)
    rows = sources.rows()
    loader = Loader(into.database, into.model, into.currencies, into.now)
    effects = await loader.preview(islice(rows, PREVIEWED_ROWS))
    return Preview(loader.report, effects, next(rows, None) is not None)


async def import_folder(
    mapping: Path,
    files: Path,
    model: Model,
    database: Database,
    *,
    exponent: Callable[[str], int],
    now: datetime | None = None,
    base_currency: str = "USD",
    rates: Rates | None = None,
    progress: Progress = lambda _, __, ___: None,
) -> Report:
    """Import the CSV files of a folder that a mapping names, in its order. It leaves no history, as examples do.

    Raises BadInput before anything is written if the mapping, a file's name or a column is wrong.
    """
    into = Into(database, model, Currencies(base_currency, exponent, rates or Rates()), now or datetime.now(UTC))
    sources = Sources.open(read_mapping(mapping, model), folder(files), where=f"{files}/")
    return await import_sources(sources, into, with_history=False, progress=progress)
