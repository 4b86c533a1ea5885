"""What becomes of rows: bad ones, changed ones, foreign ones, hostile ones; loads at once and loads that were killed."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from graph.address import Address
from graph.database import Database
from graph.importing import import_folder
from graph.model import Model
from graph.money import Rates
from graph.rows import Counts
from schema.scalars import exponent
from tests.data.conftest import NOW, Import
from tests.data.whole_graph import Graph, counts, whole_graph, wipe

ROOT = Path(__file__).parents[2]
TRADING = ROOT / "examples" / "trading"

SHOP = """
system = "shop"
zone = "Europe/Berlin"
currency = "EUR"

[[files]]
path = "people.csv"

[files.records.person]
type = "Contact"
key = { person = "id" }
country = { value = "DE" }
set.name = "name"
set.birthDate = "born"
link.emails = { set.value = "email" }
link.manager.to = { person = "boss" }

[[files]]
path = "orders.csv"

[files.records.customer]
type = "Customer"
key = { customer = "person" }
link.party.to = { person = "person" }

[files.records.order]
type = "Order"
key = { order = "id" }
set.status = "status"
set.placedAt = "at"
set.fxRate = "rate"
link.customer.to = "customer"

[files.records.line]
type = "LineItem"
key = { line = "id" }
set.lineNo = { value = 1 }
set.quantity = "quantity"
set.unit = "price"
link.order.to = "order"
link.product.to = { "other:product" = "product" }
"""

PEOPLE = "id,name,born,email,boss\n"
ORDERS = "id,person,status,at,rate,quantity,price,product\n"
ANN = PEOPLE + "1,Ann Li,1990-02-28,ann@shop.example,\n"


async def test_a_bad_row_is_told_with_its_line_and_reason_and_leaves_nothing(
    empty: Database, importing: Import
) -> None:
    """Every kind of bad row, between good ones."""
    long = "x" * 4000
    people = (
        ANN
        + "2,Ben\n"
        + "3,,1990-02-28,,\n"
        + ",Cid,,,\n"
        + "4,Dan,1990-02-30,,\n"
        + "5,Eve,,,99\n"
        + "6,N\x00l,,,\n"
        + "7,L\udce9n,,,\n"
        + f"8,{long},,,\n"
        + '9,"Two\nlines",,,8\n'
        + "1,Anna Li,,,\n"
        + "10,Zoë,,ANN@shop.example,1\n"
        + '11,"Open,,,\n'
    )
    orders = (
        ORDERS
        + "1,1,SENT,2025-01-01,,1,1,\n"
        + "2,1,PLACED,1st of May,,1,1,\n"
        + "3,1,PLACED,2025-01-01,,many,1,\n"
        + "4,1,PLACED,2025-01-01,,1,1e30,\n"
        + "5,77,PLACED,2025-01-01,,1,1,\n"
        + "6,1,PLACED,2025-01-01,,1,1,P1\n"
        + "7,1,,2025-01-01,,1,1,\n"
        + "8,1,PLACED,2025-01-01,1.25,2,3.50,\n"
    )

    report = await importing(SHOP, {"people.csv": people, "orders.csv": orders})

    assert [str(one) for one in report.rejected] == [
        "people.csv:3: the row has 2 fields, and there are 5 columns",
        "people.csv:4: name is missing; a Contact needs it",
        'people.csv:5: the key of the person is missing; column "id" is empty',
        'people.csv:6: birthDate: "1990-02-30" is no date',
        'people.csv:7: manager: there is no person "99"',
        "people.csv:8: name: the text holds a NUL character",
        "people.csv:9: name: the text holds bytes that are not UTF-8",
        "people.csv:10: name: the text has 4000 bytes; 3000 can be indexed",
        'people.csv:11: manager: there is no person "8"',
        'people.csv:13: name of person "1" is not what people.csv:2 says; a key must stand for one record',
        "people.csv:15: a quotation mark is opened and never closed",
        (
            "orders.csv:2: status: \"SENT\" is none of its values. There is 'DRAFT', 'PLACED', 'PAID', 'FULFILLED' and "
            "'CANCELLED'."
        ),
        'orders.csv:3: placedAt: "1st of May" is no instant',
        'orders.csv:4: quantity: "many" is no number',
        (
            "orders.csv:5: unit: 100000000000000000000000000000000 minor units are out of range; the largest amount is "
            "9007199254740991"
        ),
        'orders.csv:6: party: there is no person "77"',
        'orders.csv:7: product: there is no product "P1"',
        "orders.csv:8: status is missing; an Order needs it",
    ]
    assert report.exit_code == 1
    labels, types = await counts(empty)
    assert labels == {
        "Contact": 2, "Customer": 1, "EmailAddress": 1, "ExternalRef": 5, "LineItem": 1, "Order": 1, "Party": 2,
        "Sequence": 2,
    }  # fmt: skip
    assert types == {
        "ACCOUNT_FOR": 1, "HAS_EMAIL": 2, "HAS_LINE": 1, "PLACED": 1, "REFERS_TO": 5, "REPORTS_TO": 1,
    }  # fmt: skip
    assert await empty.run(
        "MATCH (o:Order)-[:HAS_LINE]->(l) RETURN o.total, o.totalCurrency, o.totalBase, l.netBase"
    ) == [[700, "EUR", 875, 875]]


async def test_a_changed_row_updates_what_differs_and_counts_it(empty: Database, importing: Import) -> None:
    """A cell that became empty says nothing; a new relationship counts as a change of the record that draws it."""
    await importing(SHOP, {"people.csv": ANN + "2,Bo,,,\n3,Cy,,,\n", "orders.csv": ORDERS})

    report = await importing(SHOP, {"people.csv": PEOPLE + "1,Ann Lee,,,\n2,Bo,,,3\n3,Cy,,,\n", "orders.csv": ORDERS})

    rows = await empty.run(
        "MATCH (c:Contact) RETURN c.name, c.sortKey, toString(c.birthDate), c.version, "
        "[(c)-[:REPORTS_TO]->(m) | m.name] ORDER BY c.name"
    )
    assert rows == [
        ["Ann Lee", "ann lee", "1990-02-28", 2, []],
        ["Bo", "bo", None, 2, ["Cy"]],
        ["Cy", "cy", None, 1, []],
    ]
    assert report.records["Contact"] == Counts(updated=2, unchanged=1)


async def test_a_relationship_to_one_record_is_replaced(empty: Database, importing: Import) -> None:
    """An order that moves to another customer leaves the first one's facts right."""
    people = ANN + "2,Bo,,,\n"
    await importing(SHOP, {"people.csv": people, "orders.csv": ORDERS + "8,1,PLACED,2025-01-01,2,2,3.50,\n"})

    await importing(SHOP, {"people.csv": people, "orders.csv": ORDERS + "8,2,PLACED,2025-01-01,2,2,3.50,\n"})

    rows = await empty.run(
        "MATCH (c:Customer) RETURN c.name, c.revenue, c.orderCount, COUNT { (c)-[:PLACED]->() } ORDER BY c.name"
    )
    assert rows == [["Ann Li", 0, 0, 0], ["Bo", 1400, 1, 1]]


