"""A path is a shortest one, always the same, and goes only where the reader may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from graph.conditions import NOTHING
from graph.database import Database
from graph.reader import ADMINISTRATOR, Reader
from graph.walk import HUB
from tests.asking import Ask
from tests.dump import Dump, Record
from tests.readers import half_reader, seen_by_half
from tests.search.conftest import NAMES, id_of

_QUERY = """query ($from: ID!, $to: ID!, $via: [RelationshipType!], $maxHops: Int) {
  path(from: $from, to: $to, via: $via, maxHops: $maxHops) { length nodes { id } relationships { type from to } }
}"""


async def path(ask: Ask, start: str, end: str, reader: Reader = ADMINISTRATOR, **more: Any) -> Any:
    return (await ask.data(_QUERY, {"from": id_of(start), "to": id_of(end), **more}, reader))["path"]


@pytest.mark.usefixtures("named_things")
async def test_a_path_tells_what_it_goes_through_and_over(ask: Ask) -> None:
    found = await path(ask, "mobile", "info")

    wang, yunjian = id_of("wang"), id_of("yunjian")
    assert [NAMES[node["id"]] for node in found["nodes"]] == ["mobile", "wang", "yunjian", "info"]
    assert found["length"] == 3
    assert found["relationships"] == [
        {"type": "HAS_PHONE", "from": wang, "to": id_of("mobile")},
        {"type": "WORKS_AT", "from": wang, "to": yunjian},
        {"type": "HAS_EMAIL", "from": yunjian, "to": id_of("info")},
    ]


@pytest.mark.usefixtures("named_things")
async def test_a_path_is_no_longer_than_asked_and_over_what_is_named(ask: Ask) -> None:
    assert await path(ask, "mobile", "info", maxHops=2) is None
    by_desk = await path(ask, "mobile", "info", via=["HAS_PHONE", "HAS_EMAIL"])
    assert [NAMES[node["id"]] for node in by_desk["nodes"]] == ["mobile", "wang", "desk", "yunjian", "info"]
    assert await path(ask, "wang", "anna") is None
    assert await path(ask, "wang", "wang") == {"length": 0, "nodes": [{"id": id_of("wang")}], "relationships": []}


@pytest.mark.usefixtures("named_things")
async def test_nothing_hidden_or_deleted_is_on_a_path(ask: Ask) -> None:
    assert await path(ask, "mobile", "deleted") is None
    assert await path(ask, "mobile", "info", Reader("user_0", {"Contact": NOTHING})) is None
    assert await path(ask, "mobile", "info", Reader("user_0", {"EmailAddress": NOTHING})) is None


@pytest.mark.usefixtures("named_things")
@pytest.mark.parametrize("reader", [
    Reader("user_0", {"Contact": NOTHING}),
    Reader("user_0", {"Contact": NOTHING, "PhoneNumber": NOTHING}),
    Reader("user_0", {}, NOTHING),
], ids=["one end is hidden", "both are", "everything is"])  # fmt: skip
async def test_a_hidden_end_is_like_one_that_is_not_there(ask: Ask, reader: Reader) -> None:
    """The ends are matched without rights, which every record of a way must satisfy, the ends too."""
    hidden = id_of("wang")
    absent = f"{hidden[:-4]}0000"
    ends = [("mobile", "wang"), ("wang", "mobile"), ("wang", "wang"), ("wang", "anna")]

    told = [await path(ask, *each) for each in ends]
    found, missing = list[Any](), list[Any]()
    for start, end in ends:
        given = {"from": id_of(start), "to": id_of(end)}
        found.append(await ask(_QUERY, given, reader))
        missing.append(await ask(_QUERY, {key: absent if id == hidden else id for key, id in given.items()}, reader))

    assert [way and way["length"] for way in told] == [1, 1, 0, None]
    assert found == missing == [{"data": {"path": None}}] * len(ends)


@pytest.mark.usefixtures("named_things")
async def test_a_path_ends_at_a_hub_but_does_not_go_through_one(ask: Ask, database: Database) -> None:
    fill = "MATCH (n {id: $id}) UNWIND range(1, $many) AS i CREATE (n)-[:HAS_EMAIL {id: 'fill'}]->(:Filling)"
    await database.run(fill, id=id_of("wang"), many=HUB)
    through = await path(ask, "mobile", "info")
    to = await path(ask, "mobile", "wang")
    await database.run("MATCH (n:Filling) DETACH DELETE n")

    assert through is None
    assert to["length"] == 1


@pytest.mark.parametrize(("given", "message"), [
    ({"maxHops": 7}, "path.maxHops is 7; a path has 1 to 6 relationships."),
    ({"maxHops": 0}, "path.maxHops is 0; a path has 1 to 6 relationships."),
    ({"via": []}, "path.via is empty; name relationships to go over, or leave it out for all."),
])  # fmt: skip
async def test_what_no_path_can_be_is_refused(ask: Ask, given: dict[str, Any], message: str) -> None:
    body = await ask(_QUERY, {"from": id_of("wang"), "to": id_of("anna"), **given})

    assert body == {"errors": [{"message": message, "extensions": {"code": "BAD_USER_INPUT"}}]}


@pytest.mark.parametrize("restricted", [False, True])
async def test_paths_are_as_short_as_plain_search_finds_them(ask: Ask, awkward: Dump, restricted: bool) -> None:
    reader = half_reader(awkward) if restricted else ADMINISTRATOR
    sees = seen_by_half(awkward) if restricted else lambda record: True
    starts = awkward.records[:: len(awkward.records) // 6]

    for start in starts:
        for end in starts:
            data = await ask.data(_QUERY, {"from": start.id, "to": end.id, "maxHops": 3}, reader)

            length = _distance(awkward, start, end, sees)
            shown = data["path"]
            assert (shown["length"] if shown else None) == (length if length is not None and length <= 3 else None)
            assert all(sees(awkward.by_id[node["id"]]) for node in (shown or {"nodes": []})["nodes"])


def _distance(graph: Dump, start: Record, end: Record, sees: Callable[[Record], bool]) -> int | None:
    if not sees(start) or not sees(end):
        return None
    reached, edge, steps = {start}, {start}, 0
    while edge:
        if end in reached:
            return steps
        near = [e.end for each in edge for e in graph.outgoing[each]]
        near += [e.start for each in edge for e in graph.incoming[each]]
        edge = {each for each in near if sees(each)} - reached
        reached |= edge
        steps += 1
    return None
