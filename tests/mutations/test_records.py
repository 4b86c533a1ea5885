"""Records are made, changed and named by their keys."""

from __future__ import annotations

from datetime import UTC, datetime

from graph.reader import Reader
from tests.mutations.conftest import Write

ERRORS = "errors { __typename code message path }"
COMPANY = "id name uscc vat employees website status version createdBy { id } updatedBy { id }"
CREATE = f"mutation($i: CreateCompanyInput!) {{ createCompany(input: $i) {{ company {{ {COMPANY} }} {ERRORS} }} }}"
UPDATE = f"""mutation($id: ID!, $i: UpdateCompanyInput!, $v: Int) {{
    updateCompany(id: $id, input: $i, expectedVersion: $v) {{ company {{ {COMPANY} }} {ERRORS} }} }}"""
UPSERT = f"""mutation($k: CompanyUpsertKey!, $i: UpdateCompanyInput!, $v: Int) {{
    upsertCompany(key: $k, input: $i, expectedVersion: $v) {{ company {{ {COMPANY} }} {ERRORS} }} }}"""


async def test_a_record_is_made_of_what_is_given_and_nothing_else(write: Write) -> None:
    before = datetime.now(UTC)
    made = await write(CREATE, {"i": {"name": "  Müller GmbH ", "employees": 5, "website": "  ", "vat": None}})

    company = made["company"]
    assert made == {
        "company": {
            "id": company["id"], "name": "Müller GmbH", "uscc": None, "vat": None, "employees": 5, "website": None,
            "status": None, "version": 1, "createdBy": None, "updatedBy": None,
        },
        "errors": [],
    }  # fmt: skip
    ((stored,),) = await write.rows("MATCH (c:Party:Company {id: $p.id}) RETURN properties(c)", id=company["id"])
    created = stored.pop("createdAt")
    assert stored.pop("updatedAt") == created
    assert before.timestamp() - 60 < created.to_native().timestamp() < before.timestamp() + 60
    assert created.to_native().utcoffset().total_seconds() == 0
    assert stored.pop("searchText").startswith("KCompany\n")
    assert stored == {
        "id": company["id"], "name": "Müller GmbH", "employees": 5, "version": 1, "nameKey": "muller",
        "sortKey": "muller gmbh",
    }  # fmt: skip


async def test_absence_leaves_and_an_explicit_null_clears(write: Write) -> None:
    id = await write.made("Company", name="Old", employees=5, website="https://old.example", status="prospect")

    changed = await write(UPDATE, {"id": id, "i": {"employees": None, "name": "New"}})

    assert changed == {
        "company": {
            "id": id, "name": "New", "uscc": None, "vat": None, "employees": None, "website": "https://old.example",
            "status": "prospect", "version": 2, "createdBy": None, "updatedBy": None,
        },
        "errors": [],
    }  # fmt: skip
    assert await write.rows("MATCH (c:Company {id: $p.id}) RETURN c.nameKey, c.sortKey, c.employees", id=id) == [
        ["new", "new", None]
    ]


async def test_a_blank_text_is_no_text(write: Write) -> None:
    id = await write.made("Company", name="Blank", website="https://blank.example")

    changed = await write(UPDATE, {"id": id, "i": {"website": " \t "}})
    refused = await write(UPDATE, {"id": id, "i": {"name": "  "}})

    assert changed["company"]["website"] is None
    assert refused == {
        "company": None,
        "errors": [
            {
                "__typename": "InputError", "code": "REQUIRED", "path": ["input", "name"],
                "message": "name cannot be cleared; Company records need it.",
            }
        ],
    }  # fmt: skip


async def test_an_update_that_changes_nothing_writes_nothing(write: Write) -> None:
    id = await write.made("Company", name="Same", employees=7)
    before = await write.rows("MATCH (c:Company {id: $p.id}) RETURN properties(c)", id=id)

    same = await write(UPDATE, {"id": id, "i": {"name": "Same", "employees": 7, "vat": None}})

    assert same["company"]["version"] == 1
    assert await write.rows("MATCH (c:Company {id: $p.id}) RETURN properties(c)", id=id) == before
    assert await write.rows("MATCH (c:Change {recordId: $p.id}) RETURN c.operation", id=id) == [["CREATE"]]


async def test_an_upsert_makes_the_record_once_and_then_changes_it(write: Write) -> None:
    key = {"vat": "DE123"}
    made = await write(UPSERT, {"k": key, "i": {"name": "First", "employees": 1}})
    again = await write(UPSERT, {"k": key, "i": {"employees": 2}})
    refused = await write(UPSERT, {"k": {"vat": "DE124"}, "i": {"employees": 2}})

    id = made["company"]["id"]
    assert made["company"] == {
        "id": id, "name": "First", "uscc": None, "vat": "DE123", "employees": 1, "website": None, "status": None,
        "version": 1, "createdBy": None, "updatedBy": None,
    }  # fmt: skip
    assert again == {"company": {**made["company"], "employees": 2, "version": 2}, "errors": []}
    assert refused == {
        "company": None,
        "errors": [
            {
                "__typename": "InputError", "code": "REQUIRED", "path": ["input"],
                "message": 'Company "DE124" is not there, and what is given does not make one: name is missing; Company records need it.',
            }
        ],
    }  # fmt: skip
    assert await write.rows("MATCH (c:Company) WHERE c.vat STARTS WITH 'DE12' RETURN c.id") == [[id]]


