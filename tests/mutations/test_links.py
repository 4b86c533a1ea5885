"""Relationships are drawn, changed and removed by mutations of their own."""

from __future__ import annotations

import pytest

from tests.mutations.conftest import Write

ERRORS = "errors { __typename code message path }"
LINK = f"""mutation($a: ID!, $b: ID!, $e: EmploymentInput, $v: Int) {{
    linkCompanyContacts(from: $a, to: $b, edge: $e, expectedVersion: $v) {{
        company {{ version contacts {{ edges {{ id version title since node {{ name }} }} }} }} edgeId {ERRORS} }} }}"""
UNLINK = f"""mutation($e: ID!, $v: Int) {{ unlinkCompanyContacts(edgeId: $e, expectedVersion: $v) {{
    company {{ version contacts {{ totalCount }} }} edgeId {ERRORS} }} }}"""
UPDATE = f"""mutation($e: ID!, $i: EmploymentInput!, $v: Int) {{ updateCompanyContacts(edgeId: $e, edge: $i, expectedVersion: $v) {{
    company {{ version contacts {{ edges {{ id version title }} }} employments {{ edges {{ version title until }} }} }} edgeId {ERRORS} }} }}"""


async def pair(write: Write) -> tuple[str, str]:
    return await write.made("Company", name="Employer"), await write.made("Contact", name="Employee")


async def test_a_relationship_with_properties_is_drawn_changed_and_removed_by_its_id(write: Write) -> None:
    company, contact = await pair(write)

    linked = await write(LINK, {"a": company, "b": contact, "e": {"title": "CEO", "since": "2020-01-31"}})
    id = linked["edgeId"]
    changed = await write(UPDATE, {"e": id, "i": {"title": "CFO"}})
    same = await write(UPDATE, {"e": id, "i": {"title": "CFO"}})
    unlinked = await write(UNLINK, {"e": id})

    assert linked == {
        "company": {"version": 2, "contacts": {"edges": [
            {"id": id, "version": 1, "title": "CEO", "since": "2020-01-31", "node": {"name": "Employee"}}
        ]}},
        "edgeId": id, "errors": [],
    }  # fmt: skip
    after = {
        "company": {
            "version": 3, "contacts": {"edges": [{"id": id, "version": 2, "title": "CFO"}]},
            "employments": {"edges": [{"version": 2, "title": "CFO", "until": None}]},
        },
        "edgeId": id, "errors": [],
    }  # fmt: skip
    assert (changed, same) == (after, after)
    assert unlinked == {"company": {"version": 4, "contacts": {"totalCount": 0}}, "edgeId": id, "errors": []}
    assert await write.rows("MATCH (:Contact {id: $p.id})-[r:WORKS_AT]->() RETURN count(r)", id=contact) == [[0]]


async def test_a_relationship_to_one_of_several_types_is_changed_and_removed_by_its_id(write: Write) -> None:
    """What a union stands for has no label of its own."""
    company, user = await write.made("Company", name="Shared"), await write.made("User", login="ann", name="Ann")
    link = f"mutation($a: ID!, $b: ID!) {{ linkCompanySharedWith(from: $a, to: $b, edge: {{level: READ}}) {{ edgeId {ERRORS} }} }}"
    update = (
        f"mutation($e: ID!) {{ updateCompanySharedWith(edgeId: $e, edge: {{level: UPDATE}}) {{ edgeId {ERRORS} }} }}"
    )
    unlink = f"mutation($e: ID!) {{ unlinkCompanySharedWith(edgeId: $e) {{ company {{ sharedWith {{ totalCount }} }} {ERRORS} }} }}"

    id = (await write(link, {"a": company, "b": user}))["edgeId"]
    changed = await write(update, {"e": id})
    levels = await write.rows("MATCH (:Company {id: $p.id})-[r:SHARED_WITH]->(:User) RETURN r.level", id=company)
    removed = await write(unlink, {"e": id})

    assert changed == {"edgeId": id, "errors": []}
    assert levels == [["UPDATE"]]
    assert removed == {"company": {"sharedWith": {"totalCount": 0}}, "errors": []}


async def test_two_spells_at_one_employer_are_two_relationships(write: Write) -> None:
    company, contact = await pair(write)
    first = (await write(LINK, {"a": company, "b": contact, "e": {"since": "2001-01-01"}}))["edgeId"]

    closed = await write(UPDATE, {"e": first, "i": {"until": "2010-12-31"}})
    second = await write(LINK, {"a": company, "b": contact, "e": {"since": "2015-01-01"}})
    # The field lists open ones only, so that it does not know the closed one any more.
    gone = await write(UPDATE, {"e": first, "i": {"title": "X"}})

    assert closed["company"]["contacts"] == {"edges": []}
    assert closed["company"]["employments"] == {"edges": [{"version": 2, "title": None, "until": "2010-12-31"}]}
    assert [each["id"] for each in second["company"]["contacts"]["edges"]] == [second["edgeId"]]
    assert second["edgeId"] != first
    assert gone == {"company": None, "edgeId": None, "errors": [{
        "__typename": "InputError", "code": "NOT_FOUND", "path": ["edgeId"],
        "message": f'There is no relationship "{first}", or you may not see it.',
    }]}  # fmt: skip


