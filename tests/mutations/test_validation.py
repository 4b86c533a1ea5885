"""What is wrong with an input is told all at once, each with its place, and nothing of it is written."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mutations.conftest import Write

ERRORS = "errors { __typename code message path }"
CREATE = f"mutation($i: CreateCompanyInput!, $a: Boolean) {{ createCompany(input: $i, acceptInvalid: $a) {{ company {{ id uscc phones {{ nodes {{ value status raw }} }} }} {ERRORS} }} }}"


def wrong(code: str, message: str, *path: str) -> dict[str, Any]:
    return {"__typename": "InputError", "code": code, "message": message, "path": ["input", *path]}


async def test_everything_that_is_wrong_with_an_input_is_told_at_once(write: Write) -> None:
    refused = await write(CREATE, {"i": {
        "name": " ",
        "uscc": "nonsense",
        "employees": -4,
        "owner": {"connect": {"login": "nobody"}},
        "emails": {"create": [{"node": {"value": "a@example.com"}}, {"node": {"value": "no e-mail"}}]},
        "contacts": {
            "create": [{"node": {"name": "X", "birthDate": "1990-02-28", "phones": {"create": [{"node": {"value": "12"}}]}}}],
            "connect": [{"node": {"id": "contact_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e"}}, {"node": {"id": "rubbish"}}],
        },
        "parent": {"create": {"node": {"name": "P"}, "edge": {"sharePct": 101}}},
    }})  # fmt: skip

    told = sorted(refused["errors"], key=lambda error: error["path"])
    assert told == sorted([
        wrong("INVALID", 'uscc: "nonsense" is no 统一社会信用代码; pass acceptInvalid: true to keep it as it is.', "uscc"),
        wrong("INVALID", "employees: -4 is less than 0.", "employees"),
        wrong("REQUIRED", "name is missing; Company records need it.", "name"),
        wrong(
            "INVALID", 'value: "no e-mail" is no e-mail address; pass acceptInvalid: true to keep it as it is.',
            "emails", "create", "1", "node", "value",
        ),
        wrong(
            "INVALID", '"rubbish" is no id; an id looks like company_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e.',
            "contacts", "connect", "1", "node", "id",
        ),
        wrong(
            "INVALID", 'value: "12" is no telephone number; pass acceptInvalid: true to keep it as it is.',
            "contacts", "create", "0", "node", "phones", "create", "0", "node", "value",
        ),
        wrong("INVALID", "sharePct: 101.0 is more than 100.", "parent", "create", "edge", "sharePct"),
        wrong("NOT_FOUND", 'There is no User "nobody", or you may not see it.', "owner", "connect", "login"),
        wrong(
            "NOT_FOUND", 'There is no Contact "contact_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e", or you may not see it.',
            "contacts", "connect", "0", "node", "id",
        ),
    ], key=lambda error: error["path"])  # fmt: skip
    assert refused["company"] is None
    assert await write.rows("MATCH (n) WHERE NOT n:IdempotencyKey RETURN count(n)") == [[0]]


async def test_a_doubtful_contact_point_is_kept_as_it_is_if_that_is_accepted(write: Write) -> None:
    given = {"name": "Doubtful", "uscc": "nonsense", "phones": {"create": [{"node": {"value": " ext. 12 "}}]}}

    refused = await write(CREATE, {"i": given})
    accepted = await write(CREATE, {"i": given, "a": True})

    assert [error["path"][1] for error in refused["errors"]] == ["uscc", "phones"]
    company = {"uscc": "NONSENSE", "phones": {"nodes": [{"value": "12", "status": "INVALID", "raw": "ext. 12"}]}}
    assert accepted == {"company": {"id": accepted["company"]["id"], **company}, "errors": []}


async def test_a_telephone_number_is_read_in_the_country_of_the_record(write: Write) -> None:
    def given(country: str, value: str) -> dict[str, Any]:
        address = {"node": {"lines": "Street 1", "country": country}}
        return {"name": country, "addresses": {"create": [address]}, "phones": {"create": [{"node": {"value": value}}]}}

    chinese = await write(CREATE, {"i": given("CN", "010 6552 9988")})
    german = await write(CREATE, {"i": given("DE", "(030) 12345-67")})
    abroad = await write(CREATE, {"i": given("DE", "+86 10 6552 9988")})

    found = [answer["company"]["phones"]["nodes"][0]["value"] for answer in (chinese, german, abroad)]
    assert found == ["+861065529988", "+49301234567", "+861065529988"]


HOSTILE = (
    "') DETACH DELETE n //", '"; MATCH (n) DETACH DELETE n //', "$p.user", "\\u0027 OR 1=1", "{{7*7}} ${7*7}", "`Company`",
    "Ω≈ç√∫˜µ≤≥÷", "👩‍👩‍👧‍👦 家族有限公司", "אבג \u202etxet", "a\nb\tc", "é" * 100,
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
async def test_a_text_is_kept_as_it_is_whatever_it_says(write: Write, text: str) -> None:
    made = await write(
        "mutation($i: CreateCompanyInput!) { createCompany(input: $i) { company { name status contacts { edges { title } } } errors { message } } }",
        {
            "i": {
                "name": text,
                "status": text,
                "contacts": {"create": [{"node": {"name": text}, "edge": {"title": text}}]},
            }
        },
    )

    assert made == {"company": {"name": text, "status": text, "contacts": {"edges": [{"title": text}]}}, "errors": []}


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a\x00b", "name: the text holds a NUL character."),
        ("x" * 10_001, "name: the text has 10001 characters; 500 are taken."),
    ],
)
async def test_a_text_that_cannot_be_kept_is_refused(write: Write, name: str, message: str) -> None:
    refused = await write(CREATE, {"i": {"name": name}})

    assert refused == {"company": None, "errors": [wrong("INVALID", message, "name")]}


async def test_an_empty_address_is_refused_as_all_of_them_would_be_one(write: Write) -> None:
    refused = await write(CREATE, {"i": {"name": "Nowhere", "addresses": {"create": [{"node": {"lines": " "}}]}}})

    message = "Nothing is given that tells this Address from others."
    assert refused == {"company": None, "errors": [wrong("REQUIRED", message, "addresses", "create", "0", "node")]}
