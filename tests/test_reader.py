"""A reader sees exactly what the predicates let through, in every position of a query; the rest is as if it were absent."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.conditions import NOTHING
from graph.reader import Reader
from tests.asking import Ask
from tests.dump import Dump, Record
from tests.oracle import Oracle
from tests.paging import Pages
from tests.questions import Listing, Where, filters, listings, root_field
from tests.readers import half_reader, seen_by_half


class Half:
    """A reader who may see half of the graph, and the graph as it is to that reader."""

    def __init__(self, graph: Dump) -> None:
        self.reader = half_reader(graph)
        self.graph = Oracle(graph, seen_by_half(graph))


@pytest.fixture(scope="module")
def half(awkward: Dump) -> Half:
    return Half(awkward)


def blind_to(*types: str) -> Reader:
    """A reader who sees everything but records of these types."""
    return Reader("user_0", dict.fromkeys(types, NOTHING))


# --- for any question -------------------------------------------------------------------------------------------------


# Rights make statements long, and Neo4j takes long to plan them; so there are fewer and simpler questions here.
@settings(max_examples=12)
@given(asked=filters(depth=2))
async def test_hidden_records_count_neither_for_nor_against_a_filter(
    ask: Ask, half: Half, asked: tuple[str, Where]
) -> None:
    name, where = asked
    field = f"{root_field(name)}(where: $where, first: 200)"

    query = f"query ($where: {name}Where) {{ found: {field} {{ totalCount nodes {{ id }} }} }}"
    data = await ask.data(query, {"where": where}, half.reader)

    expected = [{"id": each.record.id} for each in half.graph.all(half.graph.type_of(name), where)]
    assert data["found"] == {"totalCount": len(expected), "nodes": expected}


@settings(max_examples=12)
@given(listing=listings(), size=st.integers(2, 5))
async def test_hidden_records_have_no_part_in_lists_and_in_their_order(
    ask: Ask, half: Half, listing: Listing, size: int
) -> None:
    paged = await Pages(ask, half.graph.dump, listing, half.reader).all(size)

    assert paged == [each.key for each in listing.expected(half.graph)]


async def test_every_root_list_holds_and_counts_what_is_visible(ask: Ask, half: Half) -> None:
    names = [node.name for node in half.graph.dump.model.concrete]
    fields = [f"{name}: {root_field(name)}(first: 200) {{ totalCount nodes {{ id }} }}" for name in names]

    # Rights are long, and a statement of all of them would be too long.
    parts = [await ask.data(f"{{ {' '.join(fields[i::4])} }}", reader=half.reader) for i in range(4)]

    shown = {name: [node["id"] for node in found["nodes"]] for part in parts for name, found in part.items()}
    counts = {name: found["totalCount"] for part in parts for name, found in part.items()}
    expected = {name: [each.record.id for each in half.graph.all(half.graph.type_of(name))] for name in names}
    assert shown == expected
    assert counts == {name: len(ids) for name, ids in expected.items()}


# --- for each position ------------------------------------------------------------------------------------------------


async def test_a_hidden_record_is_null_by_its_id_without_an_error(awkward: Dump, ask: Ask) -> None:
    company, contact = first(awkward, "Company"), first(awkward, "Contact")
    query = """query ($company: ID!, $contact: ID!) {
        company(id: $company) { id } companyAsNode: node(id: $company) { id } companyAsParty: party(id: $company) { id }
        contact(id: $contact) { id } contactAsNode: node(id: $contact) { id } contactAsParty: party(id: $contact) { id }
    }"""

    body = await ask(query, {"company": company.id, "contact": contact.id}, blind_to("Company"))

    shown = {"id": contact.id}
    assert body == {
        "data": {
            "company": None, "companyAsNode": None, "companyAsParty": None,
            "contact": shown, "contactAsNode": shown, "contactAsParty": shown,
        }
    }  # fmt: skip


async def test_a_hidden_record_at_the_end_of_a_to_one_field_is_null(awkward: Dump, ask: Ask) -> None:
    owned = next(edge for edge in awkward.edges if edge.type == "OWNED_BY" and edge.start.type == "Customer")
    query = "query ($id: ID!) { customer(id: $id) { owner { id } createdBy { id } } }"

    seen = await ask.data(query, {"id": owned.start.id})
    unseen = await ask.data(query, {"id": owned.start.id}, blind_to("User"))

    assert seen["customer"]["owner"] == {"id": owned.end.id}
    assert unseen == {"customer": {"owner": None, "createdBy": None}}


async def test_an_abstract_list_leaves_out_the_hidden_members_alone(awkward: Dump, ask: Ask) -> None:
    query = "{ parties(first: 200) { totalCount nodes { id __typename } } }"

    data = await ask.data(query, reader=blind_to("Contact"))

    companies = [{"id": each.id, "__typename": "Company"} for each in awkward.of(awkward.model.nodes["Company"])]
    assert data == {"parties": {"totalCount": len(companies), "nodes": companies}}


async def test_a_path_leads_through_no_hidden_record(awkward: Dump, ask: Ask) -> None:
    # A customer's contacts are found through its party.
    query = "{ customers { nodes { contacts { totalCount } } } }"

    seen = await ask.data(query)
    unseen = await ask.data(query, reader=blind_to("Company"))

    graph, blind = Oracle(awkward), Oracle(awkward, lambda record: record.type != "Company")
    customer = graph.type_of("Customer")
    counts = [
        [{"contacts": {"totalCount": len(each.related(found.record, customer.relationships["contacts"]))}}
         for found in graph.all(customer)]
        for each in (graph, blind)
    ]  # fmt: skip
    assert [seen["customers"]["nodes"], unseen["customers"]["nodes"]] == counts
    assert counts[0] != counts[1]


async def test_a_chain_that_the_statement_starts_from_passes_no_hidden_record(awkward: Dump, ask: Ask) -> None:
    sold = next(edge for edge in awkward.edges if edge.type == "BOUGHT" and account_of(awkward, edge.start))
    query = """query ($sku: String) {
        parties(where: {customers: {some: {bought: {some: {sku: {eq: $sku}}}}}}) { totalCount }
    }"""
    variables = {"sku": sold.end.properties["sku"]}

    counts = [
        (await ask.data(query, variables, reader))["parties"]["totalCount"]
        for reader in (blind_to(), blind_to("Product"), blind_to("Customer"), blind_to("Contact", "Company"))
    ]

    assert counts[0] > 0
    assert counts[1:] == [0, 0, 0]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"contacts": {"some": {}}}, 0),
        ({"contacts": {"none": {}}}, 8),
        ({"contacts": {"all": {"name": {"eq": "nobody"}}}}, 8),
        ({"contacts": {"single": {}}}, 0),
        ({"not": {"contacts": {"some": {}}}}, 8),
        ({"owner": {}}, 0),
        ({"owner": None}, 8),
    ],
)
async def test_to_a_filter_hidden_records_are_absent(awkward: Dump, ask: Ask, where: Where, expected: int) -> None:
    query = "query ($where: CompanyWhere) { companies(where: $where) { totalCount } }"

    data = await ask.data(query, {"where": where}, blind_to("Contact", "User"))

    assert data == {"companies": {"totalCount": expected}}


def first(graph: Dump, name: str) -> Record:
    return graph.of(graph.model.nodes[name])[0]


def account_of(graph: Dump, customer: Record) -> bool:
    return any(edge.type == "ACCOUNT_FOR" for edge in graph.outgoing[customer])
