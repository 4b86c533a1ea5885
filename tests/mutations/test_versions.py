"""A write may say which version it is based on, and is refused with the record as it is now."""

from __future__ import annotations

from typing import Any

from tests.mutations.conftest import Write

ERRORS = "errors { __typename code message path ... on ConflictError { current { __typename id version ... on Company { name } } } }"


def conflict(id: str, version: int, name: str, path: str, what: str = "") -> list[dict[str, Any]]:
    message = f'{what or "Company "}"{id}" was changed since you read it; look at it again.'
    return [
        {
            "__typename": "ConflictError", "code": "CONFLICT", "path": [path], "message": message,
            "current": {"__typename": "Company", "id": id, "version": version, "name": name},
        }
    ]  # fmt: skip


async def test_an_update_or_a_deletion_of_another_version_is_a_conflict(write: Write) -> None:
    id = await write.made("Company", name="One")
    update = f"mutation($id: ID!, $n: String!, $v: Int) {{ updateCompany(id: $id, input: {{name: $n}}, expectedVersion: $v) {{ company {{ name version }} {ERRORS} }} }}"
    delete = f"mutation($id: ID!, $v: Int) {{ deleteCompany(id: $id, expectedVersion: $v) {{ deletedId {ERRORS} }} }}"

    answers = [
        await write(update, {"id": id, "n": "Two", "v": 1}),
        await write(update, {"id": id, "n": "Three", "v": 1}),
        await write(delete, {"id": id, "v": 1}),
        await write(update, {"id": id, "n": "Four"}),
        await write(delete, {"id": id, "v": 3}),
    ]

    assert answers == [
        {"company": {"name": "Two", "version": 2}, "errors": []},
        {"company": None, "errors": conflict(id, 2, "Two", "id")},
        {"deletedId": None, "errors": conflict(id, 2, "Two", "id")},
        {"company": {"name": "Four", "version": 3}, "errors": []},
        {"deletedId": id, "errors": []},
    ]


async def test_a_link_is_based_on_the_record_that_it_is_from_and_a_change_of_it_on_its_own_version(
    write: Write,
) -> None:
    company, contact = await write.made("Company", name="From"), await write.made("Contact", name="To")
    link = f"mutation($a: ID!, $b: ID!, $v: Int) {{ linkCompanyContacts(from: $a, to: $b, expectedVersion: $v) {{ company {{ version }} edgeId {ERRORS} }} }}"
    update = f"mutation($e: ID!, $t: String, $v: Int) {{ updateCompanyContacts(edgeId: $e, edge: {{title: $t}}, expectedVersion: $v) {{ company {{ version }} {ERRORS} }} }}"
    unlink = f"mutation($e: ID!, $v: Int) {{ unlinkCompanyContacts(edgeId: $e, expectedVersion: $v) {{ company {{ version }} {ERRORS} }} }}"

    refused = await write(link, {"a": company, "b": contact, "v": 7})
    linked = await write(link, {"a": company, "b": contact, "v": 1})
    edge = linked["edgeId"]
    changed = [await write(update, {"e": edge, "t": title, "v": 1}) for title in ("CEO", "CFO")]
    unlinked = [await write(unlink, {"e": edge, "v": version}) for version in (1, 2)]

    assert refused == {"company": None, "edgeId": None, "errors": conflict(company, 1, "From", "from")}
    assert linked == {"company": {"version": 2}, "edgeId": edge, "errors": []}
    told = conflict(company, 3, "From", "edgeId")
    told[0]["message"] = f'relationship "{edge}" was changed since you read it; look at it again.'
    assert changed == [{"company": {"version": 3}, "errors": []}, {"company": None, "errors": told}]
    assert unlinked == [{"company": None, "errors": told}, {"company": {"version": 4}, "errors": []}]


async def test_an_upsert_of_another_version_is_a_conflict_and_of_a_record_that_is_not_there_makes_it(
    write: Write,
) -> None:
    upsert = f'mutation($n: String, $v: Int) {{ upsertCompany(key: {{vat: "VERSIONED"}}, input: {{name: $n}}, expectedVersion: $v) {{ company {{ id name version }} {ERRORS} }} }}'

    made = await write(upsert, {"n": "One", "v": 1})
    changed = await write(upsert, {"n": "Two", "v": 1})
    refused = await write(upsert, {"n": "Three", "v": 1})

    id = made["company"]["id"]
    assert made == {"company": {"id": id, "name": "One", "version": 1}, "errors": []}
    assert changed == {"company": {"id": id, "name": "Two", "version": 2}, "errors": []}
    told = conflict(id, 2, "Two", "input")
    told[0]["message"] = 'Company "VERSIONED" was changed since you read it; look at it again.'
    assert refused == {"company": None, "errors": told}


async def test_without_an_expected_version_the_last_write_wins_for_each_field_alone(write: Write) -> None:
    id = await write.made("Company", name="One", employees=1, status="a")
    update = "mutation($id: ID!, $i: UpdateCompanyInput!) { updateCompany(id: $id, input: $i) { company { name employees status version } errors { code } } }"

    await write(update, {"id": id, "i": {"employees": 2}})
    last = await write(update, {"id": id, "i": {"status": "b"}})

    assert last == {"company": {"name": "One", "employees": 2, "status": "b", "version": 3}, "errors": []}
