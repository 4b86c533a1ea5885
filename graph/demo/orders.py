"""The orders that no story is about: baskets, seasons, currencies, and those that came to nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime

from graph.demo.accounts import Career, office_hour
from graph.demo.catalogue import (
    DESCALER,
    GLASS_POT,
    GRINDER,
    JASMINE,
    MACHINE,
    Catalogue,
    Product,
    catalogue,
    price,
    season,
)
from graph.demo.frame import Frame
from graph.demo.sales import Item, Sale

_CANCELLED = 0.06
_PROSPECT_DRAFTS = 0.4
_GRINDER_WITH_MACHINE = 0.85
_POT_WITH_JASMINE = 0.4
_DESCALER_LATER = 0.5
_DISCOUNTS, _DISCOUNT_WEIGHTS = (0, 5, 10, 15), (70, 15, 12, 3)
_QUANTITIES, _QUANTITY_WEIGHTS = (1, 2, 4, 6, 10, 12, 24, 50), (20, 22, 18, 14, 10, 8, 6, 2)


def count_of(career: Career) -> int:
    return career.orders + (career.account.stage in ("PROSPECT", "ACTIVE"))


def orders_of(frame: Frame, career: Career) -> Iterator[Sale]:
    """A customer's orders, the oldest first, and perhaps a draft."""
    dice = frame.dice("orders", career.account.key)
    days = sorted((dice.randint(career.last_day, career.first_day) for _ in range(career.orders)), reverse=True)
    for place, day in enumerate(days):
        moved = max(1, _in_season(frame, dice, career, day))
        yield _order(frame, dice, career, place, office_hour(frame, dice, career.country, moved))
    if career.account.stage in ("PROSPECT", "ACTIVE") and dice.random() < _PROSPECT_DRAFTS:
        yield _order(frame, dice, career, career.orders, None)


def _in_season(frame: Frame, dice: random.Random, career: Career, day: int) -> int:
    """Whoever likes gifts orders before the Spring Festival, if there is one within reach."""
    if career.taste == "GIFTS" and dice.random() < 0.5:
        earlier = range(day, min(day + 365, career.first_day))
        eve = next((one for one in earlier if season(frame.day(one)) == "spring festival"), day)
        return eve + dice.randrange(40) if eve > day else day
    return day


def _order(frame: Frame, dice: random.Random, career: Career, place: int, at: datetime | None) -> Sale:
    account, shelf = career.account, catalogue(frame)
    basket = _basket(frame, dice, career, place, at, shelf)
    currency = account.currency
    items = tuple(
        Item(
            product.sku,
            1 if product.dollars > 500 else dice.choices(_QUANTITIES, weights=_QUANTITY_WEIGHTS)[0],
            price(frame, product, currency),
            dice.choices(_DISCOUNTS, weights=_DISCOUNT_WEIGHTS)[0],
        )
        for product in basket
    )
    person = dice.choice(career.people)[0]
    return Sale(
        key=f"{account.key}-{place}",
        number=f"{account.number}-{place + 1:03d}",
        account=account.key,
        person=person,
        owner=account.owner,
        status=_status(frame, dice, at),
        placed_at=at,
        currency=currency,
        rate=frame.quotes.on(currency, (at or frame.now).date()),
        channel=dice.choice(("phone", "email", "web", "web", "visit")),
        items=items,
    )


def _basket(
    frame: Frame, dice: random.Random, career: Career, place: int, at: datetime | None, shelf: Catalogue
) -> list[Product]:
    day = (at or frame.now).date()
    basket = shelf.draw(dice, career.taste, day, dice.choices((1, 2, 3, 4, 5), weights=(22, 30, 25, 15, 8))[0])
    skus = {product.sku for product in basket}
    wanted = []
    if JASMINE in skus and GLASS_POT not in skus and dice.random() < _POT_WITH_JASMINE:
        wanted.append(GLASS_POT)
    if career.is_barista and at and place == 0:
        # Nobody buys the grinder without the machine, so the pair attracts each other as much as any two can.
        wanted += [MACHINE, GRINDER] if dice.random() < _GRINDER_WITH_MACHINE else [MACHINE]
    if career.is_barista and place and DESCALER not in skus and dice.random() < _DESCALER_LATER:
        wanted.append(DESCALER)
    return basket + [shelf.by_sku[sku] for sku in wanted]


def _status(frame: Frame, dice: random.Random, at: datetime | None) -> str:
    if at is None:
        return "DRAFT"
    if dice.random() < _CANCELLED:
        return "CANCELLED"
    age = (frame.now - at).days
    return "PLACED" if age < 10 else "PAID" if age < 30 else "FULFILLED"
