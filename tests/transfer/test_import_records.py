"""`importRecords`: files of a request, as text and in base64; a preview; what is refused."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from graph.conditions import NOTHING
from graph.database import Database
from graph.importing import Into
from graph.money import Currencies
from graph.reader import ADMINISTRATOR, Action, Reader
from resolvers.answer import Answer, Answerer
from resolvers.api import API
from resolvers.import_errands import Importer
from resolvers.question import Question
from schema.scalars import exponent
from tests.data.whole_graph import wipe
from tests.transfer.test_growing_import import FIRMS, HEADER, workbook
from web.workbooks import READERS

IMPORT = """
mutation Import($input: ImportRecordsInput!) {
  first: importRecords(input: $input) {
    __typename created updated rejectedCount runId isCut
    rejected { line reason }
    rejectedFiles { name text }
    rows { line records { type action fields { name old new } } }
  }
}
"""
TEXT = HEADER + "1,A,,ATU1,\n2,,,,\n"


@pytest.fixture
def answerer(api: API, database: Database) -> Answerer:
    into = Into(database, api.model, Currencies("USD", exponent))
    return Answerer(api, database, errands={"importRecords": Importer(into, READERS).run})


async def ask(answerer: Answerer, text: str = IMPORT, reader: Reader = ADMINISTRATOR, **input: Any) -> Answer:
    return await answerer.answer(Question(text, None, {"input": {"mapping": FIRMS, **input}}), reader)


async def test_records_are_imported_by_a_mutation(answerer: Answerer, database: Database) -> None:
    """First looked at, then for good; the payload holds the refused rows as a file, and the run can be asked for."""
    await wipe(database)
    file = {"name": "firms.csv", "text": TEXT}

    preview = await ask(answerer, files=[file], preview=True)
    before = await database.run("MATCH (c:Company) RETURN count(c)")
    done = await ask(answerer, files=[file], mode="CREATE")

    refused = {
        "rejectedCount": 1,
        "rejected": [{"line": 3, "reason": "name is missing; a Company needs it"}],
        "rejectedFiles": [
            {
                "name": "firms.csv",
                "text": "rejected_because,no,name,uscc,vat,site\r\nname is missing; a Company needs it,2,,,,\r\n",
            }
        ],
    }
    fields = [{"name": "name", "old": None, "new": "A"}, {"name": "vat", "old": None, "new": "ATU1"}]
    assert (preview.errors, before) == ([], [[0]])
    assert preview.data == {
        "first": {
            "__typename": "ImportRecordsPayload", "created": 1, "updated": 0, "runId": None, "isCut": False, **refused,
            "rows": [{"line": 2, "records": [{"type": "Company", "action": "CREATED", "fields": fields}]}],
        }
    }  # fmt: skip
    assert done.data and done.errors == []
    run = done.data["first"].pop("runId")
    assert done.data["first"] == {
        "__typename": "ImportRecordsPayload", "created": 1, "updated": 0, "isCut": False, **refused, "rows": [],
    }  # fmt: skip
    read = await answerer.answer(Question("{ importRuns { nodes { id status mode created files } } }"), ADMINISTRATOR)
    assert read.data == {
        "importRuns": {
            "nodes": [{"id": run, "status": "COMPLETED", "mode": "CREATE", "created": 1, "files": ["firms.csv"]}]
        }
    }


async def test_a_workbook_comes_in_base64(answerer: Answerer, database: Database, tmp_path: Path) -> None:
    await wipe(database)
    data = base64.b64encode(workbook(tmp_path / "x.xlsx", [["no", "name", "uscc", "vat", "site"], [1, "A"]])).decode()
    mapping = FIRMS.replace("firms.csv", "firms.xlsx").replace("[files.rec", 'sheet = "Firms"\n[files.rec')

    done = await ask(answerer, mapping=mapping, files=[{"name": "firms.xlsx", "data": data}])

    assert (done.errors, done.data and done.data["first"]["created"]) == ([], 1)


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        ({"files": []}, "BAD_USER_INPUT", "firms.csv does not exist, and mapping names it."),
        ({"files": [{"name": "firms.csv"}]}, "BAD_USER_INPUT", "firms.csv: give either text, or data in base64."),
        (
            {"files": [{"name": "firms.csv", "data": "?"}]},
            "BAD_USER_INPUT",
            "firms.csv: this is no base64, or no text.",
        ),
        ({"files": [], "mapping": "="}, "BAD_USER_INPUT", "mapping: this is no TOML"),
        (
            {"files": [], "reader": Reader("user_1", actions={Action.UPDATE: {"Company": NOTHING}})},
            "FORBIDDEN",
            "importRecords is for who may see and write all Company records; you may not.",
        ),
    ],
)
async def test_what_is_wrong_is_the_field_s_error(
    answerer: Answerer, more: dict[str, Any], code: str, message: str
) -> None:
    answer = await ask(answerer, **more)

    assert answer.data == {"first": None}
    assert [(each["extensions"]["code"], each["path"]) for each in answer.errors] == [(code, ["first"])]
    assert answer.errors[0]["message"].startswith(message)


async def test_an_import_is_no_part_of_one_transaction(answerer: Answerer) -> None:
    answer = await ask(answerer, IMPORT.replace("!) {", "!) @atomic {"), files=[])

    assert answer.errors[0]["message"].startswith("importRecords takes many transactions")
