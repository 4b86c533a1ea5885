"""A run of an import: what it writes down, that it survives being killed, and that it can be taken back."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graph.address import Address
from graph.database import Database
from graph.derived import recount
from graph.errors import BadInput
from graph.import_revert import Reverted, revert_run
from graph.importing import Into, Sources, import_sources
from graph.mapping import mapping_of, read_mapping
from graph.model import Model
from graph.money import Currencies
from graph.rows import Mode, Report
from graph.tables import Content, folder
from resolvers.api import API
from schema.scalars import exponent
from tests.data.whole_graph import Graph, whole_graph, wipe

ROOT = Path(__file__).parents[2]
TRADING = ROOT / "examples" / "trading"
NOW = datetime(2025, 7, 1, tzinfo=UTC)
HISTORY = {"Change", "ChangeValue", "ImportRun", "ImportBatch", "Sequence"}

FIRMS = """
system = "shop"
[[files]]
path = "firms.csv"
[files.records.firm]
type = "Company"
key = { firm = "no" }
set.name = "name"
set.website = "site"
link.parent = { to = { firm = "parent" }, edge.sharePct = "share" }
link.owner.to = { "User.login" = "owner" }
[files.records.person]
type = "Contact"
key = { person = "person" }
optional = true
set.name = "person"
link.employments = { to = "firm", edge.title = "title" }
link.emails = { set.value = "email" }
"""
HEADER = "no,name,site,parent,share,owner,person,title,email\n"
FIRST = "1,A,,,,ann,,,\n2,B,,1,50,ann,Li,Buyer,li@x.example\n3,C,,1,100,,,,\n"
SECOND = (
    "1,AA,https://a.example,,,bo,,,\n2,B,,3,60,,Li,Chief,li@x.example\n3,C,,1,75,,Bo,,li@x.example\n4,D,,1,,bo,,,\n"
)


@pytest.fixture
def into(database: Database, api: API) -> Into:
    return Into(database, api.model, Currencies("USD", exponent), NOW)


@pytest.fixture
async def users(database: Database) -> None:
    await wipe(database)
    await database.run(
        "UNWIND [['ann', '01'], ['bo', '02']] AS one CREATE (:User {id: 'user_01927c6e0f5a7b3c8d2e4f6a8b0c1d' + one[1], "
        "version: 1, login: one[0], name: one[0]})"
    )


async def load(into: Into, text: str, mode: Mode | None = None, by: str | None = None) -> Report:
    content = Content.of("firms.csv", (HEADER + text).encode())
    sources = Sources.open(mapping_of("shop.toml", FIRMS, into.model, mode), lambda _: content)
    return await import_sources(sources, into, mode=mode, by=by)


async def revert(into: Into, report: Report) -> Reverted:
    assert report.run
    return await revert_run(into.database, into.model, into.currencies, report.run, by=None, now=NOW)


async def records(database: Database) -> Graph:
    """All records and their relationships, without versions and without what tells of their changes."""
    nodes, edges = await whole_graph(database, without=("version", "updatedAt"))
    kept = [node for node in nodes if not any(f"['{label}']" in node for label in HISTORY)]
    return kept, [edge for edge in edges if not any(f"'{type_}'" in edge for type_ in _OF_HISTORY)]


_OF_HISTORY = ("OF_RECORD", "IN_BATCH", "OF_RUN", "HAS_VALUE", "UNDOES")


async def changes(database: Database) -> list[dict[str, Any]]:
    rows = await database.run(
        """MATCH (change:Change) OPTIONAL MATCH (change)-[:HAS_VALUE]->(value)
        RETURN properties(change), properties(value), [(change)-[:OF_RECORD]->(r) | r.id] ORDER BY change.createdAt, change.id"""
    )
    return [{**change, "personal": value, "of": sorted(of)} for change, value, of in rows]


async def test_every_write_of_an_import_is_told(database: Database, into: Into, users: None) -> None:
    """With old and new values; of people apart from the change; of relationships at both ends."""
    by = "user_01927c6e0f5a7b3c8d2e4f6a8b0c1d01"
    first = await load(into, FIRST, by=by)
    before = len(await changes(database))
    second = await load(into, SECOND, by=by)

    found = await changes(database)
    told = Counter((change["operation"], change["recordType"], change.get("edgeType")) for change in found[:before])
    assert told == {
        ("CREATE", "Company", None): 3, ("CREATE", "Contact", None): 1, ("CREATE", "EmailAddress", None): 1,
        ("LINK", "Company", "SUBSIDIARY_OF"): 2, ("LINK", "Company", "OWNED_BY"): 2, ("LINK", "Contact", "WORKS_AT"): 1,
        ("LINK", "Contact", "HAS_EMAIL"): 1,
    }  # fmt: skip
    ids = {row[0]: row[1] for row in await database.run("MATCH (n:Party) RETURN n.name, n.id")}
    (update,) = [change for change in found[before:] if change["operation"] == "UPDATE"]
    assert {key: update[key] for key in ("recordId", "recordVersion", "properties", "old.name", "new.name", "requestId", "createdBy")} == {
        "recordId": ids["AA"], "recordVersion": 2, "properties": ["name", "website"], "old.name": "A", "new.name": "AA",
        "requestId": second.run, "createdBy": by,
    }  # fmt: skip
    (person,) = [
        change for change in found[:before] if change["recordType"] == "Contact" and change["operation"] == "CREATE"
    ]
    assert (person["properties"], person["personal"]["new.name"], "new.name" in person) == (["name"], "Li", False)
    (moved,) = [
        change for change in found[before:] if change["operation"] == "UNLINK" and change["edgeType"] == "SUBSIDIARY_OF"
    ]
    assert (moved["fromId"], moved["toId"], moved["of"], moved["old.sharePct"]) == (
        ids["B"],
        ids["AA"],
        sorted([ids["AA"], ids["B"]]),
        50.0,
    )
    (share,) = [
        change
        for change in found[before:]
        if change["operation"] == "UPDATE_EDGE" and change["edgeType"] == "SUBSIDIARY_OF"
    ]
    assert (share["recordId"], share["old.sharePct"], share["new.sharePct"]) == (ids["C"], 100.0, 75.0)
    runs = await database.run(
        "MATCH (r:ImportRun) RETURN r.id, r.status, r.created, r.updated, r.rejected, r.createdBy ORDER BY r.id"
    )
    assert runs == [[first.run, "COMPLETED", 5, 0, 0, by], [second.run, "COMPLETED", 2, 4, 0, by]]


async def test_loading_the_same_again_tells_nothing(database: Database, into: Into, users: None) -> None:
    await load(into, FIRST)
    before = await changes(database)

    again = await load(into, FIRST)

    assert await changes(database) == before
    assert sum(each.unchanged for each in again.records.values()) == 5


async def test_a_run_is_taken_back_updates_included(database: Database, into: Into, users: None) -> None:
    """The second run's records go, its values and relationships become what they were; then the first one's as well."""
    nothing = await records(database)
    first = await load(into, FIRST)
    before = await records(database)
    second = await load(into, SECOND)
    assert await records(database) != before

    done = await revert(into, second)

    assert await records(database) == before
    assert (done.kept, done.removed) == ([], 2)
    assert await database.run("MATCH (r:ImportRun {status: 'REVERTED'}) RETURN r.id") == [[second.run]]
    with pytest.raises(BadInput, match="was reverted before"):
        await revert(into, second)

    done = await revert(into, first)

    assert (done.kept, await records(database)) == ([], nothing)
    # What was imported by mistake is not kept in the log either.
    assert await database.run("MATCH (v:ChangeValue) RETURN count(v)") == [[0]]


async def test_what_somebody_changed_since_stays_and_is_told(database: Database, into: Into, users: None) -> None:
    await load(into, FIRST)
    second = await load(into, SECOND)
    await database.run("MATCH (c:Company {name: 'AA'}) SET c.name = 'Mine', c.version = c.version + 1")
    await database.run("MATCH (c:Company {name: 'D'}) CREATE (:Note:Activity {id: 'x'})-[:ABOUT]->(c)")
    await database.run("MATCH (:Contact {name: 'Bo'})-[e:HAS_EMAIL]->() SET e.label = 'home'")
    ids = {row[0]: row[1] for row in await database.run("MATCH (n:Party) RETURN n.name, n.id")}

    done = await revert(into, second)

    assert sorted(done.kept) == sorted([
        ("Company", ids["Mine"], "name was changed since"),
        ("Company", ids["D"], "it is related to others: ABOUT"),
        ("Contact", ids["Bo"], done.kept[0][2]),
        ("Contact", ids["Bo"], "it is related to others: HAS_EMAIL"),
    ])  # fmt: skip
    assert done.kept[0][2].startswith("HAS_EMAIL to email_address_") and done.kept[0][2].endswith(
        "was changed since: label"
    )
    assert await database.run("MATCH (c:Company) RETURN c.name, c.website ORDER BY c.name") == [
        ["B", None], ["C", None], ["D", None], ["Mine", None]
    ]  # fmt: skip


async def test_orders_and_activities_are_taken_back_with_what_follows_from_them(
    database: Database, into: Into, model: Model
) -> None:
    """The trading example leaves nothing, though totals, revenue and touches were worked out after it."""
    await wipe(database)
    sources = Sources.open(read_mapping(TRADING / "trading.toml", model), folder(TRADING))
    report = await import_sources(sources, into)

    done = await revert(into, report)

    assert (report.rejected, done.kept) == ((), [])
    assert await records(database) == ([], [])


@pytest.fixture
def model(api: API) -> Model:
    return api.model


_ONE_RUN = f"""
import ast, asyncio, sys
from datetime import datetime
from pathlib import Path
import graph.loader
from graph.address import Address
from graph.database import Database
from graph.import_revert import revert_run
from graph.importing import Into, Sources, import_sources
from graph.mapping import read_mapping
from graph.money import Currencies
from graph.rows import Mode
from graph.tables import folder
from schema.build import build
from schema.scalars import exponent