async def test_an_upsert_by_what_another_system_calls_a_record(write: Write) -> None:
    key = {"externalRef": {"system": "shop", "id": "4711"}}
    made = await write(UPSERT, {"k": key, "i": {"name": "Shop", "uscc": "91110000600037341L"}})
    again = await write(UPSERT, {"k": key, "i": {"name": "Shop 2", "uscc": "91110000600037341L"}})
    other = await write(
        UPSERT,
        {"k": {"externalRef": {"system": "shop", "id": "4712"}}, "i": {"name": "B", "uscc": "91110000600037341L"}},
    )
    foreign = await write(
        'mutation($k: ContactUpsertKey!) { upsertContact(key: $k, input: {name: "X"}) { contact { id } errors { code path } } }',
        {"k": {"externalRef": {"system": "shop", "type": "company", "id": "4711"}}},
    )

    id = made["company"]["id"]
    assert (again["company"]["id"], again["company"]["name"], again["company"]["version"]) == (id, "Shop 2", 2)
    assert other["errors"] == [
        {
            "__typename": "DuplicateError", "code": "DUPLICATE", "path": ["input", "uscc"],
            "message": 'Another record has uscc "91110000600037341L"; it must be unique.',
        }
    ]  # fmt: skip
    assert foreign == {"contact": None, "errors": [{"code": "DUPLICATE", "path": ["key", "externalRef"]}]}
    rows = await write.rows(
        "MATCH (r:ExternalRef)-[:REFERS_TO]->(c) RETURN r.key, r.system, r.type, r.externalId, c.id"
    )
    assert rows == [["shop:company:4711", "shop", "company", "4711", id]]


async def test_the_name_that_another_system_gave_a_deleted_record_is_free(write: Write) -> None:
    key = {"externalRef": {"system": "old", "id": "1"}}
    first = (await write(UPSERT, {"k": key, "i": {"name": "First"}}))["company"]["id"]
    await write("mutation($id: ID!) { deleteCompany(id: $id) { deletedId } }", {"id": first})

    second = (await write(UPSERT, {"k": key, "i": {"name": "Second"}}))["company"]["id"]

    assert second != first
    rows = await write.rows("MATCH (r:ExternalRef {key: 'old:company:1'})-[:REFERS_TO]->(c) RETURN c.id")
    assert rows == [[second]]


async def test_an_empty_string_is_no_key(write: Write) -> None:
    blank = await write(UPSERT, {"k": {"vat": "  "}, "i": {"name": "Blank"}})
    nameless = await write(UPSERT, {"k": {"externalRef": {"system": " ", "id": "1"}}, "i": {"name": "Blank"}})
    twice = [await write.made("Company", name=f"No {number}", vat="", uscc=" ") for number in (1, 2)]

    assert blank["errors"] == [
        {
            "__typename": "InputError", "code": "INVALID", "path": ["key", "vat"],
            "message": "vat is empty, and so names nothing.",
        }
    ]  # fmt: skip
    assert nameless["errors"] == [
        {
            "__typename": "InputError", "code": "INVALID", "path": ["key", "externalRef"],
            "message": "An external reference has a system and a type without a colon, and an id of up to 400 characters.",
        }
    ]  # fmt: skip
    rows = await write.rows("MATCH (c:Company) WHERE c.id IN $p.ids RETURN keys(c)", ids=twice)
    assert all({"vat", "uscc"}.isdisjoint(keys) for (keys,) in rows)
    assert len(rows) == 2


async def test_a_deleted_record_is_out_of_sight_until_it_is_restored(write: Write) -> None:
    id = await write.made(
        "Company", name="Gone", vat="GONE", emails={"create": [{"node": {"value": "gone@example.com"}}]}
    )
    delete = f"mutation($id: ID!) {{ deleteCompany(id: $id) {{ deletedId {ERRORS} }} }}"
    restore = f"mutation($id: ID!) {{ restoreCompany(id: $id) {{ company {{ id name vat version emails {{ nodes {{ value }} }} }} {ERRORS} }} }}"
    missing = [
        {
            "__typename": "InputError", "code": "NOT_FOUND", "path": ["id"],
            "message": f'There is no Company "{id}", or you may not see it.',
        }
    ]  # fmt: skip

    deleted = await write(delete, {"id": id})
    again = await write(delete, {"id": id})
    seen = await write("query($id: ID!) { company(id: $id) { id } }", {"id": id})
    by_node = await write("query($id: ID!) { node(id: $id) { id } }", {"id": id})
    found = await write(
        '{ emailAddresses(where: {value: {eq: "gone@example.com"}}) { nodes { parties { totalCount } } } }'
    )
    ((labels, former),) = await write.rows("MATCH (n {id: $p.id}) RETURN labels(n), n.formerLabels", id=id)
    restored = await write(restore, {"id": id})
    not_deleted = await write(restore, {"id": id})

    assert deleted == {"deletedId": id, "errors": []}
    assert again == {"deletedId": None, "errors": missing}
    assert (seen, by_node) == (None, None)
    assert found == {"nodes": [{"parties": {"totalCount": 0}}]}
    assert (labels, former) == (["Deleted"], ["Party", "Company"])
    assert restored == {
        "company": {
            "id": id, "name": "Gone", "vat": "GONE", "version": 3, "emails": {"nodes": [{"value": "gone@example.com"}]},
        },
        "errors": [],
    }  # fmt: skip
    assert not_deleted == {"company": None, "errors": missing}
    ((keys,),) = await write.rows("MATCH (n:Company {id: $p.id}) RETURN keys(n)", id=id)
    assert {"formerLabels", "deletedAt", "deletedBy", "deletedWith"}.isdisjoint(keys)


async def test_who_writes_is_written_down(write: Write) -> None:
    user = await write.made("User", login="anna", name="Anna")

    made = await write(CREATE, {"i": {"name": "Anna's"}}, Reader(user))

    assert made["company"]["createdBy"] == {"id": user}
    assert made["company"]["updatedBy"] == {"id": user}
