"""What is not a writer's to write is refused before anything is written, and what may not be read names no record."""

from __future__ import annotations

from typing import Any

import pytest

from graph.reader import FieldRight, Reader
from resolvers.question import Question
from tests.mutations.conftest import Write
from tests.mutations.conftest import whole as whole
from tests.mutations.conftest import write as write

HIDE, MASK, READ, _ = FieldRight
READ_ONLY = Reader("user_1", fields={
    "Company": {"name": READ, "vat": READ, "website": MASK},
    "Contact": {"name": MASK},
    "EmailAddress": {"value": MASK},
    "Customer": {"creditLimit": READ, "number": READ},
    "Employment": {"title": READ, "until": READ},
})  # fmt: skip

# A mutation, its variables, and how the refusal begins.
REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "create": ("createCompany(input: {name: \"x\"}) { errors { message } }", {}, "input.name: you may not write Company.name."),
    "create several": (
        'createCompanies(inputs: [{name: "x"}], onError: SKIP) { errors { message } }', {}, "inputs.0.name: you may not write",
    ),
    "update": ("updateCompany(id: $company, input: {name: \"x\"}) { errors { message } }", {}, "input.name: you may not write"),
    "clear": ("updateCompany(id: $company, input: {website: null}) { errors { message } }", {}, "input.website: you may not"),
    "update several": (
        'updateCompanies(inputs: [{id: $company, input: {status: "a"}}, {id: $company, input: {vat: "1"}}]) { errors { message } }', {},
        "inputs.1.input.vat: you may not write Company.vat.",
    ),
    "an amount": (
        'updateCustomer(id: $customer, input: {creditLimit: {amount: "1", currency: "USD"}}) { errors { message } }', {},
        "input.creditLimit: you may not write Customer.creditLimit.",
    ),
    "what follows": ('updateContact(id: $contact, input: {given: "x"}) { errors { message } }', {}, "input.given: you may not write Contact.given."),
    "nested": (
        'updateCompany(id: $company, input: {contacts: {create: [{node: {name: "x"}}]}}) { errors { message } }', {},
        "input.contacts.create.0.node.name: you may not write Contact.name.",
    ),
    "a shared record by its value": (
        'updateCompany(id: $company, input: {emails: {create: [{node: {value: "a@b.example"}}]}}) { errors { message } }', {},
        "input.emails.create.0.node.value: you may not write EmailAddress.value.",
    ),
    "connect by a value": (
        'updateCompany(id: $company, input: {emails: {connect: [{node: {value: "a@b.example"}}]}}) { errors { message } }', {},
        "input.emails.connect.0.node.value: you may not read EmailAddress.value",
    ),
    "disconnect by a value": (
        'updateCompany(id: $company, input: {emails: {disconnect: [{value: "a@b.example"}]}}) { errors { message } }', {},
        "input.emails.disconnect.0.value: you may not read EmailAddress.value",
    ),
    "upsert by a key": (
        'upsertCompany(key: {vat: "1"}, input: {status: "x"}) { errors { message } }', {}, "key.vat: you may not write Company.vat.",
    ),
    "a relationship": (
        'linkCompanyContacts(from: $company, to: $contact, edge: {title: "x"}) { errors { message } }', {},
        "edge.title: you may not write Employment.title.",
    ),
    "the end of a relationship": (
        "changeEmployer(contact: $contact, to: {id: $company}) { errors { message } }", {}, "you may not write Employment.until.",
    ),
    "whose value is taken": (
        "mergeCompany(keep: $company, drop: [$other], choices: {name: $other}, preview: true) { errors { message } }", {},
        "choices.name: you may not write Company.name.",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
async def ids(write: Write) -> dict[str, str]:
    company = await write.made("Company", name="Kept", vat="VAT-1", website="https://kept.example")
    return {
        "company": company,
        "other": await write.made("Company", name="Kept too", vat="VAT-2", website="https://other.example"),
        "contact": await write.made("Contact", name="王小明", given="小明", family="王"),
        "customer": await write.made("Customer", company={"connect": {"id": company}}),
    }


@pytest.mark.parametrize(("text", "_given", "message"), REFUSED.values(), ids=REFUSED)
async def test_it_is_refused_before_anything_is_written(
    write: Write, ids: dict[str, str], text: str, _given: dict[str, Any], message: str
) -> None:
    used = {name: value for name, value in ids.items() if f"${name}" in text}
    declared = ", ".join(f"${name}: ID!" for name in used)
    before = await write.rows("MATCH (n) RETURN count(n), sum(n.version)")

    body = await write.body(f"mutation {f'({declared})' if used else ''} {{ {text} }}", used, READ_ONLY)

    (error,) = body["errors"]
    assert error["extensions"] == {"code": "FORBIDDEN"}
    assert message in error["message"]
    assert await write.rows("MATCH (n) RETURN count(n), sum(n.version)") == before


async def test_one_refused_field_of_an_atomic_operation_undoes_the_others(write: Write, ids: dict[str, str]) -> None:
    text = 'mutation ($company: ID!) @atomic { a: updateCompany(id: $company, input: {status: "new"}) { errors { message } } b: updateCompany(id: $company, input: {name: "x"}) { errors { message } } }'

    body = await write.body(text, {"company": ids["company"]}, READ_ONLY)

    assert [error["extensions"]["code"] for error in body["errors"]] == ["FORBIDDEN"]
    assert await write.rows("MATCH (n:Company {id: $p.id}) RETURN n.status", id=ids["company"]) == [[None]]


async def test_the_rest_of_a_record_may_be_written_and_is_answered_masked(write: Write, ids: dict[str, str]) -> None:
    text = 'mutation ($id: ID!) { updateContact(id: $id, input: {gender: "x"}) { contact { name given gender } errors { message } } }'

    payload = await write(text, {"id": ids["contact"]}, READ_ONLY)

    assert payload == {"contact": {"name": "王**", "given": "小**", "gender": "x"}, "errors": []}


async def test_what_may_only_be_read_names_a_record(write: Write, ids: dict[str, str]) -> None:
    text = 'mutation ($c: ID!) { updateCustomer(id: $c, input: {party: {connect: {company: {vat: "VAT-1"}}}}) { errors { message } } }'
    found = await write.body(
        'mutation ($c: ID!) { updateCustomer(id: $c, input: {company: {connect: {vat: "VAT-1"}}}) { errors { message } } }',
        {"c": ids["customer"]},
        READ_ONLY,
    )

    assert text and found == {"data": {"updateCustomer": {"errors": []}}}


async def test_what_stands_in_the_way_is_shown_masked(write: Write, ids: dict[str, str]) -> None:
    await write.made("EmailAddress", value="anna@example.com")
    reader = Reader("user_1", fields={"Company": {"name": MASK}})
    conflict = (
        'mutation ($id: ID!) { updateCompany(id: $id, input: {status: "b"}, expectedVersion: 99) '
        "{ errors { code ... on ConflictError { current { ... on Company { name vat } } } } } }"
    )
    duplicate = (
        'mutation ($id: ID!) { updateCompany(id: $id, input: {vat: "VAT-2"}) '
        "{ errors { code ... on DuplicateError { existing { ... on Company { name } } } } } }"
    )

    told = await write.body(conflict, {"id": ids["company"]}, reader)
    existing = await write.body(duplicate, {"id": ids["company"]}, reader)

    assert told["data"]["updateCompany"]["errors"] == [
        {"code": "CONFLICT", "current": {"name": "K***", "vat": "VAT-1"}}
    ]
    assert existing["data"]["updateCompany"]["errors"] == [{"code": "DUPLICATE", "existing": {"name": "K***"}}]


async def test_a_preview_of_a_merge_tells_what_may_be_seen(write: Write, ids: dict[str, str]) -> None:
    reader = Reader("user_1", fields={"Company": {"name": MASK, "vat": HIDE}})
    text = (
        "mutation ($a: ID!, $b: ID!) { mergeCompany(keep: $a, drop: [$b], preview: true) "
        "{ company { name vat } merged { fields { field kept dropped } } errors { message } } }"
    )

    told = await write(text, {"a": ids["company"], "b": ids["other"]}, reader)

    assert told["company"] == {"name": "K***", "vat": None}
    assert told["merged"] == [{"fields": [
        {"field": "name", "kept": "K***", "dropped": "K***"},
        {"field": "website", "kept": "https://kept.example", "dropped": "https://other.example"},
    ]}]  # fmt: skip


async def test_a_repeat_is_not_told_what_may_not_be_seen_any_more(write: Write, ids: dict[str, str]) -> None:
    text = 'mutation ($id: ID!) { updateContact(id: $id, input: {language: "de"}) { contact { name } errors { message } } }'
    question = Question(text, None, {"id": ids["contact"]}, key="once")
    before = Reader("user_1")

    first = (await write.answerer.answer(question, before)).body()
    again = (await write.answerer.answer(question, Reader("user_1", fields={"Contact": {"name": MASK}}))).body()

    assert first["data"]["updateContact"]["contact"] == {"name": "王小明"}
    assert [error["extensions"]["code"] for error in again["errors"]] == ["ALREADY_DONE"]
    assert "王小明" not in str(again)
