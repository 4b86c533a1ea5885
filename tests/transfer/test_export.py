"""A query's rows as files: what columns there are, what cells hold, and what happens when something is wrong."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook

from graph.address import Address
from graph.database import Database
from graph.errors import BadInput
from graph.reader import ADMINISTRATOR
from graph.statement import Statement
from resolvers.answer import Answer, Answerer
from resolvers.api import API
from resolvers.export import Export, Stopped, open_export
from resolvers.question import Question
from tests.asking import Ask
from tests.readers import owner_reader
from web.exporting import Format, text_pages, write_xlsx

ROOT = Path(__file__).parents[2]
PEOPLE = """
query People($family: String) {
  contacts(first: 2, where: {family: {eq: $family}}, orderBy: [{name: ASC}]) {
    totalCount
    nodes { ...Person employments { edges { title node { name phones { nodes { value } } } } } }
  }
}
fragment Person on Contact { id name owner { name } emails { nodes { value } } }
"""


async def exported(
    database: Any,
    api: API,
    text: str,
    variables: dict[str, Any] | None = None,
    format_: Format = Format.CSV,
    **more: Any,
) -> str:
    reader = more.pop("reader", ADMINISTRATOR)
    export = open_export(Answerer(api, database), Question(text, None, variables or {}), reader)
    return b"".join([piece async for piece in text_pages(export, format_, **more)]).decode()


async def test_all_pages_of_a_query_become_one_table(database: Database, api: API, ask: Ask, trading: None) -> None:
    """Whatever `first` says; the columns are the selection's leaves, and several values of a record share a cell."""
    data = await ask.data(PEOPLE.replace("first: 2", "first: 200").replace("totalCount", ""))

    text = await exported(database, api, PEOPLE)

    header, *rows = csv.reader(io.StringIO(text, newline=""))
    people = data["contacts"]["nodes"]
    assert header == [
        "id", "name", "owner.name", "emails.nodes.value", "employments.edges.title", "employments.edges.node.name",
        "employments.edges.node.phones.nodes.value",
    ]  # fmt: skip
    assert [row[:4] for row in rows] == [
        [
            one["id"],
            one["name"],
            (one["owner"] or {}).get("name", ""),
            ";".join(each["value"] for each in one["emails"]["nodes"]),
        ]
        for one in people
    ]
    assert [row[5] for row in rows] == [
        ";".join(each["node"]["name"] for each in one["employments"]["edges"]) for one in people
    ]
    assert [row[6] for row in rows] == [
        ";".join(
            "|".join(phone["value"] for phone in each["node"]["phones"]["nodes"])
            for each in one["employments"]["edges"]
        ).replace("+", "'+", 1)
        if one["employments"]["edges"]
        else ""
        for one in people
    ]


async def test_json_lines_are_the_response_s_own_objects(database: Database, api: API, ask: Ask, trading: None) -> None:
    data = await ask.data(PEOPLE.replace("first: 2", "first: 200").replace("totalCount", ""))

    text = await exported(database, api, PEOPLE, format_=Format.JSONL)

    assert [json.loads(line) for line in text.splitlines()] == data["contacts"]["nodes"]


class _Counting:
    """A database that notes what it was asked, and that goes away after some of it."""

    def __init__(self, database: Database, breaks_after: int = 1_000) -> None:
        self._database, self._left = database, breaks_after
        self.statements: list[Statement] = []

    async def read(self, statement: Statement, **more: Any) -> Any:
        self.statements.append(statement)
        self._left -= 1
        if self._left < 0:
            return await self._database.read(Statement("CYPHER 5 RETURN 1 / 0", {}), **more)
        return await self._database.read(statement, **more)

    async def plan(self, statement: Statement, **more: Any) -> dict[str, Any]:
        return await self._database.plan(statement, **more)


