"""What a demo world is a function of, and how chance is drawn in it.

Everything is made from its own number alone, never from what was made before: so a world of any size streams through
memory, and a record can be looked at again wherever another one refers to it.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from graph.demo.material import Material
from graph.demo.rates import Quotes
from graph.rows import Key

SYSTEM = "demo"


@dataclass(frozen=True)
class Size:
    """How much there is of what. `companies` is exact; orders and activities are what a customer has on average."""

    companies: int
    private: int
    users: int
    orders: float
    activities: float
    # In how many editions the products that are not part of a story are sold.
    editions: int = 1


SIZES = {
    "small": Size(companies=300, private=40, users=18, orders=2.5, activities=8.0),
    "medium": Size(companies=3_000, private=400, users=48, orders=2.5, activities=8.0, editions=3),
    "large": Size(companies=33_000, private=5_500, users=240, orders=2.5, activities=30.0, editions=10),
}


@dataclass(frozen=True, eq=False)
class Frame:
    """One world. `pinyin` spells a Chinese text in Latin letters, without tones or spaces."""

    size: Size
    seed: int
    today: date
    base_currency: str
    pinyin: Callable[[str], str]

    @property
    def now(self) -> datetime:
        """The instant at which the world is seen: what is later has not happened yet."""
        return datetime.combine(self.today, time(), UTC)

    @cached_property
    def material(self) -> Material:
        return Material(self.seed)

    @cached_property
    def quotes(self) -> Quotes:
        return Quotes(self.base_currency)

    def dice(self, *place: str | int) -> random.Random:
        """The chance that belongs to one place of this world, always the same."""
        return random.Random(f"{self.seed}:{':'.join(map(str, place))}")  # noqa: S311 - nothing here is a secret.

    def ago(self, days: int, hour: int = 9, minute: int = 0) -> datetime:
        """So many days before today, at an hour of UTC; negative days lie ahead."""
        return datetime.combine(self.today - timedelta(days=days), time(hour, minute), UTC)

    def day(self, days: int) -> date:
        return self.today - timedelta(days=days)


def key(type_: str, id_: str | int) -> Key:
    """What a record of the demo is known by."""
    return Key(SYSTEM, type_, str(id_))
