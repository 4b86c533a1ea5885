"""Records are made and connected together, several levels deep, in one mutation."""

from __future__ import annotations

from typing import Any

from tests.mutations.conftest import Write

ERRORS = "errors { __typename code message path }"
CREATE = f"""mutation($i: CreateCompanyInput!) {{ createCompany(input: $i) {{ company {{
    name version owner {{ login }} parent {{ name }}
    emails {{ edges {{ label node {{ value raw status }} }} }}
    contacts(orderBy: [{{name: ASC}}]) {{ edges {{ title node {{
        name version manager {{ name }} emails {{ nodes {{ value }} }} phones {{ nodes {{ value status }} }} }} }} }}
}} {ERRORS} }} }}"""


def emails(*values: str) -> dict[str, Any]:
    return {"create": [{"node": {"value": value}} for value in values]}


async def test_a_record_is_made_with_what_it_leads_to_and_that_with_its_own(write: Write) -> None:
    owner = await write.made("User", login="anna", name="Anna")
    await write.made("Company", name="Holding", vat="HOLDING")

    made = await write(CREATE, {"i": {
        "name": "Müller 有限公司",
        "owner": {"connect": {"login": "anna"}},
        "parent": {"connect": {"node": {"vat": "HOLDING"}, "edge": {"sharePct": 51}}},
        "emails": {"create": [{"node": {"value": " Info@Müller.DE "}, "edge": {"label": "work"}}]},
        "contacts": {"create": [
            {
                "edge": {"title": "经理"},
                "node": {
                    "name": "王小明",
                    "emails": emails("info@müller.de", "wang@example.com"),
                    "manager": {"create": {"name": "Eva", "emails": emails("eva@example.com")}},
                    "addresses": {"create": [{"node": {"lines": "Marienplatz 1", "country": "DE"}}]},
                    "phones": {"create": [{"node": {"value": "089 2180-0"}}]},
                },
            },
            {"node": {"name": "Bo"}},
        ]},
    }})  # fmt: skip

    assert made == {
        "company": {
            "name": "Müller 有限公司", "version": 1, "owner": {"login": "anna"}, "parent": {"name": "Holding"},
            "emails": {"edges": [{
                "label": "work", "node": {"value": "info@xn--mller-kva.de", "raw": "Info@Müller.DE", "status": "VALID"},
            }]},
            "contacts": {"edges": [
                {"title": None, "node": {
                    "name": "Bo", "version": 1, "manager": None, "emails": {"nodes": []}, "phones": {"nodes": []},
                }},
                {"title": "经理", "node": {
                    "name": "王小明", "version": 1, "manager": {"name": "Eva"},
                    "emails": {"nodes": made["company"]["contacts"]["edges"][1]["node"]["emails"]["nodes"]},
                    "phones": {"nodes": [{"value": "+498921800", "status": "VALID"}]},
                }},
            ]},
        },
        "errors": [],
    }  # fmt: skip
    found = made["company"]["contacts"]["edges"][1]["node"]["emails"]["nodes"]
    assert sorted(each["value"] for each in found) == ["info@xn--mller-kva.de", "wang@example.com"]
    # The address that both use is one record.
    assert await write.rows(
        "MATCH (e:EmailAddress {value: 'info@xn--mller-kva.de'})<-[:HAS_EMAIL]-(p) RETURN count(p)"
    ) == [[2]]
    assert await write.rows("MATCH (c:Company {name: 'Müller 有限公司'}) RETURN c.ownerId") == [[owner]]


async def test_a_contact_point_is_shared_by_its_value(write: Write) -> None:
    first = await write.made("Company", name="One", emails=emails("Shared@example.com"))
    second = await write.made("Company", name="Two", emails=emails("shared@EXAMPLE.com"))

    rows = await write.rows(
        "MATCH (c:Company)-[:HAS_EMAIL]->(e {value: 'shared@example.com'}) WHERE c.id IN $p.ids "
        "RETURN count(DISTINCT e), count(c), max(e.version)", ids=[first, second],
    )  # fmt: skip
    assert rows == [[1, 2, 1]]


UPDATE = f"""mutation($id: ID!, $i: UpdateContactInput!) {{ updateContact(id: $id, input: $i) {{ contact {{
    version employers(orderBy: [{{name: ASC}}]) {{ nodes {{ name }} }} manager {{ name }} owner {{ login }}
    emails(orderBy: [{{value: ASC}}]) {{ nodes {{ value }} }} }} {ERRORS} }} }}"""


