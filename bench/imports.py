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
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import psutil
import typer

from graph.address import Address
from graph.data_directory import DataDirectory
from graph.database import Database, Patience
from graph.embedded import attach
from graph.ids import new_id
from graph.importing import Into, Sources, import_sources
from graph.indexes import reconcile
from graph.mapping import mapping_of
from graph.model import Model
from graph.money import Currencies, Rates
from graph.tables import Content
from schema.build import build
from schema.scalars import exponent

ROWS_PER_TRANSACTION = 1_000
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
    await _load_by_hand(database, model, files, with_history=True, with_keys=True)


async def by_hand_without_history(database: Database, model: Model, files: dict[str, str]) -> None:
    await _load_by_hand(database, model, files, with_history=False, with_keys=True)


async def by_hand_bare(database: Database, model: Model, files: dict[str, str]) -> None:
    await _load_by_hand(database, model, files, with_history=False, with_keys=False)


async def _load_by_hand(
    database: Database, model: Model, files: dict[str, str], *, with_history: bool, with_keys: bool
) -> None:
    now = datetime.now(UTC)
    ids: dict[str, str] = {}

    def company(row: dict[str, str]) -> dict[str, Any]:
        ids[row["no"]] = new_id("company")
        values = {"name": row["name"], "website": row["website"], "employees": int(row["employees"])}
        return {"properties": whole("Company", ids[row["no"]], values), "key": f"bench:company:{row['no']}", **change()}

    def person(row: dict[str, str]) -> dict[str, Any]:
        values = {
            "name": row["name"], "birthDate": datetime.fromisoformat(row["born"]).date(), "language": row["language"],
        }  # fmt: skip
        email = row["email"].lower()
        address = {"value": email, "raw": row["email"], "status": "VALID"}
        return {
            "properties": whole("Contact", new_id("contact"), values),
            "key": f"bench:person:{row['no']}",
            "company": ids[row["company"]],
            "job": {"id": new_id("employment"), "version": 1, "title": row["title"]},
            "point": {"id": new_id("contact_point"), "version": 1},
            "email": email,
            "address": whole("EmailAddress", new_id("email_address"), address),
            **change(),
            **({f"change{place}": new_id("change") for place in range(2, 5)} if with_history else {}),
        }

    def whole(type_: str, id_: str, values: dict[str, Any]) -> dict[str, Any]:
        computed = model.nodes[type_].compute(values) if with_keys else {}
        return {"id": id_, "version": 1, **values, **computed}

    def change() -> dict[str, Any]:
        return {"change": new_id("change"), "ref": new_id("external_ref")}

    for name, make, text in (
        ("companies.csv", company, _companies(with_history=with_history, with_keys=with_keys)),
        ("people.csv", person, _people(with_history=with_history, with_keys=with_keys)),
    ):
        rows = csv.DictReader(io.StringIO(files[name]))
        for batch in _batches(rows):
            parameters = {"rows": [make(row) for row in batch], "now": now}
            await database.write_transaction(lambda tx, text=text, p=parameters: _run(tx, text, p))  # type: ignore[misc]


async def _run(transaction: Any, text: str, parameters: dict[str, Any]) -> None:
    await (await transaction.run(text, {"p": parameters})).consume()


def _batches(rows: Iterator[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    while batch := list(islice(rows, ROWS_PER_TRANSACTION)):
        yield batch


_STAMP = "version: 1, createdAt: $p.now, updatedAt: $p.now"


def _key(variable: str) -> str:
    return f"CREATE (:ExternalRef {{id: row.ref, key: row.key, {_STAMP}}})-[:REFERS_TO]->({variable})\n"


def _companies(*, with_history: bool, with_keys: bool) -> str:
    return (
        """CYPHER 5
        UNWIND $p.rows AS row
        CREATE (company:Party:Company) SET company = row.properties, company.createdAt = $p.now, company.updatedAt = $p.now
        """
        + (_key("company") if with_keys else "")
        + (
            f"""CREATE (:Change {{id: row.change, operation: 'CREATE', recordId: company.id, recordType: 'Company', {_STAMP},
                properties: ['name', 'website', 'employees'], `new.name`: company.name, `new.website`: company.website,
                `new.employees`: company.employees}})-[:OF_RECORD]->(company)"""
            if with_history
            else ""
        )
    )


def _people(*, with_history: bool, with_keys: bool) -> str:
    return (
        """CYPHER 5
        UNWIND $p.rows AS row
        MATCH (company:Party {id: row.company})
        CREATE (person:Party:Contact) SET person = row.properties, person.createdAt = $p.now, person.updatedAt = $p.now
        MERGE (email:EmailAddress {value: row.email})
        ON CREATE SET email = row.address, email.createdAt = $p.now, email.updatedAt = $p.now
        CREATE (person)-[job:WORKS_AT]->(company) SET job = row.job
        CREATE (person)-[point:HAS_EMAIL]->(email) SET point = row.point
        """
        + (_key("person") if with_keys else "")
        + (
            f"""CREATE (made:Change {{id: row.change, operation: 'CREATE', recordId: person.id, recordType: 'Contact',
                {_STAMP}, properties: ['name', 'birthDate', 'language']}})-[:OF_RECORD]->(person)
            CREATE (made)-[:HAS_VALUE]->(:ChangeValue {{`new.name`: person.name, `new.birthDate`: person.birthDate,
                `new.language`: person.language}})
            CREATE (known:Change {{id: row.change2, operation: 'CREATE', recordId: email.id, recordType: 'EmailAddress',
                {_STAMP}, properties: ['value', 'raw', 'status']}})-[:OF_RECORD]->(email)
            CREATE (known)-[:HAS_VALUE]->(:ChangeValue {{`new.value`: email.value, `new.raw`: email.raw,
                `new.status`: email.status}})
            CREATE (worked:Change {{id: row.change3, operation: 'LINK', recordId: person.id, recordType: 'Contact', {_STAMP},
                edgeType: 'WORKS_AT', edgeId: job.id, fromId: person.id, toId: company.id, otherId: company.id,
                otherType: 'Company', properties: ['title'], `new.title`: job.title}})
            CREATE (worked)-[:OF_RECORD]->(person)
            CREATE (worked)-[:OF_RECORD]->(company)
            CREATE (reached:Change {{id: row.change4, operation: 'LINK', recordId: person.id, recordType: 'Contact', {_STAMP},
                edgeType: 'HAS_EMAIL', edgeId: point.id, fromId: person.id, toId: email.id, otherId: email.id,
                otherType: 'EmailAddress', properties: []}})
            CREATE (reached)-[:OF_RECORD]->(person)
            CREATE (reached)-[:OF_RECORD]->(email)"""
            if with_history
            else ""
        )
    )


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
