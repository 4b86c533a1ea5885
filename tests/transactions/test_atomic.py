"""`@atomic`: all fields of an operation, or none."""

from __future__ import annotations

import asyncio

from tests.transactions.client import Client

TWO = """
mutation($one: CreateCompanyInput!, $two: CreateCompanyInput!) @atomic {
  one: createCompany(input: $one) { company { name } errors { code message path } }
  two: createCompany(input: $two) { company { name } errors { code message path } }
}
"""
ROLLED_BACK = {
    "code": "ROLLED_BACK",
    "message": "Another field of this @atomic operation was not done, so nothing was.",
    "path": [],
}


async def test_all_fields_are_done_together(client: Client) -> None:
    data = await client.data(TWO, {"one": {"name": "A 甲"}, "two": {"name": "A 乙"}})

    assert data == {
        "one": {"company": {"name": "A 甲"}, "errors": []},
        "two": {"company": {"name": "A 乙"}, "errors": []},
    }
    assert (await client.count("A 甲"), await client.count("A 乙")) == (1, 1)


async def test_what_is_refused_of_one_undoes_the_others(client: Client) -> None:
    second = await client.data(TWO, {"one": {"name": "B"}, "two": {"name": " "}})
    first = await client.data(TWO, {"one": {"name": ""}, "two": {"name": "B"}})

    refused = {"code": "REQUIRED", "message": "name is missing; Company records need it.", "path": ["input", "name"]}
    assert second == {
        "one": {"company": None, "errors": [ROLLED_BACK]},
        "two": {"company": None, "errors": [refused]},
    }
    assert first == {
        "one": {"company": None, "errors": [refused]},
        "two": {"company": None, "errors": [ROLLED_BACK]},
    }
    assert await client.count("B") == 0
    assert await client.database.run("CYPHER 5 MATCH (k:IdempotencyKey) WHERE k.answer IS NULL RETURN k") == []


async def test_what_one_field_skips_undoes_the_others(client: Client) -> None:
    data = await client.data(
        """mutation @atomic {
          one: createCompany(input: {name: "C"}) { company { name } errors { code } }
          many: createCompanies(inputs: [{name: "C"}, {name: ""}], onError: SKIP) { companies { name } errors { code path } }
          rest: createCompanies(inputs: [{name: "C"}]) { companies { name } errors { code } }
        }"""
    )

    assert data == {
        "one": {"company": None, "errors": [{"code": "ROLLED_BACK"}]},
        "many": {"companies": [], "errors": [{"code": "REQUIRED", "path": ["inputs", "1", "name"]}]},
        "rest": {"companies": [], "errors": [{"code": "ROLLED_BACK"}]},
    }
    assert await client.count("C") == 0


async def test_a_later_field_sees_what_an_earlier_one_wrote(client: Client) -> None:
    data = await client.data(
        """mutation @atomic {
          made: createCompany(input: {name: "D", uscc: "91110000600037341L"}) { company { version } }
          again: createCompany(input: {name: "D", uscc: "91110000600037341L"}) {
            company { version } errors { code ... on DuplicateError { existing { __typename } } }
          }
        }"""
    )

    assert data["made"] == {"company": None}
    assert data["again"]["errors"][0]["code"] == "DUPLICATE"
    assert await client.count("D") == 0


async def test_without_it_each_field_is_a_transaction_of_its_own(client: Client) -> None:
    data = await client.data(TWO.replace("@atomic", ""), {"one": {"name": "E"}, "two": {"name": ""}})

    assert data["one"] == {"company": {"name": "E"}, "errors": []}
    assert [error["code"] for error in data["two"]["errors"]] == ["REQUIRED"]
    assert await client.count("E") == 1


async def test_operations_that_lock_each_other_out_are_repeated_as_a_whole(client: Client) -> None:
    made = [
        (await client.data('mutation { c: createCompany(input: {name: "F"}) { company { id } } }')) for _ in range(2)
    ]
    ids = [each["c"]["company"]["id"] for each in made]
    update = """mutation($a: ID!, $b: ID!, $n: Int) @atomic {
      a: updateCompany(id: $a, input: {employees: $n}) { company { employees } errors { code } }
      b: updateCompany(id: $b, input: {employees: $n}) { company { employees } errors { code } }
    }"""

    answers = await asyncio.gather(
        *(client(update, {"a": ids[n % 2], "b": ids[1 - n % 2], "n": n}) for n in range(1, 13))
    )

    assert [answer.errors for answer in answers] == [[]] * 12
    rows = await client.database.run("CYPHER 5 MATCH (c:Company {name: 'F'}) RETURN c.employees, c.version")
    assert rows[0] == rows[1]
    assert rows[0][1] == 13