async def test_what_a_record_leads_to_is_connected_disconnected_and_replaced(write: Write) -> None:
    await write.made("User", login="ben", name="Ben")
    id = await write.made(
        "Contact", name="Li", emails=emails("a@example.com", "b@example.com"),
        employers={"create": [{"node": {"name": "Old employer"}}]},
        manager={"create": {"name": "Boss"}}, owner={"create": {"login": "li-owner", "name": "O"}},
    )  # fmt: skip
    before = {
        "version": 1, "employers": {"nodes": [{"name": "Old employer"}]}, "manager": {"name": "Boss"},
        "owner": {"login": "li-owner"},
        "emails": {"nodes": [{"value": "a@example.com"}, {"value": "b@example.com"}]},
    }  # fmt: skip

    unchanged = await write(UPDATE, {"id": id, "i": {"owner": {"connect": {"login": "li-owner"}}, "emails": {}}})
    changed = await write(UPDATE, {"id": id, "i": {
        "employers": {"create": [{"node": {"name": "Second employer"}}]},
        "manager": {"create": {"name": "New boss"}},
        "owner": {"connect": {"login": "ben"}},
        "emails": {"disconnect": [{"value": "A@example.com"}], "create": [{"node": {"value": "c@example.com"}}]},
    }})  # fmt: skip
    without = await write(UPDATE, {"id": id, "i": {"manager": {"disconnect": True}, "owner": {"disconnect": True}}})

    assert unchanged == {"contact": before, "errors": []}
    after = {
        "version": changed["contact"]["version"],
        "employers": {"nodes": [{"name": "Old employer"}, {"name": "Second employer"}]}, "manager": {"name": "New boss"},
        "owner": {"login": "ben"}, "emails": {"nodes": [{"value": "b@example.com"}, {"value": "c@example.com"}]},
    }  # fmt: skip
    assert changed == {"contact": after, "errors": []}
    assert without["contact"]["version"] > changed["contact"]["version"] > 1
    assert without["contact"] == {**after, "version": without["contact"]["version"], "manager": None, "owner": None}
    # The e-mail address itself stays, and so do those who were replaced.
    assert await write.rows("MATCH (e:EmailAddress {value: 'a@example.com'}) RETURN count(e)") == [[1]]
    assert await write.rows("MATCH (c:Contact {id: $p.id}) RETURN c.ownerId", id=id) == [[None]]


async def test_an_order_belongs_to_one_customer_from_whichever_side_it_is_connected(write: Write) -> None:
    customers = [
        await write.made("Customer", number=f"MOVE-{n}", company={"create": {"name": f"Mover {n}"}}) for n in (1, 2, 3)
    ]
    order = await write.made("Order", number="MOVED", status="DRAFT", customer={"connect": {"id": customers[0]}})
    who = "MATCH (o:Order {number: 'MOVED'})<-[:PLACED]-(c:Customer) RETURN c.number"
    found = [await write.rows(who)]

    await write(
        "mutation($id: ID!, $c: ID!) { updateOrder(id: $id, input: {customer: {connect: {id: $c}}}) { errors { code } } }",
        {"id": order, "c": customers[1]},
    )
    found.append(await write.rows(who))
    await write(
        'mutation($c: ID!) { updateCustomer(id: $c, input: {orders: {connect: [{number: "MOVED"}]}}) { errors { code } } }',
        {"c": customers[2]},
    )
    found.append(await write.rows(who))

    assert found == [[["MOVE-1"]], [["MOVE-2"]], [["MOVE-3"]]]


async def test_a_customer_moves_from_a_company_to_a_person_and_is_never_without_a_party(write: Write) -> None:
    id = await write.made("Customer", number="PARTY", company={"create": {"name": "Its company"}})
    person = await write.made("Contact", name="Its person")
    parties = "MATCH (c:Customer {number: 'PARTY'})-[:ACCOUNT_FOR]->(p) RETURN p.name"
    update = "mutation($id: ID!, $i: UpdateCustomerInput!) { updateCustomer(id: $id, input: $i) { errors { code message path } } }"
    never = {
        "code": "REQUIRED",
        "message": "A Customer always has exactly one company or contact; connect it to another instead.",
    }

    parted = await write(update, {"id": id, "i": {"company": {"disconnect": True}}})
    moved = await write(update, {"id": id, "i": {"contact": {"connect": {"id": person}}}})
    unlinked = await write(
        "mutation($a: ID!, $b: ID!) { unlinkContactCustomers(from: $a, to: $b) { errors { code message path } } }",
        {"a": person, "b": id},
    )
    both = await write(
        'mutation { createCustomer(input: {number: "BOTH", company: {create: {name: "A"}}, contact: {create: {name: "B"}}}) { customer { id } errors { code message path } } }'
    )
    neither = await write(
        'mutation { createCustomer(input: {number: "NONE"}) { customer { id } errors { code message path } } }'
    )

    assert parted == {"errors": [{**never, "path": ["input", "company", "disconnect"]}]}
    assert moved == {"errors": []}
    assert await write.rows(parties) == [["Its person"]]
    assert unlinked == {"errors": [{**never, "path": ["from"]}]}
    assert both == {"customer": None, "errors": [
        {"code": "INVALID", "path": ["input"], "message": "Give company or contact, and not both: a Customer has exactly one."}
    ]}  # fmt: skip
    assert neither == {"customer": None, "errors": [
        {"code": "REQUIRED", "path": ["input"], "message": "Give company or contact: a Customer always has exactly one."}
    ]}  # fmt: skip


