"""`guanxi import` and example data: progress while rows go in, and a report of what came of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from graph.database import Database
from graph.import_rejected import REASON, Rejected, rejected_csv, rejected_rows
from graph.import_revert import revert_run
from graph.importing import PREVIEWED_ROWS, Into, Sources, import_sources, preview_sources
from graph.indexes import reconcile
from graph.mapping import read_mapping
from graph.model import Model
from graph.money import Currencies, Rates, read_rates
from graph.rows import Mode, Report
from graph.tables import folder
from graph.values import shown
from schema.build import build
from schema.scalars import exponent
from web.opening import console, say
from web.settings import Settings
from web.workbooks import READERS, rejected_workbook

_SHOWN = 50


class Progressing:
    """Tells how far long work is: a bar on a terminal, a line per stage elsewhere."""

    def __init__(self, bars: Progress | None) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        if self._bars is None:
            if stage not in self._tasks and done >= total:
                self._tasks[stage] = TaskID(0)
                say(f"{stage}: {total}")
            return
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total)
        self._bars.update(self._tasks[stage], completed=done, total=total)


@contextmanager
def progress() -> Iterator[Progressing]:
    if not console.is_terminal:
        yield Progressing(None)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as bars:
        yield Progressing(bars)


async def import_files(
    settings: Settings,
    database: Database,
    mapping: Path,
    files: Path,
    *,
    mode: Mode | None = None,
    rejected: Path | None = None,
) -> bool:
    """Import a folder and print the report; whether every row went in. Refused rows become files in `rejected`."""
    into = into_of(settings, build().model, database)
    sources = open_folder(mapping, files, into.model, mode)
    with progress() as told:
        report = await import_sources(sources, into, mode=mode, progress=told)
    print_report(report)
    if rejected and report.rejected:
        _write_rejected(sources, report, rejected)
    if report.run:
        print(f"run: {report.run}")
    return report.exit_code == 0


def _write_rejected(sources: Sources, report: Report, target: Path) -> None:
    for one in rejected_rows(sources, report):
        path = target / one.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(rejected_file(one))
        say(f"{path}: {len(one.rows)} rows with the reason in {REASON}")


async def preview_files(
    settings: Settings, database: Database, mapping: Path, files: Path, *, mode: Mode | None = None
) -> bool:
    """Print what importing a folder would do, row by row, and write nothing; whether every row would go in."""
    into = into_of(settings, build().model, database)
    preview = await preview_sources(open_folder(mapping, files, into.model, mode), into)
    for effect in preview.effects:
        for record in effect.records:
            fields = "; ".join(f"{name}: {shown(old)} → {shown(new)}" for name, (old, new) in record.fields.items())
            parts = [record.action.lower(), record.type, record.id, fields, ", ".join(record.links)]
            print(f"{effect.file}:{effect.line}: {' '.join(part for part in parts if part)}")
    if preview.is_cut:
        say(f"Only the first {PREVIEWED_ROWS:,} rows were looked at.")
    print_report(preview.report, verb="would be refused; nothing was written.")
    return preview.report.exit_code == 0


async def revert_import(settings: Settings, database: Database, run: str) -> bool:
    """Take an import back, and print what of it stays since somebody changed it; whether nothing does."""
    into = into_of(settings, build().model, database)
    await reconcile(into.model, database)
    with progress() as told:
        done = await revert_run(
            database, into.model, into.currencies, run, by=None, now=into.now,
            progress=lambda reached, total: told("batches", reached, total),
        )  # fmt: skip
    print(
        f"{done.removed} records removed, {done.restored} changes of values taken back, "
        f"{done.unlinked} relationships removed, {done.relinked} drawn again"
    )
    for type_, id_, reason in done.kept[:_SHOWN]:
        say(f"kept: {type_} {id_}: {reason}")
    if len(done.kept) > _SHOWN:
        say(f"… and {len(done.kept) - _SHOWN} more of this sort")
    return not done.kept


def into_of(settings: Settings, model: Model, database: Database) -> Into:
    rates = read_rates(settings.rates) if settings.rates else Rates()
    return Into(database, model, Currencies(settings.base_currency, exponent, rates))


def open_folder(mapping: Path, files: Path, model: Model, mode: Mode | None) -> Sources:
    return Sources.open(read_mapping(mapping, model, mode), folder(files), READERS, where=f"{files}/")


def rejected_file(rejected: Rejected) -> bytes:
    """Refused rows in the format that they came in, so that their file goes in as the first one did."""
    return rejected_workbook(rejected) if Path(rejected.path).suffix.lower() in READERS else rejected_csv(rejected)


async def is_empty(database: Database) -> bool:
    """Whether nothing is known by any key: a database without records has no external references either."""
    rows = await database.run("CYPHER 5 RETURN EXISTS { MATCH (record:User|Party|Customer|Product|Activity) } AS found")
    return not rows[0][0]


def print_report(report: Report, *, verb: str = "were refused; the others went in.") -> None:
    """What went in, to standard output; what did not, to standard error."""
    for title, counts in (("records", report.records), ("relationships", report.links)):
        created = sum(each.created for each in counts.values())
        updated = sum(each.updated for each in counts.values())
        unchanged = sum(each.unchanged for each in counts.values())
        print(f"{title}: {created} created, {updated} updated, {unchanged} unchanged")
    for word, complaints in (("warning", report.warnings), ("refused", report.rejected)):
        for complaint in complaints[:_SHOWN]:
            say(f"{word}: {complaint}")
        if len(complaints) > _SHOWN:
            say(f"… and {len(complaints) - _SHOWN} more of this sort")
    if report.rejected:
        say(f"{len(report.rejected)} rows {verb}")
