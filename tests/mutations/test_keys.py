"""What must be unique is checked before anything is written, and told as far as the reader may see it."""

from __future__ import annotations

import asyncio
from typing import Any

from graph.conditions import Compare, Operator
from graph.reader import Reader, ReaderValue
from resolvers.answer import Answerer
from tests.mutations.conftest import Write, numbers
from tests.readers import owner_reader

ERRORS = "errors { __typename code message path ... on DuplicateError { existing { __typename id ... on Company { name } } } }"
CREATE = f"mutation($i: CreateCompanyInput!) {{ createCompany(input: $i) {{ company {{ id }} {ERRORS} }} }}"


def duplicate(existing: dict[str, Any] | None, property: str, value: str) -> dict[str, Any]:
    message = f'Another record has {property} "{value}"; it must be unique.'
    return {
        "__typename": "DuplicateError",
        "code": "DUPLICATE",
        "message": message,
        "path": ["input", property],
        "existing": existing,
    }


async def test_a_taken_key_is_refused_with_the_record_that_has_it(write: Write) -> None:
    first = await write.made("Company", name="First", vat="V1", uscc="91110000600037341L")
    second = await write.made("Company", name="Second", vat="V2")
    existing = {"__typename": "Company", "id": first, "name": "First"}

    made = await write(CREATE, {"i": {"name": "X", "vat": " V1 ", "uscc": "91110000600037341l"}})
    changed = await write(
        f"mutation($id: ID!, $i: UpdateCompanyInput!) {{ updateCompany(id: $id, input: $i) {{ company {{ id }} {ERRORS} }} }}",
        {"id": second, "i": {"vat": "V1"}},
    )
    own = await write(
        f"mutation($id: ID!, $i: UpdateCompanyInput!) {{ updateCompany(id: $id, input: $i) {{ company {{ id }} {ERRORS} }} }}",
        {"id": second, "i": {"vat": "V2", "name": "Own"}},
    )

    assert made == {
        "company": None,
        "errors": [duplicate(existing, "uscc", "91110000600037341L"), duplicate(existing, "vat", "V1")],
    }
    assert changed == {"company": None, "errors": [duplicate(existing, "vat", "V1")]}
    assert own == {"company": {"id": second}, "errors": []}


async def test_who_may_not_see_the_record_learns_that_the_key_is_taken_and_no_more(write: Write) -> None:
    hidden = await write.made("Company", name="Hidden", vat="HIDDEN")
    name = write.answerer.api.model.nodes["Company"].properties["name"]
    not_hidden = Compare(name, Operator.NE, ReaderValue("name"))
    reader = Reader("user_0", {"Company": not_hidden}, values={"name": "Hidden"})
    upsert = f'mutation {{ upsertCompany(key: {{vat: "HIDDEN"}}, input: {{name: "Stolen"}}) {{ company {{ id }} {ERRORS} }} }}'
    update = f'mutation($id: ID!) {{ updateCompany(id: $id, input: {{name: "Stolen"}}, expectedVersion: 99) {{ company {{ id }} {ERRORS} }} }}'

    made = await write(CREATE, {"i": {"name": "X", "vat": "HIDDEN"}}, reader)
    upserted = await write(upsert, None, reader)
    updated = await write(update, {"id": hidden}, reader)
    deleted = await write(
        "mutation($id: ID!) { deleteCompany(id: $id) { deletedId errors { code } } }", {"id": hidden}, reader
    )

    assert made == {"company": None, "errors": [duplicate(None, "vat", "HIDDEN")]}
    (error,) = upserted["errors"]
    assert (upserted["company"], error["code"], error["existing"]) == (None, "DUPLICATE", None)
    assert [error["code"] for error in updated["errors"]] == ["NOT_FOUND"]
    assert deleted == {"deletedId": None, "errors": [{"code": "NOT_FOUND"}]}
    assert await write.rows("MATCH (c:Company {vat: 'HIDDEN'}) RETURN c.name, c.version") == [["Hidden", 1]]