async def test_a_row_may_name_a_later_one_and_two_may_name_each_other(
    empty: Database, importing: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when they are in different transactions, as far as an order can be found at all."""
    monkeypatch.setattr("graph.loader.ROWS_PER_TRANSACTION", 2)
    people = PEOPLE + "1,A,,,4\n2,B,,,3\n3,C,,,\n4,D,,,2\n5,E,,,6\n6,F,,,5\n"

    report = await importing(SHOP, {"people.csv": people, "orders.csv": ORDERS})

    assert report.rejected == ()
    rows = await empty.run("MATCH (a)-[:REPORTS_TO]->(b) RETURN a.name, b.name ORDER BY a.name")
    assert rows == [["A", "D"], ["B", "C"], ["D", "B"], ["E", "F"], ["F", "E"]]


async def test_numbers_come_from_a_sequence_that_jumps_over_taken_ones(empty: Database, importing: Import) -> None:
    """An order without a number gets the next free one, once."""
    await importing(SHOP, {"people.csv": ANN, "orders.csv": ORDERS + "1,1,PLACED,2025-01-01,1,1,1,\n"})
    await empty.run("MATCH (o:Order) SET o.number = 'O-000003'")
    more = ORDERS + "1,1,PLACED,2025-01-01,1,1,1,\n2,1,PLACED,2025-01-02,1,1,1,\n3,1,PLACED,2025-01-03,1,1,1,\n"

    await importing(SHOP, {"people.csv": ANN, "orders.csv": more})

    rows = await empty.run("MATCH (c:Customer)-[:PLACED]->(o:Order) RETURN c.number, o.number ORDER BY o.number")
    assert rows == [["C-000001", "O-000002"], ["C-000001", "O-000003"], ["C-000001", "O-000004"]]


async def test_amounts_without_a_rate_count_in_no_sum(
    empty: Database, model: Model, importing: Import, tmp_path: Path
) -> None:
    """They are stored with a warning, and valued by the next import that knows a rate."""
    files = {"people.csv": ANN, "orders.csv": ORDERS + "1,1,PLACED,2025-01-02,,3,0.335,\n"}
    text = "MATCH (c:Customer)-[:PLACED]->(o) RETURN o.total, o.totalCurrency, o.totalBase, c.revenue, c.orderCount"

    report = await importing(SHOP, files)
    before = await empty.run(text)
    rates = Rates({"EUR": ((date(2025, 1, 1), Decimal("1.05")), (date(2025, 1, 3), Decimal(9)))})
    await import_folder(tmp_path / "test.toml", tmp_path, model, empty, exponent=exponent, now=NOW, rates=rates)

    assert [str(one) for one in report.warnings] == [
        (
            "derived facts: order O-000001: no rate from EUR to USD on 2025-01-01 or before, so it counts in no sum; "
            "see GUANXI_RATES"
        )
    ]
    assert before == [[102, "EUR", None, 0, 1]]
    assert await empty.run(text) == [[102, "EUR", 107, 107, 1]]


async def test_hostile_text_stays_text(empty: Database, importing: Import) -> None:
    """Cypher, quotes, emoji and right-to-left marks are values like others, and come back as they were."""
    names = [
        "Robert'); MATCH (n) DETACH DELETE n //",
        '"}) RETURN 1',
        "`x`",
        "👩‍💻 \u202eabc",
        "欧阳 雪",
        "$p.rows",
        "\\u0000",
    ]
    people = PEOPLE + "".join(
        f'{index},"{name.replace(chr(34), chr(34) * 2)}",,,\n' for index, name in enumerate(names)
    )

    report = await importing(SHOP, {"people.csv": people, "orders.csv": ORDERS})

    assert report.rejected == ()
    rows = await empty.run(
        "MATCH (r:ExternalRef)-[:REFERS_TO]->(c:Contact) RETURN c.name ORDER BY toInteger(r.externalId)"
    )
    assert [row[0] for row in rows] == names


async def test_a_deleted_record_is_not_brought_back(empty: Database, importing: Import) -> None:
    """Nor does its row go in as something else."""
    await importing(SHOP, {"people.csv": ANN, "orders.csv": ORDERS})
    await empty.run("MATCH (c:Contact) REMOVE c:Contact:Party SET c:Deleted")

    report = await importing(SHOP, {"people.csv": ANN, "orders.csv": ORDERS})

    assert [str(one) for one in report.rejected] == [
        "people.csv:2: shop:person:1 was deleted here; restore it to load it again"
    ]


async def _clean(database: Database, model: Model) -> Graph:
    """The trading example as one load makes it, but for what counts how often it was written."""
    await wipe(database)
    await import_folder(TRADING / "trading.toml", TRADING, model, database, exponent=exponent, now=NOW)
    return await whole_graph(database, without=("version", "updatedAt"))


async def test_loads_at_once_and_killed_ones_end_as_one_does(
    database: Database, model: Model, neo4j_address: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two imports at the same time, and one that is killed half-way and run again, make the graph that one makes."""
    expected = await _clean(database, model)
    monkeypatch.setattr("graph.loader.ROWS_PER_TRANSACTION", 120)

    await wipe(database)
    await asyncio.gather(
        *(
            import_folder(TRADING / "trading.toml", TRADING, model, database, exponent=exponent, now=NOW)
            for _ in range(2)
        )
    )
    together = await whole_graph(database, without=("version", "updatedAt"))

    await wipe(database)
    killed = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", _KILLED], env={"PYTHONPATH": str(ROOT)},
        input=repr((neo4j_address.uri, neo4j_address.user, neo4j_address.password)), text=True, check=False,
    )  # fmt: skip
    half = (await counts(database))[0]
    await import_folder(TRADING / "trading.toml", TRADING, model, database, exponent=exponent, now=NOW)
    again = await whole_graph(database, without=("version", "updatedAt"))

    assert killed.returncode == -signal.SIGKILL
    assert "Contact" in half and "Order" not in half
    assert together == expected
    assert again == expected
    await wipe(database)


_KILLED = f"""
import ast, asyncio, os, signal, sys
from datetime import datetime
from pathlib import Path
import graph.loader
from graph.address import Address
from graph.database import Database
from graph.importing import import_folder
from schema.build import build
from schema.scalars import exponent

def progress(file, line, total):
    if file == "jobs.csv":
        os.kill(os.getpid(), signal.SIGKILL)

async def main():
    graph.loader.ROWS_PER_TRANSACTION = 60
    database = Database(Address(*ast.literal_eval(sys.stdin.read())))
    folder = Path({str(TRADING)!r})
    await import_folder(folder / "trading.toml", folder, build().model, database, exponent=exponent,
        now=datetime.fromisoformat({NOW.isoformat()!r}), progress=progress)

asyncio.run(main())
"""
