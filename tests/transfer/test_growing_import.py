"""What an import may be told: by what records are found, which may be made, who made them; and what it tells before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from graph.database import Database
from graph.errors import BadInput
from graph.import_rejected import rejected_csv, rejected_rows
from graph.importing import Into, Preview, Sources, import_sources, preview_sources
from graph.mapping import mapping_of
from graph.model import Model
from graph.money import Currencies
from graph.rows import Counts, Mode, Report
from graph.tables import Content
from resolvers.api import API
from schema.scalars import exponent
from tests.data.whole_graph import whole_graph, wipe
from web.importing import rejected_file
from web.workbooks import READERS

NOW = datetime(2025, 7, 1, tzinfo=UTC)

FIRMS = """
system = "shop"
currency = "EUR"
[[files]]
path = "firms.csv"
[files.records.firm]
type = "Company"
key = { firm = "no" }
match = ["uscc", "vat"]
set.name = "name"
set.uscc = "uscc"
set.vat = "vat"
set.website = "site"
"""
HEADER = "no,name,uscc,vat,site\n"
# 统一社会信用代码 with right check digits.
ONE = "91350100M000100Y43"


@pytest.fixture
def model(api: API) -> Model:
    return api.model


@pytest.fixture
async def empty(database: Database) -> Database:
    await wipe(database)
    return database


Files = Mapping[str, str | bytes]


class Importing:
    def __init__(self, database: Database, model: Model) -> None:
        self.into = Into(database, model, Currencies("USD", exponent), NOW)

    def sources(self, mapping: str, files: Files, mode: Mode | None = None) -> Sources:
        contents = {
            name: Content.of(name, data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data)
            for name, data in files.items()
        }
        return Sources.open(mapping_of("shop.toml", mapping, self.into.model, mode), contents.get, READERS)

    async def __call__(self, mapping: str, files: Files, mode: Mode | None = None, by: str | None = None) -> Report:
        return await import_sources(self.sources(mapping, files, mode), self.into, mode=mode, by=by)

    async def preview(self, mapping: str, files: Files) -> Preview:
        return await preview_sources(self.sources(mapping, files), self.into)


@pytest.fixture
def importing(empty: Database, model: Model) -> Importing:
    return Importing(empty, model)


async def names(database: Database) -> list[Any]:
    return await database.run("MATCH (c:Company) RETURN c.name, c.vat, c.website ORDER BY c.name")


async def test_a_record_is_found_by_any_of_its_unique_properties(empty: Database, importing: Importing) -> None:
    """And is known by the key of the source from then on, so that the next file needs nothing else."""
    await empty.run(
        "CREATE (:Party:Company {id: 'company_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e', version: 1, name: 'Old', vat: 'ATU1'})"
    )

    first = await importing(FIRMS, {"firms.csv": HEADER + "1,New,,ATU1,https://new.example\n"})
    again = await importing(FIRMS, {"firms.csv": HEADER + "1,Newer,,,\n"})

    assert (first.records["Company"], again.records["Company"]) == (Counts(updated=1), Counts(updated=1))
    assert await names(empty) == [["Newer", "ATU1", "https://new.example"]]


async def test_names_that_lead_to_several_records_are_refused_and_not_guessed(
    empty: Database, importing: Importing
) -> None:
    await importing(FIRMS, {"firms.csv": HEADER + "1,A,,ATU1,\n2,B,,ATU2,\n"})

    report = await importing(FIRMS, {"firms.csv": HEADER + "1,C,,ATU2,\n2,B,,,https://b.example\n"})

    ids = {row[0]: row[1] for row in await empty.run("MATCH (c:Company) RETURN c.name, c.id")}
    ways = sorted([(ids["A"], "shop:firm:1"), (ids["B"], "Company.vat=ATU2")])
    what = " and ".join(f"{name} is {record}" for record, name in ways)
    assert [str(one) for one in report.rejected] == [f"firms.csv:2: it is ambiguous which record is meant: {what}"]
    assert await names(empty) == [["A", "ATU1", None], ["B", "ATU2", "https://b.example"]]


async def test_rows_of_one_file_that_share_a_name_are_one_record(empty: Database, importing: Importing) -> None:
    """Whether the first of them is known by its key or by another of its names, in one transaction or in two."""
    mapping = FIRMS.replace('key = { firm = "no" }\n', "")

    report = await importing(mapping, {"firms.csv": HEADER + f",A,{ONE},ATU1,\n,A,,ATU1,https://a.example\n"})

    assert (report.rejected, await names(empty)) == ((), [["A", "ATU1", "https://a.example"]])


async def test_a_record_without_any_name_to_be_found_by_is_refused(importing: Importing) -> None:
    mapping = FIRMS.replace('key = { firm = "no" }\n', "")

    report = await importing(mapping, {"firms.csv": HEADER + ",A,,,\n"})

    assert [one.reason for one in report.rejected] == ["the firm has none of uscc, vat to be found by"]


@pytest.mark.parametrize(
    ("mode", "kept", "reason"),
    [
        (Mode.CREATE, ["A", "B"], "firms.csv:2: shop:firm:1 is there already, as "),
        (Mode.UPDATE, ["AA"], "firms.csv:3: there is no shop:firm:2 to update"),
        (Mode.UPSERT, ["AA", "B"], ""),
    ],
)
async def test_the_mode_says_what_may_become_of_records(
    empty: Database, importing: Importing, mode: Mode, kept: list[str], reason: str
) -> None:
    await importing(FIRMS, {"firms.csv": HEADER + "1,A,,,\n"})

    report = await importing(FIRMS, {"firms.csv": HEADER + "1,AA,,,\n2,B,,,\n"}, mode)

    assert [row[0] for row in await names(empty)] == kept
    assert [str(one)[: len(reason)] for one in report.rejected] == ([reason] if reason else [])


async def test_who_made_a_record_and_when_and_whose_it_is(empty: Database, importing: Importing) -> None:
    """Of a record that is there only the owner changes: who made it is history."""
    await empty.run(
        "UNWIND ['ann', 'bo'] AS login CREATE (:User {id: 'user_01927c6e0f5a7b3c8d2e4f6a8b0c1d' + CASE login WHEN 'ann' "
        "THEN '01' ELSE '02' END, version: 1, login: login, name: login})"
    )
    mapping = FIRMS + (
        'set.createdAt = "made"\nlink.createdBy.to = { "User.login" = "maker" }\nlink.owner.to = { "User.login" = "owner" }\n'
    )
    header = "no,name,uscc,vat,site,made,maker,owner\n"

    await importing(mapping, {"firms.csv": header + "1,A,,,,2019-05-01T08:00:00Z,ann,bo\n"})
    await importing(mapping, {"firms.csv": header + "1,A,,,,2020-05-01T08:00:00Z,bo,ann\n"})

    assert await empty.run(
        "MATCH (c:Company)-[:OWNED_BY]->(o) RETURN toString(c.createdAt), c.createdBy, o.login, c.ownerId = o.id"
    ) == [["2019-05-01T08:00:00Z", "user_01927c6e0f5a7b3c8d2e4f6a8b0c1d01", "ann", True]]


async def test_a_preview_tells_every_row_and_writes_nothing(
    empty: Database, importing: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Created, updated from what to what, unchanged, refused and why; also where rows depend on rows before them."""
    monkeypatch.setattr("graph.loader.ROWS_PER_TRANSACTION", 2)
    mapping = FIRMS + 'link.parent.to = { firm = "parent" }\n'
    header = HEADER.replace("\n", ",parent\n")
    await importing(mapping, {"firms.csv": header + "1,A,,ATU1,,\n2,B,,,,\n"})
    before = await whole_graph(empty)
    rows = "1,AA,,ATU1,https://a.example,\n2,B,,,,\n3,C,,,,4\n4,D,,,,1\n5,E,,ATU1,,\n6,,,,,\n"

    preview = await importing.preview(mapping, {"firms.csv": header + rows})

    ids = {row[0]: row[1] for row in await empty.run("MATCH (c:Company) RETURN c.name, c.id")}
    found = {
        effect.line: [
            (one.action, dict(one.fields), [link.split("_")[0] for link in one.links]) for one in effect.records
        ]
        for effect in preview.effects
    }
    assert found == {
        2: [("UPDATED", {"name": ("A", "AA"), "website": (None, "https://a.example")}, [])],
        3: [("UNCHANGED", {}, [])],
        4: [("CREATED", {"name": (None, "C")}, ["parent → company"])],
        5: [("CREATED", {"name": (None, "D")}, ["parent → company"])],
    }
    assert [str(one) for one in preview.report.rejected] == [
        'firms.csv:6: name of Company "ATU1" is not what firms.csv:2 says; a key must stand for one record',
        "firms.csv:7: name is missing; a Company needs it",
    ]
    assert ids["A"] and await whole_graph(empty) == before


