"""Changes are read as everything else is: in one statement, page by page, and under the rights on what they are about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from graph.conditions import EVERYTHING, NOTHING
from graph.database import Database
from graph.reader import Reader
from tests.asking import Ask
from tests.changes import change, write

WHOLE = """{ id operation recordId recordType recordVersion properties requestId
    edgeType edgeId fromId toId otherId otherType createdBy { id }
    record { __typename id ... on Company { name } } other { __typename id }
    values { property old new } }"""


async def test_a_change_tells_what_was_done_to_which_record(database: Database, ask: Ask, company: str) -> None:
    values = {
        "employees": (7, 8), "name": (None, "Ünïcode 关系 \"quoted\""), "tags": (["a"], ["a", "b"]),
        "foundedOn": (date(2001, 2, 3), None), "seenAt": (None, datetime(2024, 5, 1, 8, 0, tzinfo=UTC)),
        "share": (None, 0.5), "active": (True, False),
    }  # fmt: skip
    (id,) = await write(database, change("UPDATE", company, values=values, recordVersion=3, requestId="request_1"))

    data = await ask.data(f"{{ changes {{ totalCount nodes {WHOLE} }} }}")

    name = (await ask.data("query ($id: ID!) { company(id: $id) { name } }", {"id": company}))["company"]["name"]
    assert data["changes"] == {
        "totalCount": 1,
        "nodes": [{
            "id": id, "operation": "UPDATE", "recordId": company, "recordType": "Company", "recordVersion": 3,
            "properties": list(values), "requestId": "request_1",
            "edgeType": None, "edgeId": None, "fromId": None, "toId": None, "otherId": None, "otherType": None,
            "createdBy": None, "record": {"__typename": "Company", "id": company, "name": name}, "other": None,
            "values": [
                {"property": "employees", "old": 7, "new": 8},
                {"property": "name", "old": None, "new": 'Ünïcode 关系 "quoted"'},
                {"property": "tags", "old": ["a"], "new": ["a", "b"]},
                {"property": "foundedOn", "old": "2001-02-03", "new": None},
                {"property": "seenAt", "old": None, "new": "2024-05-01T08:00:00Z"},
                {"property": "share", "old": None, "new": 0.5},
                {"property": "active", "old": True, "new": False},
            ],
        }],
    }  # fmt: skip


async def test_a_relationship_has_its_two_ends_and_is_in_the_history_of_both(
    database: Database, ask: Ask, company: str, contact: str
) -> None:
    link = change(
        "LINK", company, otherId=contact, otherType="Contact", edgeType="WORKS_AT", edgeId="edge_1",
        fromId=contact, toId=company,
    )  # fmt: skip
    (id,) = await write(database, link)

    data = await ask.data(
        f"""query ($company: ID!, $contact: ID!) {{
            company(id: $company) {{ history {{ nodes {WHOLE} }} }}
            node(id: $contact) {{ history {{ totalCount nodes {{ id }} }} }}
        }}""",
        {"company": company, "contact": contact},
    )

    (found,) = data["company"]["history"]["nodes"]
    assert (found["record"]["id"], found["other"]) == (company, {"__typename": "Contact", "id": contact})
    assert (found["fromId"], found["toId"], found["edgeType"]) == (contact, company, "WORKS_AT")
    assert data["node"]["history"] == {"totalCount": 1, "nodes": [{"id": id}]}


async def test_personal_values_are_told_until_they_are_erased(database: Database, ask: Ask, contact: str) -> None:
    await write(database, change("UPDATE", contact, "Contact", personal={"name": ("Ada", "Ada L.")}))

    told = (await ask.data("{ changes { nodes { values { property old new } } } }"))["changes"]["nodes"]
    await database.run("MATCH (v:ChangeValue) DETACH DELETE v")
    erased = (await ask.data("{ changes { nodes { values { property old new } } } }"))["changes"]["nodes"]

    assert told == [{"values": [{"property": "name", "old": "Ada", "new": "Ada L."}]}]
    assert erased == [{"values": [{"property": "name", "old": None, "new": None}]}]


async def test_changes_are_paged_in_the_order_of_the_feed_and_a_history_the_other_way_round(
    database: Database, ask: Ask, company: str
) -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    # Some of them in the same instant, so that their ids decide.
    rows = [change("UPDATE", company, at=start + timedelta(seconds=number // 3)) for number in range(10)]
    ids = await write(database, *rows)

    paged, after = list[str](), None
    while True:
        query = "query ($after: String) { changes(first: 3, after: $after) { nodes { id cursor } pageInfo { hasNextPage endCursor } } }"
        found = (await ask.data(query, {"after": after}))["changes"]
        paged += [node["id"] for node in found["nodes"]]
        after = found["nodes"][-1]["cursor"]
        # A change's own cursor is the one that the connection gives it.
        assert after == found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
    history = await ask.data("query ($id: ID!) { company(id: $id) { history { nodes { id } } } }", {"id": company})
    last = await ask.data("{ changes(last: 2) { nodes { id } } }")

    assert paged == ids
    assert [node["id"] for node in history["company"]["history"]["nodes"]] == ids[::-1]
    assert [node["id"] for node in last["changes"]["nodes"]] == ids[-2:]


async def test_types_choose_records_and_relationships_that_they_have(
    database: Database, ask: Ask, company: str, contact: str
) -> None:
    created, linked, _ = await write(
        database,
        change("CREATE", contact, "Contact"),
        change("LINK", company, otherId=contact, otherType="Contact"),
        change("UPDATE", company),
    )

    contacts = await ask.data("{ changes(types: [Contact]) { nodes { id } } }")
    parties = await ask.data("{ changes(types: [Party]) { totalCount } }")
    activities = await ask.data("{ changes(types: [Activity]) { totalCount } }")

    assert contacts == {"changes": {"nodes": [{"id": created}, {"id": linked}]}}
    assert (parties, activities) == ({"changes": {"totalCount": 3}}, {"changes": {"totalCount": 0}})


async def test_settled_holds_back_those_among_which_others_may_still_appear(
    database: Database, ask: Ask, company: str
) -> None:
    minute_ago = datetime.now(UTC) - timedelta(minutes=1)
    old, _ = await write(database, change("UPDATE", company, at=minute_ago), change("UPDATE", company))

    data = await ask.data("{ changes(settled: true) { nodes { id } } all: changes { totalCount } }")

    assert data == {"changes": {"nodes": [{"id": old}]}, "all": {"totalCount": 2}}


# --- rights -----------------------------------------------------------------------------------------------------------


async def seen(ask: Ask, reader: Reader) -> list[str]:
    data = await ask.data("{ changes { totalCount nodes { id values { property } } } }", reader=reader)
    ids = [node["id"] for node in data["changes"]["nodes"]]
    assert data["changes"]["totalCount"] == len(ids)
    return ids


async def test_a_change_is_seen_by_who_sees_all_that_it_is_about(
    database: Database, ask: Ask, company: str, contact: str
) -> None:
    of_company, of_contact, of_both = await write(
        database,
        change("UPDATE", company),
        change("UPDATE", contact, "Contact", personal={"name": (None, "Ada")}),
        change("LINK", company, otherId=contact, otherType="Contact"),
    )

    assert await seen(ask, Reader("user_1")) == [of_company, of_contact, of_both]
    assert await seen(ask, Reader("user_1", {"Contact": NOTHING})) == [of_company]
    assert await seen(ask, Reader("user_1", {"Company": EVERYTHING}, default=NOTHING)) == [of_company]
    assert await seen(ask, Reader("user_1", {"Change": NOTHING})) == []


async def test_what_happened_to_deleted_records_is_for_administrators(
    database: Database, ask: Ask, company: str, contact: str
) -> None:
    gone = f"MATCH (c:Contact {{id: '{contact}'}}) REMOVE c:Contact:Party SET c:Deleted, c.formerLabels = ['Party', 'Contact']"
    back = f"MATCH (c:Deleted {{id: '{contact}'}}) REMOVE c:Deleted, c.formerLabels SET c:Contact:Party"
    rows = [
        change("CREATE", contact, "Contact"),
        change("LINK", company, otherId=contact, otherType="Contact"),
        change("DELETE", contact, "Contact"),
        change("UPDATE", company),
    ]
    ids = await write(database, *rows, before=gone)

    try:
        administrators = await ask.data("{ changes { nodes { id record { id } } } }")
        others = await seen(ask, Reader("user_1"))
    finally:
        await database.run(back)

    about = {ids[1]: {"id": company}, ids[3]: {"id": company}}
    assert administrators["changes"]["nodes"] == [{"id": id, "record": about.get(id)} for id in ids]
    assert others == [ids[3]]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ('{ changes(after: "nonsense") { totalCount } }', "`after` is no cursor"),
        ("{ changes(types: [Nobody]) { totalCount } }", "Value 'Nobody' does not exist in 'RecordType' enum"),
        ("{ changes(where: {}) { totalCount } }", "Unknown argument 'where'"),
    ],
)
async def test_what_cannot_be_asked(ask: Ask, query: str, message: str) -> None:
    body: dict[str, Any] = await ask(query)

    assert message in body["errors"][0]["message"]


async def test_changes_come_to_what_was_done_how_often(
    database: Database, ask: Ask, company: str, contact: str
) -> None:
    await write(
        database,
        change("UPDATE", company),
        change("UPDATE", company),
        change("CREATE", contact, "Contact"),
    )
    told = """{
      aggregate { count recordType { distinct } }
      groupBy(by: [{operation: VALUE}, {recordType: VALUE}]) { groups { key { operation recordType } count } }
    }"""
    query = f"""query ($id: ID!) {{
      changes(types: [Company, Contact]) {told}
      company(id: $id) {{ history {told} }}
    }}"""

    data = await ask.data(query, {"id": company})
    hidden = await ask.data(query, {"id": company}, Reader("user_0", {"Contact": NOTHING}))

    updates = {"key": {"operation": "UPDATE", "recordType": "Company"}, "count": 2}
    creation = {"key": {"operation": "CREATE", "recordType": "Contact"}, "count": 1}
    of_company = {"aggregate": {"count": 2, "recordType": {"distinct": 1}}, "groupBy": {"groups": [updates]}}
    of_both = {"aggregate": {"count": 3, "recordType": {"distinct": 2}}, "groupBy": {"groups": [updates, creation]}}
    assert data == {"changes": of_both, "company": {"history": of_company}}
    assert hidden == {"changes": of_company, "company": {"history": of_company}}
