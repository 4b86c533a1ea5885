"""Whose word counts? At Lanternworks everybody listens to Joan Abara, who has no title at all."""

from __future__ import annotations

from collections.abc import Iterator

from graph.demo.frame import Frame
from graph.demo.material import CITIES
from graph.demo.party import Tie, influences
from graph.demo.stories.telling import Entry, account, event, firm, job, order, somebody


def tell(frame: Frame) -> Iterator[Entry]:
    robotics = firm(14, "lanternworks", "Lanternworks Robotics Inc", CITIES["US"][4], 310, "212 Beacon Yard")
    yield robotics
    people = (
        (14, ("Gordon", "Pike"), "male", "gordon.pike", "Chief executive"),
        (15, ("Sylvia", "Brandt"), "female", "sylvia.brandt", "Chief operating officer"),
        (16, ("Marcus", "Yoon"), "male", "marcus.yoon", "Head of purchasing"),
        (17, ("Leila", "Haddad"), "female", "leila.haddad", "Workplace manager"),
    )
    reports: tuple[Tie, ...] = ()
    for number, name, gender, mailbox, title in people:
        yield somebody(number, name, gender, mailbox, (job(frame, robotics, title, 1_200),), reports, country="US")
        reports = (Tie("manager", "gordon.pike"),)
    yield somebody(
        18, ("Joan", "Abara"), "female", "joan.abara", (job(frame, robotics, None, 2_900),),
        (
            Tie("manager", "leila.haddad"), influences("gordon.pike", 0.9), influences("sylvia.brandt", 0.7),
            influences("marcus.yoon", 0.8), influences("leila.haddad", 0.8),
        ),
        country="US",
    )  # fmt: skip
    yield somebody(
        19, ("Theo", "Lindqvist"), "male", "theo.lindqvist", (job(frame, robotics, "Chief of staff", 400),),
        (Tie("manager", "gordon.pike"), influences("gordon.pike", 0.6), influences("marcus.yoon", 0.2)), country="US",
    )  # fmt: skip
    customer = account(frame, "US-90010", robotics, "elena.cruz", "ACTIVE", tier="HIGH")
    yield customer
    yield order(frame, customer, 1, 130, ("COFFEE-ETHIOPIA", 20), ("COFFEE-NITRO", 6), person="marcus.yoon")
    yield event(
        frame, customer, "Demo", 140, "Tasting of Ethiopia natural",
        "Eleven people came. When Joan put her cup down and nodded, it was decided.",
        user="elena.cruz", people=("marcus.yoon", "joan.abara"), product="COFFEE-ETHIOPIA",
    )  # fmt: skip
