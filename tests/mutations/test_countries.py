"""Which country a telephone number without a prefix is from: the nearest thing that says it."""

from __future__ import annotations

from typing import Any

import pytest

from resolvers.answer import Answerer
from tests.mutations.conftest import Write, numbers

SHOWN = "phones { nodes { value } } contacts { nodes { phones { nodes { value } } } }"
UPDATE = f"mutation($id: ID!, $i: UpdateCompanyInput!) {{ updateCompany(id: $id, input: $i) {{ company {{ {SHOWN} }} errors {{ code path }} }} }}"
UPSERT = f"mutation($k: CompanyUpsertKey!, $i: UpdateCompanyInput!) {{ upsertCompany(key: $k, input: $i) {{ company {{ {SHOWN} }} errors {{ code path }} }} }}"
NUMBER = "089 2180-0"


def phone(value: str = NUMBER) -> dict[str, Any]:
    return {"phones": {"create": [{"node": {"value": value}}]}}


def address(country: str, lines: str = "1") -> dict[str, Any]:
    return {"addresses": {"create": [{"node": {"lines": lines, "country": country}}]}}


@pytest.fixture
def placed(write: Write) -> Write:
    """Writes on a server whose setting says China."""
    return Write(Answerer(write.answerer.api, write.database, "USD", numbers, country="CN"), write.database)


async def test_the_address_that_a_record_gets_goes_before_the_one_that_it_has_and_that_before_the_setting(
    placed: Write,
) -> None:
    german = await placed.made("Company", name="German", vat="COUNTRY-1", **address("DE"))
    nowhere = await placed.made("Company", name="Nowhere")

    own = await placed(UPDATE, {"id": german, "i": phone()})
    upserted = await placed(UPSERT, {"k": {"vat": "COUNTRY-1"}, "i": phone("089 2180-1")})
    given = await placed(UPDATE, {"id": german, "i": {**phone("01 5123456"), **address("AT", "2")}})
    # It has two addresses by now, and the first one counts.
    first = await placed(UPDATE, {"id": german, "i": phone("089 2180-2")})
    setting = await placed(UPDATE, {"id": nowhere, "i": phone("010 6552 9988")})
    told = await placed(UPDATE, {"id": nowhere, "i": phone("+49 89 2180-3")})
    body = [each["errors"] for each in (own, upserted, given, first, setting, told)]
    values = [
        sorted(each["value"] for each in payload["company"]["phones"]["nodes"])
        for payload in (own, upserted, given, first, setting, told)
    ]

    assert body == [[]] * 6
    assert values == [
        ["+498921800"],
        ["+498921800", "+498921801"],
        ["+4315123456", "+498921800", "+498921801"],
        ["+4315123456", "+498921800", "+498921801", "+498921802"],
        ["+861065529988"],
        ["+498921803", "+861065529988"],
    ]


async def test_who_is_made_within_a_record_is_from_where_that_is(placed: Write) -> None:
    german = await placed.made("Company", name="German", **address("DE"))
    person = {"contacts": {"create": [{"node": {"name": "王小明", **phone()}}]}}
    abroad = {"contacts": {"create": [{"node": {"name": "Franz", **phone("01 5123456"), **address("AT")}}]}}

    within = await placed(UPDATE, {"id": german, "i": person})
    away = await placed(UPDATE, {"id": german, "i": abroad})

    assert [each["errors"] for each in (within, away)] == [[], []]
    found = sorted(
        each["value"] for contact in away["company"]["contacts"]["nodes"] for each in contact["phones"]["nodes"]
    )
    assert found == ["+4315123456", "+498921800"]


async def test_a_number_is_named_as_it_is_written_there(placed: Write) -> None:
    german = await placed.made("Company", name="German", **address("DE"), **phone("089 2180-5"))
    other = await placed.made("Company", name="Other", **address("DE", "3"))

    linked = await placed(UPDATE, {"id": other, "i": {"phones": {"connect": [{"node": {"value": "089 2180-5"}}]}}})

    assert linked["errors"] == []
    assert linked["company"]["phones"]["nodes"] == [{"value": "+498921805"}]
    rows = await placed.rows("MATCH (:PhoneNumber {value: '+498921805'})<-[:HAS_PHONE]-(c) RETURN c.id ORDER BY c.id")
    assert [id for (id,) in rows] == sorted([german, other])


async def test_within_a_transaction_the_address_of_the_field_before_counts(placed: Write) -> None:
    id = await placed.made("Company", name="Moving")
    body = await placed.body(
        """mutation($id: ID!, $a: UpdateCompanyInput!, $p: UpdateCompanyInput!) @atomic {
          moved: updateCompany(id: $id, input: $a) { errors { code } }
          called: updateCompany(id: $id, input: $p) { company { phones { nodes { value } } } errors { code } } }""",
        {"id": id, "a": address("DE", "4"), "p": phone("089 2180-6")},
    )

    assert body["data"]["called"] == {"company": {"phones": {"nodes": [{"value": "+498921806"}]}}, "errors": []}


async def test_without_any_country_such_a_number_is_doubtful(write: Write) -> None:
    id = await write.made("Company", name="Anywhere", **address("", "5"))

    refused = await write(UPDATE, {"id": id, "i": phone()})

    assert refused["errors"] == [{"code": "INVALID", "path": ["input", "phones", "create", "0", "node", "value"]}]
