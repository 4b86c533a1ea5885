"""Records are not found, nor found to be alike, by what may not be read of them."""

from __future__ import annotations

import pytest

from graph.reader import FieldRight, Reader
from tests.fields.readers import analyst
from tests.mutations.conftest import Write
from tests.mutations.conftest import whole as whole
from tests.mutations.conftest import write as write

HIDE, MASK, _, _ = FieldRight
SEARCH = "query ($text: String!, $types: [SearchType!]) { search(text: $text, types: $types) { totalCount nodes { __typename ... on Contact { name } ... on Company { name } } } }"


@pytest.fixture(scope="module")
async def people(write: Write) -> None:
    """Two people who are called alike and share an address, and a company that is called so too."""
    for _ in range(2):
        await write.made(
            "Contact",
            name="Zebedee Quill",
            birthDate="1990-02-03",
            emails={"create": [{"node": {"value": "desk@quill.example"}}]},
            phones={"create": [{"node": {"value": "+8613812345678"}}]},
        )
    await write.made("Company", name="Zebedee Works")
    await write.rows("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh() RETURN 1")


async def found(write: Write, text: str, reader: Reader, types: list[str] | None = None) -> list[tuple[str, str]]:
    body = await write.body(SEARCH, {"text": text, "types": types}, reader)
    return sorted((each["__typename"], each["name"]) for each in body["data"]["search"]["nodes"])


async def test_what_may_not_be_read_is_not_searched(write: Write, people: None) -> None:
    assert await found(write, "zebedee", Reader("user_1")) == [
        ("Company", "Zebedee Works"), ("Contact", "Zebedee Quill"), ("Contact", "Zebedee Quill"),
    ]  # fmt: skip
    assert await found(write, "zebedee", analyst()) == [("Company", "Zebedee Works")]
    assert await found(write, "zebedee", analyst(), ["Party"]) == [("Company", "Zebedee Works")]


async def test_a_number_that_may_not_be_read_finds_nobody(write: Write, people: None) -> None:
    masked = Reader("user_1", fields={"PhoneNumber": {"value": MASK}})

    assert len(await found(write, "13812345678", Reader("user_1"))) == 2
    assert await found(write, "13812345678", masked) == []
    assert len(await found(write, "zebedee", masked)) == 3


async def test_a_number_that_may_be_read_finds_whose_name_may_not(write: Write, people: None) -> None:
    masked = Reader("user_1", fields={"Contact": {"name": MASK}})

    assert await found(write, "13812345678", masked) == [("Contact", "Z***"), ("Contact", "Z***")]


async def test_a_type_that_may_not_be_searched_is_refused_by_name(write: Write, people: None) -> None:
    body = await write.body(SEARCH, {"text": "zebedee", "types": ["Contact"]}, analyst())

    assert [error["extensions"]["code"] for error in body["errors"]] == ["FORBIDDEN"]
    assert body["errors"][0]["message"].startswith("search.types")


async def test_what_may_not_be_read_makes_nobody_alike(write: Write, people: None) -> None:
    text = "{ duplicates(type: Contact, minScore: 0.01) { score evidence { kind value } one { ... on Contact { name } } } }"

    everything = await write(text)
    (pair,) = await write(text, None, analyst())

    assert {each["kind"] for each in everything[0]["evidence"]} == {
        "SAME_NAME",
        "SAME_EMAIL",
        "SAME_PHONE",
        "SIMILAR_NAME",
        "SAME_BIRTH_DATE",
    }
    assert sorted((each["kind"], each["value"]) for each in pair["evidence"]) == [
        ("SAME_EMAIL", "d***@quill.example"), ("SAME_PHONE", "+86138****5678"),
    ]  # fmt: skip
    assert pair["one"] == {"name": "Z***"}


async def test_two_addresses_that_look_alike_once_masked_make_nobody_alike(write: Write, people: None) -> None:
    for local in ("xavier", "xena"):
        await write.made(
            "Contact", name=f"{local} unlike", emails={"create": [{"node": {"value": f"{local}@same.example"}}]}
        )

    pairs = await write("{ duplicates(type: Contact, minScore: 0.01) { one { id } } }", None, analyst())

    assert len(pairs) == 1
