"""The peer's schema: types with resolvers, the root fields each with a statement of its own."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any, TypeVar

import strawberry
from strawberry.types import Info

from bench.plain.loaders import Loaders, Row

Asked = Info[dict[str, Any], None]
T = TypeVar("T")


def loaders(info: Asked) -> Loaders:
    found: Loaders = info.context["loaders"]
    return found


def made(type_: type[T], row: Row | None) -> T | None:
    """An object of a type from a row that has some of its fields."""
    return None if row is None else many(type_, [row])[0]


def many(type_: type[T], rows: list[Row]) -> list[T]:
    names = constructor(type_)  # type: ignore[arg-type]  # Types are hashable; mypy knows it of no type[T].
    return [type_(**{name: row.get(key) for name, key in names}) for row in rows]


@cache
def constructor(type_: type) -> tuple[tuple[str, str], ...]:
    """What a type's constructor takes, and what that is called in a row; fields with resolvers are not among it."""
    return tuple((each.name, _camel(each.name)) for each in fields(type_) if each.init)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


@strawberry.type
class User:
    id: strawberry.ID
    name: str | None = None
    login: str | None = None


@strawberry.type
class Product:
    id: strawberry.ID
    name: str | None = None
    sku: str | None = None


@strawberry.type
class Category:
    id: strawberry.ID
    code: str | None = None
    name: str | None = None


@strawberry.type
class Activity:
    id: strawberry.ID
    at: str | None = None
    subject: str | None = None


@strawberry.type
class EmailAddress:
    id: strawberry.ID
    value: str | None = None


@strawberry.type
class Contact:
    id: strawberry.ID
    name: str | None = None

    @strawberry.field
    async def activities(self, info: Asked, first: int = 25) -> list[Activity]:
        return many(Activity, await loaders(info).many("Contact.activities", self.id, first))

    @strawberry.field
    async def emails(self, info: Asked, first: int = 25) -> list[EmailAddress]:
        return many(EmailAddress, await loaders(info).many("Contact.emails", self.id, first))

    @strawberry.field
    async def employers(self, info: Asked, first: int = 25) -> list[Company]:
        return many(Company, await loaders(info).many("Contact.employers", self.id, first))


@strawberry.type
class Company:
    id: strawberry.ID
    name: str | None = None
    size_band: str | None = None
    employees: int | None = None

    @strawberry.field
    async def contacts(self, info: Asked, first: int = 25) -> list[Contact]:
        return many(Contact, await loaders(info).many("Company.contacts", self.id, first))


@strawberry.type
class Customer:
    id: strawberry.ID
    number: str | None = None
    name: str | None = None
    lifecycle_stage: str | None = None
    order_count: int | None = None

    @strawberry.field
    async def owner(self, info: Asked) -> User | None:
        return made(User, await loaders(info).one("Customer.owner", self.id))


@strawberry.type
class LineItem:
    id: strawberry.ID
    line_no: int | None = None
    quantity: float | None = None

    @strawberry.field
    async def product(self, info: Asked) -> Product | None:
        return made(Product, await loaders(info).one("LineItem.product", self.id))


@strawberry.type
class Order:
    id: strawberry.ID
    number: str | None = None
    placed_at: str | None = None
    status: str | None = None

    @strawberry.field
    async def customer(self, info: Asked) -> Customer | None:
        return made(Customer, await loaders(info).one("Order.customer", self.id))

    @strawberry.field
    async def lines(self, info: Asked, first: int = 25) -> list[LineItem]:
        return many(LineItem, await loaders(info).many("Order.lines", self.id, first))


@strawberry.type
class CustomerPage:
    total_count: int
    has_next: bool
    items: list[Customer]


@strawberry.type
class ActivityPage:
    has_next: bool
    items: list[Activity]


@strawberry.type
class CategorySales:
    category: str
    lines: int
    quantity: float


async def by_id(info: Asked, type_: type[T], text: str, id_: str) -> T | None:
    rows = await loaders(info).database.read(text, id=id_)
    return made(type_, rows[0]["row"] if rows else None)


async def listed(info: Asked, type_: type[T], text: str, **parameters: Any) -> list[T]:
    return many(type_, [row["row"] for row in await loaders(info).database.read(text, **parameters)])


