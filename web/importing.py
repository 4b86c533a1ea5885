"""`guanxi import` and example data: progress while rows go in, and a report of what came of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from graph.database import Database
from graph.importing import import_folder
from graph.model import Model
from graph.rows import Report
from schema.build import build
from schema.scalars import exponent
from web.opening import console, rates, say
from web.settings import Settings

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


async def import_files(settings: Settings, database: Database, mapping: Path, folder: Path) -> bool:
    """Import a folder and print the report; whether every row went in."""
    report = await _import(settings, build().model, database, mapping, folder)
    print_report(report)
    return report.exit_code == 0


async def is_empty(database: Database) -> bool:
    """Whether nothing is known by any key: a database without records has no external references either."""
    rows = await database.run("CYPHER 5 RETURN EXISTS { MATCH (record:User|Party|Customer|Product|Activity) } AS found")
    return not rows[0][0]


async def _import(settings: Settings, model: Model, database: Database, mapping: Path, folder: Path) -> Report:
    with progress() as told:
        return await import_folder(
            mapping, folder, model, database,
            exponent=exponent, base_currency=settings.base_currency, rates=rates(settings), progress=told,
        )  # fmt: skip


def print_report(report: Report) -> None:
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
        say(f"{len(report.rejected)} rows were refused; the others went in.")
