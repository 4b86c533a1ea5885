"""What is sold to whom."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING

import strawberry

from graph.model import OnDelete
from schema.declare import node, related, relationship, stored
from schema.record import Node
from schema.rights import Share
from schema.scalars import Currency, Money

if TYPE_CHECKING:
    from schema.activity import Activity
    from schema.party import Company, Contact, Party
    from schema.people import User
    from schema.rights import Sharer


@strawberry.enum(description="How far the relationship with a customer has come.")
class LifecycleStage(Enum):
    PROSPECT = "PROSPECT"
    ACTIVE = "ACTIVE"
    LOYAL = "LOYAL"
    DORMANT = "DORMANT"
    CHURNED = "CHURNED"


@strawberry.enum(description="What a customer is worth.")
class ValueTier(Enum):
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"


@strawberry.enum(description="How far an order has come. PLACED, PAID and FULFILLED ones count as purchases.")
class OrderStatus(Enum):
    DRAFT = "DRAFT"
    PLACED = "PLACED"
    PAID = "PAID"
    FULFILLED = "FULFILLED"
    CANCELLED = "CANCELLED"


@relationship
class Purchase:
    """Everything that one customer ever bought of one product, from orders that were placed and not cancelled."""

    orders: int | None = stored("In how many orders.", derived=True)
    quantity: float | None = stored(derived=True)
    # All of a customer's purchases add up to its revenue.
    revenue: Money | None = stored("In the base currency.", derived=True, follows=("Customer.revenue",))
    first_at: datetime | None = stored(derived=True)
    last_at: datetime | None = stored(derived=True, indexed=True)


@relationship
class Churn:
    """A customer went to somebody else."""

    at: datetime | None
    reason: str | None = stored(longest=1_000)


@node(sorted_by="name", searched_by=("name", "number"))
class Customer(Node):
    """One commercial relationship (客户档案), with a company or with a private person."""

    number: str = stored("Customer number.", unique=True, longest=100)
    name: str = stored("The party's name.", indexed=True, derived=True, follows=("Contact.name", "Company.name"))
    lifecycle_stage: LifecycleStage | None = stored(indexed=True)
    value_tier: ValueTier | None
    service_level: str | None = stored(longest=100)
    currency: Currency | None = stored("The currency that the customer is billed in.")
    credit_limit: Money | None = stored(sensitive=True)
    payment_terms_days: int | None = stored(minimum=0, maximum=3_650)
    since_date: date | None
    last_touch_at: datetime | None = stored(
        "The latest activity that was done about this customer, tasks and notes apart.", indexed=True, derived=True
    )
    next_touch_at: datetime | None
    churned_at: datetime | None
    churn_reason: str | None = stored(longest=1_000)
    revenue: Money | None = stored("Of all orders that count as purchases, in the base currency.", derived=True)
    order_count: int | None = stored("How many orders count as purchases.", derived=True)
    party: Party | None = related("-[:ACCOUNT_FOR]->", description="Who this customer is.")
    company: Company | None = related("-[:ACCOUNT_FOR]->", description="The party, if it is a company.")
    contact: Contact | None = related("-[:ACCOUNT_FOR]->", description="The party, if it is a private person.")
    contacts: list[Contact] = related(
        "-[:ACCOUNT_FOR]->(:Party)<-[:WORKS_AT]?-",
        when="until IS NULL",
        description="The people who work at its company now, or the private customer itself.",
    )
    orders: list[Order] = related("-[:PLACED]->", on_delete=OnDelete.REFUSE)
    bought: list[Product] = related(
        "-[:BOUGHT]->", edge=Purchase, derived=True, description="Products, from its orders."
    )
    churned_to: list[Company] = related("-[:CHURNED_TO]->", edge=Churn, description="Whom it went to.")
    activities: list[Activity] = related("<-[:ABOUT]-", description="What happened about this customer.")
    owner: User | None = related("-[:OWNED_BY]->", description="Which of our users looks after this customer.")
    shared_with: list[Sharer] = related("-[:SHARED_WITH]->", edge=Share, description="Who else may see it.")
    not_duplicates: list[Customer] = related(
        "-[:NOT_DUPLICATE_OF]-", description="What looks like it and was marked as another one."
    )


@node(sorted_by="name", searched_by=("name", "sku", "model"))
class Product(Node):
    """Something that is sold."""

    sku: str = stored("Article number.", unique=True, longest=100)
    name: str = stored(indexed=True, longest=500)
    model: str | None = stored(longest=200)
    price: Money | None = stored("List price.")
    active: bool | None
    sellable: bool | None
    category: Category | None = related("-[:IN_CATEGORY]->")
    buyers: list[Customer] = related("<-[:BOUGHT]-", edge=Purchase, derived=True)
    suppliers: list[Company] = related("<-[:SUPPLIES]-")
    lines: list[LineItem] = related("<-[:OF_PRODUCT]-", on_delete=OnDelete.REFUSE)


@node(sorted_by="name", searched_by=("name", "code"))
class Category(Node):
    """A kind of product; categories form a tree."""

    code: str = stored(unique=True, longest=100)
    name: str = stored(indexed=True, longest=500)
    description: str | None
    parent: Category | None = related("-[:CHILD_OF]->")
    children: list[Category] = related("<-[:CHILD_OF]-")
    products: list[Product] = related("<-[:IN_CATEGORY]-")


@node(searched_by=("number",))
class Order(Node):
    """What a customer asked for at one time."""

    number: str = stored("Order number.", unique=True, longest=100)
    status: OrderStatus | None = stored(required=True)
    placed_at: datetime | None = stored(indexed=True)
    total: Money | None
    total_derived: bool | None = stored("Whether the total is the sum of the lines.", derived=True, hidden=True)
    fx_rate: float | None = stored("What one unit of the order's currency is worth in the base currency.", minimum=0)
    promised_at: datetime | None
    delivered_at: datetime | None
    channel: str | None = stored(longest=100)
    customer: Customer | None = related("<-[:PLACED]-")
    contact: Contact | None = related("<-[:ORDERED]-", description="Who ordered.")
    lines: list[LineItem] = related("-[:HAS_LINE]->", on_delete=OnDelete.CASCADE)
    owner: User | None = related("-[:OWNED_BY]->", description="Which of our users took the order.")
    shared_with: list[Sharer] = related("-[:SHARED_WITH]->", edge=Share, description="Who else may see it.")


@node()
class LineItem(Node):
    """One line of an order."""

    line_no: int | None = stored(required=True, minimum=1, maximum=1_000_000)
    key: str | None = stored(unique=True, derived=True, hidden=True)
    quantity: float | None = stored(required=True)
    unit: Money | None = stored("Price of one.")
    discount_pct: float | None = stored("In percent of the price.", minimum=0, maximum=100)
    net: Money | None = stored("Quantity × unit price, less the discount.")
    net_derived: bool | None = stored("Whether the net amount follows from the others.", derived=True, hidden=True)
    lot: str | None = stored(longest=100)
    order: Order | None = related("<-[:HAS_LINE]-")
    product: Product | None = related("-[:OF_PRODUCT]->")