async def test_the_lines_of_an_order_are_numbered(write: Write) -> None:
    product = await write.made("Product", sku="P-1", name="Product")
    line = {"quantity": 2, "unit": {"amount": "1.50", "currency": "USD"}, "product": {"connect": {"sku": "P-1"}}}
    id = await write.made(
        "Order", number="LINED", status="DRAFT", lines={"create": [line, {**line, "lineNo": 1}, line]}
    )
    update = "mutation($id: ID!, $i: UpdateOrderInput!) { updateOrder(id: $id, input: $i) { order { lines(orderBy: [{lineNo: ASC}]) { nodes { lineNo quantity net { amount } product { id } } } } errors { __typename code message path } } }"

    more = await write(update, {"id": id, "i": {"lines": {"create": [line, {**line, "quantity": 5}]}}})
    taken = await write(update, {"id": id, "i": {"lines": {"create": [{**line, "lineNo": 2}]}}})

    nodes = [
        {"lineNo": n, "quantity": 2.0, "net": {"amount": "3.00"}, "product": {"id": product}} for n in (1, 2, 3, 4)
    ]
    nodes.append({"lineNo": 5, "quantity": 5.0, "net": {"amount": "7.50"}, "product": {"id": product}})
    assert more == {"order": {"lines": {"nodes": nodes}}, "errors": []}
    assert taken == {"order": None, "errors": [{
        "__typename": "DuplicateError", "code": "DUPLICATE", "path": [],
        "message": "Another record has the same lineNo, which must be unique; nothing was written.",
    }]}  # fmt: skip
    rows = await write.rows(
        "MATCH (o:Order {id: $p.id})-[:HAS_LINE]->(l) RETURN l.key, l.lineNo ORDER BY l.lineNo", id=id
    )
    assert rows == [[f"{id}:{n}", n] for n in (1, 2, 3, 4, 5)]
    changes = await write.rows(
        "MATCH (l:LineItem {key: $p.key})<-[:OF_RECORD]-(c {operation: 'CREATE'}) RETURN c['new.lineNo'], c.properties",
        key=f"{id}:5",
    )
    assert changes == [[5, ["lineNo", "quantity", "unit", "unitCurrency", "unitBase", "net", "netCurrency", "netBase"]]]


async def test_a_field_that_leads_to_one_record_takes_one(write: Write) -> None:
    refused = await write(
        'mutation { createContact(input: {name: "X", manager: {create: {name: "A"}, disconnect: true}}) { contact { id } errors { code message path } } }'
    )

    assert refused == {"contact": None, "errors": [{
        "code": "INVALID", "path": ["input", "manager"],
        "message": "Give one of create and disconnect: manager leads to one record.",
    }]}  # fmt: skip


async def test_what_is_connected_twice_is_there_once(write: Write) -> None:
    product = await write.made("Product", sku="TWICE", name="Twice")

    id = await write.made(
        "Company", name="Supplier", suppliedProducts={"connect": [{"id": product}, {"id": product}, {"sku": "TWICE"}]}
    )

    assert await write.rows("MATCH (:Company {id: $p.id})-[s:SUPPLIES]->() RETURN count(s)", id=id) == [[1]]


async def test_a_replaced_owner_does_not_come_back_with_a_restored_user(write: Write) -> None:
    user = await write.made("User", login="leaver", name="Leaver")
    await write.made("User", login="stayer", name="Stayer")
    id = await write.made("Company", name="Handed over", owner={"connect": {"id": user}})
    await write("mutation($id: ID!) { deleteUser(id: $id) { deletedId } }", {"id": user})
    await write(
        'mutation($id: ID!) { updateCompany(id: $id, input: {owner: {connect: {login: "stayer"}}}) { errors { code } } }',
        {"id": id},
    )

    await write("mutation($id: ID!) { restoreUser(id: $id) { user { id } } }", {"id": user})

    assert await write.rows("MATCH (:Company {id: $p.id})-[:OWNED_BY]->(u) RETURN u.login", id=id) == [["stayer"]]
