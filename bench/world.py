"""The data that is measured on: an invented trading company, made straight from the model and the same in every run.

At 1× it has about 100,000 nodes. Another factor multiplies every label and keeps every degree: a customer has as many
orders, a product as many buyers, whatever the size of the whole. What the engines are asked finds full pages: every
company has at least 10 people, every one of them at least 5 activities.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from typing import Any

from bench import words
from bench.batches import Batch, Edges, Records, in_batches
from graph.ids import id_for
from graph.model import Model

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIRST_DAY = datetime(2023, 1, 1, tzinfo=UTC)
SECONDS = int((NOW - FIRST_DAY).total_seconds())

# How many there are of what at 1×; the rest follows from these.
USERS, TEAMS, CATEGORIES, PRODUCTS, COMPANIES, PRIVATE = 20, 4, 20, 300, 660, 120

KINDS = ("Call", "Email", "Meeting", "Note", "Task")
STAGES = ("PROSPECT", "ACTIVE", "ACTIVE", "ACTIVE", "LOYAL", "LOYAL", "DORMANT", "CHURNED")
SIZES = ("1-9", "10-49", "50-249", "250-999", "1000+")


@dataclass(eq=False)
class World:
    """One world of a size; `batches` are all its records and relationships, in an order that can be written."""

    model: Model
    factor: float

    def owner(self, number: int, dice: Random) -> str:
        """Who owns a company and its customer: of every tenth the first user, of all others somebody else."""
        drawn = dice.choice(self.users[1:])
        return self.users[0] if number % 10 == 0 else drawn

    def count(self, at_one: int, least: int = 2) -> int:
        return max(least, round(at_one * self.factor))

    @cached_property
    def users(self) -> list[str]:
        return [self._id("User", number) for number in range(self.count(USERS))]

    @cached_property
    def products(self) -> list[str]:
        return [self._id("Product", number) for number in range(self.count(PRODUCTS, least=10))]

    @cached_property
    def prices(self) -> list[int]:
        dice = self._dice("prices")
        return [dice.randrange(200, 90_000) for _ in self.products]

    def batches(self) -> Iterator[Batch]:
        yield from self._ourselves()
        yield from self._catalogue()
        yield from in_batches(self._parties())
        yield from in_batches(self._commerce())
        yield from in_batches(self._activities())

    def _ourselves(self) -> Iterator[Batch]:
        teams = [self._id("Team", number) for number in range(self.count(TEAMS))]
        yield self._records("Team", [{"id": id_, "name": f"Team {number}"} for number, id_ in enumerate(teams)])
        users: list[dict[str, Any]] = [
            {
                "id": id_,
                "login": f"user{number}",
                "name": f"{words.GIVEN[number % 20]} {words.FAMILIES[number * 7 % 20]}",
                "active": True,
            }
            for number, id_ in enumerate(self.users)
        ]
        yield self._records("User", users)
        members = [[id_, teams[number % len(teams)], {}] for number, id_ in enumerate(self.users)]
        yield Edges("MEMBER_OF", "User", "Team", members)

    def _catalogue(self) -> Iterator[Batch]:
        dice = self._dice("catalogue")
        categories = [self._id("Category", number) for number in range(self.count(CATEGORIES))]
        rows: list[dict[str, Any]] = [
            {"id": id_, "code": f"CAT-{number:04}", "name": f"{words.GOODS[number % 15]} range {number}"}
            for number, id_ in enumerate(categories)
        ]
        yield self._records("Category", rows)
        rows = [
            {
                "id": id_,
                "sku": f"SKU-{number:06}",
                "name": f"{words.PLACES[number % 20]} {words.GOODS[number * 7 % 15]} {number}",
                **_money("price", price),
                "active": True,
                "sellable": dice.random() < 0.9,
            }
            for number, (id_, price) in enumerate(zip(self.products, self.prices, strict=True))
        ]
        yield from in_batches(iter([self._records("Product", rows)]))
        of = [[id_, categories[number % len(categories)], {}] for number, id_ in enumerate(self.products)]
        yield from in_batches(iter([Edges("IN_CATEGORY", "Product", "Category", of)]))

    @cached_property
    def companies(self) -> list[str]:
        return [self._id("Company", number) for number in range(self.count(COMPANIES, least=6))]

    @cached_property
    def staff(self) -> list[list[str]]:
        """The people who work at each company now."""
        dice = self._dice("staff")
        return [
            [self._id("Contact", f"{number}.{place}") for place in range(dice.randrange(10, 15))]
            for number in range(len(self.companies))
        ]

    @cached_property
    def private(self) -> list[str]:
        return [self._id("Contact", f"private {number}") for number in range(self.count(PRIVATE))]

    def _company_name(self, number: int) -> str:
        if number % 4 == 3:
            return f"{words.CITIES[number % 10]}{words.CHINESE_TRADES[number // 10 % 10]}{number}有限公司"
        return f"{words.PLACES[number * 7 % 20]} {words.TRADES[number // 3 % 15]} {number} Ltd"

    def _person_name(self, dice: Random) -> tuple[str, str, str]:
        if dice.random() < 0.25:
            family, given = (
                dice.choice(words.CHINESE_FAMILIES),
                dice.choice(words.CHINESE_GIVEN) + dice.choice(words.CHINESE_GIVEN),
            )
            return given, family, family + given
        given, family = dice.choice(words.GIVEN), dice.choice(words.FAMILIES)
        return given, family, f"{given} {family}"

    def _parties(self) -> Iterator[Batch]:
        dice = self._dice("parties")
        for number, company in enumerate(self.companies):
            owner = self.owner(number, dice)
            row = {
                "id": company,
                "name": self._company_name(number),
                "sizeBand": dice.choice(SIZES),
                "employees": dice.randrange(1, 5_000),
                "website": f"https://company{number}.example",
                "ownerId": owner,
            }
            yield self._records("Company", [row])
            yield Edges("OWNED_BY", "Company", "User", [[company, owner, {}]])
            people, jobs = [], []
            for place, contact in enumerate(self.staff[number]):
                given, family, name = self._person_name(dice)
                people.append({"id": contact, "name": name, "given": given, "family": family, "language": "en"})
                since = (FIRST_DAY + timedelta(days=dice.randrange(900))).date()
                jobs.append([contact, company, self._edge("Employment", contact, {"title": "Buyer", "since": since})])
                if dice.random() < 0.2:
                    # A job that is over, at another company.
                    earlier = self.companies[(number + 1 + dice.randrange(50)) % len(self.companies)]
                    spell = {"title": "Trainee", "since": since - timedelta(days=800), "until": since}
                    jobs.append([contact, earlier, self._edge("Employment", f"{contact} before", spell)])
                yield from self._reachable(contact, f"person{number}.{place}@company{number}.example")
            yield self._records("Contact", people)
            yield Edges("WORKS_AT", "Contact", "Company", jobs)
        for number, contact in enumerate(self.private):
            given, family, name = self._person_name(dice)
            yield self._records("Contact", [{"id": contact, "name": name, "given": given, "family": family}])
            yield from self._reachable(contact, f"private{number}@mail.example")

    def _reachable(self, contact: str, address: str) -> Iterator[Batch]:
        email = self._id("EmailAddress", address)
        yield self._records("EmailAddress", [{"id": email, "value": address, "raw": address, "status": "VALID"}])
        yield Edges(
            "HAS_EMAIL",
            "Contact",
            "EmailAddress",
            [[contact, email, self._edge("ContactPoint", email, {"label": "work"})]],
        )

    # --- what is sold to whom ---------------------------------------------------------------------------------------

    @cached_property
    def customers(self) -> list[str]:
        return [self._id("Customer", number) for number in range(len(self.companies) + len(self.private))]

    def _product(self, dice: Random) -> int:
        """Few products are bought by nearly all, most by some: alike in each part of the catalogue, however large."""
        part = min(PRODUCTS, len(self.products))
        popular = int(part * dice.random() ** 2)
        return (popular + part * dice.randrange(len(self.products) // part)) % len(self.products)

    def _commerce(self) -> Iterator[Batch]:
        dice = self._dice("commerce")
        for number, customer in enumerate(self.customers):
            is_company = number < len(self.companies)
            party = self.companies[number] if is_company else self.private[number - len(self.companies)]
            orders, bought = list[dict[str, Any]](), dict[str, dict[str, Any]]()
            lines, places, has, of = list[dict[str, Any]](), list[list[Any]](), list[list[Any]](), list[list[Any]]()
            for place in range(1 + int(18 * dice.random())):
                at = FIRST_DAY + timedelta(seconds=dice.randrange(SECONDS))
                order = id_for("order", f"{number}.{place}", at)
                total, seen = 0, set[str]()
                for line_no in range(1, 2 + int(6 * dice.random())):
                    product, quantity = self._product(dice), dice.randrange(1, 20)
                    net = quantity * self.prices[product]
                    line = id_for("line_item", f"{number}.{place}.{line_no}", at)
                    lines.append({"id": line, "lineNo": line_no, "key": f"{order}:{line_no}", "quantity": float(quantity), **_money("unit", self.prices[product]), **_money("net", net)})  # fmt: skip
                    has.append([order, line, {}])
                    of.append([line, self.products[product], {}])
                    total += net
                    _buy(
                        bought.setdefault(self.products[product], {}),
                        at,
                        quantity,
                        net,
                        self.products[product] not in seen,
                    )
                    seen.add(self.products[product])
                orders.append({"id": order, "number": f"O-{number:06}-{place:03}", "status": "FULFILLED", "placedAt": _text(at), **_money("total", total), "fxRate": 1.0, "channel": "web"})  # fmt: skip
                places.append([customer, order, {}])
            owner = self.owner(number, dice)
            row = {
                "id": customer,
                "number": f"C-{number:06}",
                "name": self._company_name(number) if is_company else f"Private customer {number}",
                "lifecycleStage": STAGES[number % len(STAGES)],
                "valueTier": dice.choice(("HIGH", "MEDIUM", "LOW")),
                "currency": "USD",
                **_money("revenue", sum(order["total"] for order in orders)),
                "orderCount": len(orders),
                "ownerId": owner,
            }
            yield self._records("Customer", [row])
            yield Edges("OWNED_BY", "Customer", "User", [[customer, owner, {}]])
            yield Edges("ACCOUNT_FOR", "Customer", "Party", [[customer, party, {}]])
            yield self._records("Order", orders, ("placedAt",))
            yield Edges("PLACED", "Customer", "Order", places)
            yield self._records("LineItem", lines)
            yield Edges("HAS_LINE", "Order", "LineItem", has)
            yield Edges("OF_PRODUCT", "LineItem", "Product", of)
            purchases = [
                [customer, product, self._edge("Purchase", f"{customer}{product}", {**facts, **_money("revenue", facts["revenue"])})]
                for product, facts in bought.items()
            ]  # fmt: skip
            yield Edges("BOUGHT", "Customer", "Product", purchases, ("firstAt", "lastAt"))

    # --- what happened ----------------------------------------------------------------------------------------------

    def _activities(self) -> Iterator[Batch]:
        dice = self._dice("activities")
        people = [(contact, self.customers[number]) for number, staff in enumerate(self.staff) for contact in staff]
        for number, (contact, customer) in enumerate(people):
            for place in range(dice.randrange(5, 8)):
                at = FIRST_DAY + timedelta(seconds=dice.randrange(SECONDS))
                activity = id_for("activity", f"{number}.{place}", at)
                row = {
                    "id": activity,
                    "at": _text(at),
                    "subject": f"{dice.choice(words.SUBJECTS)} {number}",
                    "status": "DONE",
                    "direction": dice.choice(("INBOUND", "OUTBOUND")),
                }
                yield self._records(dice.choice(KINDS), [row], ("at",))
                yield Edges("ABOUT", "Activity", "Customer", [[activity, customer, {}]])
                part = self._edge("Participation", activity, {"role": "CUSTOMER", "status": "ATTENDED"})
                yield Edges("PARTICIPATED_IN", "Contact", "Activity", [[contact, activity, part]])

    def _dice(self, what: str) -> Random:
        return Random(what)  # noqa: S311 - it keeps no secret, and is to be the same every time.

    def _id(self, type_: str, number: int | str) -> str:
        return id_for(self.model.nodes[type_].id_prefix, f"{type_} {number}", FIRST_DAY)

    def _edge(self, type_: str, key: str, values: Mapping[str, Any]) -> dict[str, Any]:
        return {"id": id_for(type_.lower(), key, FIRST_DAY), "version": 1, **values}

    def _records(self, type_: str, rows: list[dict[str, Any]], instants: tuple[str, ...] = ()) -> Records:
        node = self.model.nodes[type_]
        complete = [
            {**row, "version": 1, **{name: value for name, value in node.compute(row).items() if value is not None}}
            for row in rows
        ]
        return Records(type_, node.labels, complete, instants)


def _money(name: str, minor: int) -> dict[str, Any]:
    return {name: minor, f"{name}Currency": "USD", f"{name}Base": minor}


def _buy(facts: dict[str, Any], at: datetime, quantity: int, net: int, is_new_order: bool) -> None:
    """Add one line to everything that a customer bought of a product."""
    facts["orders"] = facts.get("orders", 0) + is_new_order
    facts["quantity"] = facts.get("quantity", 0.0) + quantity
    facts["revenue"] = facts.get("revenue", 0) + net
    facts["firstAt"] = min(facts.get("firstAt", "9"), _text(at))
    facts["lastAt"] = max(facts.get("lastAt", "0"), _text(at))


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
