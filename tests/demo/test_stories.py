"""The stories are in the world, and the named queries find them. `docs/demo.md` tells them in these queries."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.asking import Ask
from tests.tiny_world import NOW

_PAGE = (Path(__file__).parents[2] / "docs" / "demo.md").read_text()


def query_of(heading: str) -> str:
    """The last query below a heading of the page."""
    section = _PAGE.split(f"### {heading}\n")[1].split("\n### ")[0]
    queries: list[str] = re.findall(r"```graphql\n(.*?)```", section, re.DOTALL)
    return queries[-1]


def only(nodes: dict[str, Any]) -> Any:
    (node,) = nodes["nodes"]
    return node


async def test_four_people_work_where_the_rarest_tea_went(named: Ask) -> None:
    data = await named.data(query_of("Who has the rare one?"))

    people = data["contactsAtCompaniesThatBought"]
    assert people["totalCount"] == 4
    assert {one["name"]: [job["name"] for job in one["employers"]["nodes"]] for one in people["nodes"]} == {
        "Isla Pemberton": ["Pemberton & Rook LLP"],
        "Victor Rook": ["Pemberton & Rook LLP"],
        "梁鹤鸣": ["成都鹤鸣茶馆有限公司"],
        "苏晚晴": ["成都鹤鸣茶馆有限公司"],
    }


async def test_the_grinder_goes_with_the_machine(named: Ask) -> None:
    data = await named.data(query_of("What goes with the espresso machine?"))

    first, second, *_ = only(data["products"])["alsoBought"]
    assert first["product"]["name"] == "Grinder, 64 mm 意式磨豆机"
    assert first["lift"] > 5
    # In a small world a rare product may by chance be bought by owners of the machine alone, but not by as many.
    assert (first["lift"], first["together"]) > (second["lift"], second["together"])


async def test_a_referral_leads_to_another_three_deep(named: Ask) -> None:
    data = await named.data(query_of("Who brought whom?"))

    tree = [
        (one["depth"], one["referrer"]["name"], one["party"]["name"], one["customer"]["number"])
        for one in only(data["contacts"])["referralTree"]
    ]
    assert sorted(tree) == [
        (1, "Rosa Delgado", "Ben Ashdown", "GB-P90012"),
        (1, "Rosa Delgado", "Mina Park", "US-P90013"),
        (2, "Ben Ashdown", "周雨桐", "CN-P90014"),
        (3, "周雨桐", "何其美", "CN-P90015"),
    ]


async def test_whose_word_counts_has_no_title(named: Ask) -> None:
    data = await named.data(query_of("Whose word counts?"))

    first, second, _ = only(data["companies"])["keyInfluencers"]
    assert first == {"contact": {"name": "Joan Abara"}, "title": None, "influences": 4, "weight": pytest.approx(3.2)}
    assert second["contact"]["name"] == "Theo Lindqvist"


async def test_two_bookshops_drink_the_same(named: Ask) -> None:
    data = await named.data(query_of("Who is like whom?"))

    assert only(data["companies"])["similarCompanies"] == [
        {"company": {"name": "成都拾光书店有限公司"}, "sharedProducts": 7, "score": 1.0}
    ]


async def test_a_journey_ends_at_a_competitor(named: Ask) -> None:
    data = await named.data(query_of("Why did they leave?"))

    left = only(data["customers"])
    assert (left["name"], left["churnReason"]) == ("Blue Kettle Cafés Ltd", "late deliveries")
    assert only(left["churnedTo"]) == {"name": "CupCraft Supplies Ltd"}
    assert [step["kind"] for step in left["buyingJourney"]] == [
        "EMAIL", "EMAIL", "ORDER", "VISIT", "ORDER", "CALL", "ORDER", "ORDER", "ORDER", "TRIAL", "DEMO",
    ]  # fmt: skip


async def test_a_forgotten_customer_is_found_unless_a_task_is_open(named: Ask) -> None:
    since = (NOW - timedelta(days=90)).isoformat()

    data = await named.data(query_of("Whom did we forget?"), {"since": since})

    forgotten = only(data["untouchedCustomers"])
    assert (forgotten["number"], forgotten["name"]) == ("GB-90008", "Willowbrook Dental LLP")
    assert forgotten["lastTouchAt"] == (NOW - timedelta(days=245)).strftime("%Y-%m-%dT10:30:00Z")


@pytest.mark.parametrize(
    ("login", "target", "ways"),
    [
        ("grace.liu", "Amelia Thornbury", [["Grace Liu", "Henry Castellan"], ["Grace Liu", "Ruth Ellery"]]),
        ("chen.siyu", "顾清和", [["陈思雨", "沈嘉言"]]),
    ],
)
async def test_a_former_colleague_can_introduce_us(named: Ask, login: str, target: str, ways: list[list[str]]) -> None:
    ids = await named.data(
        "query ($login: String, $name: String) {users(where: {login: {eq: $login}}) {nodes {id}}"
        " contacts(where: {name: {eq: $name}}) {nodes {id}}}",
        {"login": login, "name": target},
    )

    data = await named.data(
        query_of("Who can introduce us?"),
        {"userId": only(ids["users"])["id"], "contactId": only(ids["contacts"])["id"]},
    )

    paths = data["introductionPath"]
    assert [[one["name"] for one in path["through"]] for path in paths] == [[*way, target] for way in ways]
    assert all(path["via"] == ["TOUCHED", "KNOWS"] for path in paths)
    assert paths[0]["strength"] > 0.3
