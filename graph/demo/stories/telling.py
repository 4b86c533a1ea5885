"""How a story is written down in few words. No chance is involved: what a story says, it says in every world."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from graph.demo.catalogue import catalogue, price
from graph.demo.frame import Frame, key
from graph.demo.happening import Happening
from graph.demo.material import City
from graph.demo.party import Company, Job, Person, Tie
from graph.demo.registry import british_vat_number, unified_social_credit_code
from graph.demo.sales import Account, Departure, Item, Sale
from graph.rows import Key

Entry = Company | Person | Account | Sale | Happening

# Registry numbers from here on belong to stories; plain companies do not come so far.
_REGISTRY = 8_000_000

_CURRENCIES = {"CN": "CNY", "US": "USD", "GB": "GBP"}
_PHONES = {"CN": "+86 139 0010 {:04d}", "US": "+1 312 226 {:04d}", "GB": "+44 7400 99{:04d}"}
_DESKS = {"CN": "+86 10 8500 {:04d}", "US": "+1 312 227 {:04d}", "GB": "+44 20 7946 {:04d}"}


def firm(number: int, name_key: str, name: str, city: City, employees: int, street: str) -> Company:
    """A company of a story; `number` tells its registry numbers and telephone from those of others."""
    country = city.country
    return Company(
        key=name_key,
        name=name,
        language="zh" if country == "CN" else "en",
        city=city,
        street=street,
        domain=f"{name_key}.example",
        phone=_DESKS[country].format(700 + number),
        employees=employees,
        uscc=unified_social_credit_code(_REGISTRY + number, city.region) if country == "CN" else None,
        vat=british_vat_number(_REGISTRY + number) if country == "GB" else None,
    )


def somebody(
    number: int,
    name: tuple[str, str],
    gender: str,
    mailbox: str,
    jobs: tuple[Job, ...] = (),
    ties: tuple[Tie, ...] = (),
    home: tuple[City, str] | None = None,
    country: str = "GB",
) -> Person:
    """A person of a story: (given, family) name, and the part of the e-mail address before the @, which is the key."""
    given, family = name
    domain = f"{jobs[-1].company}.example" if jobs else "post.example"
    return Person(
        key=mailbox,
        given=given,
        family=family,
        language="zh" if country == "CN" else "en",
        gender=gender,
        email=f"{mailbox}@{domain}",
        phone=_PHONES[country].format(number),
        jobs=jobs,
        ties=ties,
        home=home,
    )


def job(frame: Frame, company: Company, title: str | None, since: int, until: int | None = None) -> Job:
    """A job since so many days ago, and perhaps until so many days ago."""
    return Job(company.key, title, None, frame.day(since), None if until is None else frame.day(until))


def account(
    frame: Frame,
    number: str,
    party: Company | Person,
    owner: str,
    stage: str,
    *,
    tier: str = "MEDIUM",
    since: int = 900,
    departure: Departure | None = None,
) -> Account:
    """A customer of a story, for so many days. Its number begins with its country, and is its key."""
    return Account(
        key=number,
        number=number,
        company=party.key if isinstance(party, Company) else None,
        person=party.key if isinstance(party, Person) else None,
        owner=owner,
        stage=stage,
        tier=tier,
        currency=_CURRENCIES[number[:2]],
        since=frame.day(since),
        credit=Decimal(10_000) if stage == "LOYAL" else None,
        departure=departure,
    )


def order(
    frame: Frame,
    customer: Account,
    place: int,
    days: int,
    *items: tuple[str, int],
    person: str | None = None,
    status: str = "FULFILLED",
) -> Sale:
    """An order so many days ago, of (article number, quantity)."""
    at, shelf = frame.ago(days, 9 if customer.currency != "CNY" else 3), catalogue(frame)
    return Sale(
        key=f"{customer.key}-{place}",
        number=f"{customer.number}-{place:03d}",
        account=customer.key,
        person=person,
        owner=customer.owner,
        status=status,
        placed_at=at,
        currency=customer.currency,
        rate=frame.quotes.on(customer.currency, at.date()),
        channel="email",
        items=tuple(Item(sku, quantity, price(frame, shelf.by_sku[sku], customer.currency)) for sku, quantity in items),
    )


def event(
    frame: Frame,
    customer: Account | None,
    kind: str,
    days: int,
    subject: str,
    body: str,
    *,
    user: str,
    people: tuple[str, ...] = (),
    product: str | None = None,
    name: str = "",
    is_inbound: bool = False,
    status: str | None = None,
    due_in: int = 0,
) -> Happening:
    """An activity so many days ago. `name` keys one that has no customer."""
    about: tuple[Key, ...] = (key("product", product),) if product else ()
    if customer is None:
        about = (*about, *(key("contact", one) for one in people[:1]))
    return Happening(
        key=f"{customer.key if customer else name}-{kind}-{days}",
        kind=kind,
        at=frame.ago(days, 10, 30),
        subject=subject,
        body=body,
        account=customer.key if customer else None,
        user=user,
        people=people,
        about=about,
        status=status,
        is_inbound=is_inbound,
        due_at=frame.now + timedelta(days=due_in) if kind == "Task" else None,
        priority="high" if kind == "Task" else None,
    )
