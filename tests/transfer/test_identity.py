"""Exporting and importing again is the identity, whatever the texts are: for ids, fields and relationships."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.database import Database
from graph.ids import id_for
from graph.importing import Into, Sources, import_sources
from graph.mapping import mapping_of
from graph.model import Model
from graph.money import Currencies
from graph.reader import ADMINISTRATOR
from graph.rows import Report
from graph.tables import Content
from resolvers.answer import Answerer
from resolvers.api import API
from resolvers.export import open_export
from resolvers.question import Question
from schema.scalars import exponent
from tests.data.whole_graph import Graph, whole_graph, wipe
from web.exporting import Format, text_pages

THEN, NOW = datetime(2024, 3, 1, 8, 30, tzinfo=UTC), datetime(2025, 7, 1, tzinfo=UTC)

QUERIES = {
    "users.csv": "{ users { nodes { id login name createdAt } } }",
    "emails.csv": "{ emailAddresses { nodes { id value raw status createdAt } } }",
    "companies.csv": """{ companies { nodes { id name vat website employees createdAt createdBy { id } owner { id }
        subsidiaries { edges { id sharePct node { id } } } } } }""",
    "people.csv": """{ contacts { nodes { id name given birthDate noAutomatedDecisions createdAt owner { id }
        employments { edges { id title department roles since until isPrimary node { id } } }
        emails { edges { id label primary verifiedAt node { id } } } } } }""",
}

MAPPING = """
system = "guanxi"
[[files]]
path = "users.csv"
records.user = { type = "User", match = "id", set = { id = "id", login = "login", name = "name", createdAt = "createdAt" } }
[[files]]
path = "emails.csv"
records.email = { type = "EmailAddress", match = "id", set = { id = "id", value = "value", raw = "raw", status = "status", createdAt = "createdAt" } }
[[files]]
path = "companies.csv"
[files.records.company]
type = "Company"
match = "id"
set = { id = "id", name = "name", vat = "vat", website = "website", employees = "employees", createdAt = "createdAt" }
link.createdBy.to = { "User.id" = "createdBy.id" }
link.owner.to = { "User.id" = "owner.id" }
link.subsidiaries = { to = { "Company.id" = "subsidiaries.edges.node.id" }, joined = true, edge.id = "subsidiaries.edges.id", edge.sharePct = "subsidiaries.edges.sharePct" }
[[files]]
path = "people.csv"
[files.records.person]
type = "Contact"
match = "id"
set = { id = "id", name = "name", given = "given", birthDate = "birthDate", noAutomatedDecisions = "noAutomatedDecisions", createdAt = "createdAt" }
link.owner.to = { "User.id" = "owner.id" }
[files.records.person.link.employments]
to = { "Company.id" = "employments.edges.node.id" }
joined = true
edge.id = "employments.edges.id"
edge.title = "employments.edges.title"
edge.department = "employments.edges.department"
edge.roles = { column = "employments.edges.roles", joined = true }
edge.since = "employments.edges.since"
edge.until = "employments.edges.until"
edge.isPrimary = "employments.edges.isPrimary"
[files.records.person.link.emails]
to = { "EmailAddress.id" = "emails.edges.node.id" }
joined = true
edge.id = "emails.edges.id"
edge.label = "emails.edges.label"
edge.primary = "emails.edges.primary"
edge.verifiedAt = "emails.edges.verifiedAt"
"""

HOSTILE = [
    "=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "'", "''=1", "'=1", 'a "quoted" b', '"', "one\ntwo", "one\r\ntwo", "a\rb",
    "甲方;乙方", "a;b|c\\d", ";", "|", "\\", "👩‍💻 \u202eabc", "欧阳 雪", "x\x01\x1by", "\u2028", "NULL", "null", "a,b", "#REF!", "\ufeffx",
    "é" * 700,
]  # fmt: skip
# What is stored has neither white space around it nor NUL, and is not empty.
texts = (
    st.one_of(
        st.sampled_from(HOSTILE),
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=12),
        st.text(alphabet=st.sampled_from("=+-@'\"\t\r\n;|\\, a中"), min_size=1, max_size=8),
    )
    .map(str.strip)
    .filter(bool)
)
days = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@st.composite
def graphs(draw: st.DrawFn) -> dict[str, Any]:
    """Nodes by label, and relationships as (start, type, end, properties)."""
    count = st.integers(1, 3)
    made = iter(range(1_000))

    def node(prefix: str, **values: Any) -> dict[str, Any]:
        kept = {name: value for name, value in values.items() if value is not None}
        return {"id": id_for(prefix, f"{prefix}{next(made)}", THEN), "version": 1, **kept}

    def edge(start: Any, type_: str, end: Any, prefix: str | None = None, **values: Any) -> list[Any]:
        return [start["id"], type_, end["id"], node(prefix, **values) if prefix else {}]

    optional = st.one_of(st.none(), texts)
    users = [node("user", login=f"u{number}", name=draw(texts)) for number in range(2)]
    emails = [
        node("email_address", value=f"p{number}@x.example", raw=draw(texts), status="VALID")
        for number in range(draw(count))
    ]
    companies = [
        node(
            "company", name=draw(texts), vat=f"V{number}" if draw(st.booleans()) else None, website=draw(optional),
            employees=draw(st.one_of(st.none(), st.integers(-5, 2**31 - 1))),
            createdBy=draw(st.sampled_from([None, users[0]["id"]])),
        )
        for number in range(draw(count))
    ]  # fmt: skip
    people = [
        node(
            "contact", name=draw(texts), given=draw(optional), birthDate=draw(st.one_of(st.none(), days)),
            noAutomatedDecisions=draw(st.sampled_from([None, True, False])),
        )
        for _ in range(draw(count))
    ]  # fmt: skip
    owned = [each for each in (*companies, *people) if draw(st.booleans())]
    edges = [edge(each, "OWNED_BY", draw(st.sampled_from(users))) for each in owned]
    shares = st.sampled_from([None, 12.5, 100.0])
    edges += [
        edge(child, "SUBSIDIARY_OF", companies[0], "shareholding", sharePct=draw(shares))
        for child in companies[1:]
        if draw(st.booleans())
    ]
    for person in people:
        for _ in range(draw(st.integers(0, 3))):
            job = {
                "title": draw(optional), "department": draw(optional), "since": draw(st.one_of(st.none(), days)),
                "until": draw(st.one_of(st.none(), days)), "isPrimary": draw(st.sampled_from([None, True])),
                "roles": draw(st.one_of(st.none(), st.lists(texts, min_size=1, max_size=3))),
            }  # fmt: skip
            edges.append(edge(person, "WORKS_AT", draw(st.sampled_from(companies)), "employment", **job))
        for email in draw(st.lists(st.sampled_from(emails), max_size=2, unique_by=lambda one: one["id"])):
            point = {
                "label": draw(optional),
                "primary": draw(st.sampled_from([None, False])),
                "verifiedAt": draw(st.sampled_from([None, THEN])),
            }
            edges.append(edge(person, "HAS_EMAIL", email, "contact_point", **point))
    return {"User": users, "EmailAddress": emails, "Company": companies, "Contact": people, "edges": edges}


async def hold(database: Database, model: Model, graph: dict[str, Any]) -> None:
    await wipe(database)
    owners = {start: end for start, type_, end, _ in graph["edges"] if type_ == "OWNED_BY"}
    for label in QUERIES_BY_LABEL:
        rows = [
            {
                **each,
                **({"ownerId": owners[each["id"]]} if each["id"] in owners else {}),
                **model.nodes[label].compute(each),
            }
            for each in graph[label]
        ]
        await database.run(
            f"UNWIND $rows AS row CREATE (n:{':'.join(model.nodes[label].labels)}) SET n = row, n.createdAt = $then, n.updatedAt = $then",
            rows=rows, then=THEN,
        )  # fmt: skip
    for start, type_, end, properties in graph["edges"]:
        await database.run(
            f"MATCH (a {{id: $start}}), (b {{id: $end}}) CREATE (a)-[e:{type_}]->(b) SET e = $properties",
            start=start, end=end, properties=properties,
        )  # fmt: skip


QUERIES_BY_LABEL = ("User", "EmailAddress", "Company", "Contact")


async def exported(answerer: Answerer, *, with_mark: bool) -> dict[str, Content]:
    files = {}
    for name, query in QUERIES.items():
        export = open_export(answerer, Question(query), ADMINISTRATOR)
        pieces = [piece async for piece in text_pages(export, Format.CSV, with_mark=with_mark)]
        files[name] = Content.of(name, b"".join(pieces))
    return files


async def imported(into: Into, files: dict[str, Content]) -> Report:
    sources = Sources.open(mapping_of("guanxi.toml", MAPPING, into.model), files.get)
    return await import_sources(sources, into, with_history=False)


async def contents(database: Database) -> Graph:
    return await whole_graph(database, without=("version", "updatedAt"))


@pytest.fixture
def into(database: Database, api: API) -> Into:
    return Into(database, api.model, Currencies("USD", exponent), NOW)


async def test_exporting_and_importing_again_is_the_identity(database: Database, api: API, into: Into) -> None:
    """Into an empty database, and into the one that it was exported from, where nothing changes, to the last version."""
    answerer = Answerer(api, database)
    loop = asyncio.get_running_loop()
    seen = 0

    async def check(graph: dict[str, Any], *, with_mark: bool) -> None:
        nonlocal seen
        await hold(database, api.model, graph)
        before, exact = await contents(database), await whole_graph(database)
        files = await exported(answerer, with_mark=with_mark)

        same = await imported(into, files)

        assert (same.rejected, await whole_graph(database)) == ((), exact)
        assert not any(each.created or each.updated for each in (*same.records.values(), *same.links.values()))

        await wipe(database)
        again = await imported(into, files)

        assert (again.rejected, await contents(database)) == ((), before)
        seen += 1

    @settings(max_examples=12)
    @given(graphs(), st.booleans())
    def examples(graph: dict[str, Any], with_mark: bool) -> None:
        asyncio.run_coroutine_threadsafe(check(graph, with_mark=with_mark), loop).result()

    await asyncio.to_thread(examples)
    assert seen >= 12
    await wipe(database)
