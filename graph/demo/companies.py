"""The companies of the world that no story is about: half of them English-speaking, half Chinese; some in groups."""

from __future__ import annotations

import re
from functools import lru_cache

from graph.demo.frame import Frame
from graph.demo.material import CITIES
from graph.demo.party import Company
from graph.demo.registry import british_vat_number, switchboard, unified_social_credit_code

# Companies come in clusters of so many neighbours. The first of each language is the head of a group; these places
# are its subsidiaries, and the last two are subsidiaries of subsidiaries.
_CLUSTER = 50
_CHILDREN = {8: 0, 16: 0, 24: 0, 32: 8, 9: 1, 17: 1, 25: 1, 33: 9}
_SHARES = (51.0, 60.0, 75.0, 100.0)

_FORMS = {"GB": ("Ltd", "Ltd", "LLP", "plc"), "US": ("Inc", "LLC", "Corp", "Co")}
_HEADS = {"GB": "Group plc", "US": "Holdings Inc"}
_HEAD_COUNTS = ((4, 9), (10, 49), (50, 249), (250, 999), (1_000, 8_000))


@lru_cache(maxsize=4_096)
def company(frame: Frame, number: int) -> Company:
    """The company with this number; even numbers are English-speaking."""
    language = "zh" if number % 2 else "en"
    country = "CN" if language == "zh" else ("US", "GB")[number // 2 % 2]
    dice = frame.dice("company", number)
    city = dice.choice(CITIES[country])
    parent = parent_of(number)
    place = number % _CLUSTER
    own_brand, trade = frame.material.brand_and_trade(language, number // 2)
    top = number - place + place % 2
    brand = frame.material.brand_and_trade(language, top // 2)[0] if place in _CHILDREN else own_brand
    if language == "zh":
        name = f"{brand}集团股份有限公司" if place < 2 else f"{city.name}{brand}{trade}有限公司"
    else:
        name = f"{brand} {_HEADS[country] if place < 2 else f'{trade} {dice.choice(_FORMS[country])}'}"
    low, high = dice.choices(_HEAD_COUNTS, weights=(30, 38, 22, 8, 2))[0] if place > 1 else _HEAD_COUNTS[-1]
    return Company(
        key=str(number),
        name=name,
        language=language,
        city=city,
        street=frame.material.street(country, dice),
        domain=_domain(frame, brand, trade, number),
        phone=switchboard(country, dice, city.area),
        employees=dice.randint(low, high),
        uscc=unified_social_credit_code(number + 1, city.region) if country == "CN" else None,
        vat=british_vat_number(number + 1) if country == "GB" else None,
        parent=None if parent is None else (str(parent), dice.choice(_SHARES)),
    )


def parent_of(number: int) -> int | None:
    """The company that this one is a subsidiary of."""
    place = number % _CLUSTER
    return number - place + _CHILDREN[place] if place in _CHILDREN else None


def _domain(frame: Frame, brand: str, trade: str, number: int) -> str:
    """Below `.example`, which nobody can own (RFC 2606): no mail that is sent here reaches anyone."""
    words = frame.pinyin(brand) if number % 2 else f"{brand} {trade}".lower()
    label = re.sub(r"[^a-z0-9]+", "-", words).strip("-")
    # Chinese brands that sound alike would share their domain.
    return f"{label}{number if number % 2 else ''}.example"
