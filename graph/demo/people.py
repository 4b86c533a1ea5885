"""The people of the world that no story is about: where they work and worked, whom they know and listen to."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

from graph.demo.companies import company
from graph.demo.frame import Frame
from graph.demo.material import CITIES, City
from graph.demo.party import Company, Job, Person, Tie, influences, knows, referred_by
from graph.demo.registry import mobile

# How many people we know at a company, and how often that is so; three on average.
_COUNTS, _COUNT_WEIGHTS = (1, 2, 3, 4, 5, 7, 10), (26, 26, 20, 13, 8, 5, 2)
_JOB_CHANGERS = 0.15
_REFERRED = 0.05

# Whoever is first leads the company; the next two report to the first, everybody else to one of these two.
_TITLES = {
    "en": (
        ("Managing director", "Management"), ("Head of purchasing", "Purchasing"), ("Office manager", "Operations"),
        ("Buyer", "Purchasing"), ("Workplace manager", "Operations"), ("Accountant", "Finance"),
        ("Assistant buyer", "Purchasing"), ("Event manager", "Marketing"), ("HR partner", "People"), ("Barista", "Operations"),
    ),
    "zh": (
        ("总经理", "管理层"), ("采购总监", "采购部"), ("行政经理", "行政部"), ("采购专员", "采购部"), ("行政主管", "行政部"),
        ("会计", "财务部"), ("采购助理", "采购部"), ("活动策划", "市场部"), ("人事经理", "人力资源部"), ("咖啡师", "运营部"),
    ),
}  # fmt: skip
_CHANNELS = {"en": ("email", "phone", "email", None), "zh": ("wechat", "phone", "wechat", None)}
_REWARDS = ("PENDING", "PAID", "DECLINED")


def count_at(frame: Frame, number: int) -> int:
    """How many people we know at the company with this number."""
    return frame.dice("count", number).choices(_COUNTS, weights=_COUNT_WEIGHTS)[0]


@lru_cache(maxsize=2_048)
def people_at(frame: Frame, number: int) -> tuple[Person, ...]:
    """The people at the company with this number, the first one its head."""
    employer = company(frame, number)
    taken: dict[str, int] = {}
    return tuple(_employee(frame, employer, number, place, taken) for place in range(count_at(frame, number)))


def private_person(frame: Frame, number: int) -> Person:
    """A private customer; even numbers are English-speaking."""
    country = "CN" if number % 2 else ("US", "GB")[number // 2 % 2]
    dice = frame.dice("private", number)
    city = dice.choice(CITIES[country])
    given, family, gender = _name(frame, dice, country)
    return Person(
        key=f"private-{number}",
        given=given,
        family=family,
        language=_language(country),
        gender=gender,
        email=f"{_mailbox(frame, given, family, country)}{number}@post.example",
        phone=mobile(country, dice, city.area),
        home=(city, frame.material.street(country, dice)),
        channel=dice.choice(_CHANNELS[_language(country)]),
        birth=date(1950, 1, 1) + timedelta(days=dice.randrange(365 * 52)),
    )


def people(frame: Frame, companies: int) -> Iterator[Person]:
    for number in range(companies):
        yield from people_at(frame, number)
    for number in range(frame.size.private):
        yield private_person(frame, number)


def _employee(frame: Frame, employer: Company, number: int, place: int, taken: dict[str, int]) -> Person:
    dice = frame.dice("person", number, place)
    country, language = employer.city.country, employer.language
    given, family, gender = _name(frame, dice, country)
    mailbox = _mailbox(frame, given, family, country)
    taken[mailbox] = taken.get(mailbox, 0) + 1
    title, department = _TITLES[language][place]
    since = frame.day(dice.randrange(120, 3_000))
    current = Job(employer.key, title, department, since)
    former, friends = _former_job(frame, dice, number, since) if dice.random() < _JOB_CHANGERS else ((), ())
    return Person(
        key=f"{number}-{place}",
        given=given,
        family=family,
        language=language,
        gender=gender,
        email=f"{mailbox}{taken[mailbox] if taken[mailbox] > 1 else ''}@{employer.domain}",
        phone=mobile(country, dice, employer.city.area),
        jobs=(*former, current),
        ties=(*_ties_at_work(dice, number, place), *friends, *_referral(frame, dice, number, place)),
        channel=dice.choice(_CHANNELS[language]),
    )


def _former_job(frame: Frame, dice: random.Random, number: int, left: date) -> tuple[tuple[Job, ...], tuple[Tie, ...]]:
    """A job at a company with a smaller number, and the friends who are still there."""
    if number < 2:
        return (), ()
    # Nobody moves between the languages: only every other company qualifies.
    former = number - 2 * dice.randint(1, number // 2)
    at = company(frame, former)
    known = count_at(frame, former)
    title, department = _TITLES[at.language][dice.randrange(3, 10)]
    job = Job(at.key, title, department, left - timedelta(days=dice.randrange(200, 2_000)), left - timedelta(days=14))
    friends = sorted(dice.sample(range(known), min(known, dice.randint(1, 2))))
    return (job,), tuple(
        knows(f"{former}-{friend}", round(dice.uniform(0.4, 0.9), 2), "former colleagues") for friend in friends
    )


def _ties_at_work(dice: random.Random, number: int, place: int) -> Iterator[Tie]:
    """Who somebody reports to, and who listens to whom; only to people who are in the world already."""
    if place:
        yield Tie("manager", f"{number}-{0 if place < 3 else 1 + place % 2}")
    if place > 1 and dice.random() < 0.3:
        yield influences(f"{number}-{dice.randrange(place)}", round(dice.uniform(0.2, 0.8), 2))
    if place > 1 and dice.random() < 0.1:
        yield knows(f"{number}-{dice.randrange(place)}", round(dice.uniform(0.2, 0.6), 2), "neighbours")


def _referral(frame: Frame, dice: random.Random, number: int, place: int) -> Iterator[Tie]:
    """Heads of companies recommend us to each other."""
    if place == 0 and number > 3 and dice.random() < _REFERRED * 2:
        by = number - 2 * dice.randint(1, number // 2)
        yield referred_by(f"{by}-0", frame.ago(dice.randrange(60, 1_000)), dice.choice(_REWARDS))


def _name(frame: Frame, dice: random.Random, country: str) -> tuple[str, str, str]:
    language, gender = _language(country), dice.choice(("female", "male"))
    return dice.choice(frame.material.given[language, gender]), dice.choice(frame.material.family[language]), gender


def _mailbox(frame: Frame, given: str, family: str, country: str) -> str:
    if country == "CN":
        return f"{frame.pinyin(family)}.{frame.pinyin(given)}"
    return re.sub(r"[^a-z.]", "", f"{given}.{family}".lower())


def _language(country: str) -> str:
    return "zh" if country == "CN" else "en"


def home_city(person: Person) -> City:
    """Where a private customer lives."""
    assert person.home
    return person.home[0]
