"""`python -m bench.imports`: rows per second of an import, beside a hand-written loader that leaves the same graph.

Both read the same CSV text: companies, people who work there, and their e-mail addresses. The hand-written loader has its
statements written for just these files: it knows that nothing is there yet, checks no value, and reports no row. It is
asked to leave what Guanxi leaves: ids, keys, search terms and, as the import has a history, the changes. `bare` leaves
only the records and relationships themselves.
"""

from __future__ import annotations

import asyncio
import csv
import io
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Annotated

import psutil
import typer

from bench.import_by_hand import load_by_hand
from graph.address import Address
from graph.data_directory import DataDirectory
from graph.database import Database, Patience
from graph.embedded import attach
from graph.importing import Into, Sources, import_sources
from graph.indexes import reconcile
from graph.mapping import mapping_of
from graph.model import Model
from graph.money import Currencies, Rates
from graph.tables import Content
from schema.build import build
from schema.scalars import exponent

PEOPLE_PER_COMPANY = 4

MAPPING = """
system = "bench"
[[files]]
path = "companies.csv"
[files.records.company]
type = "Company"
key = { company = "no" }
set.name = "name"
set.website = "website"
set.employees = "employees"
[[files]]
path = "people.csv"
[files.records.person]
type = "Contact"
key = { person = "no" }
set.name = "name"
set.birthDate = "born"
set.language = "language"
link.employments = { to = { company = "company" }, edge.title = "title" }
link.emails = { set.value = "email" }
"""


def files_of(companies: int) -> dict[str, str]:
    """The files by name, as text."""
    texts = {"companies.csv": io.StringIO(), "people.csv": io.StringIO()}
    firms, people = csv.writer(texts["companies.csv"]), csv.writer(texts["people.csv"])
    firms.writerow(["no", "name", "website", "employees"])
    people.writerow(["no", "name", "born", "language", "company", "title", "email"])
    for number in range(companies):
        firms.writerow([number, f"Harbour {number} Trading", f"https://h{number}.example", number % 900 + 1])
        for place in range(PEOPLE_PER_COMPANY):
            who = number * PEOPLE_PER_COMPANY + place
            people.writerow([
                who, f"Maud {who} Ellis", f"19{who % 60 + 30}-05-01", "en", number, "Buyer", f"p{who}@h{number}.example",
            ])  # fmt: skip
    return {name: text.getvalue() for name, text in texts.items()}


Load = Callable[[Database, Model, dict[str, str]], Awaitable[None]]


async def by_guanxi(database: Database, model: Model, files: dict[str, str]) -> None:
    await _import(database, model, files, with_history=True)


async def by_guanxi_without_history(database: Database, model: Model, files: dict[str, str]) -> None:
    await _import(database, model, files, with_history=False)


async def _import(database: Database, model: Model, files: dict[str, str], *, with_history: bool) -> None:
    contents = {name: Content.of(name, text.encode()) for name, text in files.items()}
    into = Into(database, model, Currencies("USD", exponent, Rates()))
    report = await import_sources(
        Sources.open(mapping_of("bench.toml", MAPPING, model), contents.get), into, with_history=with_history
    )
    assert not report.rejected


async def by_hand(database: Database, model: Model, files: dict[str, str]) -> None:
    await load_by_hand(database, model, files, with_history=True, with_keys=True)


async def by_hand_without_history(database: Database, model: Model, files: dict[str, str]) -> None:
    await load_by_hand(database, model, files, with_history=False, with_keys=True)


async def by_hand_bare(database: Database, model: Model, files: dict[str, str]) -> None:
    await load_by_hand(database, model, files, with_history=False, with_keys=False)


LOADERS: dict[str, Load] = {
    "guanxi": by_guanxi,
    "by hand": by_hand,
    "guanxi, no history": by_guanxi_without_history,
    "by hand, no history": by_hand_without_history,
    "by hand, bare": by_hand_bare,
}


@dataclass
class Figures:
    """Rows per second of each round, and the seconds of processors that a thousand rows take: ours, the database's."""

    rates: list[float]
    own: list[float]
    database: list[float]


async def measure(address: Address, neo4j: psutil.Process, companies: int, rounds: int) -> dict[str, Figures]:
    """All loaders in rotation, each into an empty graph."""
    model, files = build().model, files_of(companies)
    rows = companies * (1 + PEOPLE_PER_COMPANY)
    database = Database(address, Patience(statement=600.0))
    found = {name: Figures([], [], []) for name in LOADERS}
    own = psutil.Process()
    try:
        for turn in range(rounds + 1):
            for name, load in LOADERS.items():
                await database.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS")
                await reconcile(model, database)
                before = time.perf_counter(), sum(own.cpu_times()[:2]), sum(neo4j.cpu_times()[:2])
                await load(database, model, files)
                took = (
                    time.perf_counter() - before[0],
                    sum(own.cpu_times()[:2]) - before[1],
                    sum(neo4j.cpu_times()[:2]) - before[2],
                )
                # In the first round the database plans the statements and warms up.
                if turn:
                    found[name].rates.append(rows / took[0])
                    found[name].own.append(took[1] / rows * 1_000)
                    found[name].database.append(took[2] / rows * 1_000)
        await database.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS")
    finally:
        await database.close()
    return found


def show(found: dict[str, Figures]) -> None:
    for name, figures in found.items():
        print(
            f"{name:22} {median(figures.rates):8.0f} rows/s   seconds of a processor per 1,000 rows: "
            f"{median(figures.own):.3f} here, {median(figures.database):.3f} in Neo4j"
        )
    for mine, theirs in (
        ("guanxi", "by hand"),
        ("guanxi, no history", "by hand, no history"),
        ("guanxi", "by hand, bare"),
    ):
        ratios = [a / b for a, b in zip(found[mine].rates, found[theirs].rates, strict=True)]
        print(f"{mine} / {theirs}: {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


def main(
    companies: Annotated[int, typer.Option(help="How many companies; four people each.")] = 4_000,
    rounds: Annotated[int, typer.Option(help="How often each loader has its turn.")] = 3,
    data: Annotated[Path | None, typer.Option(help="A data directory whose contents are overwritten.")] = None,
) -> None:
    """Compare importing with loading by hand."""
    with tempfile.TemporaryDirectory(prefix="guanxi-bench-") as folder:
        where = data or Path(folder) / "data"
        with attach(where, command="bench") as address:
            started = DataDirectory(where).running()
            assert started
            show(asyncio.run(measure(address, psutil.Process(started.neo4j), companies, rounds)))


if __name__ == "__main__":
    typer.run(main)
