"""Bulk twins do for up to 1,000 inputs in one statement what the mutation does for one."""

from __future__ import annotations

from typing import Any

from tests.mutations.conftest import Write

ERRORS = "errors { __typename code message path }"
CREATE = f"mutation($i: [CreateCompanyInput!]!, $o: OnError) {{ createCompanies(inputs: $i, onError: $o) {{ companies {{ name vat }} {ERRORS} }} }}"
INPUTS = [
    {"name": "A", "vat": "BULK-1"},
    {"name": ""},
    {"name": "C", "vat": "BULK-1"},
    {"name": "D", "vat": "BULK-0"},
    {"name": "E"},
]
REFUSED = [
    {"__typename": "InputError", "code": "REQUIRED", "path": ["inputs", "1", "name"], "message": "name is missing; Company records need it."},
    {"__typename": "DuplicateError", "code": "DUPLICATE", "path": ["inputs", "2", "vat"], "message": 'vat "BULK-1" is given twice in one request.'},
    {"__typename": "DuplicateError", "code": "DUPLICATE", "path": ["inputs", "3", "vat"], "message": 'Another record has vat "BULK-0"; it must be unique.'},
]  # fmt: skip


async def test_one_refused_input_refuses_all_or_itself(write: Write) -> None:
    await write.made("Company", name="Taken", vat="BULK-0")
    names = "MATCH (c:Company) RETURN c.name ORDER BY c.name"

    aborted = await write(CREATE, {"i": INPUTS, "o": "ABORT"})
    after_abort = await write.rows(names)
    skipped = await write(CREATE, {"i": INPUTS, "o": "SKIP"})

    assert aborted == {"companies": [], "errors": REFUSED}
    assert after_abort == [["Taken"]]
    made = [{"name": "A", "vat": "BULK-1"}, {"name": "E", "vat": None}]
    assert skipped == {"companies": made, "errors": REFUSED}
    assert await write.rows(names) == [["A"], ["E"], ["Taken"]]
    assert await write.rows("MATCH (c:Change) RETURN count(c)") == [[3]]


async def test_records_are_changed_and_upserted_and_deleted_together(write: Write) -> None:
    one, two = [await write.made("Product", sku=f"BULK-{n}", name=f"Product {n}") for n in (1, 2)]
    missing = "product_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e"

    updated = await write(
        f"mutation($i: [UpdateProductItem!]!) {{ updateProducts(inputs: $i, onError: SKIP) {{ products {{ id name version }} {ERRORS} }} }}",
        {"i": [
            {"id": two, "input": {"name": "Two"}, "expectedVersion": 1}, {"id": missing, "input": {"name": "X"}},
            {"id": one, "input": {"name": "One"}, "expectedVersion": 9},
        ]},
    )  # fmt: skip
    upserted = await write(
        f"mutation($i: [UpsertProductItem!]!) {{ upsertProducts(inputs: $i) {{ products {{ name version }} {ERRORS} }} }}",
        {
            "i": [
                {"key": {"sku": "BULK-3"}, "input": {"name": "Three"}},
                {"key": {"sku": "BULK-1"}, "input": {"name": "One"}},
            ]
        },
    )
    twice = await write(
        f"mutation($i: [UpsertProductItem!]!) {{ upsertProducts(inputs: $i) {{ products {{ name version }} {ERRORS} }} }}",
        {
            "i": [
                {"key": {"sku": "BULK-4"}, "input": {"name": "Four"}},
                {"key": {"sku": " BULK-4"}, "input": {"name": "Five"}},
            ]
        },
    )
    deleted = await write(
        f"mutation($i: [ID!]!) {{ deleteProducts(ids: $i, onError: SKIP) {{ deletedIds {ERRORS} }} }}",
        {"i": [one, missing, two]},
    )

    def error(code: str, path: str, message: str, type: str = "InputError") -> dict[str, Any]:
        return {"__typename": type, "code": code, "message": message, "path": path.split(".")}

    assert updated == {"products": [{"id": two, "name": "Two", "version": 2}], "errors": [
        error("NOT_FOUND", "inputs.1.id", f'There is no Product "{missing}", or you may not see it.'),
        error("CONFLICT", "inputs.2.id", f'Product "{one}" was changed since you read it; look at it again.', "ConflictError"),
    ]}  # fmt: skip
    assert upserted == {"products": [{"name": "Three", "version": 1}, {"name": "One", "version": 2}], "errors": []}
    assert twice == {"products": [], "errors": [
        error("DUPLICATE", "inputs.1.key", 'Product "BULK-4" is named twice in one request.', "DuplicateError"),
    ]}  # fmt: skip
    assert deleted == {"deletedIds": [one, two], "errors": [
        error("NOT_FOUND", "ids.1", f'There is no Product "{missing}", or you may not see it.'),
    ]}  # fmt: skip


async def test_a_thousand_inputs_are_taken_and_no_more(write: Write) -> None:
    inputs = [{
        "name": f"公司 {n}",
        "emails": {"create": [{"node": {"value": f"desk{n % 100}@example.com"}}]},
        "contacts": {"create": [{"node": {"name": f"Person {n}"}}]},
    } for n in range(1_001)]  # fmt: skip

    made = await write(CREATE, {"i": inputs[:1_000]})
    refused = await write.body(CREATE, {"i": inputs})

    assert [company["name"] for company in made["companies"]] == [f"公司 {n}" for n in range(1_000)]
    assert made["errors"] == []
    assert await write.rows("MATCH (:Company)-[r:HAS_EMAIL]->(e) RETURN count(r), count(DISTINCT e)") == [[1_000, 100]]
    (error,) = refused["errors"]
    assert (refused["data"], error["message"], error["extensions"]) == (
        {"createCompanies": None}, "inputs has 1001 items; up to 1000 are taken at once.", {"code": "BAD_USER_INPUT"},
    )  # fmt: skip


async def test_records_of_one_field_are_named_by_one_kind_of_key(write: Write) -> None:
    body = await write.body(
        "mutation { upsertProducts(inputs: ["
        '{key: {sku: "MIX"}, input: {name: "A"}}, {key: {externalRef: {system: "s", id: "1"}}, input: {name: "B"}}'
        "]) { products { id } } }"
    )

    assert body["errors"][0]["message"] == "Name all records of one field by the same kind of key."
    assert body["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_no_inputs_are_nothing_to_do(write: Write) -> None:
    assert await write(CREATE, {"i": []}) == {"companies": [], "errors": []}
