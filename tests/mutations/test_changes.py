"""Each write leaves its changes in the same transaction, with what was and what is."""

from __future__ import annotations

from typing import Any

from graph.reader import Reader
from tests.mutations.conftest import Write

# What is personal stands in a node of its own, which can go with the person.
CHANGES = """MATCH (change:Change)-[:OF_RECORD]->(record {id: $p.id})
    OPTIONAL MATCH (change)-[:HAS_VALUE]->(value:ChangeValue)
    RETURN properties(change), properties(value) ORDER BY change.createdAt, change.id"""


async def changes_of(write: Write, id: str) -> list[dict[str, Any]]:
    """The changes of a record without their times, and the values of the personal ones under `personal`."""
    found = []
    for change, value in await write.rows(CHANGES, id=id):
        # It is written when its record's lock is held, and no more after that.
        assert change.pop("createdAt") >= change.pop("updatedAt")
        assert change.pop("id").startswith("change_")
        assert change.pop("requestId").startswith("request_")
        assert change.pop("version") == 1
        personal = {name: each for name, each in (value or {}).items() if name != "id"}
        found.append({**change, **({"personal": personal} if value else {})})
    return found


async def test_a_record_s_life_is_written_down(write: Write) -> None:
    user = await write.made("User", login="anna", name="Anna")
    anna = Reader(user)
    id = (await write(
        'mutation { createProduct(input: {sku: "S", name: "One", active: true, price: {amount: "9.90", currency: "USD"}}) { product { id } } }',
        None, anna,
    ))["product"]["id"]  # fmt: skip
    await write(
        'mutation($id: ID!) { updateProduct(id: $id, input: {name: "Two", sku: "S", active: null, price: {amount: "10", currency: "USD"}}) { errors { code } } }',
        {"id": id}, anna,
    )  # fmt: skip
    await write("mutation($id: ID!) { deleteProduct(id: $id) { deletedId } }", {"id": id}, anna)
    await write("mutation($id: ID!) { restoreProduct(id: $id) { product { id } } }", {"id": id}, anna)

    common = {"recordId": id, "recordType": "Product", "createdBy": user}
    assert await changes_of(write, id) == [
        {
            **common, "operation": "CREATE", "recordVersion": 1,
            "properties": ["sku", "name", "price", "priceCurrency", "priceBase", "active"],
            "new.sku": "S", "new.name": "One", "new.price": 990, "new.priceCurrency": "USD", "new.priceBase": 990,
            "new.active": True,
        },
        {
            **common, "operation": "UPDATE", "recordVersion": 2, "properties": ["name", "price", "priceBase", "active"],
            "old.name": "One", "new.name": "Two", "old.price": 990, "new.price": 1000, "old.priceBase": 990,
            "new.priceBase": 1000, "old.active": True,
        },
        {**common, "operation": "DELETE", "recordVersion": 3, "properties": []},
        {**common, "operation": "RESTORE", "recordVersion": 4, "properties": []},
    ]  # fmt: skip


async def test_what_is_personal_is_kept_apart(write: Write) -> None:
    id = await write.made("Contact", given="Li", name="Li")
    await write(
        'mutation($id: ID!) { updateContact(id: $id, input: {given: null, family: "李"}) { errors { code } } }',
        {"id": id},
    )
    call = await write.made("Call", at="2020-01-01T08:00:00+08:00", subject="Secret", outcome="bought")

    common = {"recordId": id, "recordType": "Contact"}
    assert await changes_of(write, id) == [
        {
            **common, "operation": "CREATE", "recordVersion": 1, "properties": ["name", "given"],
            "personal": {"new.name": "Li", "new.given": "Li"},
        },
        {
            **common, "operation": "UPDATE", "recordVersion": 2, "properties": ["given", "family"],
            "personal": {"old.given": "Li", "new.family": "李"},
        },
    ]  # fmt: skip
    (made,) = await changes_of(write, call)
    at = made.pop("new.at")
    assert at.iso_format() == "2020-01-01T00:00:00.000000000+00:00"
    assert made == {
        "recordId": call, "recordType": "Call", "operation": "CREATE", "recordVersion": 1,
        "properties": ["at", "subject", "outcome", "status"], "new.outcome": "bought", "new.status": "DONE",
        "personal": {"new.subject": "Secret"},
    }  # fmt: skip


async def test_relationships_are_written_down_with_both_ends(write: Write) -> None:
    company, contact = await write.made("Company", name="Employer"), await write.made("Contact", name="Employee")
    edge = (await write(
        'mutation($a: ID!, $b: ID!) { linkCompanyContacts(from: $a, to: $b, edge: {title: "CEO"}) { edgeId } }',
        {"a": company, "b": contact},
    ))["edgeId"]  # fmt: skip
    await write('mutation($e: ID!) { updateCompanyContacts(edgeId: $e, edge: {title: "CFO"}) { edgeId } }', {"e": edge})
    await write("mutation($e: ID!) { unlinkCompanyContacts(edgeId: $e) { edgeId } }", {"e": edge})

    common = {
        "recordId": company, "recordType": "Company", "otherId": contact, "otherType": "Contact", "edgeType": "WORKS_AT",
        "edgeId": edge, "fromId": contact, "toId": company, "properties": ["title"],
    }  # fmt: skip
    links = [
        {**common, "operation": "LINK", "recordVersion": 2, "new.title": "CEO"},
        {**common, "operation": "UPDATE_EDGE", "recordVersion": 3, "old.title": "CEO", "new.title": "CFO"},
        {**common, "operation": "UNLINK", "recordVersion": 4, "old.title": "CFO"},
    ]
    assert (await changes_of(write, company))[1:] == links
    assert (await changes_of(write, contact))[1:] == links


async def test_what_a_new_relationship_replaces_is_written_down(write: Write) -> None:
    first, second = [await write.made("User", login=name, name=name) for name in ("first", "second")]
    id = await write.made("Company", name="Owned", owner={"connect": {"id": first}})
    await write(
        "mutation($id: ID!, $u: ID!) { updateCompany(id: $id, input: {owner: {connect: {id: $u}}}) { errors { code } } }",
        {"id": id, "u": second},
    )

    common = {
        "recordId": id,
        "recordType": "Company",
        "otherType": "User",
        "edgeType": "OWNED_BY",
        "fromId": id,
        "properties": [],
    }
    assert sorted((await changes_of(write, id))[1:], key=lambda change: str(change["operation"] + change["toId"])) == sorted([
        {**common, "operation": "LINK", "recordVersion": 1, "toId": first, "otherId": first},
        {**common, "operation": "UNLINK", "recordVersion": 2, "toId": first, "otherId": first},
        {**common, "operation": "LINK", "recordVersion": 2, "toId": second, "otherId": second},
    ], key=lambda change: str(change["operation"]) + str(change["toId"]))  # fmt: skip


async def test_a_refused_write_leaves_no_change(write: Write) -> None:
    before = await write.rows("MATCH (c:Change) RETURN count(c)")

    await write(
        'mutation { createCompany(input: {name: "X", emails: {create: [{node: {value: "?"}}]}}) { errors { code } } }'
    )

    assert await write.rows("MATCH (c:Change) RETURN count(c)") == before