async def main():
    address, run, mode = ast.literal_eval(sys.stdin.read())
    graph.loader.ROWS_PER_TRANSACTION = 40
    database, model = Database(Address(*address)), build().model
    into = Into(database, model, Currencies("USD", exponent), datetime.fromisoformat({NOW.isoformat()!r}))
    print("ready", flush=True)
    if run:
        await revert_run(database, model, into.currencies, run, by=None, now=into.now)
    else:
        path = Path({str(TRADING)!r})
        mode = Mode(mode)
        sources = Sources.open(read_mapping(path / "trading.toml", model, mode), folder(path))
        await import_sources(sources, into, mode=mode)

asyncio.run(main())
"""


def killed_after(seconds: float, address: Address, run: str | None = None, mode: Mode = Mode.UPSERT) -> int:
    """Start an import, or a revert, in a process of its own, and kill it so long after it has begun."""
    process = subprocess.Popen(
        [sys.executable, "-c", _ONE_RUN], env={"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    assert process.stdin and process.stdout
    process.stdin.write(repr(((address.uri, address.user, address.password), run, mode.value)))
    process.stdin.close()
    assert process.stdout.readline() == "ready\n"
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        return process.wait()
    finally:
        process.stdout.close()


@pytest.mark.parametrize("mode", [Mode.UPSERT, Mode.CREATE])
async def test_a_run_that_is_killed_anywhere_is_completed_by_running_it_again(
    database: Database,
    into: Into,
    model: Model,
    neo4j_address: Address,
    mode: Mode,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No record twice, none missing, one run; also where rows must be new: those that the run made itself are its own."""
    monkeypatch.setattr("graph.loader.ROWS_PER_TRANSACTION", 40)
    sources = Sources.open(read_mapping(TRADING / "trading.toml", model, mode), folder(TRADING))
    await wipe(database)
    await import_sources(sources, into, mode=mode)
    expected = await records(database)
    told = Counter((change["operation"], change["recordType"]) for change in await changes(database))
    await wipe(database)
    chance = random.Random(f"{mode}")  # noqa: S311

    ends, longest = list[int](), 2.5
    while len(ends) < 3:
        end = await asyncio.to_thread(killed_after, chance.uniform(0.1, longest), neo4j_address, None, mode)
        if await database.run("MATCH (r:ImportRun {status: 'COMPLETED'}) RETURN r.id"):
            # It was too late to kill it, and there is nothing left to complete: once more, and sooner.
            await wipe(database)
            ends, longest = [], longest * 0.6
        else:
            ends.append(end)
    report = await import_sources(sources, into, mode=mode)

    assert -signal.SIGKILL in ends
    assert report.rejected == ()
    for found, wanted in zip(await records(database), expected, strict=True):
        assert (set(found) - set(wanted), set(wanted) - set(found)) == (set(), set())
        assert len(found) == len(wanted)
    assert Counter((change["operation"], change["recordType"]) for change in await changes(database)) == told
    runs = await database.run("MATCH (r:ImportRun) RETURN count(r), collect(DISTINCT r.status)")
    assert runs == [[1, ["COMPLETED"]]]


async def test_a_revert_that_is_killed_is_completed_by_reverting_again(
    database: Database, into: Into, model: Model, neo4j_address: Address
) -> None:
    """Beside a second import's records, whose derived facts are right in the end."""
    await wipe(database)
    sources = Sources.open(read_mapping(TRADING / "trading.toml", model), folder(TRADING))
    report = await import_sources(sources, into)

    end = await asyncio.to_thread(killed_after, 0.8, neo4j_address, report.run)
    if end != 0:
        await revert(into, report)

    assert await records(database) == ([], [])
    assert await recount(database, model, into.currencies) == []
    await wipe(database)
