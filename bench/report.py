"""What was measured, as a table for people and as JSON for programs; and how it stands beside what is aimed at."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from bench.engines import Engine, Failures
from bench.measure import Figures
from bench.rights import Row, figures
from bench.workloads import Workload

NOT_OFFERED = "not offered by this engine"

# What Guanxi is to reach: a part of the floor's throughput everywhere, and so many times that of a peer.
OF_FLOOR = 0.85
TIMES = {
    ("point", "neo4j_graphql"): 4.0,
    ("list", "neo4j_graphql"): 4.0,
    ("named", "neo4j_graphql"): 4.0,
    ("related", "neo4j_graphql"): 50.0,
    ("list", "plain"): 5.0,
}
# What may cost so many times more at 10× the data.
FLAT, FLAT_WORKLOADS = 1.3, ("point", "page", "named")
COMPILE_MS = 20.0
# Questions about all records of a type, which have to be read.
WHOLE = ("group",)


@dataclass
class Report:
    """One run."""

    scale: float
    clients: int
    seconds: float
    engines: Sequence[Engine]
    workloads: Sequence[Workload]
    counts: Mapping[str, int]
    neo4j: str
    figures: dict[str, dict[str, Figures]] = field(default_factory=dict)
    started_ms: dict[str, float] = field(default_factory=dict)
    first_ms: dict[str, float] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    # Peers that failed a question, and how.
    failed: Failures = field(default_factory=dict)
    soak: dict[str, Any] | None = None
    attacks: dict[str, Any] | None = None
    # What was written, by write and engine.
    writes: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    # What a restricted role costs, beside the administrator.
    rights: Sequence[Row] = ()

    def without_figures(self, workload: Workload, engine: Engine) -> str:
        """Why an engine has no figures for a question."""
        reason = self.failed.get((workload.name, engine.name))
        return f"failed: {reason}" if reason else NOT_OFFERED

    def ratio(self, workload: str, engine: str) -> float | None:
        """How many times as many requests per second Guanxi answers as another engine."""
        found = self.figures.get(workload, {})
        if "guanxi" not in found or engine not in found:
            return None
        return found["guanxi"].requests_per_second / found[engine].requests_per_second

    def json(self) -> dict[str, Any]:
        return {
            "when": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": {
                "system": platform.platform(),
                "cores": os.cpu_count(),
                "memoryMb": psutil.virtual_memory().total // 1_000_000,
                "python": platform.python_version(),
                "neo4j": self.neo4j,
                # What else was going on: figures from a busy machine are worth little.
                "loadAverage": os.getloadavg(),
            },
            "scale": self.scale,
            "records": dict(self.counts),
            "clients": self.clients,
            "secondsPerFigure": self.seconds,
            "engines": {
                each.name: {
                    "title": each.title,
                    "startMs": self.started_ms.get(each.name),
                    "firstRequestMs": self.first_ms.get(each.name),
                }
                for each in self.engines
            },
            "enginesLeftOut": self.absent,
            "workloads": {each.name: self._workload(each) for each in self.workloads},
            "soak": self.soak,
            "attacks": self.attacks,
            "writes": self.writes,
            "rights": figures(self.rights),
        }

    def _workload(self, workload: Workload) -> dict[str, Any]:
        found = self.figures.get(workload.name, {})
        return {
            "title": workload.title,
            "engines": {
                each.name: asdict(found[each.name])
                if each.name in found
                else {"withoutFigures": self.without_figures(workload, each)}
                for each in self.engines
            },
            "guanxiTimes": {each.name: self.ratio(workload.name, each.name) for each in self.engines},
        }


_COLUMNS = ("requests/s", "p50 ms", "p99 ms", "of floor", "Guanxi is", "statements", "hits", "app CPU ms", "db CPU ms", "memory MB", "cold ms", "compile ms")  # fmt: skip


def show(report: Report, console: Console) -> None:
    """Print the table, and what it means."""
    table = Table(title=f"{report.clients} clients, data at {report.scale:g}×")
    table.add_column("workload")
    table.add_column("engine")
    for column in _COLUMNS:
        table.add_column(column, justify="right")
    for workload in report.workloads:
        found = report.figures.get(workload.name, {})
        for place, engine in enumerate(report.engines):
            title = workload.title if place == 0 else ""
            key = (workload.name, engine.name)
            without = [f"[red]{in_short(report.failed[key])}[/]" if key in report.failed else "[red]not offered[/]"]
            cells = _cells(report, workload, engine, found) if engine.name in found else without
            table.add_row(title, engine.title, *cells, end_section=engine is report.engines[-1])
    console.print(table)
    for engine in report.engines:
        if engine.name in report.first_ms:
            console.print(
                f"{engine.title} listens after {report.started_ms[engine.name]:,.0f} ms; its first request takes "
                f"{report.first_ms[engine.name]:,.0f} ms."
            )
    for title, reason in report.absent.items():
        console.print(f"[bold red]LEFT OUT: {title}.[/] {reason}", soft_wrap=True)
    for workload in report.workloads:
        for engine in report.engines:
            if engine.name not in report.figures.get(workload.name, {}):
                console.print(
                    f"{workload.title}: {engine.title}: {report.without_figures(workload, engine)}",
                    style="bold red",
                    markup=False,
                )


def in_short(reason: str) -> str:
    """How a peer failed a question, in a few words for the table; the whole of it stands below.

    >>> in_short("... dbms.memory.transaction.total.max threshold reached ...")
    'failed: out of memory'
    """
    known = {"memory.transaction": "out of memory", " within ": "too slow", "otherwise": "answers otherwise"}
    return f"failed{next((f': {words}' for sign, words in known.items() if sign in reason), '')}"


def _cells(report: Report, workload: Workload, engine: Engine, found: Mapping[str, Figures]) -> list[str]:
    one = found[engine.name]
    floor = one.requests_per_second / found["floor"].requests_per_second if "floor" in found else None
    times = report.ratio(workload.name, engine.name)
    return [
        f"{one.requests_per_second:,.1f}",
        f"{one.p50_ms:,.1f}",
        f"{one.p99_ms:,.1f}",
        f"{floor:.2f}" if floor is not None else "",
        f"{times:.2f}×" if times is not None and engine.name != "guanxi" else "",
        f"{one.statements}",
        f"{one.database_hits:,}",
        f"{one.application_cpu_ms:.2f}",
        f"{one.database_cpu_ms:.2f}",
        f"{one.resident_mb:,.0f}",
        f"{one.cold_ms:,.0f}",
        f"{one.compile_ms:,.1f}",
    ]


def aims(report: Report, other: Mapping[str, Any] | None) -> Iterator[tuple[bool, str]]:
    """What is aimed at and whether it is met. `other` is the JSON of a run at another scale."""
    for workload in report.workloads:
        found = report.figures.get(workload.name, {})
        if (ratio := report.ratio(workload.name, "floor")) is not None:
            yield ratio >= OF_FLOOR, f"{workload.title}: {ratio:.2f} of the floor's throughput, wanted {OF_FLOOR}"
            if ratio > 1:
                yield False, f"{workload.title}: Guanxi beats the floor, which is a defect of the floor"
        for engine in report.engines:
            ratio, wanted = report.ratio(workload.name, engine.name), TIMES.get((workload.name, engine.name))
            if ratio is not None and wanted is not None:
                yield ratio >= wanted, f"{workload.title}: {ratio:.1f} times {engine.title}, wanted {wanted:g}"
        if "guanxi" in found:
            took = found["guanxi"].compile_ms
            yield (
                took < COMPILE_MS,
                f"{workload.title}: a document never seen takes {took:.1f} ms more, wanted {COMPILE_MS:g}",
            )
            if workload.name not in WHOLE:
                yield not found["guanxi"].scans, f"{workload.title}: {_scans(found['guanxi'])}"
            if found["guanxi"].shares_statement is not None:
                shares = found["guanxi"].shares_statement
                words = "share one statement" if shares else "do not share their statement"
                yield shares, f"{workload.title}: documents that differ in aliases and page sizes {words}"
            yield from _flat(report, workload, found["guanxi"], other)


def _scans(one: Figures) -> str:
    return f"reads all of a label: {', '.join(one.scans)}" if one.scans else "scans no label"


def _flat(
    report: Report, workload: Workload, one: Figures, other: Mapping[str, Any] | None
) -> Iterator[tuple[bool, str]]:
    if other is None or workload.name not in FLAT_WORKLOADS:
        return
    before = other["workloads"].get(workload.name, {}).get("engines", {}).get("guanxi", {})
    for name, title in (("p50_alone_ms", "alone"), ("database_hits", "in database hits")):
        if before.get(name):
            times = asdict(one)[name] / before[name]
            sentence = f"{workload.title}: {times:.2f} times the cost at {other['scale']:g}×, {title}, wanted {FLAT}"
            yield times <= FLAT, sentence


def show_aims(report: Report, other: Mapping[str, Any] | None, console: Console) -> None:
    for is_met, sentence in aims(report, other):
        console.print(f"{'[green]met  [/]' if is_met else '[bold red]SHORT[/]'} {sentence}", highlight=False)
