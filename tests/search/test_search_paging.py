"""Pages of a search while records come and go: what docs/exploring.md promises of them."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import ids
from graph.database import Database
from tests.asking import Ask
from tests.search.conftest import NOW

pytestmark = pytest.mark.usefixtures("named_things")

_QUERY = """query ($first: Int, $after: String) {
  search(text: "jasmine", types: [Product], first: $first, after: $after) {
    edges { score node { ... on Node { id } } } pageInfo { hasNextPage endCursor }
  }
}"""

# Each is as good as it is by itself, whatever else there is.
NAMES = st.sampled_from(("Jasmine", "Jasmine Tea", "Tea of Jasmine", "Injasmined", "Jasmines", "Unjasmine 🍵", "Rose"))


@given(
    size=st.integers(1, 3),
    there=st.lists(NAMES, min_size=2, max_size=8),
    removed=st.lists(st.integers(0, 7), max_size=4),
    renamed=st.lists(st.tuples(st.integers(0, 7), NAMES), max_size=2),
    added=st.lists(NAMES, max_size=4),
)
async def test_what_stays_as_it_is_is_found_once_while_others_come_and_go(
    ask: Ask,
    database: Database,
    size: int,
    there: list[str],
    removed: list[int],
    renamed: list[tuple[int, str]],
    added: list[str],
) -> None:
    await _remove_all(database)
    made = [await _add(ask, database, name) for name in there]
    changed = {*removed, *(number for number, _ in renamed)}
    stays = {id for number, id in enumerate(made) if number not in changed and there[number] != "Rose"}
    renamed_ids = {made[number] for number, _ in renamed if number < len(made)}
    changes: list[Coroutine[Any, Any, object]] = [
        *(_remove(database, made[number]) for number in set(removed) if number < len(made)),
        *(_rename(ask, database, made[number], name) for number, name in renamed if number < len(made)),
        *(_add(ask, database, name) for name in added),
    ]

    seen, page = list[tuple[int, str]](), await _page(ask, size)
    while True:
        seen += [(edge["score"], edge["node"]["id"]) for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        if changes:
            await changes.pop()
        page = await _page(ask, size, page["pageInfo"]["endCursor"])
    for change in changes:
        change.close()

    found = [id for _, id in seen]
    unchanged = [id for id in found if id not in renamed_ids]
    assert len(unchanged) == len(set(unchanged))
    assert stays <= set(found)
    assert seen == sorted(seen, reverse=True)


async def _page(ask: Ask, first: int, after: str | None = None) -> Any:
    return (await ask.data(_QUERY, {"first": first, "after": after}))["search"]


async def _add(ask: Ask, database: Database, name: str) -> str:
    id = ids.new_id("product")
    await database.run("CREATE (product:Product:Coming) SET product = $new", new=_record(ask, id, name))
    return id


async def _rename(ask: Ask, database: Database, id: str, name: str) -> None:
    await database.run("MATCH (product:Coming {id: $id}) SET product = $new", id=id, new=_record(ask, id, name))


def _record(ask: Ask, id: str, name: str) -> dict[str, Any]:
    whole = {"id": id, "name": name, "sku": id, "createdAt": NOW, "updatedAt": NOW, "version": 1}
    computed = ask.answerer.api.model.nodes["Product"].compute(whole)
    return {**whole, **{key: value for key, value in computed.items() if value is not None}}


async def _remove(database: Database, id: str) -> None:
    await database.run("MATCH (product:Coming {id: $id}) DELETE product", id=id)


@pytest.fixture(autouse=True, scope="module")
async def _cleared(database: Database) -> Any:
    yield
    await _remove_all(database)


async def _remove_all(database: Database) -> None:
    await database.run("MATCH (product:Coming) DELETE product")
