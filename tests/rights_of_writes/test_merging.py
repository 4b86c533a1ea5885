"""Merging and unmerging by whom may merge all the records; what is told of it shows nothing of hidden ones."""

from __future__ import annotations

from typing import Any

import pytest

from graph.conditions import NOTHING
from graph.reader import Action
from tests.mutations.conftest import Write
from tests.rights_of_writes.conftest import unchanged
from tests.rights_of_writes.rights import by_ids, with_actions

MERGE = """mutation($k: ID!, $d: [ID!]!, $p: Boolean, $c: MergeCompanyChoices) {
  mergeCompany(keep: $k, drop: $d, preview: $p, choices: $c) {
    company { id } merged { id relationships { type outcome count } } errors { code path } } }"""
UNMERGE = "mutation($id: ID!) { unmergeCompany(id: $id) { company { id } errors { code path } } }"


def codes(body: Any) -> list[str]:
    return [error["extensions"]["code"] for error in body.get("errors", ())]


@pytest.mark.parametrize("preview", [True, False])
async def test_all_records_must_be_such_as_may_be_merged(write: Write, preview: bool) -> None:
    keep, drop, other = [await write.made("Company", name=f"Part {n}") for n in range(3)]
    model = write.answerer.api.model

    async with unchanged(write):
        for frozen in (keep, drop, other):
            body = await write.body(
                MERGE, {"k": keep, "d": [drop, other], "p": preview}, by_ids(model, hidden=[], frozen=[frozen])
            )
            assert (body["data"], codes(body)) == ({"mergeCompany": None}, ["FORBIDDEN"])
        for hidden in (keep, drop, other):
            reader = by_ids(model, hidden=[hidden], frozen=[keep])
            body = await write.body(MERGE, {"k": keep, "d": [drop, other], "p": preview}, reader)
            # What else is wrong with it is that it may not be merged.
            expected = (["NOT_FOUND"], []) if hidden == keep else ([], ["FORBIDDEN"])
            payload = body["data"]["mergeCompany"]
            assert ([error["code"] for error in payload["errors"]] if payload else [], codes(body)) == expected


async def test_merged_records_come_apart_by_whom_may_merge_both(write: Write) -> None:
    keep, drop = await write.made("Company", name="Keep"), await write.made("Company", name="Drop")
    model = write.answerer.api.model
    all_of_it = by_ids(model, hidden=[], frozen=[])
    assert (await write(MERGE, {"k": keep, "d": [drop]}, all_of_it))["errors"] == []

    async with unchanged(write):
        bodies = [
            await write.body(UNMERGE, {"id": drop}, by_ids(model, hidden=[], frozen=[each])) for each in (keep, drop)
        ]
        missing = [await write(UNMERGE, {"id": drop}, by_ids(model, hidden=[each], frozen=[])) for each in (keep, drop)]
    apart = await write(UNMERGE, {"id": drop}, all_of_it)

    assert [codes(body) for body in bodies] == [["FORBIDDEN"]] * 2
    assert [[error["code"] for error in each["errors"]] for each in missing] == [["NOT_FOUND"]] * 2
    assert apart == {"company": {"id": drop}, "errors": []}


async def test_a_preview_counts_what_is_seen(write: Write) -> None:
    keep = await write.made("Company", name="Keeper")
    people = {"create": [{"node": {"name": "Seen person"}}, {"node": {"name": "Hidden person"}}]}
    drop = await write.made("Company", name="Dropped", contacts=people)
    ((hidden,),) = await write.rows("MATCH (c:Contact {name: 'Hidden person'}) RETURN c.id")
    reader = by_ids(write.answerer.api.model, hidden=[hidden], frozen=[])

    async with unchanged(write):
        seen = await write(MERGE, {"k": keep, "d": [drop], "p": True}, reader)
        whole = await write(MERGE, {"k": keep, "d": [drop], "p": True})

    def told(payload: Any) -> list[Any]:
        return [each["relationships"] for each in payload["merged"]]

    assert told(seen) == [[{"type": "WORKS_AT", "outcome": "MOVED", "count": 1}]]
    assert told(whole) == [[{"type": "WORKS_AT", "outcome": "MOVED", "count": 2}]]


async def test_choosing_an_owner_is_assigning(write: Write) -> None:
    one, two = await write.made("User", login="one", name="One"), await write.made("User", login="two", name="Two")
    keep = await write.made("Company", name="Keep", owner={"connect": {"id": one}})
    drop = await write.made("Company", name="Drop", owner={"connect": {"id": two}})
    reader = with_actions(by_ids(write.answerer.api.model, hidden=[], frozen=[]), {Action.ASSIGN: {"Company": NOTHING}})

    async with unchanged(write):
        chosen = await write.body(MERGE, {"k": keep, "d": [drop], "c": {"owner": drop}}, reader)
    kept = await write(MERGE, {"k": keep, "d": [drop], "c": {"owner": keep}}, reader)

    assert codes(chosen) == ["FORBIDDEN"]
    assert kept["errors"] == []


async def test_two_are_told_apart_by_who_may_change_the_first(write: Write) -> None:
    one, other = await write.made("Company", name="A"), await write.made("Company", name="B")
    model = write.answerer.api.model
    mark = "mutation($a: ID!, $b: ID!) { markNotDuplicate(one: $a, other: $b) { done errors { code } } }"
    unmark = mark.replace("mark", "unmark", 1)

    async with unchanged(write):
        refused = await write.body(mark, {"a": one, "b": other}, by_ids(model, hidden=[], frozen=[one]))
    marked = await write(mark, {"a": one, "b": other}, by_ids(model, hidden=[], frozen=[other]))
    async with unchanged(write):
        kept = await write.body(unmark, {"a": one, "b": other}, by_ids(model, hidden=[], frozen=[one]))

    assert codes(refused) == codes(kept) == ["FORBIDDEN"]
    assert marked["errors"] == []
