"""What the seeded roles let their users write: of their own records, their colleagues', a stranger's, and shared ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from graph.model import Model
from graph.reader import Reader
from graph.rights import Person, reader_of
from graph.seeded_roles import SEEDED
from tests.mutations.conftest import Write
from tests.rights_of_writes.conftest import unchanged

ERRORS = "errors { code }"
UPDATE = f'mutation($id: ID!) {{ updateCompany(id: $id, input: {{status: "x"}}) {{ {ERRORS} }} }}'
GIVE = f"mutation($id: ID!, $to: ID!) {{ updateCompany(id: $id, input: {{owner: {{connect: {{id: $to}}}}}}) {{ {ERRORS} }} }}"
DELETE = f"mutation($id: ID!) {{ deleteCompany(id: $id) {{ {ERRORS} }} }}"
MERGE = f"mutation($id: ID!, $other: ID!) {{ mergeCompany(keep: $id, drop: [$other], preview: true) {{ {ERRORS} }} }}"
SHARE = f"mutation($id: ID!, $to: ID!) {{ linkCompanySharedWith(from: $id, to: $to, edge: {{level: READ}}) {{ {ERRORS} }} }}"
PERSON = f'mutation($id: ID!) {{ updateContact(id: $id, input: {{gender: "x"}}) {{ {ERRORS} }} }}'
NOTE = f"""mutation($c: ID!) {{ createNote(input: {{subject: "s", at: "2026-01-01T00:00:00Z",
  about: {{connect: [{{id: $c}}]}}}}) {{ {ERRORS} }} }}"""
MAKES = {
    "Company": f'mutation {{ createCompany(input: {{name: "N"}}) {{ {ERRORS} company {{ owner {{ id }} }} }} }}',
    "Contact": f'mutation {{ createContact(input: {{name: "N", emails: {{create: [{{node: {{value: "n@example.com"}}}}]}}}}) {{ {ERRORS} contact {{ owner {{ id }} }} }} }}',
    "Category": f'mutation {{ createCategory(input: {{code: "c", name: "N"}}) {{ {ERRORS} category {{ id }} }} }}',
    "User": f'mutation {{ createUser(input: {{login: "n", name: "N"}}) {{ {ERRORS} user {{ id }} }} }}',
    "Role": f'mutation {{ createRole(input: {{code: "r", name: "N"}}) {{ {ERRORS} role {{ id }} }} }}',
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """A company, a person and a customer of each user: me, a colleague below me, and a stranger."""

    users: Mapping[str, str]
    companies: Mapping[str, str]
    contacts: Mapping[str, str]
    customers: Mapping[str, str]

    def reader(self, model: Model, role: str | None, shared: bool = False) -> Reader:
        below = (self.users["me"], self.users["colleague"])
        roles = tuple(each for each in SEEDED if each.code == role)
        return reader_of(
            model, Person(below[0], roles, (), below[:1], below, frozenset({"Company"} if shared else ()))
        )  # fmt: skip


@pytest.fixture(scope="module")
async def world(write: Write) -> World:
    found: dict[str, dict[str, str]] = {each: {} for each in ("users", "companies", "contacts", "customers")}
    for who in ("me", "colleague", "stranger"):
        user = found["users"][who] = await write.made("User", login=who, name=who)
        owner = {"owner": {"connect": {"id": user}}}
        company = found["companies"][who] = await write.made("Company", name=f"Firm of {who}", **owner)
        found["contacts"][who] = await write.made("Contact", name=f"Friend of {who}", **owner)
        found["customers"][who] = await write.made("Customer", company={"connect": {"id": company}}, **owner)
    return World(**found)


async def outcome(write: Write, text: str, variables: Mapping[str, Any], reader: Reader) -> str:
    """`done`, or the code of why not. What is refused leaves nothing."""
    body = await write.body(text, variables, reader)
    if "errors" in body:
        return str(body["errors"][0]["extensions"]["code"])
    (payload,) = body["data"].values()
    return str(payload["errors"][0]["code"]) if payload["errors"] else "done"


REFUSED, HIDDEN = "FORBIDDEN", "NOT_FOUND"


@pytest.mark.parametrize(("role", "mine", "colleague", "stranger"), [
    (None, REFUSED, REFUSED, REFUSED),
    ("sales", "done", HIDDEN, HIDDEN),
    ("manager", "done", "done", HIDDEN),
    ("service", REFUSED, REFUSED, REFUSED),
    ("marketing", REFUSED, REFUSED, REFUSED),
    ("analyst", REFUSED, REFUSED, REFUSED),
    ("auditor", REFUSED, REFUSED, REFUSED),
    ("integration", "done", "done", "done"),
    ("administrator", "done", "done", "done"),
])  # fmt: skip
async def test_a_company_is_changed(
    write: Write, world: World, role: str | None, mine: str, colleague: str, stranger: str
) -> None:
    reader = world.reader(write.answerer.api.model, role)
    # Who sees no company at all is told no more than that there is none.
    expected = [HIDDEN] * 3 if role is None else [mine, colleague, stranger]

    found = [await outcome(write, UPDATE, {"id": each}, reader) for each in world.companies.values()]

    assert found == expected


@pytest.mark.parametrize(("role", "to_colleague", "to_stranger"), [
    ("sales", REFUSED, REFUSED), ("manager", "done", REFUSED), ("integration", "done", "done"),
])  # fmt: skip
async def test_a_company_is_given_away(
    write: Write, world: World, role: str, to_colleague: str, to_stranger: str
) -> None:
    reader = world.reader(write.answerer.api.model, role)
    mine = await write.made("Company", name="To give", owner={"connect": {"id": world.users["me"]}})

    for to, expected in (("colleague", to_colleague), ("stranger", to_stranger)):
        assert await outcome(write, GIVE, {"id": mine, "to": world.users[to]}, reader) == expected
        await write(GIVE, {"id": mine, "to": world.users["me"]})


@pytest.mark.parametrize(("role", "made"), [
    (None, {}),
    ("sales", {"Company": "me", "Contact": "me"}),
    ("manager", {"Company": "me", "Contact": "me", "Category": None}),
    ("service", {"Contact": None}),
    ("marketing", {"Contact": None}),
    ("analyst", {}),
    ("integration", {"Company": None, "Contact": None, "Category": None}),
])  # fmt: skip
async def test_records_are_made(write: Write, world: World, role: str | None, made: dict[str, str | None]) -> None:
    """Whose scope is not ALL gets what is made."""
    reader = world.reader(write.answerer.api.model, role)

    for type_, text in MAKES.items():
        body = await write.body(text, {}, reader)
        if type_ not in made:
            assert [error["extensions"]["code"] for error in body["errors"]] == [REFUSED], type_
            continue
        assert "errors" not in body, (type_, body)
        (payload,) = body["data"].values()
        owner = made[type_]
        assert payload["errors"] == []
        if type_ in ("Company", "Contact"):
            record = payload[type_.lower()]
            assert record["owner"] == (None if owner is None else {"id": world.users[owner]})
        await write.rows("MATCH (n) WHERE n.name = 'N' DETACH DELETE n")


async def test_what_sales_and_service_may_besides(write: Write, world: World) -> None:
    model = write.answerer.api.model
    sales, service, manager = (world.reader(model, role) for role in ("sales", "service", "manager"))
    mine, theirs = world.companies["me"], world.companies["stranger"]

    async with unchanged(write):
        refused = [
            await outcome(write, DELETE, {"id": mine}, sales),
            await outcome(write, MERGE, {"id": mine, "other": world.companies["colleague"]}, sales),
            await outcome(write, NOTE, {"c": world.customers["stranger"]}, sales),
            await outcome(write, SHARE, {"id": theirs, "to": world.users["me"]}, service),
            await outcome(write, MERGE, {"id": mine, "other": theirs}, manager),
        ]
    done = [
        await outcome(write, NOTE, {"c": world.customers["me"]}, sales),
        await outcome(write, PERSON, {"id": world.contacts["stranger"]}, service),
        await outcome(write, SHARE, {"id": mine, "to": world.users["colleague"]}, sales),
        await outcome(write, MERGE, {"id": mine, "other": world.companies["colleague"]}, manager),
    ]

    assert refused == [REFUSED, REFUSED, HIDDEN, REFUSED, HIDDEN]
    assert done == ["done"] * 4


async def test_what_is_shared_is_changed_if_the_share_says_so(write: Write, world: World) -> None:
    model = write.answerer.api.model
    reader = world.reader(model, "sales", shared=True)
    theirs, me = world.companies["stranger"], world.users["me"]
    level = "mutation($id: ID!, $to: ID!, $l: ShareLevel) { linkCompanySharedWith(from: $id, to: $to, edge: {level: $l}) { edgeId errors { code } } }"
    raise_level = f"mutation($e: ID!) {{ updateCompanySharedWith(edgeId: $e, edge: {{level: UPDATE}}) {{ {ERRORS} }} }}"
    edge = (await write(level, {"id": theirs, "to": me, "l": "READ"}))["edgeId"]

    async with unchanged(write):
        read = [
            await outcome(write, UPDATE, {"id": theirs}, reader),
            await outcome(write, SHARE, {"id": theirs, "to": world.users["colleague"]}, reader),
            await outcome(write, raise_level, {"e": edge}, reader),
            await outcome(write, GIVE, {"id": theirs, "to": me}, reader),
        ]
    assert await outcome(write, raise_level, {"e": edge}, world.reader(model, "administrator")) == "done"
    changed = await outcome(write, UPDATE, {"id": theirs}, reader)
    async with unchanged(write):
        taken = await outcome(write, GIVE, {"id": theirs, "to": me}, reader)
        deleted = await outcome(write, DELETE, {"id": theirs}, reader)

    assert read == [REFUSED] * 4
    assert changed == "done"
    assert (taken, deleted) == (REFUSED, REFUSED)


@pytest.mark.parametrize(("role", "own", "common"), [("sales", "done", REFUSED), ("integration", "done", "done")])
async def test_a_contact_point_of_several_is_changed_by_who_may_change_each(
    write: Write, world: World, role: str, own: str, common: str
) -> None:
    reader = world.reader(write.answerer.api.model, role)
    change = f"mutation($id: ID!, $v: String!) {{ updateEmailAddress(id: $id, input: {{value: $v}}) {{ {ERRORS} }} }}"
    delete = f"mutation($id: ID!) {{ deleteEmailAddress(id: $id) {{ {ERRORS} }} }}"
    alone, both = [
        await write.made(
            "EmailAddress",
            value=f"{role}-{len(who)}@example.org",
            parties={"connect": [{"node": {"id": world.companies[each]}} for each in who]},
        )
        for who in (["me"], ["me", "stranger"])
    ]

    assert await outcome(write, change, {"id": both, "v": f"{role}-both@example.org"}, reader) == common
    assert await outcome(write, delete, {"id": both}, reader) == common
    assert await outcome(write, change, {"id": alone, "v": f"{role}-alone@example.org"}, reader) == own
    assert await outcome(write, delete, {"id": alone}, reader) == own


async def test_who_makes_a_customer_of_a_company_may_change_it_and_not_take_it_away(write: Write, world: World) -> None:
    """A company follows its customers: of one that is only shown to a seller, this makes one that it keeps right."""
    seller = world.reader(write.answerer.api.model, "sales", shared=True)
    share = {"connect": [{"node": {"id": world.users["me"]}, "edge": {"level": "READ"}}]}
    owner = {"connect": {"id": world.users["stranger"]}}
    id = await write.made("Company", name="Known to both", owner=owner, sharedWith=share)
    other = await write.made("Company", name="Other", owner={"connect": {"id": world.users["me"]}})
    take_on = (
        f"mutation($id: ID!) {{ createCustomer(input: {{company: {{connect: {{id: $id}}}}}}) {{ {ERRORS} }} }}",
        {"id": id},
    )

    before = await outcome(write, UPDATE, {"id": id}, seller)
    made = await outcome(write, *take_on, seller)
    after = await outcome(write, UPDATE, {"id": id}, seller)
    taken = [
        await outcome(write, text, variables, seller)
        for text, variables in (
            (DELETE, {"id": id}),
            (GIVE, {"id": id, "to": world.users["me"]}),
            (MERGE, {"id": other, "other": id}),
        )
    ]

    assert (before, made, after) == (REFUSED, "done", "done")
    assert taken == [REFUSED] * 3
    assert await write.rows("MATCH (x:Change {recordId: $p.id, operation: 'UPDATE'}) RETURN x.createdBy", id=id) == [
        [world.users["me"]]
    ]
