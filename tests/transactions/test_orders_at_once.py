"""What follows from orders is right, whoever writes them at the same time."""

from __future__ import annotations

import asyncio

from graph.address import Address
from graph.database import Database, Patience
from graph.derived import recount
from graph.money import Currencies
from graph.numbers import Numbers
from graph.reader import ADMINISTRATOR
from resolvers.answer import Answerer
from resolvers.api import API
from resolvers.question import Question
from schema.scalars import exponent
from tests.transactions.client import Client

CLIENTS, CUSTOMERS, TURNS = 8, 4, 4

CUSTOMER = """mutation($n: String!) {
  createCustomer(input: {company: {create: {name: $n}}}) { customer { id } errors { code message path } }
}"""
PRODUCT = 'mutation($s: String!) { createProduct(input: {sku: $s, name: "茶"}) { product { id } errors { code message path } } }'
ORDER = """mutation($c: ID!, $p: ID!, $q: Float!) {
  createOrder(input: {
    status: PLACED, placedAt: "2026-01-02T03:04:05Z", customer: {connect: {id: $c}},
    lines: {create: [{quantity: $q, unit: {amount: "2.50", currency: "USD"}, product: {connect: {id: $p}}}]}
  }) { order { id } errors { code message path } }
}"""
CANCEL = "mutation($o: ID!) { updateOrder(id: $o, input: {status: CANCELLED}) { errors { code } } }"


async def test_eight_clients_order_for_four_customers_at_once(
    client: Client, database: Database, declared: API, neo4j_address: Address
) -> None:
    patient = Database(neo4j_address, Patience(statement=120.0, retry=60.0))
    answerer = Answerer(declared, patient, "USD", Numbers(patient).next)

    async def ask(text: str, **variables: object) -> str:
        answer = await answerer.answer(Question(text, None, variables), ADMINISTRATOR)
        assert answer.errors == []
        assert answer.data is not None
        (payload,) = answer.data.values()
        assert payload["errors"] == []
        (record,) = [each for name, each in payload.items() if name != "errors"] or [{"id": ""}]
        return str(record["id"])

    customers = [await ask(CUSTOMER, n=f"Customer {number}") for number in range(CUSTOMERS)]
    products = [await ask(PRODUCT, s=f"tea-{number}") for number in range(3)]

    async def order(number: int) -> None:
        for turn in range(TURNS):
            made = await ask(ORDER, c=customers[(number + turn) % CUSTOMERS], p=products[turn % 3], q=float(number + 1))
            if turn == 0 and number % 2:
                await ask(CANCEL, o=made)

    await asyncio.gather(*(order(number) for number in range(CLIENTS)))
    await patient.close()

    assert [str(each) for each in await recount(database, declared.model, Currencies("USD", exponent))] == []
    rows = await database.run("CYPHER 5 MATCH (c:Customer) RETURN sum(c.orderCount), sum(c.revenue)")
    counted = CLIENTS * TURNS - CLIENTS // 2
    every = sum(TURNS * (number + 1) for number in range(CLIENTS)) - sum(n + 1 for n in range(CLIENTS) if n % 2)
    assert rows == [[counted, every * 250]]
