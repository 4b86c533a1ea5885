"""Rights hold for what a record was and for what it becomes: who owns it, what it belongs to, who may see it then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from graph.conditions import EVERYTHING, NOTHING
from graph.reader import Reader
from tests.mutations.conftest import Write
from tests.rights_of_writes.conftest import unchanged
from tests.rights_of_writes.rights import owner, with_actions

ERRORS = "errors { code path message }"
UPDATE = f"mutation($id: ID!, $i: UpdateCompanyInput!) {{ updateCompany(id: $id, input: $i) {{ company {{ id name owner {{ id }} }} {ERRORS} }} }}"
CREATE = (
    f"mutation($i: CreateCompanyInput!) {{ createCompany(input: $i) {{ company {{ id owner {{ id }} }} {ERRORS} }} }}"
)
ORDER = f"mutation($id: ID!, $i: UpdateOrderInput!) {{ updateOrder(id: $id, input: $i) {{ order {{ id }} {ERRORS} }} }}"


@dataclass(frozen=True)
class World:
    """Two users, and a customer with an order of each."""

    me: str
    other: str
    reader: Reader
    company: str
    foreign_company: str
    customer: str
    foreign_customer: str
    order: str
    foreign_order: str


@pytest.fixture(scope="module")
async def world(write: Write) -> World:
    me = await write.made("User", login="me", name="Me")
    other = await write.made("User", login="other", name="Other")
    ids: list[str] = []
    for user in (me, other):
        owned = {"owner": {"connect": {"id": user}}}
        company = await write.made("Company", name=f"Firm of {user}", **owned)
        customer = await write.made("Customer", company={"connect": {"id": company}}, **owned)
        order = await write.made("Order", status="DRAFT", customer={"connect": {"id": customer}}, **owned)
        ids += [company, customer, order]
    return World(
        me, other, owner(write.answerer.api.model, me), ids[0], ids[3], ids[1], ids[4], ids[2], ids[5]
    )  # fmt: skip


def messages(body: Any) -> list[tuple[str, str]]:
    return [(error["extensions"]["code"], error["message"]) for error in body.get("errors", ())]


async def test_what_is_made_for_nobody_is_its_makers(write: Write, world: World) -> None:
    made = await write(CREATE, {"i": {"name": "New"}}, world.reader)
    upserted = await write(
        f'mutation {{ upsertCompany(key: {{vat: "OWN1"}}, input: {{name: "Up"}}) {{ company {{ owner {{ id }} }} {ERRORS} }} }}',
        None, world.reader,
    )  # fmt: skip
    again = await write(
        f'mutation {{ upsertCompany(key: {{vat: "OWN1"}}, input: {{name: "Up 2"}}) {{ company {{ version owner {{ id }} }} {ERRORS} }} }}',
        None, world.reader,
    )  # fmt: skip
    nested = await write(
        f"mutation($i: CreateCompanyInput!) {{ createCompany(input: $i) {{ company {{ contacts {{ nodes {{ owner {{ id }} }} }} }} {ERRORS} }} }}",
        {"i": {"name": "With", "contacts": {"create": [{"node": {"name": "Somebody"}}]}}}, world.reader,
    )  # fmt: skip
    mine = {"id": world.me}

    assert (made["errors"], made["company"]["owner"]) == ([], mine)
    assert (upserted["errors"], upserted["company"]["owner"]) == ([], mine)
    assert (again["errors"], again["company"]) == ([], {"version": 2, "owner": mine})
    assert (nested["errors"], nested["company"]["contacts"]["nodes"]) == ([], [{"owner": mine}])
    rows = await write.rows(
        "MATCH (c:Company {id: $p.id})-[:OWNED_BY]->(u) MATCH (x:Change {operation: 'LINK'})-[:OF_RECORD]->(c) "
        "RETURN c.ownerId, c.version, u.id, x.edgeType, x.createdBy",
        id=made["company"]["id"],
    )
    assert rows == [[world.me, 1, world.me, "OWNED_BY", world.me]]


async def test_who_may_make_and_see_all_makes_what_is_nobodys(write: Write, world: World) -> None:
    made = await write(CREATE, {"i": {"name": "Nobody's"}}, Reader(world.me))

    assert (made["errors"], made["company"]["owner"]) == ([], None)


@pytest.mark.parametrize("given", [
    {"owner": {"connect": {"login": "other"}}},
    {"owner": {"create": {"login": "third", "name": "Third"}}},
], ids=["an owner that is there", "a new owner"])  # fmt: skip
async def test_making_a_record_for_another_needs_the_right_to_assign(
    write: Write, world: World, given: dict[str, Any]
) -> None:
    async with unchanged(write):
        body = await write.body(CREATE, {"i": {"name": "Theirs", **given}}, world.reader)
    own = await write(CREATE, {"i": {"name": "Mine", "owner": {"connect": {"login": "me"}}}}, world.reader)
    assigning = with_actions(
        Reader(world.me, values=world.reader.values), owner(write.answerer.api.model, world.me).actions
    )
    async with unchanged(write):
        narrow = await write.body(CREATE, {"i": {"name": "Theirs", **given}}, assigning)

    assert messages(body) == [("FORBIDDEN", "You may not assign this Company to another user.")]
    assert own["errors"] == []
    assert messages(narrow) == messages(body)


async def test_a_record_is_given_away_by_whom_may_assign_it(write: Write, world: World) -> None:
    model = write.answerer.api.model
    mine = await write.made("Company", name="To give", owner={"connect": {"id": world.me}})
    away = {"id": mine, "i": {"owner": {"connect": {"id": world.other}}}}
    assigning = owner(model, world.me, ASSIGN={"Company": EVERYTHING})
    within = owner(model, world.me, ASSIGN={"Company": world.reader.predicates["Company"]})

    async with unchanged(write):
        refused = [await write.body(UPDATE, away, reader) for reader in (world.reader, within)]
        dropped = await write.body(UPDATE, {"id": mine, "i": {"owner": {"disconnect": True}}}, world.reader)
    kept = await write(
        UPDATE, {"id": mine, "i": {"name": "Same", "owner": {"connect": {"id": world.me}}}}, world.reader
    )
    given = await write(UPDATE, away, assigning)
    async with unchanged(write):
        gone = await write(UPDATE, {"id": mine, "i": {"owner": {"connect": {"id": world.me}}}}, assigning)

    denied = [("FORBIDDEN", f'You may not assign Company "{mine}" to another user.')]
    assert [messages(body) for body in (*refused, dropped)] == [denied] * 3
    assert (kept["errors"], kept["company"]["name"]) == ([], "Same")
    assert given == {"company": None, "errors": []}
    assert [error["code"] for error in gone["errors"]] == ["NOT_FOUND"]
    assert await write.rows("MATCH (c:Company {id: $p.id}) RETURN c.ownerId", id=mine) == [[world.other]]


async def test_what_is_seen_and_not_ones_own_is_not_taken(write: Write, world: World) -> None:
    """Neither from the record nor from the user, by who may write both and assign only what is its own."""
    model = write.answerer.api.model
    own = owner(model, world.me).predicates["Customer"]
    reader = with_actions(
        Reader(world.me, values=world.reader.values), owner(model, world.me, ASSIGN={"Customer": own}).actions
    )
    reader = with_actions(reader, owner(model, world.me, UPDATE={"Customer": EVERYTHING}).actions)
    take = f"mutation($id: ID!, $me: ID!) {{ updateCustomer(id: $id, input: {{owner: {{connect: {{id: $me}}}}}}) {{ {ERRORS} }} }}"
    link = f"mutation($id: ID!, $me: ID!) {{ linkUserCustomers(from: $me, to: $id) {{ {ERRORS} }} }}"
    everything = with_actions(
        reader,
        owner(model, world.me, UPDATE={"User": EVERYTHING, "Customer": EVERYTHING}, ASSIGN={"Customer": own}).actions,
    )

    async with unchanged(write):
        bodies = [
            await write.body(text, {"id": world.foreign_customer, "me": world.me}, everything) for text in (take, link)
        ]

    assert [[code for code, _ in messages(body)] for body in bodies] == [["FORBIDDEN"]] * 2


async def test_an_order_does_not_leave_ones_sight(write: Write, world: World) -> None:
    """It is seen by its customer alone; another customer would take it away."""
    order = await write.made("Order", status="DRAFT", customer={"connect": {"id": world.customer}})
    reader = with_actions(
        Reader(world.me, {**world.reader.predicates, "Customer": EVERYTHING}, values=world.reader.values),
        world.reader.actions,
    )
    move = {"id": order, "i": {"customer": {"connect": {"id": world.foreign_customer}}}}

    async with unchanged(write):
        moved = await write.body(ORDER, move, reader)
        parted = await write.body(ORDER, {"id": order, "i": {"customer": {"disconnect": True}}}, reader)
    kept = await write(ORDER, {"id": order, "i": {"channel": "web"}}, reader)

    denied = [("FORBIDDEN", f'You may not change Order "{order}" to what it would be.')]
    assert [messages(moved), messages(parted)] == [denied] * 2
    assert kept["errors"] == []


async def test_an_order_is_not_stolen_from_another_customer(write: Write, world: World) -> None:
    """Who sees all orders and writes its own customer's draws no foreign order to that: the order would be changed."""
    predicates = {**world.reader.predicates, "Order": EVERYTHING}
    reader = with_actions(Reader(world.me, predicates, values=world.reader.values), world.reader.actions)
    link = f"mutation($a: ID!, $b: ID!) {{ linkCustomerOrders(from: $a, to: $b) {{ {ERRORS} }} }}"
    nested = f"mutation($a: ID!, $b: ID!) {{ updateCustomer(id: $a, input: {{orders: {{connect: [{{id: $b}}]}}}}) {{ {ERRORS} }} }}"

    async with unchanged(write):
        bodies = [
            await write.body(text, {"a": world.customer, "b": world.foreign_order}, reader) for text in (link, nested)
        ]

    assert [messages(body) for body in bodies] == [[("FORBIDDEN", "You may not change this Order.")]] * 2


