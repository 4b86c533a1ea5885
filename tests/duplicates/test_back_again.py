"""After merging and unmerging a graph is what it was: records, properties, relationships with their ids and properties."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.database import Database
from graph.derived import recount
from graph.merge_rules import merged_properties
from resolvers.api import API
from schema.mutation_inputs import written_relationships
from tests.asking import Ask, whole_api
from tests.duplicates.graphs import CURRENCIES, differences, hold, random_graph, snapshot

MERGE = """mutation($keep: ID!, $drop: [ID!]!, $choices: Merge%(type)sChoices, $preview: Boolean) {
  merge%(type)s(keep: $keep, drop: $drop, choices: $choices, preview: $preview) {
    %(field)s { id } merged { id fields { field outcome kept dropped } relationships { type direction outcome count } }
    errors { code message path } } }"""
UNMERGE = "mutation($id: ID!) { unmerge%(type)s(id: $id) { %(field)s { id } errors { code message path } } }"


def named(text: str, type: str) -> str:
    return text % {"type": type, "field": type[0].lower() + type[1:]}


def choices(api: API, type: str, ids: list[str], random: Random) -> dict[str, str]:
    node = api.model.nodes[type]
    singles = [each.name for each in written_relationships(api.model, node) if not each.is_list]
    return {name: random.choice(ids) for name in (*merged_properties(node), *singles) if random.random() < 0.2}


@settings(max_examples=25)
@given(
    seed=st.integers(0, 1_000_000),
    type=st.sampled_from(["Company", "Contact", "Customer"]),
    count=st.sampled_from([1, 1, 2]),
)
async def test_unmerging_restores_what_merging_found(
    ask: Ask, ready: Database, seed: int, type: str, count: int
) -> None:
    api = whole_api()
    graph = random_graph(api.model, seed)
    await hold(ready, graph)
    before = await snapshot(ready)
    keep, *drops = graph.random.sample(graph.ids[type], count + 1)
    asked: dict[str, Any] = {
        "keep": keep, "drop": drops, "choices": choices(api, type, [keep, *drops], graph.random)
    }  # fmt: skip

    preview = await ask.data(named(MERGE, type), {**asked, "preview": True})
    assert differences(before, await snapshot(ready)) == []
    merged = await ask.data(named(MERGE, type), asked)
    assert merged == preview
    assert merged[f"merge{type}"]["errors"] == []
    assert [str(one) for one in await recount(ready, api.model, CURRENCIES)] == []
    for drop in reversed(drops):
        found = await ask.data(named(UNMERGE, type), {"id": drop})
        assert found == {f"unmerge{type}": {named("%(field)s", type): {"id": drop}, "errors": []}}

    assert differences(before, await snapshot(ready)) == []
    assert [str(one) for one in await recount(ready, api.model, CURRENCIES)] == []


@settings(max_examples=10)
@given(seed=st.integers(0, 1_000_000), type=st.sampled_from(["Company", "Contact", "Customer"]))
async def test_in_whichever_order_they_come_out_the_graph_is_what_it_was(
    ask: Ask, ready: Database, seed: int, type: str
) -> None:
    """Merged one by one; the one that is asked for first comes out first, or says that another one comes before it."""
    api = whole_api()
    graph = random_graph(api.model, seed)
    await hold(ready, graph)
    before = await snapshot(ready)
    keep, *drops = graph.random.sample(graph.ids[type], 3)
    for drop in drops:
        asked = {"keep": keep, "drop": [drop], "choices": choices(api, type, [keep, drop], graph.random)}
        assert (await ask.data(named(MERGE, type), asked))[f"merge{type}"]["errors"] == []

    codes = []
    for drop in drops:
        (errors,) = [each["errors"] for each in (await ask.data(named(UNMERGE, type), {"id": drop})).values()]
        codes.append([error["code"] for error in errors])
    if codes[0] == ["IN_USE"]:
        (errors,) = [each["errors"] for each in (await ask.data(named(UNMERGE, type), {"id": drops[0]})).values()]
        codes[0] = [error["code"] for error in errors]

    assert codes == [[], []]
    assert differences(before, await snapshot(ready)) == []
    assert [str(one) for one in await recount(ready, api.model, CURRENCIES)] == []