async def test_a_reader_of_some_records_writes_those_and_no_others(write: Write) -> None:
    me = await write.made("User", login="me", name="Me")
    mine = await write.made("Company", name="Mine", owner={"connect": {"id": me}})
    other = await write.made("Company", name="Other's", owner={"create": {"login": "other", "name": "Other"}})
    reader = owner_reader(write.answerer.api.model, me, [me])
    update = 'mutation($id: ID!) { updateCompany(id: $id, input: {status: "x"}) { company { id status } errors { code path } } }'

    own = await write(update, {"id": mine}, reader)
    foreign = await write(update, {"id": other}, reader)
    linked = await write(
        "mutation($a: ID!, $b: ID!) { linkCompanyParent(from: $a, to: $b) { edgeId errors { code path } } }",
        {"a": mine, "b": other}, reader,
    )  # fmt: skip
    # What one gives away is gone: the payload does not show it.
    given = await write(
        'mutation($id: ID!) { updateCompany(id: $id, input: {owner: {connect: {login: "other"}}}) { company { id } errors { code path } } }',
        {"id": mine}, reader,
    )  # fmt: skip

    assert own == {"company": {"id": mine, "status": "x"}, "errors": []}
    assert foreign == {"company": None, "errors": [{"code": "NOT_FOUND", "path": ["id"]}]}
    assert linked == {"edgeId": None, "errors": [{"code": "NOT_FOUND", "path": ["to"]}]}
    assert given == {"company": None, "errors": []}


async def test_of_two_clients_who_make_one_key_at_once_one_is_told_who_was_first(write: Write) -> None:
    clients = [Answerer(write.answerer.api, write.database, "USD", numbers) for _ in range(4)]
    await write(CREATE, {"i": {"name": "Warm", "vat": "WARM"}})

    bodies = await asyncio.gather(*(
        Write(client, write.database)(CREATE, {"i": {"name": f"Racer {n}", "vat": "RACE"}}) for n, client in enumerate(clients)
    ))  # fmt: skip

    ((id, name),) = await write.rows("MATCH (c:Company {vat: 'RACE'}) RETURN c.id, c.name")
    refused = {"company": None, "errors": [duplicate({"__typename": "Company", "id": id, "name": name}, "vat", "RACE")]}
    assert sorted(bodies, key=lambda body: body["company"] is None) == [
        {"company": {"id": id}, "errors": []},
        *[refused] * 3,
    ]


async def test_of_two_clients_who_name_one_record_at_once_one_makes_it(write: Write) -> None:
    clients = [Answerer(write.answerer.api, write.database, "USD", numbers) for _ in range(4)]
    upsert = """mutation($n: String) { upsertContact(key: {externalRef: {system: "race", id: "1"}}, input: {name: $n}) {
        contact { id version } errors { code } } }"""

    bodies = await asyncio.gather(*(
        Write(client, write.database)(upsert, {"n": f"Racer {n}"}) for n, client in enumerate(clients)
    ))  # fmt: skip

    ((id,),) = await write.rows("MATCH (c:Contact) RETURN c.id")
    assert sorted((body["contact"]["id"], body["contact"]["version"]) for body in bodies) == [
        (id, n) for n in (1, 2, 3, 4)
    ]
    assert await write.rows("MATCH (:ExternalRef {key: 'race:contact:1'})-[r:REFERS_TO]->() RETURN count(r)") == [[1]]


async def test_two_who_share_a_new_contact_point_at_once_get_one(write: Write) -> None:
    clients = [Answerer(write.answerer.api, write.database, "USD", numbers) for _ in range(4)]
    given = {"emails": {"create": [{"node": {"value": "both@example.com"}}]}}

    await asyncio.gather(*(
        Write(client, write.database)(CREATE, {"i": {"name": f"Sharer {n}", **given}}) for n, client in enumerate(clients)
    ))  # fmt: skip

    rows = await write.rows(
        "MATCH (e:EmailAddress {value: 'both@example.com'})<-[r:HAS_EMAIL]-() RETURN count(DISTINCT e), count(r)"
    )
    assert rows == [[1, 4]]


async def test_a_restored_record_meets_whoever_took_its_key(write: Write) -> None:
    gone = await write.made("Company", name="Gone", vat="TAKEN")
    await write("mutation($id: ID!) { deleteCompany(id: $id) { deletedId } }", {"id": gone})
    taker = await write.made("Company", name="Taker", vat="TAKEN")

    refused = await write(
        f"mutation($id: ID!) {{ restoreCompany(id: $id) {{ company {{ id }} {ERRORS} }} }}", {"id": gone}
    )

    assert refused == {"company": None, "errors": [{
        "__typename": "DuplicateError", "code": "DUPLICATE", "path": ["id"],
        "message": f'Another record has what Company "{gone}" had, and what must be unique.',
        "existing": {"__typename": "Company", "id": taker, "name": "Taker"},
    }]}  # fmt: skip
