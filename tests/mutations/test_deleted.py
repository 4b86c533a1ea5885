"""What was deleted is listed, comes back with what belongs to it, and is gone for good once it is purged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from graph.conditions import EVERYTHING
from graph.purge import purge
from graph.reader import Reader
from resolvers.answer import Answerer
from tests.duplicates.graphs import CURRENCIES
from tests.mutations.conftest import Write, numbers
from tests.readers import owner_reader
from web.errands import errands

ERRORS = "errors { __typename code message path }"
LINE = {"quantity": 1, "unit": {"amount": "1", "currency": "USD"}}


async def delete(write: Write, type: str, id: str) -> None:
    payload = await write(
        f"mutation($id: ID!) {{ delete{type}(id: $id) {{ deletedId errors {{ message }} }} }}", {"id": id}
    )
    assert payload == {"deletedId": id, "errors": []}


async def test_what_was_deleted_is_listed_for_those_who_could_see_it(write: Write) -> None:
    me = await write.made("User", login="me", name="Me")
    companies = [await write.made("Company", name=f"Company {n}") for n in (1, 2)]
    mine = await write.made("Company", name="Mine", owner={"connect": {"id": me}})
    product = await write.made("Product", sku="GONE", name="Product")
    for type, id in (("Company", companies[0]), ("Product", product), ("Company", mine), ("Company", companies[1])):
        await delete(write, type, id)
    text = """query($types: [RecordType!], $first: Int, $after: String) {
        deleted(types: $types, first: $first, after: $after, orderBy: [{deletedAt: DESC}]) {
            totalCount pageInfo { hasNextPage endCursor } nodes { id formerType formerName deletedBy { id } deletedWith } } }"""

    everything = await write(text)
    first = await write(text, {"types": ["Company"], "first": 2})
    second = await write(text, {"types": ["Company"], "first": 2, "after": first["pageInfo"]["endCursor"]})
    by_me = await write(text, None, owner_reader(write.answerer.api.model, me, [me]))
    found = await write(
        '{ deleted(where: {formerName: {startsWith: "Company"}, deletedAt: {within: "P1D"}}) { nodes { id } } }'
    )

    def told(type: str, id: str, name: str) -> dict[str, object]:
        return {"id": id, "formerType": type, "formerName": name, "deletedBy": None, "deletedWith": None}

    gone = [told("Company", companies[1], "Company 2"), told("Company", mine, "Mine"), told("Product", product, "Product"),
            told("Company", companies[0], "Company 1")]  # fmt: skip
    assert (everything["totalCount"], everything["nodes"]) == (4, gone)
    assert (first["totalCount"], first["nodes"], first["pageInfo"]["hasNextPage"]) == (3, gone[:2], True)
    assert (second["nodes"], second["pageInfo"]["hasNextPage"]) == (gone[3:], False)
    assert by_me["nodes"] == [gone[1], gone[2]]
    assert found == {"nodes": [{"id": id} for id in sorted(companies)]}


async def test_an_order_takes_its_lines_along_and_brings_them_back(write: Write) -> None:
    product = await write.made("Product", sku="LINED", name="Lined")
    line = {**LINE, "product": {"connect": {"id": product}}}
    order = await write.made("Order", number="LINED", status="DRAFT", lines={"create": [line, line]})
    lines = "MATCH (o {id: $p.id})-[:HAS_LINE]->(l) RETURN labels(l), l.version, l.deletedWith ORDER BY l.lineNo"

    await delete(write, "Order", order)
    deleted = await write.rows(lines, id=order)
    listed = await write(
        "query($id: ID!) { deleted(where: {deletedWith: {eq: $id}}) { nodes { formerType } } }", {"id": order}
    )
    restored = await write(
        f"mutation($id: ID!) {{ restoreOrder(id: $id) {{ order {{ number lines(orderBy: [{{lineNo: ASC}}]) {{ nodes {{ lineNo version }} }} }} {ERRORS} }} }}",
        {"id": order},
    )

    assert deleted == [[["Deleted"], 2, order]] * 2
    assert listed == {"nodes": [{"formerType": "LineItem"}] * 2}
    nodes = [{"lineNo": n, "version": 3} for n in (1, 2)]
    assert restored == {"order": {"number": "LINED", "lines": {"nodes": nodes}}, "errors": []}
    assert await write.rows(lines, id=order) == [[["LineItem"], 3, None]] * 2
    ((operations,),) = await write.rows(
        "MATCH (:Order {id: $p.id})-[:HAS_LINE]->(l {lineNo: 1})<-[:OF_RECORD]-(c) WHERE c.recordId = l.id AND c.edgeType IS NULL "
        "WITH c ORDER BY c.createdAt, c.id RETURN collect(c.operation)", id=order,
    )  # fmt: skip
    assert operations == ["CREATE", "DELETE", "RESTORE"]


async def test_what_others_need_is_not_deleted(write: Write) -> None:
    customer = await write.made("Customer", number="USED", company={"create": {"name": "Used"}})
    ((company,),) = await write.rows("MATCH (:Customer {number: 'USED'})-[:ACCOUNT_FOR]->(c) RETURN c.id")
    product = await write.made("Product", sku="USED", name="Used")
    order = await write.made(
        "Order", number="USED", status="DRAFT", customer={"connect": {"id": customer}},
        lines={"create": [{**LINE, "product": {"connect": {"id": product}}}]},
    )  # fmt: skip
    refusals = []

    for type, id in (("Company", company), ("Customer", customer), ("Product", product)):
        payload = await write(f"mutation($id: ID!) {{ delete{type}(id: $id) {{ deletedId {ERRORS} }} }}", {"id": id})
        refusals.append(payload)
    for type, id in (("Order", order), ("Customer", customer), ("Company", company), ("Product", product)):
        await delete(write, type, id)
    orphan = await write(
        f"mutation($id: ID!) {{ restoreCustomer(id: $id) {{ customer {{ id }} {ERRORS} }} }}", {"id": customer}
    )

    assert refusals == [
        {"deletedId": None, "errors": [{
            "__typename": "InputError", "code": "IN_USE", "path": ["id"],
            "message": f'{type} "{id}" is needed by other records; remove those first.',
        }]}
        for type, id in (("Company", company), ("Customer", customer), ("Product", product))
    ]  # fmt: skip
    assert orphan == {"customer": None, "errors": [{
        "__typename": "InputError", "code": "REQUIRED", "path": ["id"],
        "message": f'Customer "{customer}" belongs to a record that is not there any more.',
    }]}  # fmt: skip


async def test_what_was_deleted_long_ago_is_purged_with_its_names_and_what_was_personal(write: Write) -> None:
    upsert = """mutation($k: String!, $n: String) { upsertContact(key: {externalRef: {system: "old", id: $k}}, input: {name: $n}) {
        contact { id } errors { message } } }"""
    ids = [(await write(upsert, {"k": f"{n}", "n": f"Person {n}"}))["contact"]["id"] for n in range(5)]
    now = datetime.now(UTC)
    for id, days in zip(ids[:4], (100, 50, 95, 91), strict=True):
        await delete(write, "Contact", id)
        await write.rows("MATCH (d:Deleted {id: $p.id}) SET d.deletedAt = $p.at", id=id, at=now - timedelta(days=days))
    # Its id leads to another record.
    await write.rows(
        "MATCH (d:Deleted {id: $p.id}), (c:Contact {id: $p.to}) CREATE (d)-[:MERGED_INTO]->(c)", id=ids[3], to=ids[4]
    )

    batches = [count async for count in purge(write.database, now - timedelta(days=90), batch=1)]
    again = [count async for count in purge(write.database, now - timedelta(days=90))]

    assert (batches, again) == ([1, 1], [])
    assert await write.rows("MATCH (d:Deleted) WHERE d.id IN $p.ids RETURN d.id ORDER BY d.id", ids=ids) == [
        [ids[1]],
        [ids[3]],
    ]
    assert await write.rows("MATCH (r:ExternalRef {system: 'old'}) RETURN r.externalId ORDER BY r.externalId") == [
        ["1"],
        ["3"],
        ["4"],
    ]
    rows = await write.rows(
        "MATCH (c:Change {recordId: $p.id}) OPTIONAL MATCH (c)-[:HAS_VALUE]->(v) WITH c, v ORDER BY c.createdAt, c.id "
        "RETURN c.operation, c.recordType, v.id", id=ids[0],
    )  # fmt: skip
    assert rows == [["CREATE", "Contact", None], ["DELETE", "Contact", None], ["PURGE", "Contact", None]]
    restored = await write(
        "mutation($id: ID!) { restoreContact(id: $id) { contact { id } errors { code } } }", {"id": ids[0]}
    )
    assert restored == {"contact": None, "errors": [{"code": "NOT_FOUND"}]}


async def test_purging_takes_along_what_is_left_of_a_person_elsewhere(write: Write) -> None:
    """What was merged into the person was the person too: names, tombstones and the values of both in all changes."""
    create = "mutation($i: CreateContactInput!) { createContact(input: $i) { contact { id } } }"
    merge = "mutation($k: ID!, $d: ID!) { mergeContact(keep: $k, drop: [$d]) { errors { message } } }"
    kept, dropped, first = [
        (await write(create, {"i": {"name": name, "given": name, "birthDate": "1990-01-01"}}))["contact"]["id"]
        for name in ("Erased Kept", "Erased Dropped", "Erased First")
    ]
    for keep, drop in ((dropped, first), (kept, dropped)):
        assert await write(merge, {"k": keep, "d": drop}) == {"errors": []}
    await delete(write, "Contact", kept)
    then = datetime.now(UTC) - timedelta(days=100)
    await write.rows("MATCH (d:Deleted {id: $p.id}) SET d.deletedAt = $p.at", id=kept, at=then)
    left = """MATCH (n) WHERE NOT n:IdempotencyKey AND any(key IN keys(n) WHERE toStringOrNull(n[key]) STARTS WITH 'Erased')
        RETURN count(n)"""
    ((before,),) = await write.rows(left)

    batches = [count async for count in purge(write.database, datetime.now(UTC) - timedelta(days=90))]

    assert before > 3
    assert sum(batches) >= 1
    assert await write.rows(left) == [[0]]
    rows = await write.rows(
        "MATCH (c:Change {operation: 'PURGE'}) WHERE c.recordId IN $p.ids RETURN c.recordId, c.recordType ORDER BY c.recordId",
        ids=[kept, dropped, first],
    )
    assert rows == [[id, "Contact"] for id in sorted([kept, dropped, first])]


async def test_an_administrator_purges_by_the_api_and_sees_before_what_is_due(write: Write) -> None:
    api, database = write.answerer.api, write.database
    answerer = Answerer(api, database, "USD", numbers, errands=errands(database, api.model, CURRENCIES, 90.0))
    server = Write(answerer, database)
    old, new = [await write.made("Product", sku=f"PURGE-{n}", name="Purged") for n in (1, 2)]
    company = await write.made("Company", name="Purged")
    for type, id, days in (("Product", old, 91), ("Product", new, 89), ("Company", company, 100)):
        await delete(write, type, id)
        at = datetime.now(UTC) - timedelta(days=days)
        await write.rows("MATCH (d:Deleted {id: $p.id}) SET d.deletedAt = $p.at", id=id, at=at)
    text = "mutation($p: Boolean!) { purge(preview: $p) { before due { type count } purged } }"
    reader = Reader("user_1", {"Company": EVERYTHING})

    refused = await server.body(text, {"p": False}, reader)
    preview = await server(text, {"p": True})
    done = await server(text, {"p": False})
    again = await server(text, {"p": True})
    together = await server.body("mutation @atomic { purge(preview: false) { purged } }")

    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    due = [{"type": "Company", "count": 1}, {"type": "Product", "count": 1}]
    assert (preview["due"], preview["purged"]) == (due, 0)
    assert (done["due"], done["purged"]) == (due, 2)
    assert (again["due"], again["purged"]) == ([], 0)
    assert abs(datetime.fromisoformat(done["before"]) - (datetime.now(UTC) - timedelta(days=90))) < timedelta(minutes=5)
    assert await write.rows("MATCH (d:Deleted) WHERE d.id IN $p.ids RETURN d.id", ids=[old, new, company]) == [[new]]
    assert "takes many transactions" in together["errors"][0]["message"]
