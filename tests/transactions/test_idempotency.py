"""A request that is repeated with its key is done once, and told the same."""

from __future__ import annotations

import asyncio

import pytest

from graph.conditions import EVERYTHING, NOTHING
from graph.idempotency import sweep
from graph.reader import ADMINISTRATOR, Reader
from resolvers import idempotency
from tests.transactions.client import CREATE, Client

TWO = """mutation($one: String!, $two: String!) {
  one: createCompany(input: {name: $one}) { company { id } errors { code } }
  two: createCompany(input: {name: $two}) { company { id } errors { code } }
}"""


async def test_a_repeat_is_told_the_same_and_does_nothing(client: Client, key: str) -> None:
    first = await client(CREATE, {"i": {"name": "Once 一次"}}, key=key)
    again = await client(CREATE, {"i": {"name": "Once 一次"}}, key=key)

    assert first.data is not None
    assert first.data["createCompany"]["company"]["name"] == "Once 一次"
    assert (again.data, again.errors) == (first.data, [])
    assert (first.is_replayed, again.is_replayed) == (False, True)
    assert await client.count("Once 一次") == 1


async def test_a_refusal_is_an_answer_too(client: Client, key: str) -> None:
    given = {"i": {"name": "Refused", "uscc": "91110000600037341L"}}
    await client.data(CREATE, {"i": {"name": "First", "uscc": "91110000600037341L"}})
    first = await client(CREATE, given, key=key)
    await client.database.run("CYPHER 5 MATCH (c:Company {name: 'First'}) DETACH DELETE c")

    again = await client(CREATE, given, key=key)

    assert first.data is not None
    assert first.data["createCompany"]["errors"][0]["code"] == "DUPLICATE"
    assert again.data == first.data
    assert again.is_replayed
    assert await client.count("Refused") == 0


async def test_a_key_belongs_to_one_request(client: Client, key: str) -> None:
    await client(CREATE, {"i": {"name": "Mine"}}, key=key)

    answers = [
        await client(CREATE, {"i": {"name": "Other"}}, key=key),
        await client(CREATE.replace("version", "employees"), {"i": {"name": "Mine"}}, key=key),
        await client('mutation { x: createCompany(input: {name: "Other"}) { errors { code } } }', key=key),
        await client('mutation @atomic { x: createCompany(input: {name: "Other"}) { errors { code } } }', key=key),
    ]

    for answer in answers:
        assert (answer.data, answer.is_request_error) == (None, True)
        assert answer.code == "IDEMPOTENCY_KEY_REUSED"
    assert await client.count("Other") == 0


async def test_a_key_belongs_to_one_client(client: Client, key: str) -> None:
    others = Reader("user_1", default=EVERYTHING), Reader("user_2", default=EVERYTHING), ADMINISTRATOR

    answers = [await client(CREATE, {"i": {"name": "Each"}}, key=key, reader=reader) for reader in others]

    assert [answer.is_replayed for answer in answers] == [False, False, False]
    assert await client.count("Each") == 3


async def test_of_two_at_once_one_runs_and_the_others_wait(client: Client, key: str) -> None:
    answers = await asyncio.gather(*(client(CREATE, {"i": {"name": "Race"}}, key=key) for _ in range(8)))

    assert sorted(answer.is_replayed for answer in answers) == [False] + [True] * 7
    assert all(answer.data == answers[0].data for answer in answers)
    assert await client.count("Race") == 1


async def test_each_field_is_known_by_its_place(client: Client, key: str) -> None:
    """As it is after a server that died between two fields: the first is told again, the second is done."""
    given = {"one": "Field 1", "two": "Field 2"}
    first = await client(TWO, given, key=key)
    await client.database.run("CYPHER 5 MATCH (c:Company {name: 'Field 2'}) DETACH DELETE c")
    second_key = idempotency.stored_key(ADMINISTRATOR, key, 1)
    await client.database.run("CYPHER 5 MATCH (k:IdempotencyKey {key: $p}) DELETE k", p=second_key)

    again = await client(TWO, given, key=key)

    assert first.data is not None
    assert again.data is not None
    assert again.data["one"] == first.data["one"]
    assert again.data["two"] != first.data["two"]
    assert not again.is_replayed
    assert (await client.count("Field 1"), await client.count("Field 2")) == (1, 1)


async def test_an_atomic_operation_has_one_answer(client: Client, key: str) -> None:
    text = TWO.replace("{", "@atomic {", 1)
    first = await client(text, {"one": "All 1", "two": "All 2"}, key=key)
    again = await client(text, {"one": "All 1", "two": "All 2"}, key=key)

    assert first.data == again.data
    assert again.is_replayed
    assert (await client.count("All 1"), await client.count("All 2")) == (1, 1)


