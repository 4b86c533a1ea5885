"""A small trade that is changed at random, each time by one statement that also puts right what follows from it."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from graph.computed import parts_of, render_computed
from graph.database import Database
from graph.derived_clauses import Ids, derived_facts, touched
from graph.derived_orders import money_values
from graph.derived_people import owner_ids, owner_ids_of_users
from graph.ids import new_id
from graph.lookup import run
from graph.model import Model
from graph.money import Currencies, Rates
from schema.scalars import CURRENCY_CODES, exponent

RATES = Rates({
    "EUR": ((date(2024, 1, 1), Decimal("1.1")), (date(2025, 1, 1), Decimal("1.03456789"))),
    "JPY": ((date(2024, 6, 1), Decimal("0.0064")),),
})  # fmt: skip
CURRENCIES = Currencies("USD", exponent, RATES)

_STATUSES = ("DRAFT", "PLACED", "PAID", "FULFILLED", "CANCELLED")
_CODES = ("USD", "USD", "EUR", "JPY", "KWD")
_IDS = Ids("orders", "lines", "activities", "customers", "contacts", "users", "parties", accounts="customers")

_CHANGES = {
    "newOrders": """
        MATCH (customer:Customer {id: row.customer})
        CREATE (customer)-[:PLACED]->(order:Order) SET order = row.order
        WITH order, row UNWIND row.lines AS one
        MATCH (product:Product {id: one.product})
        CREATE (order)-[:HAS_LINE]->(line:LineItem)-[:OF_PRODUCT]->(product) SET line = one.line""",
    "sets": "MATCH (record:Order|LineItem|Activity {id: row.id}) SET record += row.change",
    "moves": """
        MATCH (order:Order {id: row.order})<-[edge:PLACED]-()
        MATCH (customer:Customer {id: row.customer})
        DELETE edge CREATE (customer)-[:PLACED]->(order)""",
    "swaps": """
        MATCH (line:LineItem {id: row.line})-[edge:OF_PRODUCT]->()
        MATCH (product:Product {id: row.product})
        DELETE edge CREATE (line)-[:OF_PRODUCT]->(product)""",
    "gone": """
        MATCH (record:Order|LineItem|User {id: row.id})
        SET record.formerLabels = labels(record)
        SET record:Deleted
        REMOVE record:Order REMOVE record:LineItem REMOVE record:User""",
    "back": """
        MATCH (record:Deleted {id: row.id})
        FOREACH (_ IN CASE WHEN 'Order' IN record.formerLabels THEN [1] ELSE [] END | SET record:Order)
        FOREACH (_ IN CASE WHEN 'LineItem' IN record.formerLabels THEN [1] ELSE [] END | SET record:LineItem)
        FOREACH (_ IN CASE WHEN 'User' IN record.formerLabels THEN [1] ELSE [] END | SET record:User)
        REMOVE record:Deleted""",
    "met": """
        MATCH (one:Contact|User {id: row.who})
        MATCH (activity:Activity {id: row.activity})
        CREATE (one)-[:PARTICIPATED_IN]->(activity)""",
    "left": "MATCH (:Contact|User {id: row.who})-[edge:PARTICIPATED_IN]->(:Activity {id: row.activity}) DELETE edge",
    "abouts": """
        MATCH (activity:Activity {id: row.activity})
        OPTIONAL MATCH (activity)-[edge:ABOUT]->()
        DELETE edge
        WITH DISTINCT activity, row
        MATCH (customer:Customer {id: row.customer})
        CREATE (activity)-[:ABOUT]->(customer)""",
    "owners": """
        MATCH (record:Order|Customer {id: row.id})
        OPTIONAL MATCH (record)-[edge:OWNED_BY]->()
        DELETE edge
        WITH DISTINCT record, row
        MATCH (user:User {id: row.user})
        CREATE (record)-[:OWNED_BY]->(user)""",
}  # fmt: skip


def statement(model: Model) -> str:
    lists = [*_IDS.names, "renamed"]
    lines = [f"WITH {', '.join(f'$p.ids.{one} AS {one}' for one in lists)}", *touched(_IDS, "before")]
    for kind, text in _CHANGES.items():
        lines.append(f"CALL () {{ UNWIND $p.{kind} AS row {text} RETURN count(*) AS done_{kind} }}")
    renaming = "\n".join(render_computed(model.nodes["Company"], "company"))
    lines.append(
        f"""CALL () {{ UNWIND $p.renamed AS row MATCH (company:Company {{id: row.id}}) SET company += row.change
        {renaming} RETURN count(*) AS done_renamed }}"""
    )
    lines += derived_facts(model, _IDS, "before", "$p.money")
    lines += [*owner_ids("Customer", "customers"), *owner_ids("Order", "orders"), *owner_ids_of_users(model, "users")]
    return "\n".join(["CYPHER 5", *lines, "RETURN derivedFacts"])


class Trade:
    """Knows the ids of everything, draws changes, and hands each over as one statement."""

    def __init__(self, database: Database, model: Model, seed: int) -> None:
        self.database, self.model = database, model
        self._random, self.text = random.Random(seed), statement(model)  # noqa: S311 - repeatable, and no secret
        self._money = money_values(CURRENCIES, CURRENCY_CODES)
        self.orders, self.lines = list[str](), list[str]()
        self.customers = [new_id("customer") for _ in range(4)]
        self.companies = [new_id("company") for _ in range(4)]
        self.products = [new_id("product") for _ in range(3)]
        self.users = [new_id("user") for _ in range(3)]
        self.contacts = [new_id("contact") for _ in range(3)]
        self.activities = [new_id("activity") for _ in range(4)]

    async def open(self) -> None:
        """Customers, products and people, and nothing between them yet."""
        rows: dict[str, list[dict[str, Any]]] = {
            "Product": [self._whole("Product", id, name=f"P {id[-3:]}", sku=id) for id in self.products],
            "User": [self._whole("User", id, name="Uma", login=id) for id in self.users],
            "Contact:Party": [self._whole("Contact", id, name="王芳") for id in self.contacts],
            "Company:Party": [self._whole("Company", id, name=f"Firma {id[-3:]}") for id in self.companies],
            "Customer": [self._whole("Customer", id, number=id, name="?") for id in self.customers],
            "Call:Activity": [self._whole("Call", id, at=self._instant(), status="PLANNED") for id in self.activities],
        }
        for labels, some in rows.items():
            text = f"UNWIND $p.rows AS row CREATE (record:{labels}) SET record = row"
            await self.database.run(text, p={"rows": some})
        await self.database.run(
            """UNWIND range(0, 3) AS at
            MATCH (customer:Customer {id: $p.customers[at]}) MATCH (company:Company {id: $p.companies[at]})
            CREATE (customer)-[:ACCOUNT_FOR]->(company)""",
            p={"customers": self.customers, "companies": self.companies},
        )
        met = [
            {"who": who, "activity": activity}
            for activity in self.activities
            for who in self._random.sample(self.users, 2) + self._random.sample(self.contacts, 2)
        ]
        done = [{"id": activity, "change": {"status": "DONE"}} for activity in self.activities[:2]]
        ids = {"customers": self.customers, "activities": self.activities}
        await self.write({"met": met, "sets": done, "ids": ids})

    def values(self, change: dict[str, Any]) -> dict[str, Any]:
        """All values of the statement, most of which are empty lists."""
        ids = {kind: change.get("ids", {}).get(kind, []) for kind in _IDS.names}
        return {**{kind: [] for kind in _CHANGES}, "renamed": [], **change, "money": self._money, "ids": ids}

    async def write(self, change: dict[str, Any]) -> None:

        async def work(transaction: Any) -> None:
            rows = await run(transaction, self.text, **self.values(change))
            assert rows == [[1]]

        await self.database.write_transaction(work)

    async def change(self) -> None:
        """One to four changes at once, in one statement."""
        change: dict[str, Any] = {"ids": {}}
        drawn = self._random.sample(sorted(self._draws), self._random.randint(1, 4))
        for kind in drawn:
            key, row, ids = self._draws[kind](self)
            if row is not None:
                change.setdefault(key, []).append(row)
                for name, found in ids.items():
                    # Nulls and what occurs twice are no harm.
                    change["ids"].setdefault(name, [None]).extend([found, found])
        await self.write(change)

    def order(self, customer: str) -> dict[str, Any]:
        """A new order; its customer is the one to tell of it."""
        order, any_ = new_id("order"), self._random
        lines = [self._line() for _ in range(any_.randint(0, 3))]
        self.orders.append(order)
        self.lines += [line["line"]["id"] for line in lines]
        whole = self._whole("Order", order, number=order, status=any_.choice(_STATUSES), **self._terms())
        return {"customer": customer, "order": whole, "lines": lines}

    def _line(self) -> dict[str, Any]:
        return {
            "product": self._random.choice(self.products),
            "line": {"id": new_id("line_item"), "version": 1, **self._price()},
        }

    def _price(self) -> dict[str, Any]:
        any_ = self._random
        found: dict[str, Any] = {"quantity": any_.choice([1.0, 2.5, 0.333, 12.0, any_.uniform(0, 100)])}
        if any_.random() < 0.9:
            found |= {"unit": any_.choice([1, 5, 25, 1999, 123_456]), "unitCurrency": any_.choice(_CODES)}
        if any_.random() < 0.5:
            found["discountPct"] = any_.choice([0.0, 12.5, 33.3, 50.0])
        return found

    def _terms(self) -> dict[str, Any]:
        any_ = self._random
        found: dict[str, Any] = {}
        if any_.random() < 0.9:
            found["placedAt"] = self._instant()
        if any_.random() < 0.3:
            found["fxRate"] = any_.choice([1.2345, 0.0071, 0.0])
        if any_.random() < 0.2:
            found |= {"total": 777, "totalCurrency": any_.choice(_CODES)}
        return found

    def _instant(self) -> datetime:
        return datetime(2023, 6, 1, tzinfo=UTC) + timedelta(days=self._random.randint(0, 900))

    def _whole(self, type_: str, id: str, **properties: Any) -> dict[str, Any]:
        whole = {"id": id, "version": 1, **properties}
        return whole | {name: value for name, value in self.model.nodes[type_].compute(whole).items() if value}

    def _any(self, ids: list[str]) -> str:
        return self._random.choice(ids) if ids else "order_0"

    def _draw_order(self) -> Any:
        row = self.order(self._any(self.customers))
        return "newOrders", row, {"orders": row["order"]["id"]}

    def _draw_status(self) -> Any:
        order = self._any(self.orders)
        return "sets", {"id": order, "change": {"status": self._random.choice(_STATUSES)}}, {"orders": order}

    def _draw_terms(self) -> Any:
        order, gone = (
            self._any(self.orders),
            dict.fromkeys(("placedAt", "fxRate", "total", "totalCurrency", "totalBase")),
        )
        return "sets", {"id": order, "change": {**gone, "totalDerived": None, **self._terms()}}, {"orders": order}

    def _draw_price(self) -> Any:
        line = self._any(self.lines)
        return "sets", {"id": line, "change": self._price()}, {"lines": line}

    def _draw_net(self) -> Any:
        line = self._any(self.lines)
        net = {"net": 4242, "netCurrency": self._random.choice(_CODES), "netBase": None, "netDerived": None}
        return "sets", {"id": line, "change": net}, {"lines": line}

    def _draw_move(self) -> Any:
        order = self._any(self.orders)
        return "moves", {"order": order, "customer": self._any(self.customers)}, {"orders": order}

    def _draw_swap(self) -> Any:
        line = self._any(self.lines)
        return "swaps", {"line": line, "product": self._any(self.products)}, {"lines": line}

    def _draw_gone(self) -> Any:
        kind, ids = self._random.choice([("orders", self.orders), ("lines", self.lines), ("users", self.users)])
        id = self._any(ids)
        return "gone", {"id": id}, {kind: id}

    def _draw_back(self) -> Any:
        kind, ids = self._random.choice([("orders", self.orders), ("lines", self.lines), ("users", self.users)])
        id = self._any(ids)
        return "back", {"id": id}, {kind: id}

    def _draw_done(self) -> Any:
        activity = self._any(self.activities)
        change = {"status": self._random.choice(["DONE", "DONE", "PLANNED"]), "at": self._instant()}
        return "sets", {"id": activity, "change": change}, {"activities": activity}

    def _draw_met(self) -> Any:
        activity, who = self._any(self.activities), self._any(self.users + self.contacts)
        kind = "contacts" if who in self.contacts else "users"
        return "met", {"who": who, "activity": activity}, {"activities": activity, kind: who}

    def _draw_left(self) -> Any:
        _, row, ids = self._draw_met()
        return "left", row, ids

    def _draw_about(self) -> Any:
        activity = self._any(self.activities)
        return "abouts", {"activity": activity, "customer": self._any(self.customers)}, {"activities": activity}

    def _draw_name(self) -> Any:
        company = self._any(self.companies)
        change = {"name": self._random.choice(["云间茶馆", "Müller GmbH", "A", "Ｂｏｂ"])}
        return (
            "renamed",
            {"id": company, "change": change, "computed": parts_of(self.model.nodes["Company"], change)},
            {"parties": company},
        )

    def _draw_owner(self) -> Any:
        kind, ids = self._random.choice([("orders", self.orders), ("customers", self.customers)])
        id = self._any(ids)
        return "owners", {"id": id, "user": self._any(self.users)}, {kind: id}

    _draws: ClassVar[dict[str, Callable[[Trade], Any]]] = {
        "order": _draw_order, "status": _draw_status, "terms": _draw_terms, "price": _draw_price, "net": _draw_net,
        "move": _draw_move, "swap": _draw_swap, "gone": _draw_gone, "back": _draw_back, "done": _draw_done,
        "met": _draw_met, "left": _draw_left, "about": _draw_about, "name": _draw_name, "owner": _draw_owner,
    }  # fmt: skip
