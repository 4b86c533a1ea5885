"""The demo world into a database: everything that is made up goes through the loader that imports use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice
from typing import Protocol

from graph import indexes
from graph.database import Database
from graph.demo import accounts, activities, orders, stories
from graph.demo.catalogue import catalogue, trading_partners
from graph.demo.companies import company
from graph.demo.frame import SIZES, Frame, Size
from graph.demo.mark import Mark, read_mark
from graph.demo.ourselves import OWN_COMPANY, TEAMS, staff
from graph.demo.party import Company
from graph.demo.people import count_at, people
from graph.derived import refresh
from graph.errors import BadInput
from graph.importing import DERIVED, Progress
from graph.loader import Loader
from graph.model import Model
from graph.money import Currencies
from graph.people import seed_roles
from graph.rows import Complaint, Counts, Report, Row, Touched

# What a loader remembers of the rows that it has seen would grow with the world, so it is replaced now and then.
_ROWS_PER_LOADER = 10_000


@dataclass(frozen=True)
class Stage:
    """One part of the world, and how many rows it has, or nearly."""

    name: str
    rows: Iterable[Row]
    total: int


async def build_demo(
    model: Model,
    database: Database,
    *,
    size: str | Size,
    seed: int,
    exponent: Callable[[str], int],
    today: date,
    base_currency: str = "USD",
    progress: Progress = lambda _, __, ___: None,
) -> Report:
    """Build the world of a size and a seed as it looks today.

    The same arguments make the same graph, ids included; building it again where it is changes nothing. A world that
    was begun and not finished goes on as it looked on the day when it was begun. `progress` is told a stage's name, how
    many rows are in and how many there are. Raises BadInput for an unknown size, and where the database holds another
    demo world.
    """
    found = await read_mark(database)
    if found and not found.is_finished:
        today = found.today
    frame = frame_of(model, size=size, seed=seed, today=today, base_currency=base_currency)
    plain_companies(frame)
    currencies = Currencies(base_currency, exponent, frame.quotes.as_rates(today))
    await indexes.reconcile(model, database)
    await seed_roles(database, model)
    mark = Mark(str(size), seed, today, base_currency, is_finished=found is not None and found.is_finished)
    _check_mark(found, mark)

    def make_loader() -> Loader:
        return Loader(database, model, currencies, frame.now)

    report = await _load(chain([Stage("world", (mark.row(frame.now),), 1)], stages(frame)), make_loader, progress)
    sentences = await refresh(
        database, model, currencies, report.touched, frame.now, lambda done, total: progress(DERIVED, done, total)
    )
    await make_loader().load([replace(mark, is_finished=True).row(frame.now)])
    return replace(report, warnings=report.warnings + tuple(Complaint(DERIVED, 0, one) for one in sentences))


def frame_of(model: Model, *, size: str | Size, seed: int, today: date, base_currency: str = "USD") -> Frame:
    """The world that these arguments stand for, before anything of it is made up."""
    return Frame(_size(size), seed, today, base_currency, _pinyin(model))


async def _load(parts: Iterable[Stage], make_loader: Callable[[], Loader], progress: Progress) -> Report:
    """Load all parts as one stream, a piece at a time, so that a world of any size takes the same memory."""
    begun: dict[str, Stage] = {}

    def stream() -> Iterator[Row]:
        for stage in parts:
            begun[stage.name] = stage
            progress(stage.name, 0, stage.total)
            count = 0
            for count, row in enumerate(stage.rows, 1):
                yield replace(row, file=stage.name, line=count)
            begun[stage.name] = replace(stage, total=count)

    def tell(row: Row) -> None:
        total = begun[row.file].total
        progress(row.file, min(row.line, total), total)

    report, rows = Report(), stream()
    for row in rows:
        loader = make_loader()
        await loader.load(chain([row], islice(rows, _ROWS_PER_LOADER - 1)), tell)
        report = _added(report, loader.report)
    for stage in begun.values():
        progress(stage.name, stage.total, stage.total)
    return report


def plain_companies(frame: Frame) -> int:
    """How many companies no story is about and we neither are nor buy from. Refuses a world that has no room for those."""
    others = len(_partners()) + stories.company_count(frame)
    if frame.size.companies < others:
        message = f"A demo world has at least {others} companies, not {frame.size.companies}."
        raise BadInput(message)
    return frame.size.companies - others


def _partners() -> tuple[Company, ...]:
    return (*trading_partners(), OWN_COMPANY)


def stages(frame: Frame) -> Iterator[Stage]:
    """The parts of the world, in an order in which nothing refers to what comes later."""
    partners = _partners()
    plain = plain_companies(frame)
    # Counting costs little: each number is drawn on its own, and nobody is made up for it.
    heads = sum(count_at(frame, number) for number in range(plain)) + frame.size.private
    yield Stage("users", staff(frame).rows(), len(staff(frame).colleagues) + len(TEAMS))
    yield Stage("companies", _companies(frame, partners, plain), len(partners) + plain)
    yield Stage("products", catalogue(frame).rows(frame), len(catalogue(frame).products) + 16)
    yield Stage("stories", stories.rows(frame), stories.row_count(frame))
    yield Stage("contacts", _rows(people(frame, plain)), heads)
    totals = _totals(frame, plain)
    yield Stage("customers", _rows(career.account for career in accounts.careers(frame, plain)), totals["customers"])
    yield Stage(
        "orders",
        _rows(order for career in accounts.careers(frame, plain) for order in orders.orders_of(frame, career)),
        totals["orders"],
    )
    yield Stage(
        "activities",
        _rows(each for career in accounts.careers(frame, plain) for each in activities.activities_of(frame, career)),
        totals["activities"],
    )


def _companies(frame: Frame, partners: Iterable[Company], plain: int) -> Iterator[Row]:
    return _rows(chain(partners, (company(frame, number) for number in range(plain))))


class _Entry(Protocol):
    def row(self, line: int) -> Row: ...


def _rows(entries: Iterable[_Entry]) -> Iterator[Row]:
    for line, entry in enumerate(entries, 1):
        yield entry.row(line)


def _totals(frame: Frame, plain: int) -> dict[str, int]:
    """How many rows there will be; of orders and activities nearly, for some depend on what is drawn with them."""
    found = dict.fromkeys(("customers", "orders", "activities"), 0)
    for career in accounts.careers(frame, plain):
        found["customers"] += 1
        found["orders"] += orders.count_of(career)
        found["activities"] += activities.count_of(career)
    return found


def _size(size: str | Size) -> Size:
    if isinstance(size, Size):
        return size
    if size not in SIZES:
        message = f'"{size}" is no size of a demo world; there are {", ".join(SIZES)}.'
        raise BadInput(message)
    return SIZES[size]


def _pinyin(model: Model) -> Callable[[str], str]:
    """The model knows how names are ordered, which for Chinese ones is by pinyin with tones."""
    sort_key = model.nodes["Company"].computed["sortKey"]

    def spell(text: str) -> str:
        return re.sub(r"[^a-z]", "", sort_key({"__typename": "Company", "name": text}) or "")

    return spell


def _check_mark(found: Mark | None, wanted: Mark) -> None:
    if found and str(found) != str(wanted):
        message = (
            f"The database holds another demo world ({found}), and this one ({wanted}) would be mixed up with it; take "
            "an empty database."
        )
        raise BadInput(message)


def _added(left: Report, right: Report) -> Report:
    return Report(
        _summed(left.records, right.records),
        _summed(left.links, right.links),
        left.rejected + right.rejected,
        left.warnings + right.warnings,
        Touched(
            left.touched.customers | right.touched.customers,
            left.touched.contacts | right.touched.contacts,
            left.touched.orders | right.touched.orders,
        ),
    )


def _summed(left: Mapping[str, Counts], right: Mapping[str, Counts]) -> dict[str, Counts]:
    return {name: left.get(name, Counts()) + right.get(name, Counts()) for name in sorted({*left, *right})}
