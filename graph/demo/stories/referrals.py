"""Who brought whom? Rosa Delgado sent us Ben Ashdown and Mina Park, Ben sent us 周雨桐, and she sent us 何其美."""

from __future__ import annotations

from collections.abc import Iterator

from graph.demo.frame import Frame
from graph.demo.material import CITIES, City
from graph.demo.party import referred_by
from graph.demo.stories.telling import Entry, account, order, somebody

_DENVER, _YORK, _AUSTIN = CITIES["US"][6], CITIES["GB"][6], CITIES["US"][5]
_NANJING, _QINGDAO = CITIES["CN"][7], CITIES["CN"][10]

# Each with the one who recommended us, how many days ago, and what became of the reward.
_PEOPLE: tuple[tuple[tuple[str, str], str, str, City, str, str, tuple[str, int, str] | None], ...] = (
    (("Rosa", "Delgado"), "female", "rosa.delgado", _DENVER, "US-P90011", "elena.cruz", None),
    (("Ben", "Ashdown"), "male", "ben.ashdown", _YORK, "GB-P90012", "grace.liu", ("rosa.delgado", 820, "PAID")),
    (("Mina", "Park"), "female", "mina.park", _AUSTIN, "US-P90013", "elena.cruz", ("rosa.delgado", 610, "PAID")),
    (("雨桐", "周"), "female", "zhou.yutong", _NANJING, "CN-P90014", "chen.siyu", ("ben.ashdown", 430, "PAID")),
    (("其美", "何"), "female", "he.qimei", _QINGDAO, "CN-P90015", "chen.siyu", ("zhou.yutong", 75, "PENDING")),
)


def tell(frame: Frame) -> Iterator[Entry]:
    for number, (name, gender, mailbox, city, customer, owner, referral) in enumerate(_PEOPLE, 20):
        ties = (referred_by(referral[0], frame.ago(referral[1]), referral[2]),) if referral else ()
        street = f"文汇路{number}号" if city.country == "CN" else f"{number} Orchard Lane"
        person = somebody(number, name, gender, mailbox, ties=ties, home=(city, street), country=city.country)
        yield person
        since = referral[1] - 10 if referral else 1_000
        opened = account(frame, customer, person, owner, "ACTIVE", tier="LOW", since=since)
        yield opened
        yield order(frame, opened, 1, max(5, since - 20), ("TEA-OSMANTHUS", 2), ("WARE-GAIWAN", 1), person=mailbox)
