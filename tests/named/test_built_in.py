"""The eight named queries that come with the server answer what they say, start from an index, and obey the reader."""

from __future__ import annotations

from typing import Any

import pytest

from graph.conditions import Compare, Operator, Quantifier, Related
from graph.database import Database
from graph.errors import Forbidden
from graph.reader import ADMINISTRATOR, Reader, ReaderValue
from resolvers.answer import Answerer
from resolvers.api import API
from resolvers.question import Question
from tests.asking import Ask, declared_api
from tests.named.network import hold_network, record_id
from web.queries import load_queries
from web.settings import Settings

_VARIABLES = {"user": record_id("user", 1), "contact": record_id("contact", 3), "company": record_id("company", 3)}

# Each case: a query, and its whole answer on the network.
CASES = [
    (
        '{contactsAtCompaniesThatBought(skus: ["TEA"], orderBy: [{name: ASC}]) {totalCount nodes {name}}}',
        {"contactsAtCompaniesThatBought": {"totalCount": 4, "nodes": [{"name": name} for name in ("Bo", "Cleo", "Dan", "Eve")]}},
    ),
    (
        '{contactsAtCompaniesThatBought(skus: ["TEA", "CUP"], since: "2025-02-01T00:00:00+00:00", first: 1, orderBy: [{name: DESC}], '
        'where: {name: {ne: "Eve"}}) {totalCount pageInfo {hasNextPage} nodes {name}}}',
        {"contactsAtCompaniesThatBought": {"totalCount": 2, "pageInfo": {"hasNextPage": True}, "nodes": [{"name": "Dan"}]}},
    ),
    (
        '{products(where: {sku: {eq: "TEA"}}) {nodes {alsoBought(minTogether: 1) {product {name} together support confidence lift}}}}',
        {"products": {"nodes": [{"alsoBought": [
            {"product": {"name": "Pot"}, "together": 2, "support": 0.5, "confidence": 2 / 3, "lift": 4 / 3},
            {"product": {"name": "Cup"}, "together": 1, "support": 0.25, "confidence": 1 / 3, "lift": 2 / 3},
        ]}]}},
    ),
    (
        "query ($user: ID!, $contact: ID!) {introductionPath(userId: $user, contactId: $contact) {via strength through "
        "{__typename ... on User {name} ... on Party {name}}}}",
        {"introductionPath": [{
            "via": ["TOUCHED", "KNOWS", "WORKS_AT", "WORKS_AT"],
            "strength": pytest.approx(0.5 * 0.8 * 0.2 * 0.6),
            "through": [
                {"__typename": "User", "name": "Ann"}, {"__typename": "Contact", "name": "Bo"},
                {"__typename": "Contact", "name": "Cleo"}, {"__typename": "Company", "name": "Core"},
                {"__typename": "Contact", "name": "Dan"},
            ],
        }]},
    ),
    (
        '{companies(where: {name: {eq: "Acme"}}) {nodes {similarCompanies {company {name} sharedProducts jaccard score}}}}',
        {"companies": {"nodes": [{"similarCompanies": [
            {"company": {"name": "Bolt"}, "sharedProducts": 2, "jaccard": 2 / 3, "score": pytest.approx(0.8 * 2 / 3 + 0.2)},
            {"company": {"name": "Core"}, "sharedProducts": 1, "jaccard": 0.5, "score": pytest.approx(0.4)},
        ]}]}},
    ),
    (
        '{untouchedCustomers(since: "2025-01-01T00:00:00Z", orderBy: [{number: ASC}]) {totalCount nodes {number}}}',
        {"untouchedCustomers": {"totalCount": 1, "nodes": [{"number": "C2"}]}},
    ),
    (
        '{untouchedCustomers(stages: [CHURNED, ACTIVE], since: "2025-04-01T00:00:00Z", orderBy: [{number: ASC}]) {nodes {number}}}',
        {"untouchedCustomers": {"nodes": [{"number": "C1"}, {"number": "C2"}, {"number": "C4"}]}},
    ),
    (
        "query ($company: ID!) {company(id: $company) {keyInfluencers {contact {name} title influences weight referrals span}}}",
        {"company": {"keyInfluencers": [
            {"contact": {"name": "Eve"}, "title": "Clerk", "influences": 2, "weight": pytest.approx(1.9), "referrals": 0, "span": 1},
            {"contact": {"name": "Dan"}, "title": "Chief", "influences": 0, "weight": 0.0, "referrals": 0, "span": 2},
        ]}},
    ),
    (
        '{contacts(where: {name: {eq: "Bo"}}) {nodes {referralTree {depth party {name} referrer {name} customer {number}}}}}',
        {"contacts": {"nodes": [{"referralTree": [
            {"depth": 1, "party": {"name": "Gus"}, "referrer": {"name": "Bo"}, "customer": None},
            {"depth": 2, "party": {"name": "Dune"}, "referrer": {"name": "Gus"}, "customer": {"number": "C4"}},
            {"depth": 2, "party": {"name": "Hana"}, "referrer": {"name": "Gus"}, "customer": None},
        ]}]}},
    ),
    (
        '{customers(where: {number: {eq: "C1"}}) {nodes {buyingJourney {at kind record {__typename ... on Order {number}}}}}}',
        {"customers": {"nodes": [{"buyingJourney": [
            {"at": "2025-03-01T00:00:00Z", "kind": "CALL", "record": {"__typename": "Call"}},
            {"at": "2025-02-01T00:00:00Z", "kind": "ORDER", "record": {"__typename": "Order", "number": "O1"}},
        ]}]}},
    ),
    (
        '{customers(where: {number: {eq: "C1"}}) {nodes {buyingJourney(before: "2025-03-01T00:00:00Z", limit: 1) {kind}}}}',
        {"customers": {"nodes": [{"buyingJourney": [{"kind": "ORDER"}]}]}},
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
async def named(database: Database, api: API) -> Ask:
    await hold_network(database, api.model)
    queries = await load_queries(declared_api(), Settings(), database)
    assert queries.errors == ()
    assert queries.warnings == ()
    return Ask(Answerer(queries.api, database))


@pytest.mark.parametrize(("query", "expected"), CASES, ids=range(len(CASES)))
async def test_a_built_in_query_answers_what_it_says(named: Ask, query: str, expected: dict[str, Any]) -> None:
    declared = {name: value for name, value in _VARIABLES.items() if f"${name}" in query}

    assert await named.data(query, declared) == expected


@pytest.mark.parametrize(("query", "expected"), CASES, ids=range(len(CASES)))
async def test_a_built_in_query_scans_no_label_where_an_index_serves(
    named: Ask, database: Database, query: str, expected: dict[str, Any]
) -> None:
    declared = {name: value for name, value in _VARIABLES.items() if f"${name}" in query}
    statement = named.answerer.prepare(Question(query, None, declared), ADMINISTRATOR).bind()
    assert statement

    operators = _operators(await database.plan(statement))

    # alsoBought counts all customers, which the count store knows; whatever else is found is found by an index.
    assert [
        each for each in operators if each.startswith(("NodeByLabelScan", "AllNodesScan", "UnionNodeByLabels"))
    ] == []


def _operators(plan: dict[str, Any]) -> list[str]:
    return [str(plan["operatorType"]), *(each for child in plan.get("children", ()) for each in _operators(child))]


def _half(api: API) -> Reader:
    """A reader who sees the customers of Ann, their companies, and of contacts everything."""
    customer, company = api.model.nodes["Customer"], api.model.nodes["Company"]
    own = Compare(customer.properties["ownerId"], Operator.IN, ReaderValue("owners"))
    through = Related(company.relationships["customers"], customer, Quantifier.SOME, own)
    return Reader(
        record_id("user", 1), {"Customer": own, "Company": through}, values={"owners": [record_id("user", 1)]}
    )


async def test_a_reader_of_half_the_graph_gets_answers_of_that_half(named: Ask, api: API) -> None:
    query = """
        query ($user: ID!, $contact: ID!) {
          contactsAtCompaniesThatBought(skus: ["TEA"], orderBy: [{name: ASC}]) {totalCount nodes {name}}
          products(where: {sku: {eq: "TEA"}}) {nodes {alsoBought(minTogether: 1) {product {name} together support}}}
          introductionPath(userId: $user, contactId: $contact) {via}
          companies(where: {name: {eq: "Acme"}}) {nodes {similarCompanies {company {name}}}}
          untouchedCustomers(stages: [ACTIVE, CHURNED, LOYAL], since: "2026-01-01T00:00:00Z", orderBy: [{number: ASC}])
            {nodes {number}}
          contacts(where: {name: {eq: "Bo"}}) {nodes {referralTree {party {name}}}}
        }
    """

    found = await named.data(query, {name: _VARIABLES[name] for name in ("user", "contact")}, _half(api))

    assert found == {
        "contactsAtCompaniesThatBought": {"totalCount": 2, "nodes": [{"name": "Bo"}, {"name": "Cleo"}]},
        "products": {"nodes": [{"alsoBought": [
            {"product": {"name": "Pot"}, "together": 2, "support": 1.0}, {"product": {"name": "Cup"}, "together": 1, "support": 0.5},
        ]}]},
        "introductionPath": [],
        "companies": {"nodes": [{"similarCompanies": [{"company": {"name": "Bolt"}}]}]},
        "untouchedCustomers": {"nodes": [{"number": "C1"}, {"number": "C2"}]},
        "contacts": {"nodes": [{"referralTree": [{"party": {"name": "Gus"}}, {"party": {"name": "Hana"}}]}]},
    }  # fmt: skip


async def test_named_queries_compose_with_everything_else_in_one_statement(named: Ask) -> None:
    found = await named.data(
        '{a: contactsAtCompaniesThatBought(skus: ["CUP"]) {nodes {name employers {nodes {name similarCompanies(limit: 1) '
        '{company {name keyInfluencers(limit: 1) {contact {name}}}}}}}} b: contactsAtCompaniesThatBought(skus: ["POT"]) '
        "{totalCount} companies(first: 1) {nodes {name}}}"
    )

    assert found == {
        "a": {"nodes": [{"name": "Cleo", "employers": {"nodes": [{"name": "Bolt", "similarCompanies": [
            {"company": {"name": "Acme", "keyInfluencers": [{"contact": {"name": "Bo"}}]}},
        ]}]}}]},
        "b": {"totalCount": 2},
        "companies": {"nodes": [{"name": "Acme"}]},
    }  # fmt: skip


@pytest.mark.parametrize("limit", ["-1", "1001", "null"])
async def test_a_limit_out_of_bounds_is_refused(named: Ask, limit: str) -> None:
    body = await named(f"{{companies {{nodes {{similarCompanies(limit: {limit}) {{score}}}}}}}}")

    sentence = f"similarCompanies.limit is {limit}; ask for 0 to 1000."
    assert body == {"errors": [{"message": sentence, "extensions": {"code": "BAD_USER_INPUT"}}]}


async def test_an_unguarded_query_is_for_those_who_see_everything_it_reads(
    database: Database, api: API, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("queries")
    (folder / "far.cypher").write_text(
        '/* extend type Query { "Customers." far: [String!]! @unguarded(reason: "counts alone") } */\n'
        "MATCH (c:Customer)-[:BOUGHT*1..2]-(o:Customer) RETURN DISTINCT c.number AS value ORDER BY value",
        encoding="utf-8",
    )
    (folder / "some.cypher").write_text(
        '/* extend type Query { "For analysts." some: Int! @requires(role: ANALYST) } */ RETURN 1 AS value',
        encoding="utf-8",
    )
    queries = await load_queries(declared_api(), Settings(queries=str(folder)), database)
    ask = Ask(Answerer(queries.api, database))

    assert queries.errors == ()
    assert await ask.data("{far some}") == {"far": ["C1", "C2", "C3", "C4"], "some": 1}
    for field in ("far", "some"):
        (error,) = (await ask(f"{{{field}}}", None, _half(api)))["errors"]
        assert error["extensions"] == {"code": Forbidden.code}
    analyst = Reader("user", roles=frozenset({"ANALYST"}))
    assert await ask.data("{some}", None, analyst) == {"some": 1}
