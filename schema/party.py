"""Who someone is: companies, people, and how to reach them."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING

import strawberry

from graph.model import Computed, Mask, OnDelete, Part
from schema.declare import interface, node, related, relationship, stored
from schema.normalise import (
    address_hash,
    country_code,
    email_address,
    language_tag,
    name_key,
    phone_number,
    unified_social_credit_code,
    website,
)
from schema.record import Node
from schema.rights import Share
from schema.scalars import Location

if TYPE_CHECKING:
    from schema.activity import Activity
    from schema.commerce import Customer, Product
    from schema.people import User
    from schema.rights import Sharer


@strawberry.enum(description="Whether a contact point can be used.")
class ContactPointStatus(Enum):
    VALID = "VALID"
    UNVERIFIED = "UNVERIFIED"
    INVALID = "INVALID"


@relationship
class Employment:
    """A job. It is closed by `until`, never removed."""

    title: str | None = stored(longest=200)
    department: str | None = stored(longest=200)
    roles: list[str] = stored(longest=100)
    since: date | None
    until: date | None = stored("Absent while the job lasts.")
    is_primary: bool | None


@relationship
class ContactPoint:
    """How a party uses an e-mail address or a telephone number."""

    label: str | None = stored("work, home, mobile, fax, …", longest=100)
    primary: bool | None
    verified_at: datetime | None
    opt_out: bool | None = stored("Whether the party asked not to be reached here.")


@relationship
class Residence:
    """What an address is to a party."""

    kind: str | None = stored("office, billing, delivery, home, …", longest=100)


@relationship
class Acquaintance:
    """Two people who know each other, whoever of the two it was written down for."""

    strength: float | None = stored("From 0 to 1.", minimum=0, maximum=1)
    source: str | None = stored(longest=200)


@relationship
class Influence:
    """Somebody's word counts with somebody else."""

    weight: float | None


@relationship
class Referral:
    """Somebody recommended us to somebody else."""

    at: datetime | None
    reward_state: str | None = stored(longest=100)


@relationship
class Shareholding:
    """A company's place in a group."""

    share_pct: float | None = stored("Share of the capital, in percent.", minimum=0, maximum=100)


@interface(plural="parties", sorted_by="name")
class Party(Node):
    """Who someone is: a person or an organisation."""

    name: str = stored("Display name.", indexed=True, longest=500)
    name_key: str | None = stored(indexed=True, hidden=True, computed=Computed((Part("name", name_key),)))
    owner: User | None = related("-[:OWNED_BY]->", description="Which of our users looks after this party.")
    shared_with: list[Sharer] = related("-[:SHARED_WITH]->", edge=Share, description="Who else may see it.")
    customers: list[Customer] = related(
        "<-[:ACCOUNT_FOR]-", on_delete=OnDelete.REFUSE, description="The commercial relationships with this party."
    )
    emails: list[EmailAddress] = related("-[:HAS_EMAIL]->", edge=ContactPoint)
    phones: list[PhoneNumber] = related("-[:HAS_PHONE]->", edge=ContactPoint)
    addresses: list[Address] = related("-[:HAS_ADDRESS]->", edge=Residence)


@node(sorted_by="name", searched_by=("name", "uscc", "vat"))
class Company(Party):
    """An organisation: prospect, client, competitor, supplier, partner, or our own."""

    uscc: str | None = stored("统一社会信用代码.", unique=True, normalise=unified_social_credit_code)
    vat: str | None = stored("VAT number.", unique=True, longest=40)
    size_band: str | None = stored(longest=100)
    employees: int | None = stored("Head count.", minimum=0)
    website: str | None = stored("With its scheme: https://www.example.com.", longest=2_000, normalise=website)
    status: str | None = stored(longest=100)
    contacts: list[Contact] = related(
        "<-[:WORKS_AT]-", edge=Employment, when="until IS NULL", description="Who works here now."
    )
    employments: list[Contact] = related(
        "<-[:WORKS_AT]-", edge=Employment, description="Every job here, past ones too."
    )
    bought: list[Product] = related(
        "<-[:ACCOUNT_FOR]-(:Customer)-[:BOUGHT]->", description="What any of its accounts bought."
    )
    supplied_products: list[Product] = related("-[:SUPPLIES]->", description="What this company supplies to us.")
    parent: Company | None = related("-[:SUBSIDIARY_OF]->", edge=Shareholding)
    subsidiaries: list[Company] = related("<-[:SUBSIDIARY_OF]-", edge=Shareholding)
    activities: list[Activity] = related("<-[:ABOUT]-", description="What happened about this company.")
    not_duplicates: list[Company] = related(
        "-[:NOT_DUPLICATE_OF]-", description="What looks like it and was marked as another one."
    )


