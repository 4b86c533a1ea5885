"""What another system calls a record means the same to a mutation as to an import (`graph/resolution.py`)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from neo4j import AsyncManagedTransaction

from graph.errors import BadInput
from graph.resolution import find_record
from graph.rows import Key
from tests.mutations.conftest import Write

UPSERT = """mutation($k: ContactUpsertKey!, $n: String) { upsertContact(key: $k, input: {name: $n}) {
    contact { id version } errors { code path ... on DuplicateError { existing { id } } } } }"""
MERGE = "mutation($k: ID!, $d: ID!) { mergeContact(keep: $k, drop: [$d]) { errors { message } } }"
DELETE = "mutation($id: ID!) { deleteContact(id: $id) { errors { message } } }"


async def named(write: Write, id: str) -> str:
    """A new contact that the system erp calls so."""
    payload = await write(UPSERT, {"k": {"externalRef": {"system": "erp", "id": id}}, "n": id})
    assert payload["errors"] == []
    return str(payload["contact"]["id"])


async def known(write: Write) -> tuple[str, str]:
    return "known", await named(write, "known")


async def unknown(write: Write) -> tuple[str, None]:
    return "unknown", None


async def merged(write: Write) -> tuple[str, str]:
    kept, dropped = await write.made("Contact", name="Kept"), await named(write, "merged")
    assert await write(MERGE, {"k": kept, "d": dropped}) == {"errors": []}
    return "merged", kept


async def dangling(write: Write) -> tuple[str, None]:
    await write.rows("CREATE (:ExternalRef {id: 'external_ref_0', key: 'erp:contact:dangling', version: 1})")
    return "dangling", None


async def foreign(write: Write) -> tuple[str, str]:
    company = await write.made("Company", name="Foreign")
    await write.rows(
        "MATCH (c:Company {id: $p.id}) CREATE (:ExternalRef {id: 'external_ref_1', key: 'erp:contact:foreign', version: 1})-[:REFERS_TO]->(c)",
        id=company,
    )
    return "foreign", "is a Company here, not a Contact"


async def deleted(write: Write) -> tuple[str, str]:
    id = await named(write, "deleted")
    await write(DELETE, {"id": id})
    return "deleted", "was deleted here; restore it first"


async def found(write: Write, id: str) -> str | None:
    """What an import would find: the record's id, nothing, or why it is refused."""

    async def work(transaction: AsyncManagedTransaction) -> Any:
        return await find_record(
            transaction, write.answerer.api.model, "Contact", key=Key("erp", "contact", id), unique={},
            now=datetime.now(UTC), take=False,
        )  # fmt: skip

    try:
        record = await write.database.read_transaction(work)
    except BadInput as error:
        return error.message.removeprefix(f"erp:contact:{id} ")
    return record.id if record else None


@pytest.mark.parametrize("case", [known, unknown, merged, dangling, foreign])
async def test_a_mutation_writes_the_record_that_an_import_would_find(write: Write, case: Any) -> None:
    id, expected = await case(write)
    before = await found(write, id)

    payload = await write(UPSERT, {"k": {"externalRef": {"system": "erp", "id": id}}, "n": "Named"})

    assert before == expected
    if expected is None:
        assert (payload["contact"]["version"], payload["errors"]) == (1, [])
        assert await found(write, id) == payload["contact"]["id"]
    elif case is foreign:
        assert payload["contact"] is None
        assert [error["code"] for error in payload["errors"]] == ["DUPLICATE"]
    else:
        assert (payload["contact"]["id"], payload["errors"]) == (expected, [])
    assert await write.rows(
        "MATCH (:ExternalRef {key: $p.k})-[r:REFERS_TO]->(x) WHERE NOT x:Deleted RETURN count(r)", k=f"erp:contact:{id}"
    ) == [[1]]


async def test_only_an_import_keeps_off_what_was_deleted(write: Write) -> None:
    """Its rows come again with each run, and would bring back what somebody took away; a mutation says what it means."""
    id, refusal = await deleted(write)
    before = await found(write, id)

    payload = await write(UPSERT, {"k": {"externalRef": {"system": "erp", "id": id}}, "n": "Anew"})

    assert before == refusal
    assert (payload["contact"]["version"], payload["errors"]) == (1, [])
    assert await found(write, id) == payload["contact"]["id"]


async def test_who_comes_back_meets_whoever_took_its_name_elsewhere(write: Write) -> None:
    restore = """mutation($id: ID!) { restoreContact(id: $id) {
        contact { id } errors { code path ... on DuplicateError { existing { id } } } } }"""
    key = {"externalRef": {"system": "erp", "id": "taken"}}
    first = await named(write, "taken")
    await write(DELETE, {"id": first})
    second = await named(write, "taken")

    refused = await write(restore, {"id": first})
    await write(DELETE, {"id": second})
    back = await write(restore, {"id": first})
    again = await write(restore, {"id": second})
    written = await write(UPSERT, {"k": key, "n": "Taken again"})

    conflict = [{"code": "DUPLICATE", "path": ["id"], "existing": {"id": second}}]
    assert refused == {"contact": None, "errors": conflict}
    assert back == {"contact": {"id": first}, "errors": []}
    assert again == {"contact": None, "errors": [{**conflict[0], "existing": {"id": first}}]}
    assert (written["contact"]["id"], written["errors"]) == (first, [])


async def test_a_record_that_an_upsert_makes_with_what_belongs_to_it_is_in_its_first_version(write: Write) -> None:
    text = """mutation($k: CompanyUpsertKey!, $i: UpdateCompanyInput!) { upsertCompany(key: $k, input: $i) {
        company { id version phones { nodes { value } } } errors { message } } }"""
    given = {
        "name": "Whole", "phones": {"create": [{"node": {"value": "+498921800"}}]},
        "contacts": {"create": [{"node": {"name": "One"}}, {"node": {"name": "Two"}}]},
    }  # fmt: skip
    versions, histories = [], []

    for key in ({"vat": "WHOLE"}, {"externalRef": {"system": "erp", "id": "whole"}}):
        made = await write(text, {"k": key, "i": given})
        more = await write(text, {"k": key, "i": {"phones": {"create": [{"node": {"value": "+498921801"}}]}}})
        versions.append([made["company"]["version"], more["company"]["version"]])
        histories.append(await write.rows(
            "MATCH (c:Change {recordId: $p.id}) WITH c ORDER BY c.createdAt, c.id "
            "RETURN c.operation, c.recordVersion", id=made["company"]["id"],
        ))  # fmt: skip

    assert versions == [[1, 2]] * 2
    # One after the other, in the order of the versions.
    assert histories == [[["CREATE", 1], ["LINK", 1], ["LINK", 1], ["LINK", 1], ["LINK", 2]]] * 2
