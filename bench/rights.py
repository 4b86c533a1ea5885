"""What rights cost: a user of the role sales, who owns a tenth of the customers, asks beside the administrator.

Both ask the same by turns, in this process, without HTTP between: what differs is the statement. Where the administrator
would be shown ten times as much, it asks with a plain filter on an indexed property, which leaves about as much.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from bench.engines import GUANXI, EngineFailed, cpu_seconds
from graph.address import Address
from graph.database import Database
from graph.operators import operators
from graph.people import seed_roles
from graph.reader import ADMINISTRATOR, Reader
from resolvers.answer import Answerer
from resolvers.api import API
from resolvers.question import Question
from resolvers.readers import Readers

# What is aimed at: the restricted reader's requests per second, divided by the administrator's.
AIM = 0.7
TURNS = 3
VARIANTS = 16
# Neo4j's operators that look at every record of a label, or at every record.
SCANS = frozenset({"NodeByLabelScan", "AllNodesScan", "UnionNodeByLabelsScan", "IntersectionNodeByLabelsScan"})

_MINE = "(:User {id: $user})<-[:OWNED_BY]-(customer:Customer)"
_PRODUCTS = f"MATCH {_MINE}-[:BOUGHT]->(n:Product) WITH DISTINCT n ORDER BY n.id LIMIT $variants"


@dataclass(frozen=True)
class Compared:
    """A question. `samples` answers the values that it is asked with; the administrator's own words are `plainly`."""

    name: str
    title: str
    document: str
    samples: str = ""
    plainly: str = ""
    is_aimed: bool = True


def _file(name: str) -> str:
    found = GUANXI.question(name)
    assert found is not None
    return found


def _customers(where: str, selection: str) -> str:
    return f"{{ customers{where} {{ {selection} }} }}"


_PAGE = "(first: 25, orderBy: {name: ASC})"
# One stage in eight.
_STAGE = "lifecycleStage: {eq: CHURNED}"
_ROW = "pageInfo { hasNextPage } nodes { number name orderCount }"

QUESTIONS = (
    Compared(
        "point", "point, 3 levels", _file("point"),
        f"MATCH {_MINE}-[:PLACED]->(n:Order) WITH n ORDER BY n.number LIMIT $variants RETURN {{id: n.id}}",
    ),
    Compared("list", "list 20×10×5", _file("list")),
    Compared("related", "related filter", _file("related"), f"{_PRODUCTS} RETURN {{product: n.name}}"),
    Compared("named", "named query, nested", _file("named"), f"{_PRODUCTS} RETURN {{skus: [n.sku]}}"),
    Compared(
        "page", "page of customers", _customers(_PAGE, _ROW),
        plainly=_customers(f"(first: 25, orderBy: {{name: ASC}}, where: {{{_STAGE}}})", _ROW),
    ),
    Compared(
        "count", "count of customers", _customers("", "totalCount"),
        plainly=_customers(f"(where: {{{_STAGE}}})", "totalCount"),
    ),
    Compared("activities", "page of activities", (
        "{ activities(first: 25, orderBy: {at: DESC}) { pageInfo { hasNextPage } nodes { at subject } } }"
    ), is_aimed=False),
    Compared("companies", "page and count of companies", (
        "{ companies(first: 25, orderBy: {name: ASC}) { totalCount nodes { name } } }"
    ), is_aimed=False),
)  # fmt: skip


@dataclass
class Side:
    """What one reader needed for one question."""

    requests: int = 0
    seconds: float = 0.0
    application: float = 0.0
    database: float = 0.0
    hits: int = 0
    scans: frozenset[str] = frozenset()

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds

    def milliseconds(self, spent: float) -> float:
        return 1_000 * spent / self.requests


@dataclass(frozen=True)
class Row:
    """A question's figures."""

    question: Compared
    restricted: Side
    administrator: Side

    @property
    def ratio(self) -> float:
        return self.restricted.per_second / self.administrator.per_second

    @property
    def cpu_ratio(self) -> float:
        one, other = self.restricted, self.administrator
        return other.milliseconds(other.application + other.database) / one.milliseconds(one.application + one.database)

    @property
    def scans(self) -> frozenset[str]:
        """The scans that the administrator's plan has not."""
        return self.restricted.scans - self.administrator.scans