async def test_a_line_goes_with_its_order(write: Write, world: World) -> None:
    line = f"mutation($o: ID!) {{ createLineItem(input: {{quantity: 1, order: {{connect: {{id: $o}}}}}}) {{ lineItem {{ id }} {ERRORS} }} }}"
    predicates = {**world.reader.predicates, "Order": EVERYTHING, "LineItem": EVERYTHING}
    reader = with_actions(Reader(world.me, predicates, values=world.reader.values), world.reader.actions)
    theirs = await write.made("LineItem", quantity=1.0, order={"connect": {"id": world.foreign_order}})
    update = f"mutation($id: ID!) {{ updateLineItem(id: $id, input: {{quantity: 2}}) {{ {ERRORS} }} }}"
    delete = f"mutation($id: ID!) {{ deleteLineItem(id: $id) {{ {ERRORS} }} }}"
    order = f"mutation($id: ID!) {{ deleteOrder(id: $id) {{ deletedId {ERRORS} }} }}"

    mine = await write(line, {"o": world.order}, reader)
    async with unchanged(write):
        foreign = await write.body(line, {"o": world.foreign_order}, reader)
        hidden = await write(line, {"o": world.foreign_order}, world.reader)
        bodies = [await write.body(text, {"id": theirs}, reader) for text in (update, delete)]
    whole = await write.made(
        "Order", status="DRAFT", customer={"connect": {"id": world.customer}}, lines={"create": [{"quantity": 1.0}]}
    )
    gone = await write(order, {"id": whole}, world.reader)

    assert mine["errors"] == []
    # The order's lines are changed, so that it must be one that may be changed; the line, one that may be made.
    assert [code for code, _ in messages(foreign)] == ["FORBIDDEN"]
    assert [error["code"] for error in hidden["errors"]] == ["NOT_FOUND"]
    assert [[code for code, _ in messages(body)] for body in bodies] == [["FORBIDDEN"]] * 2
    assert gone == {"deletedId": whole, "errors": []}