@strawberry.type
class Query:
    @strawberry.field
    async def company(self, info: Asked, id: strawberry.ID) -> Company | None:
        text = "MATCH (c:Company {id: $id}) RETURN c {.id, .name, .sizeBand, .employees} AS row"
        return await by_id(info, Company, text, id)

    @strawberry.field
    async def customer(self, info: Asked, id: strawberry.ID) -> Customer | None:
        text = "MATCH (c:Customer {id: $id}) RETURN c {.id, .number, .name, .lifecycleStage, .orderCount} AS row"
        return await by_id(info, Customer, text, id)

    @strawberry.field
    async def order(self, info: Asked, id: strawberry.ID) -> Order | None:
        text = "MATCH (o:Order {id: $id}) RETURN o {.id, .number, .status, placedAt: toString(o.placedAt)} AS row"
        return await by_id(info, Order, text, id)

    @strawberry.field
    async def product(self, info: Asked, id: strawberry.ID) -> Product | None:
        return await by_id(info, Product, "MATCH (p:Product {id: $id}) RETURN p {.id, .sku, .name} AS row", id)

    @strawberry.field
    async def user(self, info: Asked, id: strawberry.ID) -> User | None:
        return await by_id(info, User, "MATCH (u:User {id: $id}) RETURN u {.id, .login, .name} AS row", id)

    @strawberry.field
    async def categories(self, info: Asked, first: int = 25) -> list[Category]:
        text = "MATCH (c:Category) RETURN c {.id, .code, .name} AS row ORDER BY c.code LIMIT $first"
        return await listed(info, Category, text, first=first)

    @strawberry.field
    async def companies(self, info: Asked, first: int = 25) -> list[Company]:
        text = """MATCH (c:Company) WITH c ORDER BY c.sortKey, c.id LIMIT $first
            RETURN c {.id, .name, .sizeBand, .employees} AS row"""
        return await listed(info, Company, text, first=first)

    @strawberry.field
    async def contacts_that_bought(self, info: Asked, product: str, first: int = 25) -> list[Contact]:
        text = """MATCH (:Product {name: $product})<-[:BOUGHT]-(:Customer)-[:ACCOUNT_FOR]->(:Company)<-[w:WORKS_AT]-(c:Contact)
            WHERE w.until IS NULL
            WITH DISTINCT c ORDER BY c.id LIMIT $first
            RETURN c {.id, .name} AS row"""
        return await listed(info, Contact, text, product=product, first=first)

    @strawberry.field
    async def contacts_at_companies_that_bought(self, info: Asked, skus: list[str], first: int = 25) -> list[Contact]:
        text = """MATCH (p:Product)<-[:BOUGHT]-(:Customer)-[:ACCOUNT_FOR]->(:Company)<-[w:WORKS_AT]-(c:Contact)
            WHERE p.sku IN $skus AND w.until IS NULL
            WITH DISTINCT c ORDER BY c.id LIMIT $first
            RETURN c {.id, .name} AS row"""
        return await listed(info, Contact, text, skus=skus, first=first)

    @strawberry.field
    async def customers(self, info: Asked, stage: str, first: int = 25) -> CustomerPage:
        database = loaders(info).database
        counted = await database.read(
            "MATCH (c:Customer {lifecycleStage: $stage}) RETURN count(*) AS total", stage=stage
        )
        text = """MATCH (c:Customer {lifecycleStage: $stage}) WITH c ORDER BY c.sortKey, c.id LIMIT $first + 1
            RETURN c {.id, .number, .name, .orderCount} AS row"""
        items = await listed(info, Customer, text, stage=stage, first=first)
        return CustomerPage(total_count=counted[0]["total"], has_next=len(items) > first, items=items[:first])

    @strawberry.field
    async def activities(self, info: Asked, at: str, id: strawberry.ID, first: int = 25) -> ActivityPage:
        text = """MATCH (a:Activity)
            WHERE a.at < datetime($at) OR (a.at = datetime($at) AND a.id < $id)
            WITH a ORDER BY a.at DESC, a.id DESC LIMIT $first + 1
            RETURN a {.id, .subject, at: toString(a.at)} AS row"""
        items = await listed(info, Activity, text, at=at, id=id, first=first)
        return ActivityPage(has_next=len(items) > first, items=items[:first])

    @strawberry.field
    async def sales_by_category(self, info: Asked, first: int = 25) -> list[CategorySales]:
        text = """MATCH (l:LineItem)-[:OF_PRODUCT]->(:Product)-[:IN_CATEGORY]->(c:Category)
            WITH c.name AS category, count(*) AS lines, sum(l.quantity) AS quantity
            ORDER BY lines DESC, category LIMIT $first
            RETURN {category: category, lines: lines, quantity: quantity} AS row"""
        return await listed(info, CategorySales, text, first=first)

    @strawberry.field
    async def search_companies(self, info: Asked, phrase: str, first: int = 10) -> list[Company]:
        text = """CALL db.index.fulltext.queryNodes('bench_company_names', $phrase) YIELD node AS c, score
            WITH c ORDER BY score DESC, c.id LIMIT $first
            RETURN c {.id, .name, .sizeBand, .employees} AS row"""
        return await listed(info, Company, text, phrase=phrase, first=first)