async def test_a_field_refuses_a_relationship_that_it_would_not_list(write: Write) -> None:
    company, contact = await pair(write)

    refused = await write(LINK, {"a": company, "b": contact, "e": {"until": "2020-01-01"}})
    nested = await write(
        'mutation { createContact(input: {name: "X", employers: {create: [{node: {name: "Y"}, edge: {until: "2020-01-01"}}]}}) '
        "{ contact { id } errors { __typename code message path } } }"
    )
    error = {
        "__typename": "InputError", "code": "INVALID",
        "message": "until must be absent; contacts does not list such a relationship.",
    }  # fmt: skip

    assert refused == {"company": None, "edgeId": None, "errors": [{**error, "path": ["edge", "until"]}]}
    path = ["input", "employers", "create", "0", "edge", "until"]
    assert nested == {"contact": None, "errors": [
        {**error, "message": error["message"].replace("contacts", "employers"), "path": path}
    ]}  # fmt: skip


async def test_a_second_employer_keeps_the_first(write: Write) -> None:
    first, contact = await pair(write)
    second = await write.made("Company", name="Second employer")
    await write(LINK, {"a": first, "b": contact})

    await write(
        "mutation($a: ID!, $b: ID!) { linkContactEmployers(from: $a, to: $b) { errors { code } } }",
        {"a": contact, "b": second},
    )

    rows = await write.rows("MATCH (:Contact {id: $p.id})-[:WORKS_AT]->(c) RETURN c.id ORDER BY c.id", id=contact)
    assert rows == sorted([[first], [second]])


async def test_a_relationship_without_properties_is_drawn_once_and_removed_by_its_ends(write: Write) -> None:
    company = await write.made("Company", name="Supplier")
    product = await write.made("Product", sku="LINKED", name="Linked")
    link = f"mutation($a: ID!, $b: ID!) {{ linkCompanySuppliedProducts(from: $a, to: $b) {{ company {{ version suppliedProducts {{ totalCount }} }} edgeId {ERRORS} }} }}"
    ends = {"a": company, "b": product}

    answers = [await write(link, ends), await write(link, ends), await write(link.replace("link", "unlink"), ends)]
    again = await write(link.replace("link", "unlink"), ends)

    def told(version: int, count: int) -> dict[str, object]:
        return {
            "company": {"version": version, "suppliedProducts": {"totalCount": count}},
            "edgeId": None,
            "errors": [],
        }

    assert answers == [told(2, 1), told(2, 1), told(3, 0)]
    assert again == told(3, 0)


async def test_people_who_know_each_other_do_so_both_ways(write: Write) -> None:
    one, other = await write.made("Contact", name="One"), await write.made("Contact", name="Other")
    knows = "contact { id knows { edges { id strength node { id } } } }"

    linked = await write(
        f"mutation($a: ID!, $b: ID!) {{ linkContactKnows(from: $a, to: $b, edge: {{strength: 0.5}}) {{ {knows} edgeId {ERRORS} }} }}",
        {"a": one, "b": other},
    )
    id = linked["edgeId"]
    changed = await write(
        f"mutation($e: ID!) {{ updateContactKnows(edgeId: $e, edge: {{strength: 0.25}}) {{ {knows} edgeId {ERRORS} }} }}",
        {"e": id},
    )
    seen = await write("query($id: ID!) { contact(id: $id) { knows { edges { id strength } } } }", {"id": other})
    unlinked = await write(
        f"mutation($e: ID!) {{ unlinkContactKnows(edgeId: $e) {{ {knows} edgeId {ERRORS} }} }}", {"e": id}
    )

    def told(*edges: dict[str, object]) -> dict[str, object]:
        return {"contact": {"id": one, "knows": {"edges": list(edges)}}, "edgeId": id, "errors": []}

    assert linked == told({"id": id, "strength": 0.5, "node": {"id": other}})
    assert changed == told({"id": id, "strength": 0.25, "node": {"id": other}})
    assert seen == {"knows": {"edges": [{"id": id, "strength": 0.25}]}}
    assert unlinked == told()