async def test_a_contact_point_goes_with_who_has_it(write: Write, world: World) -> None:
    """It is made with a party that may be changed, and drawn to no other."""
    make = f"mutation($i: CreateEmailAddressInput!) {{ createEmailAddress(input: $i) {{ emailAddress {{ id }} {ERRORS} }} }}"
    predicates = {**world.reader.predicates, "Company": EVERYTHING}
    reader = with_actions(Reader(world.me, predicates, values=world.reader.values), world.reader.actions)

    def email(*parties: str) -> dict[str, Any]:
        connect = [{"node": {"id": each}} for each in parties]
        return {"i": {"value": f"{len(parties)}@example.org", "parties": {"connect": connect}}}

    async with unchanged(write):
        alone = await write.body(make, email(), reader)
        both = await write.body(make, email(world.company, world.foreign_company), reader)
    own = await write(make, email(world.company), reader)
    changed = await write(
        UPDATE, {"id": world.company, "i": {"emails": {"create": [{"node": {"value": "new@example.org"}}]}}}, reader
    )

    assert [code for code, _ in messages(alone)] == ["FORBIDDEN"]
    assert messages(both) == [("FORBIDDEN", "You may not change this Party.")]
    assert own["errors"] == changed["errors"] == []


async def test_a_record_is_not_known_by_what_others_call_it(write: Write, world: World) -> None:
    """Who may not know external references can neither try them out nor make them."""
    model = write.answerer.api.model
    ref = {"externalRef": {"system": "erp", "id": "7"}}
    upsert = f'mutation($k: CompanyUpsertKey!) {{ upsertCompany(key: $k, input: {{name: "By ref"}}) {{ company {{ id }} {ERRORS} }} }}'
    made = await write(upsert, {"k": ref})
    await write(UPDATE, {"id": made["company"]["id"], "i": {"owner": {"connect": {"id": world.me}}}})
    connect = {"id": world.company, "i": {"parent": {"connect": {"node": ref}}}}
    writer = with_actions(world.reader, {})
    knowing = Reader(world.me, {**writer.predicates, "ExternalRef": EVERYTHING}, values=writer.values, actions={
        **writer.actions, **owner(model, world.me, CREATE={"ExternalRef": NOTHING}).actions,
    })  # fmt: skip

    async with unchanged(write):
        there = await write(upsert, {"k": ref}, world.reader)
        absent = await write.body(upsert, {"k": {"externalRef": {"system": "erp", "id": "8"}}}, world.reader)
        connected = await write(UPDATE, connect, world.reader)
        unmade = await write.body(upsert, {"k": {"externalRef": {"system": "erp", "id": "9"}}}, knowing)
    found = await write(upsert, {"k": ref}, knowing)

    assert [error["code"] for error in there["errors"]] == ["DUPLICATE"]
    assert [code for code, _ in messages(absent)] == [code for code, _ in messages(unmade)] == ["FORBIDDEN"]
    assert [error["code"] for error in connected["errors"]] == ["NOT_FOUND"]
    assert found["errors"] == []