async def test_refused_rows_come_back_as_a_file_that_goes_in_once_it_is_corrected(
    empty: Database, importing: Importing
) -> None:
    """Same columns, the reason beside; also rows that are no rows; formulas are guarded."""
    text = HEADER + '1,A,,ATU1,\n2,,,,"a, ""b"""\n3,X\n4,=evil(),,ATU1,\n5,"open,,,\n'
    sources = importing.sources(FIRMS, {"firms.csv": text})
    report = await import_sources(sources, importing.into)

    (rejected,) = rejected_rows(sources, report)
    data = rejected_csv(rejected).decode("utf-8-sig")
    corrected = data.replace(",2,,,,", ",2,B,,,").replace(",3,X\r\n", ",3,X,,,\r\n").replace("ATU1", "ATU4")
    corrected = "".join(line for line in corrected.splitlines(keepends=True) if "open" not in line)
    again = await importing(FIRMS, {"firms.csv": corrected})

    assert data.splitlines()[0] == "rejected_because,no,name,uscc,vat,site"
    assert [line.split(",")[0].split(";")[0] for line in data.splitlines()[1:]][:2] == [
        "name is missing",
        '"the row has 2 fields',
    ]
    assert ",4,'=evil()," in data
    assert again.rejected == ()
    assert [row[0] for row in await names(empty)] == ["=evil()", "A", "B", "X"]


