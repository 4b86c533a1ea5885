"""What merging promises beside the way back: old ids, histories, what is refused, what was done meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from graph.database import Database
from graph.reader import Reader
from resolvers.api import API
from tests.asking import Ask
from tests.duplicates.graphs import differences, snapshot
from tests.readers import owner_reader

CREATE = "mutation($input: CreateCompanyInput!) { createCompany(input: $input) { company { id } errors { message } } }"
MERGE = """mutation($keep: ID!, $drop: [ID!]!, $choices: MergeCompanyChoices) {
  mergeCompany(keep: $keep, drop: $drop, choices: $choices) { company { id name } errors { code message path } } }"""
UNMERGE = "mutation($id: ID!) { unmergeCompany(id: $id) { company { id } errors { code message path } } }"


@pytest.fixture(autouse=True)
async def empty(ready: Database) -> None:
    await ready.run("MATCH (n) DETACH DELETE n")


async def company(ask: Ask, name: str, **more: Any) -> str:
    found = await ask.data(CREATE, {"input": {"name": name, **more}})
    assert found["createCompany"]["errors"] == []
    return str(found["createCompany"]["company"]["id"])


async def merged(ask: Ask, keep: str, *drop: str, **choices: str) -> list[Any]:
    found = await ask.data(MERGE, {"keep": keep, "drop": list(drop), "choices": choices or None})
    errors: list[Any] = found["mergeCompany"]["errors"]
    return errors


async def unmerged(ask: Ask, id: str) -> list[Any]:
    errors: list[Any] = (await ask.data(UNMERGE, {"id": id}))["unmergeCompany"]["errors"]
    return errors


async def test_an_old_id_leads_to_the_kept_record_over_several_merges(ask: Ask) -> None:
    first, second, third = [await company(ask, name) for name in ("One", "Two", "Three")]
    assert await merged(ask, second, first) == []
    assert await merged(ask, third, second) == []

    found = await ask.data("query($id: ID!) { company(id: $id) { name } node(id: $id) { id } }", {"id": first})
    assert found == {"company": {"name": "Three"}, "node": {"id": third}}


async def test_an_old_id_leads_nowhere_for_who_may_not_see_the_kept_record(ask: Ask, api: API) -> None:
    first, second = [await company(ask, name) for name in ("One", "Two")]
    assert await merged(ask, second, first) == []
    nobody: Reader = owner_reader(api.model, "user_0", ["user_0"])

    assert await ask.data("query($id: ID!) { company(id: $id) { name } }", {"id": first}, nobody) == {"company": None}
    body = await ask(MERGE, {"keep": second, "drop": [first]}, nobody)
    assert [error["code"] for error in body["data"]["mergeCompany"]["errors"]] == ["NOT_FOUND", "NOT_FOUND"]


async def test_what_was_done_since_the_merge_stays_with_the_kept_record(ask: Ask, ready: Database) -> None:
    keep = await company(ask, "Kept", employees=5)
    drop = await company(
        ask, "Dropped", website="https://dropped.example.com", sizeBand="S",
        emails={"create": [{"node": {"value": "a@example.com"}}, {"node": {"value": "b@example.com"}}]},
    )  # fmt: skip
    assert await merged(ask, keep, drop) == []
    edges = await ready.run("MATCH (:Company {id: $id})-[e:HAS_EMAIL]->(m) RETURN e.id ORDER BY m.value", id=keep)
    (first,), (second,) = edges
    await ask.data(
        """mutation($id: ID!, $first: ID!, $second: ID!) {
        updateCompany(id: $id, input: {website: "https://new.example.com"}) { errors { message } }
        unlinkCompanyEmails(edgeId: $first) { errors { message } }
        updateCompanyEmails(edgeId: $second, edge: {label: "desk"}) { errors { message } }
        linked: updateCompany(id: $id, input: {phones: {create: [{node: {value: "+12025550123"}}]}}) { errors { message } } }""",
        {"id": keep, "first": first, "second": second},
    )
    assert await unmerged(ask, drop) == []

    shown = "{ website sizeBand emails { edges { label node { value } } } phones { nodes { value } } }"
    found = await ask.data(
        f"query($k: ID!, $d: ID!) {{ k: company(id: $k) {shown} d: company(id: $d) {shown} }}", {"k": keep, "d": drop}
    )
    assert found == {
        # It keeps what it was given since, and gives back what it was filled with.
        "k": {
            "website": "https://new.example.com", "sizeBand": None, "emails": {"edges": []},
            "phones": {"nodes": [{"value": "+12025550123"}]},
        },
        # What was removed meanwhile stays removed, and what was changed comes back changed.
        "d": {
            "website": "https://dropped.example.com", "sizeBand": "S",
            "emails": {"edges": [{"label": "desk", "node": {"value": "b@example.com"}}]}, "phones": {"nodes": []},
        },
    }  # fmt: skip


async def test_both_histories_are_told_of_the_kept_record(ask: Ask) -> None:
    keep, drop = await company(ask, "Kept"), await company(ask, "Dropped", employees=7)
    assert await merged(ask, keep, drop) == []

    text = (
        "query($id: ID!) { company(id: $id) { history { nodes { operation recordId values { property old new } } } } }"
    )
    found = (await ask.data(text, {"id": keep}))["company"]["history"]["nodes"]
    assert [(each["operation"], each["recordId"]) for each in found] == [
        ("MERGE", keep), ("CREATE", drop), ("CREATE", keep)
    ]  # fmt: skip
    assert found[0]["values"] == [{"property": "employees", "old": None, "new": 7}]
    assert await unmerged(ask, drop) == []
    found = (await ask.data(text, {"id": keep}))["company"]["history"]["nodes"]
    assert [each["operation"] for each in found] == ["UNMERGE", "MERGE", "CREATE"]


async def test_a_key_that_somebody_took_since_is_in_the_way_of_unmerging(ask: Ask) -> None:
    keep, drop = await company(ask, "Kept", vat="A"), await company(ask, "Dropped", vat="B")
    assert await merged(ask, keep, drop) == []
    other = await company(ask, "Other", vat="B")

    found = await ask.data(
        "mutation($id: ID!) { unmergeCompany(id: $id) { errors { code ... on DuplicateError { existing { id } } } } }",
        {"id": drop},
    )
    assert found["unmergeCompany"]["errors"] == [{"code": "DUPLICATE", "existing": {"id": other}}]


async def test_what_cannot_be_merged_is_told_at_once(ask: Ask) -> None:
    keep, drop = await company(ask, "Kept"), await company(ask, "Dropped")

    assert await merged(ask, keep) == [
        {"code": "REQUIRED", "message": "drop is empty; name the records that become one with it.", "path": ["drop"]}
    ]
    assert await merged(ask, keep, drop, keep, drop, name="company_0") == [
        {"code": "INVALID", "message": f"{keep} is the one to keep; name each record once.", "path": ["drop", "1"]},
        {"code": "INVALID", "message": f"{drop} is named twice; name each record once.", "path": ["drop", "2"]},
        {
            "code": "INVALID",
            "message": "name is to be that of company_0, which is none of the records that become one.",
            "path": ["choices", "name"],
        },
    ]
    assert [error["code"] for error in await unmerged(ask, keep)] == ["NOT_FOUND"]
    assert await merged(ask, keep, drop) == []
    assert [error["path"] for error in await merged(ask, keep, drop)] == [["drop", "0"]]


async def test_a_record_in_the_middle_of_a_chain_comes_out_last(ask: Ask) -> None:
    first, second, third = [await company(ask, name) for name in ("One", "Two", "Three")]
    assert await merged(ask, second, first) == []
    assert await merged(ask, third, second) == []

    assert [error["code"] for error in await unmerged(ask, first)] == ["IN_USE"]
    assert await unmerged(ask, second) == []
    assert await unmerged(ask, first) == []


async def test_of_several_that_have_nothing_in_common_any_comes_out_first(ask: Ask, ready: Database) -> None:
    keep = await company(ask, "Kept")
    first = await company(ask, "First", employees=7, emails={"create": [{"node": {"value": "first@example.com"}}]})
    second = await company(
        ask,
        "Second",
        website="https://second.example.com",
        emails={"create": [{"node": {"value": "second@example.com"}}]},
    )
    before = await snapshot(ready)
    assert await merged(ask, keep, first) == []
    assert await merged(ask, keep, second) == []

    assert await unmerged(ask, first) == []
    shown = "{ employees website emails { nodes { value } } }"
    found = await ask.data(f"query($k: ID!) {{ company(id: $k) {shown} }}", {"k": keep})
    assert found["company"] == {
        "employees": None, "website": "https://second.example.com", "emails": {"nodes": [{"value": "second@example.com"}]},
    }  # fmt: skip
    assert await unmerged(ask, second) == []
    assert differences(before, await snapshot(ready)) == []


@pytest.mark.parametrize(
    ("common", "choices"),
    [
        # The one that was merged second took the place of what the first had brought.
        ({"employees": (7, 9)}, {"employees": 1}),
        ({"owner": ("anna", "bert")}, {"owner": 1}),
        # They lead to the same.
        ({"emails": ("both@example.com", "both@example.com")}, {}),
        ({"owner": ("anna", "anna")}, {}),
    ],
)
async def test_what_has_to_do_with_what_was_merged_later_comes_out_after_it(
    ask: Ask, ready: Database, common: dict[str, tuple[Any, Any]], choices: dict[str, int]
) -> None:
    await ask.data(
        """mutation { a: createUser(input: {login: "anna", name: "Anna"}) { errors { code } }
        b: createUser(input: {login: "bert", name: "Bert"}) { errors { code } }
        e: createEmailAddress(input: {value: "both@example.com"}) { errors { code } } }"""
    )

    def given(place: int) -> dict[str, Any]:
        inputs: dict[str, Any] = {}
        for name, values in common.items():
            connect = {
                "owner": {"connect": {"login": values[place]}},
                "emails": {"connect": [{"node": {"value": values[place]}}]},
            }
            inputs[name] = connect.get(name, values[place])
        return inputs

    keep = await company(ask, "Kept")
    dropped = [await company(ask, name, **given(place)) for place, name in enumerate(("First", "Second"))]
    before = await snapshot(ready)
    assert await merged(ask, keep, dropped[0]) == []
    assert await merged(ask, keep, dropped[1], **{name: dropped[place] for name, place in choices.items()}) == []

    message = f'Company "{dropped[0]}" has to do with what was merged after it; unmerge that first.'
    assert await unmerged(ask, dropped[0]) == [{"code": "IN_USE", "message": message, "path": ["id"]}]
    assert await unmerged(ask, dropped[1]) == []
    assert await unmerged(ask, dropped[0]) == []
    assert differences(before, await snapshot(ready)) == []


async def test_those_of_a_chain_come_out_from_its_end(ask: Ask, ready: Database) -> None:
    first, second, third = [
        await company(ask, name, employees=place) for place, name in enumerate(("One", "Two", "Three"))
    ]
    fourth = await company(ask, "Four", website="https://four.example.com")
    before = await snapshot(ready)
    assert await merged(ask, second, first) == []
    assert await merged(ask, third, second) == []
    assert await merged(ask, third, fourth) == []

    assert [error["code"] for error in await unmerged(ask, first)] == ["IN_USE"]
    # The one in between has nothing to do with the one that came after it.
    assert await unmerged(ask, second) == []
    assert await unmerged(ask, first) == []
    assert await unmerged(ask, fourth) == []
    assert differences(before, await snapshot(ready)) == []
