"""Merging and unmerging as a part of a transaction, and again under the key of a request whose answer was lost."""

from __future__ import annotations

from tests.transactions.client import CREATE, Client

MERGE = """mutation($keep: ID!, $drop: [ID!]!) {
  mergeCompany(keep: $keep, drop: $drop) {
    company { id employees } merged { id fields { field outcome } } errors { code path } } }"""
UNMERGE = "mutation($id: ID!) { unmergeCompany(id: $id) { company { id employees } errors { code path } } }"


async def made(client: Client, name: str, **more: object) -> str:
    return str((await client.data(CREATE, {"i": {"name": name, **more}}))["createCompany"]["company"]["id"])


async def merged(client: Client, *ids: str) -> list[list[object]]:
    return await client.database.run(
        "CYPHER 5 MATCH (d:Deleted)-[:MERGED_INTO]->(c:Company) WHERE d.id IN $p RETURN d.id, c.id ORDER BY d.id",
        p=list(ids),
    )


async def test_a_merge_and_what_follows_it_are_one_transaction(client: Client) -> None:
    keep, drop = await made(client, "AM keep"), await made(client, "AM drop", employees=7)
    text = """mutation($keep: ID!, $drop: ID!, $name: String) @atomic {
      merge: mergeCompany(keep: $keep, drop: [$drop]) { company { employees } merged { id } errors { code } }
      rename: updateCompany(id: $keep, input: {name: $name, status: "merged"}) { company { name employees } errors { code } }
    }"""

    refused = await client.data(text, {"keep": keep, "drop": drop, "name": " "})
    after_refusal = await merged(client, drop)
    done = await client.data(text, {"keep": keep, "drop": drop, "name": "AM one"})

    assert refused == {
        "merge": {"company": None, "merged": [], "errors": [{"code": "ROLLED_BACK"}]},
        "rename": {"company": None, "errors": [{"code": "REQUIRED"}]},
    }
    assert after_refusal == []
    assert done == {
        "merge": {"company": {"employees": 7}, "merged": [{"id": drop}], "errors": []},
        "rename": {"company": {"name": "AM one", "employees": 7}, "errors": []},
    }
    assert await merged(client, drop) == [[drop, keep]]


async def test_merged_and_unmerged_in_one_transaction_nothing_has_happened(client: Client) -> None:
    keep, drop = await made(client, "AU keep"), await made(client, "AU drop", employees=7)
    text = """mutation($keep: ID!, $drop: ID!) @atomic {
      merge: mergeCompany(keep: $keep, drop: [$drop]) { company { employees } errors { code } }
      back: unmergeCompany(id: $drop) { company { id employees } errors { code } }
    }"""

    done = await client.data(text, {"keep": keep, "drop": drop})

    assert done == {
        "merge": {"company": {"employees": 7}, "errors": []},
        "back": {"company": {"id": drop, "employees": 7}, "errors": []},
    }
    rows = await client.database.run(
        "CYPHER 5 MATCH (c:Company) WHERE c.id IN $p RETURN c.name, c.employees, labels(c) ORDER BY c.name",
        p=[keep, drop],
    )
    assert [row[:2] for row in rows] == [["AU drop", 7], ["AU keep", None]]
    assert await merged(client, drop) == []


async def test_a_merge_that_is_repeated_with_its_key_is_done_once_and_told_the_same(client: Client, key: str) -> None:
    keep, drop = await made(client, "KM keep"), await made(client, "KM drop", employees=7)
    given = {"keep": keep, "drop": [drop]}

    first = await client(MERGE, given, key=key)
    again = await client(MERGE, given, key=key)
    without = await client(MERGE, given)

    assert first.data == {
        "mergeCompany": {
            "company": {"id": keep, "employees": 7},
            "merged": [{"id": drop, "fields": [{"field": "name", "outcome": "KEPT"}, {"field": "employees", "outcome": "FILLED"}]}],
            "errors": [],
        }
    }  # fmt: skip
    assert (again.data, again.is_replayed) == (first.data, True)
    assert without.data is not None
    assert without.data["mergeCompany"]["errors"] == [{"code": "NOT_FOUND", "path": ["drop", "0"]}]
    assert await merged(client, drop) == [[drop, keep]]


async def test_an_unmerge_that_is_repeated_with_its_key_is_done_once_and_told_the_same(
    client: Client, key: str
) -> None:
    keep, drop = await made(client, "KU keep"), await made(client, "KU drop", employees=7)
    await client.data(MERGE, {"keep": keep, "drop": [drop]})

    first = await client(UNMERGE, {"id": drop}, key=key)
    again = await client(UNMERGE, {"id": drop}, key=key)

    assert first.data == {"unmergeCompany": {"company": {"id": drop, "employees": 7}, "errors": []}}
    assert (again.data, again.is_replayed) == (first.data, True)
    rows = await client.database.run(
        "CYPHER 5 MATCH (c:Change {recordId: $p}) WHERE c.operation = 'UNMERGE' RETURN count(c)", p=keep
    )
    assert rows == [[1]]
