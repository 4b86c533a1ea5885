"""What happened is told as far as what it happened to may be seen."""

from __future__ import annotations

import pytest

from graph.noted import changes_after
from graph.reader import ADMINISTRATOR, FieldRight, Reader
from resolvers.delivery import Delivery
from resolvers.question import Question
from tests.mutations.conftest import Write
from tests.mutations.conftest import whole as whole
from tests.mutations.conftest import write as write

HIDE, MASK, _, _ = FieldRight
READER = Reader("user_1", is_administrator=True, fields={
    "Contact": {"name": MASK, "birthDate": HIDE, "language": MASK},
    "Customer": {"creditLimit": HIDE},
    "Employment": {"title": HIDE, "department": MASK},
})  # fmt: skip


@pytest.fixture(scope="module")
async def contact(write: Write) -> str:
    """A contact with a history."""
    company = await write.made("Company", name="Tailor & Co.")
    id = await write.made("Contact", name="王小明", given="小明", family="王", birthDate="1990-02-03", language="zh")
    text = "mutation ($id: ID!, $input: UpdateContactInput!) { updateContact(id: $id, input: $input) { errors { message } } }"
    input = {"name": "李大红", "birthDate": "1991-02-03", "gender": "f"}
    assert (await write(text, {"id": id, "input": input}))["errors"] == []
    link = 'mutation ($a: ID!, $b: ID!) { linkContactEmployers(from: $a, to: $b, edge: {title: "Cutter", department: "Cloth"}) { errors { message } } }'
    assert (await write(link, {"a": id, "b": company}))["errors"] == []
    return id


async def test_values_of_masked_properties_are_masked_and_those_of_hidden_ones_left_out(
    write: Write, contact: str
) -> None:
    found = await write.body(
        "query ($id: ID!) { contact(id: $id) { history { nodes { operation properties values { property old new } } } } }",
        {"id": contact},
        READER,
    )

    linked, updated, made = found["data"]["contact"]["history"]["nodes"]
    assert sorted(updated["properties"]) == ["gender", "name"]
    assert sorted(updated["values"], key=lambda each: each["property"]) == [
        {"property": "gender", "old": None, "new": "f"},
        {"property": "name", "old": "王**", "new": "李**"},
    ]
    values = {each["property"]: each["new"] for each in made["values"]}
    assert values == {"name": "王**", "given": "小**", "family": "王**", "language": "z***"} or values == {
        "name": "王**", "given": "小**", "family": "**", "language": "z***",
    }  # fmt: skip
    assert linked["properties"] == ["department"]
    assert linked["values"] == [{"property": "department", "old": None, "new": "C***"}]


async def test_who_may_see_everything_is_told_all_of_it(write: Write, contact: str) -> None:
    found = await write.body(
        "query ($id: ID!) { contact(id: $id) { history { nodes { properties values { property old new } } } } }",
        {"id": contact},
        ADMINISTRATOR,
    )

    assert {"property": "birthDate", "old": "1990-02-03", "new": "1991-02-03"} in found["data"]["contact"]["history"][
        "nodes"
    ][1]["values"]


async def test_the_feed_tells_no_more(write: Write, contact: str) -> None:
    found = await write.body("{ changes { nodes { properties values { property old new } } } }", None, READER)

    told = str(found)
    assert "1990" not in told and "1991" not in told and "birthDate" not in told
    assert "小明" not in told and "大红" not in told and "Cutter" not in told and "Cloth" not in told


async def test_what_a_deleted_record_was_called_is_masked(write: Write, contact: str) -> None:
    gone = await write.made("Contact", name="赵钱孙")
    shop = await write.made("Company", name="Corner Shop")
    for type, id in (("Contact", gone), ("Company", shop)):
        await write(f"mutation ($id: ID!) {{ delete{type}(id: $id) {{ errors {{ message }} }} }}", {"id": id})

    found = await write.body("{ deleted(orderBy: [{id: ASC}]) { nodes { formerType formerName } } }", None, READER)

    assert sorted(found["data"]["deleted"]["nodes"], key=str) == [
        {"formerType": "Company", "formerName": "Corner Shop"},
        {"formerType": "Contact", "formerName": "赵**"},
    ]


async def test_a_subscriber_is_told_no_more(write: Write, contact: str) -> None:
    text = "subscription { changed { record { ... on Contact { name birthDate } } values { property old new } } }"
    delivery = Delivery(write.answerer, write.answerer.prepare(Question(text), READER))

    told = await delivery.deliver(await changes_after(write.database, 0))

    bodies = b"".join(each.body for each in told).decode()
    assert '{"name":"李**","birthDate":null}' in bodies
    assert "大红" not in bodies and "小明" not in bodies and "1990" not in bodies and "Cutter" not in bodies
    everything = Delivery(write.answerer, write.answerer.prepare(Question(text), ADMINISTRATOR))
    assert everything.key != delivery.key
