"""Pairs that may be one: found by what they share, weighed, explained, and told to nobody who may not see both."""

from __future__ import annotations

from typing import Any

import pytest

from graph.database import Database
from resolvers.api import API
from tests.asking import Ask
from tests.readers import owner_reader

FIND = """query($type: MergeableType!, $least: Float, $first: Int, $after: String) {
  duplicates(type: $type, minScore: $least, first: $first, after: $after) {
    cursor score evidence { kind value weight } one { ... on Contact { name } ... on Company { name } }
    other { ... on Contact { name } ... on Company { name } } } }"""


@pytest.fixture(autouse=True)
async def empty(ready: Database) -> None:
    await ready.run("MATCH (n) DETACH DELETE n")


async def made(ask: Ask, type: str, *inputs: dict[str, Any]) -> list[str]:
    field = {"Contact": "contacts", "Company": "companies", "User": "users"}[type]
    many = field[0].upper() + field[1:]
    text = f"mutation($i: [Create{type}Input!]!) {{ create{many}(inputs: $i) {{ {field} {{ id }} errors {{ message }} }} }}"
    found = (await ask.data(text, {"i": list(inputs)}))[f"create{many}"]
    assert found["errors"] == []
    return [each["id"] for each in found[field]]


def emails(*values: str) -> dict[str, Any]:
    return {"create": [{"node": {"value": value}} for value in values]}


async def pairs(ask: Ask, type: str, **more: Any) -> list[tuple[str, str]]:
    found = (await ask.data(FIND, {"type": type, **more}))["duplicates"]
    return [(each["one"]["name"], each["other"]["name"]) for each in found]


async def test_a_shared_address_and_alike_names_are_told_with_what_they_weigh(ask: Ask) -> None:
    await made(
        ask, "Contact", {"name": "Anna Schmidt", "emails": emails("a@example.com")},
        {"name": "Schmidt, Anna", "emails": emails("a@example.com")}, {"name": "Bo Li"},
    )  # fmt: skip

    (found,) = (await ask.data(FIND, {"type": "Contact"}))["duplicates"]
    assert {found["one"]["name"], found["other"]["name"]} == {"Anna Schmidt", "Schmidt, Anna"}
    assert [(each["kind"], each["value"]) for each in found["evidence"]] == [
        ("SAME_EMAIL", "a@example.com"), ("SIMILAR_NAME", found["evidence"][1]["value"])
    ]  # fmt: skip
    against = 1.0
    for each in found["evidence"]:
        against *= 1 - each["weight"]
    assert found["score"] == round(1 - against, 3) > 0.7


async def test_legal_forms_do_not_tell_companies_apart_but_registry_numbers_do(ask: Ask) -> None:
    await made(
        ask, "Company", {"name": "Müller GmbH"}, {"name": "MULLER"},
        {"name": "上海贸易有限公司", "vat": "A"}, {"name": "上海贸易", "vat": "B"},
    )  # fmt: skip

    assert await pairs(ask, "Company") == [("Müller GmbH", "MULLER")]
    found = (await ask.data(FIND, {"type": "Company", "least": 0}))["duplicates"]
    assert [each["evidence"][0]["kind"] for each in found] == ["SAME_NAME", "DIFFERENT_VAT"]
    assert found[1]["score"] < 0.3


async def test_what_many_share_makes_no_pairs(ask: Ask) -> None:
    await made(
        ask, "Contact", *({"name": f"P{index} {'xyzw' * index}", "emails": emails("info@example.com")} for index in range(25))
    )  # fmt: skip

    assert await pairs(ask, "Contact", least=0.01) == []


async def test_pairs_that_were_marked_are_not_told_until_the_mark_is_taken_back(ask: Ask) -> None:
    one, other = await made(ask, "Company", {"name": "Acme Inc"}, {"name": "ACME"})
    mark = "mutation($a: ID!, $b: ID!) { %sNotDuplicate(one: $a, other: $b) { done errors { code path } } }"

    done = await ask.data(mark % "mark", {"a": other, "b": one})
    assert done == {"markNotDuplicate": {"done": True, "errors": []}}
    assert await pairs(ask, "Company") == []
    assert await ask.data("query($i: ID!) { company(id: $i) { notDuplicates { nodes { id } } } }", {"i": one}) == {
        "company": {"notDuplicates": {"nodes": [{"id": other}]}}
    }
    done = await ask.data(mark % "unmark", {"a": one, "b": other})
    assert done == {"unmarkNotDuplicate": {"done": True, "errors": []}}
    assert await pairs(ask, "Company") == [("Acme Inc", "ACME")]
    refused = await ask.data(mark % "mark", {"a": one, "b": one})
    assert refused["markNotDuplicate"] == {"done": None, "errors": [{"code": "INVALID", "path": ["other"]}]}


async def test_pages_follow_each_other_without_a_gap(ask: Ask) -> None:
    await made(ask, "Company", *({"name": f"Firm {index // 2}{'.' * (index % 2)}"} for index in range(10)))
    whole = (await ask.data(FIND, {"type": "Company", "first": 50}))["duplicates"]
    assert len(whole) == 5

    found, after = [], None
    while page := (await ask.data(FIND, {"type": "Company", "first": 2, "after": after}))["duplicates"]:
        found += page
        after = page[-1]["cursor"]
    assert found == whole


async def test_nobody_is_told_of_a_record_that_he_may_not_see(ask: Ask, api: API) -> None:
    mine, theirs = await made(ask, "User", {"login": "a", "name": "A"}, {"login": "b", "name": "B"})
    await made(
        ask, "Company", {"name": "Acme", "owner": {"connect": {"id": mine}}},
        {"name": "ACME Inc", "owner": {"connect": {"id": theirs}}},
    )  # fmt: skip
    reader = owner_reader(api.model, mine, [mine])

    assert len(await pairs(ask, "Company")) == 1
    assert await ask.data(FIND, {"type": "Company", "least": 0}, reader) == {"duplicates": []}


async def test_a_check_before_making_a_record_finds_it_and_masks_what_may_not_be_seen(ask: Ask, api: API) -> None:
    mine, theirs = await made(ask, "User", {"login": "a", "name": "A"}, {"login": "b", "name": "B"})
    await made(
        ask, "Contact", {"name": "Anna Schmidt", "owner": {"connect": {"id": theirs}}, "emails": emails("a@example.com")},
        {"name": "Somebody Else", "owner": {"connect": {"id": mine}}},
    )  # fmt: skip
    text = """{ checkDuplicates(type: Contact, name: "anna  schmidt", emails: ["A@Example.com"]) {
      score evidence { kind value } record { ... on Contact { name } } owner { name } } }"""
    common = [{"kind": "SAME_EMAIL", "value": "a@example.com"}, {"kind": "SAME_NAME", "value": "anna schmidt"}]

    (found,) = (await ask.data(text))["checkDuplicates"]
    assert (found["record"], found["owner"]) == ({"name": "Anna Schmidt"}, {"name": "B"})
    assert found["evidence"][:2] == common
    (masked,) = (await ask.data(text, reader=owner_reader(api.model, mine, [mine])))["checkDuplicates"]
    assert masked == {"score": 0.85, "evidence": common, "record": None, "owner": {"name": "B"}}