async def measure_rights(
    api: API,
    address: Address,
    neo4j: psutil.Process,
    clients: int,
    seconds: float,
    say: Callable[[str], None] = lambda _: None,
    questions: Sequence[Compared] = QUESTIONS,
) -> list[Row]:
    """Ask every question as both readers by turns. The user gets its role, and nothing else is written."""
    database = Database(address)
    try:
        await seed_roles(database, api.model)
        await database.run(
            "MATCH (user:User {login: 'user0'}), (role:Role {code: 'sales'}) MERGE (user)-[:HAS_ROLE]->(role)"
        )
        ((user,),) = await database.run("MATCH (user:User {login: 'user0'}) RETURN user.id")
        reader = await Readers(api.model, database).find(user)
        asking = _Asking(Answerer(api, database), database, neo4j, clients)
        rows = []
        for question in questions:
            say(f"{question.title}, with the rights of the role sales.")
            rows.append(await asking.row(question, reader, seconds / TURNS))
        return rows
    finally:
        await database.close()


@dataclass(frozen=True)
class _Asking:
    answerer: Answerer
    database: Database
    neo4j: psutil.Process
    clients: int

    async def row(self, question: Compared, reader: Reader, seconds: float) -> Row:
        values = await self._values(question, reader)
        row = Row(question, Side(), Side())
        sides = (
            (reader, row.restricted, question.document),
            (ADMINISTRATOR, row.administrator, question.plainly or question.document),
        )
        for who, side, text in sides:
            await self._profile(Question(text, variables=values[0]), who, side)
            await self._turn(text, values, who, Side(), seconds / 3)
        for turn in range(TURNS):
            for who, side, text in sides if turn % 2 else reversed(sides):
                await self._turn(text, values, who, side, seconds)
        return row

    async def _values(self, question: Compared, reader: Reader) -> list[Mapping[str, Any]]:
        if not question.samples:
            return [{}]
        rows = await self.database.run(question.samples, user=reader.user_id, variants=VARIANTS)
        return [row[0] for row in rows]

    async def _profile(self, question: Question, reader: Reader, side: Side) -> None:
        statement = self.answerer.prepare(question, reader).bind()
        assert statement is not None
        await self.database.read(statement)
        steps = list(operators(await self.database.plan(statement, profile=True)))
        side.hits = sum(step.hits for step in steps)
        side.scans = frozenset(f"{step.name} {step.details}" for step in steps if step.name in SCANS)

    async def _turn(
        self, text: str, values: Sequence[Mapping[str, Any]], reader: Reader, side: Side, seconds: float
    ) -> None:
        until, own = time.monotonic() + seconds, psutil.Process()
        begun, application, database = time.monotonic(), cpu_seconds(own), cpu_seconds(self.neo4j)

        async def client(number: int) -> int:
            count = 0
            for each in islice(cycle(values), number, None):
                if time.monotonic() > until:
                    break
                answer = await self.answerer.answer(Question(text, variables=each), reader)
                if answer.errors:
                    raise EngineFailed(f"{text}: {answer.errors[0]['message']}")
                count += 1
            return count

        side.requests += sum(await asyncio.gather(*map(client, range(self.clients))))
        side.seconds += time.monotonic() - begun
        side.application += cpu_seconds(own) - application
        side.database += cpu_seconds(self.neo4j) - database


def show_rights(rows: Sequence[Row], console: Console) -> None:
    """The table, and below it what is aimed at."""
    table = Table(title="Sales, who owns a tenth of the customers, beside the administrator", title_justify="left")
    for name in (
        "question",
        "requests/s",
        "administrator's",
        "part",
        "part by CPU",
        "hits",
        "administrator's",
        "scans",
    ):
        table.add_column(name, justify="left" if name == "question" else "right")
    for row in rows:
        one, other = row.restricted, row.administrator
        table.add_row(
            row.question.title, f"{one.per_second:.0f}", f"{other.per_second:.0f}", f"{row.ratio:.2f}",
            f"{row.cpu_ratio:.2f}", f"{one.hits:,}", f"{other.hits:,}", str(len(row.scans)),
        )  # fmt: skip
    console.print(table)
    for row in rows:
        if row.question.is_aimed:
            met = "met" if row.ratio >= AIM and not row.scans else "NOT met"
            console.print(
                f"{row.question.title}: at least {AIM} of the administrator's, and no scan of its own: {met}."
            )


def figures(rows: Sequence[Row]) -> dict[str, Any]:
    """What goes into the JSON."""
    return {
        row.question.name: {
            "part": round(row.ratio, 3), "part_by_cpu": round(row.cpu_ratio, 3), "scans": sorted(row.scans),
            "sales": vars(row.restricted) | {"scans": sorted(row.restricted.scans)},
            "administrator": vars(row.administrator) | {"scans": sorted(row.administrator.scans)},
        }
        for row in rows
    }  # fmt: skip
