"""A hand-written loader for the files of `bench/imports.py`: it knows that nothing is there yet, and checks no value."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from graph.database import Database
from graph.ids import new_id
from graph.model import Model

ROWS_PER_TRANSACTION = 1_000


async def load_by_hand(
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
