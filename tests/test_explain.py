"""What `guanxi explain` prints is what happens: the plan in words, and where Neo4j starts to read."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph.address import Address
from graph.database import Database
from graph.description import describe
from graph.reader import ADMINISTRATOR, Reader
from resolvers.question import Question
from tests.asking import Ask

GOLDEN = Path(__file__).parent / "golden"
ROOT = Path(__file__).parents[1]

HEADLINE = """
contacts: all Contact records
  where employers some (customers some (bought some (name eq $name)))
  page, with one record more than asked for
  count
  row name
  employers: Company records along -[:WORKS_AT]-> when until is absent
    page, with one record more than asked for
    row name
"""

MEMBERS = """
visits: all Visit records
  page, with one record more than asked for
  about: Subject records along -[:ABOUT]->
    page, with one record more than asked for
    count
    row its type, number, sku
    owner: User record along -[:OWNED_BY]->, of Customer records alone
      row login
"""

ORDERS = """
orders: all Order records
  order by customer.owner.manager.sortKey descending, absent ones last, number ascending, absent ones last
  no index is in the order of customer.owner.manager.sortKey: whatever matches is read and sorted for every page
  page, with one record more than asked for
  row number
  customer: Customer record along <-[:PLACED]-
    owner: User record along -[:OWNED_BY]->
      manager: User record along -[:REPORTS_TO]->
        row name
"""

FILTERS = """
products: all Product records
  where (category some (code eq $code) or category some (code eq $code)) and not (priceBase gt $priceBase) and not (sku eq $sku)
  order by sku ascending, absent ones last
  page, with one record more than asked for
  count
  row sku
"""

SUMMARY = """
orders: all Order records
  where status in $status
  page, with one record more than asked for
  of all count, sum of totalBase
  by status: count, with one group more than asked for
  by placedAt by year: count, with one group more than asked for
  row number
"""

GROUPS = """
orders: all Order records
  page, with one record more than asked for
  of all count
  by owner.id, owner.name: count, with one group more than asked for
    user: the User record in the column key
      row login
"""


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("anchors/the_headline_question_starts_from_the_product", HEADLINE),
        ("unions/an_activity_is_about_records_of_several_types", MEMBERS),
        ("orders/by_a_chain_of_to_one_records", ORDERS),
        ("filters/and_or_not_nest", FILTERS),
        ("aggregates/several_questions_match_the_set_once", SUMMARY),
        ("aggregates/a_hidden_record_is_no_key", GROUPS),
    ],
)
def test_a_plan_is_told_in_words_without_its_values(ask: Ask, case: str, words: str) -> None:
    question = Question((GOLDEN / f"{case}.graphql").read_text(encoding="utf-8"))

    prepared = ask.answerer.prepare(question, ADMINISTRATOR)

    assert describe(prepared.plan.operation) == words.strip()


@pytest.mark.usefixtures("trading")
async def test_the_headline_question_is_read_from_the_product_by_its_index(ask: Ask, database: Database) -> None:
    case = GOLDEN / "anchors" / "the_headline_question_starts_from_the_product.graphql"
    statement = ask.answerer.prepare(Question(case.read_text(encoding="utf-8")), ADMINISTRATOR).bind()
    assert statement is not None

    plan = await database.plan(statement, profile=True)

    # The page and the count each start from the product; what is read below a record starts from the record.
    starts = [(name, details) for name, details in _leaves(plan) if name != "Argument"]
    assert [name for name, _ in starts] == ["NodeIndexSeek", "NodeIndexSeek"]
    assert all("Product(name" in details for _, details in starts)


QUERY = "{products(orderBy: {sku: ASC}, first: 2) {nodes {sku}}}"


@pytest.mark.usefixtures("trading")
async def test_an_answer_tells_how_it_came_about_to_those_who_may_know(ask: Ask) -> None:
    question = Question(QUERY, wants_explanation=True)

    answer = await ask.answerer.answer(question, ADMINISTRATOR)
    refused = await ask.answerer.answer(question, Reader(user_id="user_1"))

    explained = answer.body()["extensions"]["explain"]
    assert explained["plan"][0] == "products: all Product records"
    assert explained["statement"][0] == "CYPHER 5"
    assert explained["databaseHits"] == sum(each["hits"] for each in explained["operators"]) > 0
    assert "NodeIndexScan" in {each["name"] for each in explained["operators"]}
    assert answer.data == (await ask(QUERY))["data"]
    assert (refused.code, refused.data) == ("FORBIDDEN", None)


def test_a_request_asks_for_it_in_its_extensions(server_url: str) -> None:
    def ask(explain: object) -> dict[str, Any]:
        body = {"query": QUERY, "extensions": {"explain": explain}}
        found: dict[str, Any] = httpx.post(f"{server_url}/graphql", json=body, timeout=120).json()
        return found

    assert ask(True)["extensions"]["explain"]["statement"][0] == "CYPHER 5"
    assert "extensions" not in ask(False)
    assert ask("yes")["errors"][0]["message"] == '"extensions.explain" must be true or false.'


@pytest.mark.usefixtures("trading")
def test_the_command_profiles(neo4j_address: Address, tmp_path: Path) -> None:
    document = tmp_path / "products.graphql"
    document.write_text(QUERY, encoding="utf-8")
    own = {
        "NEO4J_URI": neo4j_address.uri, "NEO4J_USER": neo4j_address.user, "NEO4J_PASSWORD": neo4j_address.password,
    }  # fmt: skip

    done = subprocess.run(
        [str(ROOT / "bin" / "guanxi"), "explain", str(document), "--profile"],
        capture_output=True, text=True, env={**os.environ, **own}, timeout=240, check=True,
    )  # fmt: skip

    plan, statement, operators = done.stdout.split("\n\n")
    assert plan.startswith("products: all Product records")
    assert statement.startswith("CYPHER 5")
    assert "NodeIndexScan" in operators
    assert operators.strip().endswith("database hits in all")


def _leaves(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not plan.get("children"):
        yield str(plan["operatorType"]).split("@")[0], str(plan["args"].get("Details", ""))
    for child in plan.get("children", ()):
        yield from _leaves(child)
