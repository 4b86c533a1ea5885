"""Who is our customer, and how it went so far: a career from first contact to loyalty, sleep or departure."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from graph.demo.catalogue import FAMILIES
from graph.demo.companies import company
from graph.demo.frame import Frame
from graph.demo.ourselves import staff
from graph.demo.people import home_city, people_at, private_person
from graph.demo.sales import Account, Departure

# Companies without an account are leads that we only know of.
_HAS_ACCOUNT = 0.86
_STAGES = {"PROSPECT": 18, "ACTIVE": 40, "LOYAL": 14, "DORMANT": 14, "CHURNED": 14}
# How many activities there are with a customer in a stage, against the average.
_BUSY = {"PROSPECT": 0.6, "ACTIVE": 1.0, "LOYAL": 2.0, "DORMANT": 0.7, "CHURNED": 0.8}
_CURRENCIES = {"CN": ("CNY",), "US": ("USD",), "GB": ("GBP", "GBP", "GBP", "EUR")}
_BARISTAS = 0.09

_RIVALS = {"CN": "mingkelian", "GB": "cupcraft", "US": "beanbridge"}
_REASONS = {
    "en": ("price", "late deliveries", "moved to an all-in-one supplier", "closed the canteen", "quality complaint"),
    "zh": ("价格", "交货延迟", "转向一站式供应商", "办公室搬迁", "品质投诉"),
}


@dataclass(frozen=True)
class Career:
    """An account, and what decides about its orders and activities. The days count back from today."""

    account: Account
    language: str
    country: str
    # Keys, names and greetings of the people to talk to.
    people: tuple[tuple[str, str], ...]
    taste: str
    is_barista: bool
    first_day: int
    last_day: int
    orders: int
    activities: int


@lru_cache(maxsize=2_048)
def business_career(frame: Frame, number: int) -> Career | None:
    """How it went with the company with this number; None if it has no account."""
    if frame.dice("account", number).random() >= _HAS_ACCOUNT:
        return None
    party = company(frame, number)
    people = tuple((one.key, one.greeting) for one in people_at(frame, number))
    return _career(frame, f"{number}", party.city.country, number, people, company_key=party.key)


def private_career(frame: Frame, number: int) -> Career:
    person = private_person(frame, number)
    people = ((person.key, person.greeting),)
    return _career(frame, f"private-{number}", home_city(person).country, number, people, company_key=None)


def careers(frame: Frame, companies: int) -> Iterator[Career]:
    for number in range(companies):
        if career := business_career(frame, number):
            yield career
    for number in range(frame.size.private):
        yield private_career(frame, number)


def _career(
    frame: Frame, key: str, country: str, number: int, people: tuple[tuple[str, str], ...], *, company_key: str | None
) -> Career:
    dice = frame.dice("career", key)
    stage = dice.choices(tuple(_STAGES), weights=tuple(_STAGES.values()))[0]
    first_day = dice.randrange(400, 1_095) if stage != "PROSPECT" else dice.randrange(20, 300)
    last_day = {"DORMANT": dice.randrange(200, 330), "CHURNED": dice.randrange(40, 300)}.get(stage, 0)
    orders = _order_count(frame, dice, stage, is_private=company_key is None)
    language = "zh" if country == "CN" else "en"
    has_plan = stage in ("ACTIVE", "LOYAL") and dice.random() < 0.2
    account = Account(
        key=key,
        number=f"{country}-{number:05d}" if company_key else f"{country}-P{number:05d}",
        company=company_key,
        person=None if company_key else people[0][0],
        owner=staff(frame).owner(country, key),
        stage=stage,
        tier="HIGH" if orders >= 12 else "MEDIUM" if orders >= 4 else "LOW",
        currency=dice.choice(_CURRENCIES[country]),
        since=frame.day(first_day),
        credit=Decimal(dice.choice((2_000, 5_000, 10_000, 20_000))) if company_key and orders > 3 else None,
        next_touch=frame.ago(-dice.randrange(1, 28), _OPENING[country] + 2) if has_plan else None,
        departure=_departure(frame, dice, country, language, last_day) if stage == "CHURNED" else None,
    )
    return Career(
        account, language, country, people, dice.choice(FAMILIES), dice.random() < _BARISTAS, first_day, last_day, orders,
        activities=max(1, round(frame.size.activities * _BUSY[stage] * dice.uniform(0.4, 1.6))),
    )  # fmt: skip


def _order_count(frame: Frame, dice: random.Random, stage: str, *, is_private: bool) -> int:
    """Few customers order most: a Pareto distribution, cut where a customer would order every week."""
    if stage == "PROSPECT":
        return 0
    scale = frame.size.orders * {"LOYAL": 1.0, "ACTIVE": 0.5}.get(stage, 0.4) * (0.5 if is_private else 1)
    return min(150, max(1, round(scale * dice.paretovariate(1.25))))


def _departure(frame: Frame, dice: random.Random, country: str, language: str, day: int) -> Departure:
    to = _RIVALS[country] if dice.random() < 0.75 else None
    return Departure(frame.ago(day, _OPENING[country] + 1), dice.choice(_REASONS[language]), to)


# The hour of UTC at which a country's offices open.
_OPENING = {"CN": 1, "GB": 9, "US": 15}


def office_hour(frame: Frame, dice: random.Random, country: str, day: int) -> datetime:
    """An instant so many days ago at which people of that country work."""
    return frame.ago(day, _OPENING[country] + dice.randrange(8), dice.choice((0, 5, 10, 15, 20, 30, 40, 45, 50)))