async def test_a_company_has_one_parent_even_if_it_is_given_from_the_other_side(write: Write) -> None:
    child, first, second = [await write.made("Company", name=name) for name in ("Child", "First", "Second")]
    parents = "MATCH (:Company {id: $p.id})-[r:SUBSIDIARY_OF]->(p) RETURN p.id, r.sharePct, r.id"

    one = await write(
        "mutation($a: ID!, $b: ID!) { linkCompanyParent(from: $a, to: $b, edge: {sharePct: 60}) { edgeId } }",
        {"a": child, "b": first},
    )
    found = [await write.rows(parents, id=child)]
    two = await write(
        "mutation($a: ID!, $b: ID!) { linkCompanySubsidiaries(from: $a, to: $b, edge: {sharePct: 40}) { edgeId } }",
        {"a": second, "b": child},
    )
    found.append(await write.rows(parents, id=child))
    three = await write(
        "mutation($a: ID!, $b: ID!) { linkCompanyParent(from: $a, to: $b, edge: {sharePct: 30}) { edgeId } }",
        {"a": child, "b": second},
    )
    found.append(await write.rows(parents, id=child))

    assert found == [
        [[first, 60.0, one["edgeId"]]], [[second, 40.0, two["edgeId"]]], [[second, 30.0, three["edgeId"]]],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "path", "code"),
    [
        ({"a": "company_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e"}, "from", "NOT_FOUND"),
        ({"b": "contact_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e"}, "to", "NOT_FOUND"),
        ({"b": "company_01927c6e0f5a7b3c8d2e4f6a8b0c1d2e"}, "to", "INVALID"),
        ({"a": "' OR 1=1 //"}, "from", "INVALID"),
    ],
)  # fmt: skip
async def test_ends_that_are_not_there_are_refused(write: Write, given: dict[str, str], path: str, code: str) -> None:
    company, contact = await pair(write)

    refused = await write(LINK, {"a": company, "b": contact, **given})

    assert (refused["company"], refused["edgeId"]) == (None, None)
    assert [(error["code"], error["path"]) for error in refused["errors"]] == [(code, [path])]
    assert await write.rows("MATCH (:Contact {id: $p.id})-[r:WORKS_AT]->() RETURN count(r)", id=contact) == [[0]]


async def test_nothing_leads_from_a_record_to_itself(write: Write) -> None:
    company = await write.made("Company", name="Ouroboros")

    refused = await write(
        f"mutation($a: ID!) {{ linkCompanyParent(from: $a, to: $a) {{ edgeId {ERRORS} }} }}", {"a": company}
    )

    assert refused == {"edgeId": None, "errors": [{
        "__typename": "InputError", "code": "INVALID", "path": ["edge"],
        "message": "parent cannot lead from a record to itself.",
    }]}  # fmt: skip


async def test_who_changes_the_employer_keeps_the_old_job_as_history(write: Write) -> None:
    old = await write.made("Company", name="Old employer", vat="OLD-JOB")
    await write.made("Company", name="New employer", vat="NEW-JOB")
    third = await write.made("Company", name="Third employer")
    contact = await write.made(
        "Contact", name="Mover", employers={"connect": [{"node": {"id": old}, "edge": {"since": "2010-01-01"}}]}
    )
    change = f"""mutation($c: ID!, $from: CompanyKey, $to: CompanyKey!, $e: EmploymentInput, $on: Date) {{
        changeEmployer(contact: $c, from: $from, to: $to, edge: $e, on: $on) {{ edgeId contact {{
            employments(orderBy: [{{edge: {{since: ASC}}}}]) {{ edges {{ id title since until version node {{ name }} }} }} }} {ERRORS} }} }}"""
    given = {"c": contact, "to": {"vat": "NEW-JOB"}, "e": {"title": "CTO"}, "on": "2020-05-01"}

    moved = await write(change, given)
    absent = await write(change, {**given, "from": {"id": third}})
    await write(
        "mutation($a: ID!, $b: ID!) { linkContactEmployers(from: $a, to: $b) { edgeId } }", {"a": contact, "b": third}
    )
    unclear = await write(change, given)

    edges = moved["contact"]["employments"]["edges"]
    assert moved == {"edgeId": edges[1]["id"], "errors": [], "contact": {"employments": {"edges": [
        {"id": edges[0]["id"], "title": None, "since": "2010-01-01", "until": "2020-05-01", "version": 2, "node": {"name": "Old employer"}},
        {"id": edges[1]["id"], "title": "CTO", "since": "2020-05-01", "until": None, "version": 1, "node": {"name": "New employer"}},
    ]}}}  # fmt: skip
    assert absent == {"edgeId": None, "contact": None, "errors": [{
        "__typename": "InputError", "code": "NOT_FOUND", "path": ["from"],
        "message": f'Nothing that could end leads to "{third}".',
    }]}  # fmt: skip
    assert unclear == {"edgeId": None, "contact": None, "errors": [{
        "__typename": "InputError", "code": "REQUIRED", "path": ["from"], "message": "Say which one ends; there are several.",
    }]}  # fmt: skip
