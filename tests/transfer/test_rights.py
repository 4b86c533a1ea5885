"""Who may have records as a file, and who may bring some: by hand-made readers."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest

from graph.conditions import EVERYTHING, NOTHING, Compare, Condition, Operator
from graph.database import Database
from graph.errors import Forbidden
from graph.model import Model
from graph.money import Currencies
from graph.reader import ADMINISTRATOR, Action, FieldRight, Reader, ReaderValue
from resolvers.answer import Answer, Answerer
from resolvers.api import API
from resolvers.export import open_export
from resolvers.question import Question
from schema.scalars import exponent
from tests.asking import Ask
from tests.data.whole_graph import whole_graph, wipe
from tests.readers import owner_reader
from tests.rights_of_writes.rights import with_actions
from tests.transfer.test_growing_import import FIRMS, HEADER
from web.errands import errands
from web.exporting import Format, text_pages

OWNED = FIRMS + 'link.owner.to = { "User.login" = "owner" }\n'


async def exported(database: Any, api: API, text: str, reader: Reader) -> list[list[str]]:
    export = open_export(Answerer(api, database), Question(text), reader)
    pages = [piece async for piece in text_pages(export, Format.CSV)]
    return list(csv.reader(io.StringIO(b"".join(pages).decode(), newline="")))[1:]


def exports(reader: Reader, **types: Condition) -> Reader:
    return with_actions(reader, {Action.EXPORT: types})


async def first_user(ask: Ask) -> str:
    return str((await ask.data("{ users(first: 1) { nodes { id } } }"))["users"]["nodes"][0]["id"])


def owned(model: Model, type: str) -> Condition:
    return Compare(model.nodes[type].properties["ownerId"], Operator.IN, ReaderValue("owners"))


async def test_an_export_holds_what_may_be_exported_of_what_is_seen(
    database: Database, api: API, ask: Ask, trading: None
) -> None:
    """At the root, within rows and in filters: as if the reader saw nothing else."""
    user = await first_user(ask)
    sees_all = Reader(user, values={"owners": [user]})
    reader = exports(sees_all, Order=owned(api.model, "Order"))
    narrow = replace(sees_all, predicates={"Order": owned(api.model, "Order")})
    queries = (
        "{ orders { nodes { number } } }",
        "{ customers { nodes { name orders { nodes { number } } } } }",
        "{ customers(where: {orders: {some: {}}}) { nodes { name } } }",
    )

    for query in queries:
        rows = await exported(database, api, query, reader)

        assert rows == await exported(database, api, query, narrow)
        assert rows != await exported(database, api, query, sees_all)
        assert rows


async def test_an_export_does_not_widen_what_is_seen(database: Database, api: API, ask: Ask, trading: None) -> None:
    user = await first_user(ask)
    reader = owner_reader(api.model, user, [user])
    query = "{ orders { nodes { number } } }"

    assert await exported(database, api, query, exports(reader, Order=EVERYTHING)) == await exported(
        database, api, query, reader
    )
    assert await exported(database, api, query, exports(reader, Order=owned(api.model, "Order")))


@pytest.mark.parametrize("query", [
    "{ orders { nodes { number } } }",
    "{ orders { totalCount } }",
    "{ orders { groupBy(by: [{total: CURRENCY}]) { groups { count } } } }",
    "{ customers { nodes { name orders { nodes { number } } } } }",
    "{ customers { nodes { name orders { totalCount } } } }",
    "{ lineItems { nodes { order { number } } } }",
    "{ customers { nodes { activities { nodes { about { nodes { ... on Order { number } } } } } } } }",
    "query { customers { nodes { ...Placed } } } fragment Placed on Customer { orders { nodes { id } } }",
])  # fmt: skip
async def test_what_leads_to_a_type_of_which_none_may_be_exported_is_refused(
    database: Database, api: API, query: str
) -> None:
    reader = exports(Reader("user_0"), Order=NOTHING)

    with pytest.raises(Forbidden, match="You may not export Order records"):
        await exported(database, api, query, reader)


async def test_an_operation_is_refused_for_what_it_asks_itself(database: Database, api: API, trading: None) -> None:
    text = "query One { products { nodes { sku } } } query Two { orders { nodes { number } } }"
    reader = exports(Reader("user_0"), Order=NOTHING)
    answerer = Answerer(api, database)

    export = open_export(answerer, Question(text, "One"), reader)
    with pytest.raises(Forbidden):
        open_export(answerer, Question(text, "Two"), reader)

    assert [column.name for column in export.columns] == ["sku"]


async def test_of_an_interface_members_that_may_be_exported_are(database: Database, api: API, trading: None) -> None:
    reader = exports(Reader("user_0"), Contact=NOTHING)

    rows = await exported(database, api, "{ parties { nodes { __typename name } } }", reader)

    assert {row[0] for row in rows} == {"Company"}


IMPORT = """mutation($input: ImportRecordsInput!) { importRecords(input: $input) { created rejectedCount runId } }"""
REVERT = "mutation($id: ID!) { revertImport(runId: $id) { removed } }"


@pytest.fixture
def answerer(api: API, database: Database) -> Answerer:
    currencies = Currencies("USD", exponent)
    return Answerer(api, database, errands=errands(database, api.model, currencies, 90.0))


async def ask_import(answerer: Answerer, reader: Reader, mapping: str = FIRMS, preview: bool = False) -> Answer:
    header = HEADER if mapping is FIRMS else HEADER.replace("no,", "no,owner,")
    text = header + ("1,A,,ATU1,\n" if mapping is FIRMS else "1,U,A,,ATU1,\n")
    given = {"mapping": mapping, "files": [{"name": "firms.csv", "text": text}], "preview": preview}
    return await answerer.answer(Question(IMPORT, None, {"input": given}), reader)


def without(action: Action, condition: Condition) -> Reader:
    return Reader("user_1", values={"owners": []}, actions={action: {"Company": condition}})


@pytest.mark.parametrize("preview", [False, True])
async def test_files_are_imported_by_whom_may_write_all_of_it(
    answerer: Answerer, database: Database, api: API, preview: bool
) -> None:
    await wipe(database)
    own = owned(api.model, "Company")
    readers = [
        without(Action.CREATE, NOTHING),
        without(Action.CREATE, own),
        without(Action.UPDATE, own),
        Reader("user_1", {"Company": own}, values={"owners": []}),
        Reader("user_1", fields={"Company": {"name": FieldRight.MASK}}),
    ]
    before = await whole_graph(database)

    refused = [await ask_import(answerer, reader, preview=preview) for reader in readers]
    unchanged = await whole_graph(database)
    done = await ask_import(answerer, Reader("user_1", actions={Action.CREATE: {"Order": NOTHING}}), preview=preview)

    assert [(answer.code, answer.data) for answer in refused] == [("FORBIDDEN", {"importRecords": None})] * len(readers)
    assert unchanged == before
    assert done.errors == []
    assert done.data
    assert done.data["importRecords"]["created"] == 1


async def test_an_import_that_says_whose_records_are_needs_the_right_to_assign(
    answerer: Answerer, database: Database, api: API
) -> None:
    await wipe(database)

    refused = await ask_import(answerer, without(Action.ASSIGN, NOTHING), OWNED)
    plain = await ask_import(answerer, without(Action.ASSIGN, NOTHING))
    allowed = await ask_import(answerer, Reader("user_1"), OWNED)

    assert refused.code == "FORBIDDEN"
    assert (plain.errors, allowed.errors) == ([], [])


async def test_an_import_is_taken_back_by_whom_may_write_all_of_it(
    answerer: Answerer, database: Database, api: API
) -> None:
    await wipe(database)
    done = await ask_import(answerer, ADMINISTRATOR)
    assert done.data
    run = {"id": done.data["importRecords"]["runId"]}
    readers = [without(Action.UPDATE, NOTHING), Reader("user_1", {"ImportRun": NOTHING})]
    before = await whole_graph(database)

    refused = [await answerer.answer(Question(REVERT, None, run), reader) for reader in readers]
    unchanged = await whole_graph(database)
    reverted = await answerer.answer(Question(REVERT, None, run), Reader("user_1"))

    assert [answer.code for answer in refused] == ["FORBIDDEN"] * 2
    assert unchanged == before
    assert (reverted.errors, reverted.data) == ([], {"revertImport": {"removed": 1}})


async def test_dead_letters_are_replayed_by_whom_may_change_webhooks(answerer: Answerer, api: API) -> None:
    replay = 'mutation { replayDeadLetters(webhook: "webhook_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e") { replayed } }'

    refused = await answerer.answer(Question(replay), Reader("user_1", actions={Action.UPDATE: {"Webhook": NOTHING}}))
    hidden = await answerer.answer(Question(replay), Reader("user_1", {"Webhook": NOTHING}))
    allowed = await answerer.answer(Question(replay), Reader("user_1"))

    assert [refused.code, hidden.code] == ["FORBIDDEN", "FORBIDDEN"]
    assert allowed.code != "FORBIDDEN"
