"""Every connection tells of its page what the Relay specification asks, which Relay's compiler insists on."""

from __future__ import annotations

import pytest

from graph.reader import ADMINISTRATOR
from resolvers.question import Question
from tests.asking import Ask

QUERY = """
    query ($first: Int!, $after: String) {
      companies(first: $first, after: $after) {
        edges { cursor }
        pageInfo { hasPreviousPage hasNextPage startCursor endCursor }
      }
    }
"""


@pytest.mark.usefixtures("trading")
async def test_page_info_is_that_of_the_relay_specification(ask: Ask) -> None:
    first = (await ask.data(QUERY, {"first": 2, "after": None}))["companies"]
    second = (await ask.data(QUERY, {"first": 2, "after": first["pageInfo"]["endCursor"]}))["companies"]
    none = (await ask.data(QUERY, {"first": 0}))["companies"]

    for page, has_previous in ((first, False), (second, True)):
        assert page["pageInfo"] == {
            "hasPreviousPage": has_previous,
            "hasNextPage": True,
            "startCursor": page["edges"][0]["cursor"],
            "endCursor": page["edges"][1]["cursor"],
        }
    assert none["pageInfo"] == {
        "hasPreviousPage": False,
        "hasNextPage": True,
        "startCursor": None,
        "endCursor": None,
    }


@pytest.mark.parametrize(
    ("selection", "limits"),
    [
        ("nodes { contacts(first: 3) { nodes { name } } }", {"limit": 2, "limit2": 3}),
        ("pageInfo { endCursor } nodes { contacts(first: 3) { totalCount } }", {"limit": 2}),
        (
            "pageInfo { hasNextPage } nodes { contacts(last: 3) { pageInfo { hasPreviousPage } } }",
            {"limit": 3, "limit2": 4},
        ),
    ],
)
def test_one_record_more_is_read_only_to_know_whether_there_is_another_page(
    ask: Ask, selection: str, limits: dict[str, int]
) -> None:
    prepared = ask.answerer.prepare(Question(f"{{ companies(first: 2) {{ {selection} }} }}"), ADMINISTRATOR)

    statement = prepared.bind()

    assert statement
    assert statement.values == limits
