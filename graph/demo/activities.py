"""What happened between us and the customers that no story is about, and what is to happen."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from graph.demo.accounts import Career, office_hour
from graph.demo.catalogue import Product, catalogue
from graph.demo.frame import Frame, key
from graph.demo.happening import Happening
from graph.demo.ourselves import staff
from graph.demo.phrases import OUTCOMES, PHRASES
from graph.rows import Key

# How often each kind occurs, with prospects and with customers; mostly people talk and write.
_KINDS = {
    "Call": (28, 26), "Email": (30, 30), "Meeting": (10, 11), "Sms": (2, 4), "Chat": (4, 6), "Visit": (4, 6), "Demo": (7, 2),
    "Trial": (3, 1), "Training": (0, 2), "Event": (3, 2), "Note": (5, 5), "Task": (4, 5),
}  # fmt: skip
_PRIVATE = 0.04
_INBOUND = 0.35
_BY_A_COLLEAGUE = 0.15
_SECOND_PERSON = 0.12
_REPLY = 0.3
_CANCELLED = {"Meeting": 0.08, "Visit": 0.08, "Demo": 0.05}
# Which kinds are about a product, and how often.
_ABOUT_PRODUCT = {"Demo": 1.0, "Trial": 1.0, "Call": 0.1, "Email": 0.1, "Chat": 0.2}
_OPEN_TASKS = {"PROSPECT": 0.25, "ACTIVE": 0.3, "LOYAL": 0.35, "DORMANT": 0.15}


def count_of(career: Career) -> int:
    return career.activities + (career.account.next_touch is not None)


def activities_of(frame: Frame, career: Career) -> Iterator[Happening]:
    """A customer's activities, the oldest first; then the one that is planned, and the task that is open."""
    dice = frame.dice("activities", career.account.key)
    days = sorted((_day(dice, career) for _ in range(career.activities)), reverse=True)
    last_email: str | None = None
    for place, day in enumerate(days):
        kind = _kind(dice, career)
        done = _happening(frame, dice, career, place, kind, office_hour(frame, dice, career.country, day), last_email)
        last_email = done.key if kind == "Email" else last_email
        yield done
    if career.account.next_touch:
        yield _planned(frame, dice, career, career.account.next_touch)
    if dice.random() < _OPEN_TASKS.get(career.account.stage, 0):
        yield _open_task(frame, dice, career)


def _day(dice: random.Random, career: Career) -> int:
    """Of late there was more than long ago; with those who sleep or have left there was nothing of late."""
    span = career.first_day - career.last_day
    return max(1, career.last_day + round(span * math.pow(dice.random(), 1.6)))


def _kind(dice: random.Random, career: Career) -> str:
    column = 0 if career.account.stage == "PROSPECT" else 1
    return dice.choices(tuple(_KINDS), weights=[weights[column] for weights in _KINDS.values()])[0]


def _happening(
    frame: Frame, dice: random.Random, career: Career, place: int, kind: str, at: datetime, last_email: str | None
) -> Happening:
    subject, body, product, person, user = _words(frame, dice, career, kind)
    about: list[Key] = []
    if dice.random() < _ABOUT_PRODUCT.get(kind, 0):
        about.append(key("product", product.sku))
    people = [person] if kind not in ("Note", "Task") else []
    if people and len(career.people) > 1 and dice.random() < _SECOND_PERSON:
        people = sorted(one for one, _ in dice.sample(career.people, 2))
    is_cancelled = dice.random() < _CANCELLED.get(kind, 0)
    is_reply = kind == "Email" and last_email is not None and dice.random() < _REPLY
    return Happening(
        key=f"{career.account.key}-{place}",
        kind=kind,
        at=at,
        subject=subject,
        body=body,
        account=career.account.key,
        user=user,
        people=tuple(people),
        about=tuple(about),
        status="CANCELLED" if is_cancelled else "DONE" if kind == "Task" else None,
        is_private=dice.random() < _PRIVATE,
        is_inbound=dice.random() < _INBOUND,
        outcome=None if is_cancelled else dice.choice(OUTCOMES[career.language]),
        minutes=dice.randrange(2, 45) if kind == "Call" else 0,
        due_at=at + timedelta(days=3) if kind == "Task" else None,
        priority=dice.choice(("low", "normal", "high")) if kind == "Task" else None,
        reply_to=last_email if is_reply else None,
    )


def _planned(frame: Frame, dice: random.Random, career: Career, at: datetime) -> Happening:
    kind = dice.choice(("Call", "Meeting", "Visit"))
    subject, _, _, person, user = _words(frame, dice, career, kind)
    return Happening(
        key=f"{career.account.key}-planned",
        kind=kind,
        at=at,
        subject=subject,
        body="",
        account=career.account.key,
        user=user,
        people=(person,),
        status="PLANNED",
    )


def _open_task(frame: Frame, dice: random.Random, career: Career) -> Happening:
    """Something that we owe a customer: a third of these are overdue."""
    subject, body, product, _, _ = _words(frame, dice, career, "Task")
    due_in = dice.randrange(-20, 40)
    return Happening(
        key=f"{career.account.key}-open",
        kind="Task",
        at=frame.ago(max(1, 5 - due_in), 9),
        subject=subject,
        body=body,
        account=career.account.key,
        user=career.account.owner,
        about=(key("product", product.sku),),
        status="OPEN",
        due_at=frame.ago(-due_in, 16),
        priority=dice.choice(("normal", "high")),
    )


def _words(frame: Frame, dice: random.Random, career: Career, kind: str) -> tuple[str, str, Product, str, str]:
    """Subject and body, the product and the person that they speak of, and our user."""
    subject, body = dice.choice(PHRASES[career.language][kind])
    product = dice.choice(catalogue(frame).products[:39])
    person, greeting = dice.choices(career.people, weights=range(len(career.people), 0, -1))[0]
    user = staff(frame).substitute(career.country, dice) if dice.random() < _BY_A_COLLEAGUE else career.account.owner
    slots = {"person": greeting, "product": _called(product, career.language), "us": staff(frame).by_login[user].name}
    return subject.format(**slots), body.format(**slots), product, person, user


def _called(product: Product, language: str) -> str:
    """A product's name in one language: English stands first, then Chinese. One that has a single name keeps it."""
    chinese = re.search(r"[\u4e00-\u9fff].*", product.name)
    if chinese is None:
        return product.name
    return chinese[0] if language == "zh" else product.name[: chinese.start()].rstrip(" ,")