async def test_an_atomic_refusal_is_an_answer_too(client: Client, key: str) -> None:
    text = TWO.replace("{", "@atomic {", 1)
    first = await client(text, {"one": "None 1", "two": ""}, key=key)
    again = await client(text, {"one": "None 1", "two": ""}, key=key)
    other = await client(text, {"one": "None 1", "two": "x"}, key=key)

    assert first.data is not None
    assert [each["errors"] for each in first.data.values()] == [[{"code": "ROLLED_BACK"}], [{"code": "REQUIRED"}]]
    assert (again.data, again.is_replayed) == (first.data, True)
    assert other.code == "IDEMPOTENCY_KEY_REUSED"
    assert await client.count("None 1") == 0


async def test_a_reader_with_other_rights_is_not_shown_what_was_answered(client: Client, key: str) -> None:
    before, after = Reader("user_9"), Reader("user_9", {"EmailAddress": NOTHING})
    first = await client(CREATE, {"i": {"name": "Rights"}}, key=key, reader=before)

    again = await client(CREATE, {"i": {"name": "Rights"}}, key=key, reader=after)

    assert first.errors == []
    assert again.data == {"createCompany": None}
    assert [error["extensions"]["code"] for error in again.errors] == ["ALREADY_DONE"]
    assert await client.count("Rights") == 1


async def test_a_record_that_has_gone_out_of_sight_is_not_shown_again(client: Client, key: str) -> None:
    reader = Reader("user_8", {"EmailAddress": NOTHING})
    first = await client(CREATE, {"i": {"name": "Gone"}}, key=key, reader=reader)
    assert first.data is not None
    id = first.data["createCompany"]["company"]["id"]
    await client.data("mutation($i: ID!) { deleteCompany(id: $i) { errors { code } } }", {"i": id})

    again = await client(CREATE, {"i": {"name": "Gone"}}, key=key, reader=reader)

    assert again.data == {"createCompany": None}
    assert [error["extensions"]["code"] for error in again.errors] == ["ALREADY_DONE"]


async def test_an_answer_too_long_to_be_kept_is_still_done_once(
    client: Client, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "LONGEST_ANSWER", 10)
    first = await client(CREATE, {"i": {"name": "Long"}}, key=key)
    again = await client(CREATE, {"i": {"name": "Long"}}, key=key)

    assert first.errors == []
    assert [error["extensions"]["code"] for error in again.errors] == ["ALREADY_DONE"]
    assert await client.count("Long") == 1


async def test_a_key_whose_time_is_over_is_as_good_as_new(client: Client, key: str) -> None:
    await client(CREATE, {"i": {"name": "Over"}}, key=key)
    await client.database.run("CYPHER 5 MATCH (k:IdempotencyKey) SET k.expiresAt = datetime() - duration('PT1S')")

    again = await asyncio.gather(*(client(CREATE, {"i": {"name": "Over again"}}, key=key) for _ in range(4)))

    assert sorted(answer.is_replayed for answer in again) == [False, True, True, True]
    assert await client.count("Over again") == 1


async def test_what_is_over_is_swept_and_nothing_else(client: Client, key: str) -> None:
    await client(CREATE, {"i": {"name": "Kept"}}, key=key)
    await client.database.run(
        """CYPHER 5 UNWIND range(1, 1500) AS n
        CREATE (:IdempotencyKey {key: 'old ' + n, expiresAt: datetime() - duration('PT1S')})
        CREATE (:Attempt {id: 'old ' + n, createdAt: datetime() - duration('P2D')})"""
    )
    (before,) = await client.database.run(
        "CYPHER 5 MATCH (k:IdempotencyKey) WHERE k.expiresAt > datetime() RETURN count(k)"
    )

    removed = await sweep(client.database)

    assert removed >= 3000
    assert await client.database.run("CYPHER 5 MATCH (k:IdempotencyKey) RETURN count(k)") == [before]
    assert await client.database.run("CYPHER 5 MATCH (a:Attempt) RETURN count(a)") == [[0]]
    assert (await client(CREATE, {"i": {"name": "Kept"}}, key=key)).is_replayed


@pytest.mark.parametrize("wrong", ["", "a b", "ключ", "x" * 256, "a\n"])
async def test_a_key_that_is_none_is_refused(client: Client, wrong: str) -> None:
    answer = await client(CREATE, {"i": {"name": "Never"}}, key=wrong)

    assert (answer.data, answer.code) == (None, "BAD_USER_INPUT")
    assert await client.count("Never") == 0