def workbook(path: Path, rows: list[list[Any]], sheet: str = "Firms") -> bytes:
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Notes")
        made = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, datetime):
                    made.write_datetime(number, place, cell, day)
                else:
                    made.write(number, place, cell)
    return path.read_bytes()


async def test_a_workbook_is_read_as_its_cells_show(empty: Database, importing: Importing, tmp_path: Path) -> None:
    """Numbers, days, truths and Chinese; its refused rows come back as a workbook."""
    mapping = """
        system = "shop"
        [[files]]
        path = "people.xlsx"
        sheet = "People"
        [files.records.person]
        type = "Contact"
        key = { person = "编号" }
        set.name = "姓名"
        set.birthDate = "born"
        set.noAutomatedDecisions = "no"
        set.gender = "code"
        """
    data = workbook(tmp_path / "x.xlsx", [
        ["编号", "姓名", "born", "no", "code"], [1, "欧阳雪", datetime(1990, 2, 28), True, "'=x"],  # noqa: DTZ001
        [], [2, "", None, False, 12.5],
    ], "People")  # fmt: skip
    sources = importing.sources(mapping, {"people.xlsx": data})

    report = await import_sources(sources, importing.into)
    (rejected,) = rejected_rows(sources, report)
    again = importing.sources(mapping, {"people.xlsx": rejected_file(rejected)})

    assert [str(one) for one in report.rejected] == ["people.xlsx:4: name is missing; a Contact needs it"]
    assert await empty.run(
        "MATCH (c:Contact) RETURN c.name, toString(c.birthDate), c.noAutomatedDecisions, c.gender"
    ) == [["欧阳雪", "1990-02-28", True, "'=x"]]
    assert again.tables["people.xlsx"].columns == ("rejected_because", "编号", "姓名", "born", "no", "code")
    assert [list(row.cells) for row in again.tables["people.xlsx"].rows()] == [
        ["name is missing; a Contact needs it", "2", "", "", "false", "12.5"]
    ]
    with pytest.raises(BadInput, match="there is no sheet 'Person'"):
        importing.sources(mapping.replace('"People"', '"Person"'), {"people.xlsx": data})


async def test_one_row_holds_several_kinds_of_record(empty: Database, importing: Importing) -> None:
    """A sheet of customers with their company and contact, in GBK and with semicolons."""
    mapping = """
        system = "shop"
        [[files]]
        path = "sheet.csv"
        [files.records.company]
        type = "Company"
        match = "uscc"
        set.name = "公司"
        set.uscc = "代码"
        [files.records.contact]
        type = "Contact"
        key = { contact = "联系人" }
        set.name = "联系人"
        link.employments.to = "company"
        [files.records.customer]
        type = "Customer"
        match = "number"
        set.number = "编号"
        link.party.to = "company"
        """
    text = f"编号;公司;代码;联系人\nC1;上海远望;{ONE};王小明\nC2;上海远望;{ONE};欧阳雪\n"

    report = await importing(mapping, {"sheet.csv": text.encode("gbk")})
    again = await importing(mapping, {"sheet.csv": text.encode("gbk")})

    assert report.rejected == () and set(again.records.values()) == {Counts(unchanged=1), Counts(unchanged=2)}
    assert await empty.run(
        "MATCH (k:Customer)-[:ACCOUNT_FOR]->(c:Company)<-[:WORKS_AT]-(p) RETURN k.number, k.name, p.name ORDER BY k.number, p.name"
    ) == [
        ["C1", "上海远望", "欧阳雪"], ["C1", "上海远望", "王小明"],
        ["C2", "上海远望", "欧阳雪"], ["C2", "上海远望", "王小明"],
    ]  # fmt: skip


MISTAKES = [
    (
        'key = { firm = "no" }\nmatch = ["uscc", "vat"]\n',
        "",
        "key is missing; without one, match names the unique properties",
    ),
    ('"uscc", "vat"]', '"name"]', "Company has no unique property 'name'"),
    ('set.vat = "vat"\n', "", "set.vat is missing; without it there is no value to match by"),
    ("type =", 'mode = "replace"\ntype =', "'replace' is none of create, upsert, update"),
    ('path = "firms.csv"', 'path = "firms.csv"\nencoding = "klingon"', "'klingon' is no encoding"),
    ('path = "firms.csv"', 'path = "firms.csv"\ndelimiter = "::"', "'::' is no delimiter"),
    ("set.name", 'link.owner.to = { "User.name" = "x" }\nset.name', "User has no unique property 'name'"),
]


@pytest.mark.parametrize(("before", "after", "message"), MISTAKES, ids=[message[:40] for _, _, message in MISTAKES])
def test_a_mistake_in_a_mapping_is_told(model: Model, before: str, after: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        mapping_of("shop.toml", FIRMS.replace(before, after), model)
