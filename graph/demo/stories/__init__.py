"""Stories that are the same in every world, whatever its size and seed. `docs/demo.md` tells how to find them.

Nothing else in the world refers to their people and companies, so that what is asked about them has one answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.demo.frame import Frame
from graph.demo.party import Company
from graph.demo.stories import baskets, churn, influence, introduction, lookalikes, neglect, rarity, referrals
from graph.demo.stories.telling import Entry
from graph.rows import Row

_STORIES = (introduction, baskets, lookalikes, neglect, influence, referrals, churn, rarity)


def company_count(frame: Frame) -> int:
    """How many of the world's companies belong to stories."""
    return sum(isinstance(entry, Company) for entry in _entries(frame))


def row_count(frame: Frame) -> int:
    return sum(1 for _ in _entries(frame))


def rows(frame: Frame) -> Iterator[Row]:
    """All stories, each in an order in which nothing refers to what comes later."""
    for line, entry in enumerate(_entries(frame), 1):
        yield entry.row(line)


def _entries(frame: Frame) -> Iterator[Entry]:
    for story in _STORIES:
        yield from story.tell(frame)