async def test_each_page_is_one_statement_of_two_texts(
    database: Database, api: API, trading: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first page has one text, every other page another one, so that the database plans two."""
    monkeypatch.setattr("resolvers.export._PAGE_SIZES", (7,))
    counting = _Counting(database)

    text = await exported(counting, api, "{ contacts { nodes { id } } }")

    people = len(text.splitlines()) - 1
    assert people > 20
    assert len(counting.statements) == -(-people // 7)
    assert len({statement.text for statement in counting.statements}) == 2
    assert len(set(text.splitlines())) == people + 1


async def test_a_reader_exports_what_that_reader_may_see(database: Database, api: API, ask: Ask, trading: None) -> None:
    query = "{ orders { nodes { number owner { id } } } }"
    users = (await ask.data("{ users { nodes { id } } }"))["users"]["nodes"]
    reader = owner_reader(api.model, users[0]["id"], [users[0]["id"], users[1]["id"]])
    seen = await ask.data("{ orders(first: 200) { nodes { number } } }", reader=reader)

    text = await exported(database, api, query, reader=reader)

    everything = await exported(database, api, query)
    assert [line.split(",")[0] for line in text.splitlines()[1:]] == [
        each["number"] for each in seen["orders"]["nodes"]
    ]
    assert 1 < len(text.splitlines()) < len(everything.splitlines())


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "{ orders { groupBy(by: [{total: CURRENCY}], orderBy: [{count: DESC}]) { groups { key { total } count } } } }",
            "key.total,count USD,25 CNY,9 EUR,6",
        ),
        ('{ products(where: {sku: {eq: "none"}}) { edges { node { name } cursor } } }', "node.name,cursor"),
        ("{ orders { totalCount } }", "totalCount 40"),
        ('{ company(id: "company_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e") { name } }', "name"),
    ],
)
async def test_groups_edges_and_single_values_are_rows_too(
    database: Database, api: API, trading: None, query: str, expected: str
) -> None:
    """Rows are the first list that the fields lead to; without one there is one row, or none."""
    text = await exported(database, api, query)

    assert text.split() == expected.split()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ a: orders { nodes { id } } b: orders { nodes { id } } }", "An export is of one field"),
        ("{ orders { nodes { id } edges { cursor } } }", "an export has one list of rows"),
        ("{ orders(last: 3) { nodes { id } } }", "an export goes forward"),
    ],
)
async def test_what_is_no_table_is_refused(database: Database, api: API, query: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        await exported(database, api, query)


async def test_a_list_that_is_cut_off_stops_the_export(
    database: Database, api: API, trading: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cell that held the first of many would look like the whole; who says how many means it."""
    monkeypatch.setattr("resolvers.export_document.NESTED", 1)
    monkeypatch.setattr("resolvers.export.NESTED", 1)

    with pytest.raises(BadInput, match="lines: a record has more than 1 of them"):
        await exported(database, api, "{ orders { nodes { id lines { nodes { id } } } } }")

    assert await exported(database, api, "{ orders { nodes { id lines(first: 1) { nodes { id } } } } }")


async def test_a_page_that_fails_stops_the_export(
    database: Database, api: API, trading: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resolvers.export._PAGE_SIZES", (7,))

    with pytest.raises(Stopped, match="The database could not answer this"):
        await exported(_Counting(database, 2), api, "{ contacts { nodes { id } } }")


HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1",
    "-1",
    "@x",
    "'quoted",
    "''",
    'a "b"',
    "one\ntwo",
    "甲方,乙方",
    "👩‍💻",
    "a;b|c\\d",
    "#",
    "_x0041_",
]


async def test_no_cell_becomes_a_formula(database: Database, api: API, trading: None, tmp_path: Path) -> None:
    """One `'` stands before what a spreadsheet would reckon with; a workbook holds texts as texts."""
    await database.run(
        "UNWIND $p AS row CREATE (:Team {id: 'team_' + row[0], name: row[1], version: 1, createdAt: datetime(), "
        "updatedAt: datetime(), sortKey: row[0]})",
        p=[[f"01927c6e0f5a7b3c8d2e4f6a8b0c1d{index:02x}", text] for index, text in enumerate(HOSTILE)],
    )
    try:
        query = "{ teams(orderBy: [{id: ASC}]) { nodes { id name } } }"

        cells = {row[0]: row[1] for row in csv.reader(io.StringIO(await exported(database, api, query), newline=""))}
        export = open_export(Answerer(api, database), Question(query), ADMINISTRATOR)
        await write_xlsx(export, tmp_path / "teams.xlsx")
    finally:
        await database.run("MATCH (team:Team) WHERE team.id STARTS WITH 'team_01927c6e' DETACH DELETE team")

    ids = [f"team_01927c6e0f5a7b3c8d2e4f6a8b0c1d{index:02x}" for index in range(len(HOSTILE))]
    sheet = CalamineWorkbook.from_path(tmp_path / "teams.xlsx").get_sheet_by_index(0).to_python()
    assert [cells[id_] for id_ in ids] == [f"'{text}" if text[0] in "=+-@'" else text for text in HOSTILE]
    found = {row[0]: row[1] for row in sheet}
    assert [found[id_] for id_ in ids] == HOSTILE


def test_http_streams_a_file(client: httpx.Client, trading: None) -> None:
    """POST and GET as for /graphql; what is wrong has a status and is no file."""
    query = "{ companies { nodes { name } } }"

    csv_ = client.post("/export?bom=true", json={"query": query})
    lines = client.get("/export", params={"query": query, "format": "jsonl", "limit": "2"})
    workbook = client.post("/export?format=xlsx", json={"query": query})
    wrong = [
        client.post("/export?format=pdf", json={"query": query}),
        client.post("/export", json={"query": "{ companies { nodes { nmae } } }"}),
        client.post("/export", json={"query": "{ companies { nodes { name } } orders { nodes { id } } }"}),
        client.get("/export", params={"query": query}, headers={"sec-fetch-site": "cross-site"}),
    ]

    assert csv_.content.startswith("\ufeffname\r\n".encode())
    assert csv_.headers["content-disposition"] == 'attachment; filename="companies.csv"'
    assert len(lines.text.splitlines()) == 2
    names = [
        row[0] for row in CalamineWorkbook.from_filelike(io.BytesIO(workbook.content)).get_sheet_by_index(0).to_python()
    ]
    assert names == [row[0] for row in csv.reader(io.StringIO(csv_.content.decode("utf-8-sig"), newline=""))]
    assert [each.status_code for each in wrong] == [400, 400, 400, 403]


def test_a_page_that_fails_breaks_the_connection_off(
    client: httpx.Client, trading: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody takes what has arrived for the whole: the last chunk never comes."""
    monkeypatch.setattr("resolvers.export._PAGE_SIZES", (7,))
    pages = 0
    page = Export._page

    async def breaking(export: Export, after: str | None) -> Any:
        nonlocal pages
        pages += 1
        if pages > 2:
            raise Stopped(Answer(None, [{"message": "away", "extensions": {"code": "UNAVAILABLE"}}]))
        return await page(export, after)

    monkeypatch.setattr(Export, "_page", breaking)

    with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
        client.post("/export", json={"query": "{ contacts { nodes { id } } }"})


def test_the_command_writes_whole_files(neo4j_address: Address, trading: None, tmp_path: Path) -> None:
    document, output = tmp_path / "names.graphql", tmp_path / "names.csv"
    document.write_text("query Q($n: Int) { companies(first: $n) { nodes { name } } }")
    environment = {
        **os.environ, "NEO4J_URI": neo4j_address.uri, "NEO4J_USER": neo4j_address.user,
        "NEO4J_PASSWORD": neo4j_address.password, "GUANXI_TRUSTED_DOCUMENTS": "",
    }  # fmt: skip

    done = subprocess.run(
        [sys.executable, "-m", "web", "export", document, "--output", output, "--limit", "3"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    refused = subprocess.run(
        [sys.executable, "-m", "web", "export", "no-such-document", "--output", tmp_path / "none.csv"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, len(output.read_bytes().splitlines())) == (0, 4), done.stderr
    assert (refused.returncode, [path.name for path in tmp_path.iterdir() if "none" in path.name]) == (1, [])
    assert "neither a file nor the id of a trusted document" in refused.stderr