@node(sorted_by="name", searched_by=("name", "given", "family"), personal=True)
class Contact(Party):
    """A natural person."""

    # Each of the three tells of the others.
    name: str = stored("Display name.", indexed=True, longest=500, follows=("given", "family"))
    given: str | None = stored("Given name.", longest=200, follows=("name",))
    family: str | None = stored("Family name.", longest=200, follows=("name",))
    gender: str | None = stored(longest=100)
    birth_date: date | None = stored(sensitive=True)
    income_band: str | None = stored(longest=100, sensitive=True)
    preferred_channel: str | None = stored(longest=100)
    language: str | None = stored("BCP 47, such as zh-CN.", longest=35, normalise=language_tag)
    no_automated_decisions: bool | None = stored("Whether the person objected to being scored by a machine.")
    employers: list[Company] = related(
        "-[:WORKS_AT]->", edge=Employment, when="until IS NULL", description="Where this person works now."
    )
    employments: list[Company] = related("-[:WORKS_AT]->", edge=Employment, description="Every job, past ones too.")
    manager: Contact | None = related("-[:REPORTS_TO]->")
    reports: list[Contact] = related("<-[:REPORTS_TO]-")
    knows: list[Contact] = related("-[:KNOWS]-", edge=Acquaintance)
    influences: list[Contact] = related("-[:INFLUENCES]->", edge=Influence)
    influenced_by: list[Contact] = related("<-[:INFLUENCES]-", edge=Influence)
    referred: list[Party] = related("-[:REFERRED]->", edge=Referral, description="To whom this person recommended us.")
    referred_by: list[Party] = related(
        "<-[:REFERRED]-", edge=Referral, description="Who recommended us to this person."
    )
    activities: list[Activity] = related(
        "-[:PARTICIPATED_IN|ABOUT]-", description="What this person took part in, or what was about this person."
    )
    not_duplicates: list[Contact] = related(
        "-[:NOT_DUPLICATE_OF]-", description="What looks like it and was marked as another one."
    )


@node(searched_by=("value", "raw"), found_as="parties", personal=True, shared_by="value")
class EmailAddress(Node):
    """An e-mail address; several parties may share one."""

    value: str = stored(
        "Lower case, the domain in its ASCII form.",
        unique=True,
        longest=320,
        normalise=email_address,
        mask=Mask.EMAIL,
    )
    raw: str | None = stored("As it was given.", longest=500, follows=("value",))
    status: ContactPointStatus | None
    shared: bool | None = stored("Whether it belongs to a desk rather than to a person, such as info@….")
    parties: list[Party] = related("<-[:HAS_EMAIL]-", edge=ContactPoint)


@node(searched_by=("value",), found_as="parties", personal=True, shared_by="value")
class PhoneNumber(Node):
    """A telephone number; several parties may share one."""

    value: str = stored(
        "E.164, or the digits as given where it is no valid number.",
        unique=True,
        longest=100,
        normalise=phone_number,
        mask=Mask.PHONE,
    )
    raw: str | None = stored("As it was given.", longest=500, follows=("value",))
    status: ContactPointStatus | None
    shared: bool | None
    parties: list[Party] = related("<-[:HAS_PHONE]-", edge=ContactPoint)


@node(personal=True, shared_by="hash")
class Address(Node):
    """A postal address."""

    lines: str | None = stored("Street and house, city, region: one line each.", longest=1_000)
    postcode: str | None = stored(longest=20)
    country: str | None = stored(
        "ISO 3166-1 alpha-2, or as given where it is none.", longest=100, normalise=country_code
    )
    location: Location | None
    hash: str | None = stored(unique=True, hidden=True, computed=address_hash())
    parties: list[Party] = related("<-[:HAS_ADDRESS]-", edge=Residence)
