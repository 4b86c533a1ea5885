"""Leaky buckets: what a caller may spend, which refills as time goes by."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass


@dataclass(slots=True)
class Bucket:
    """`level` points are there at the instant `at`; `per_second` are added until there are `capacity`."""

    capacity: float
    per_second: float
    level: float
    at: float

    def refill(self, now: float) -> None:
        self.level = min(self.capacity, self.level + (now - self.at) * self.per_second)
        self.at = now

    def take(self, points: float) -> float:
        """Take points, if they are there: the seconds until they would be, or 0 if they were taken."""
        if points <= self.level:
            self.level -= points
            return 0.0
        return (points - self.level) / self.per_second

    def give_back(self, points: float) -> None:
        self.level = min(self.capacity, self.level + points)

    @property
    def is_full(self) -> bool:
        return self.level >= self.capacity


class Buckets:
    """The buckets of the callers who asked last, bounded in number.

    A bucket that is full is as good as none, so those go first; beyond `count` the one that was not asked for the
    longest time goes, full or not.
    """

    def __init__(self, count: int = 10_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._count, self._clock = count, clock
        self._kept: OrderedDict[Hashable, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def bucket(self, key: Hashable, capacity: float, per_second: float) -> Bucket:
        """The bucket of a key as it is now. One whose measures have changed keeps what is in it."""
        now, found = self._clock(), self._kept.get(key)
        if found is None:
            found = self._kept[key] = Bucket(capacity, per_second, capacity, now)
            self._forget(now)
            return found
        self._kept.move_to_end(key)
        if (found.capacity, found.per_second) != (capacity, per_second):
            found.capacity, found.per_second = capacity, per_second
        found.refill(now)
        return found

    def _forget(self, now: float) -> None:
        """The oldest ones that are full again, two for each new one, and one more if there are still too many."""
        for _ in range(2):
            oldest = next(iter(self._kept))
            self._kept[oldest].refill(now)
            if len(self._kept) == 1 or not self._kept[oldest].is_full:
                break
            del self._kept[oldest]
        if len(self._kept) > self._count:
            self._kept.popitem(last=False)
