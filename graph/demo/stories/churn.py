"""Why did they leave? Blue Kettle Cafés: tasted, tried, ordered, complained twice, and went to CupCraft."""

from __future__ import annotations

from collections.abc import Iterator

from graph.demo.frame import Frame
from graph.demo.material import CITIES
from graph.demo.sales import Departure
from graph.demo.stories.telling import Entry, account, event, firm, job, order, somebody

_SELLER = "oliver.bennett"
_STEPS = (
    (
        640,
        "Demo",
        "Tasting of the house blend",
        "Clara and Sam tasted. Both chose the house blend over their own.",
        False,
    ),
    (610, "Trial", "Two weeks with the house blend", "On trial in the Hanover Street café.", False),
    (420, "Call", "A late delivery", "Clara: the pallet came on Saturday, when nobody was in.", True),
    (300, "Visit", "Complaint on site", "Two torn bags, and again on a Saturday. Clara was not amused.", False),
    (
        180,
        "Email",
        "Re: your offer",
        "Dear Oliver,\nCupCraft delivers on weekdays, before nine. We shall see.\nClara",
        True,
    ),
    (
        150,
        "Email",
        "Good bye",
        "Dear Oliver,\nwe have moved to CupCraft. The coffee was never the problem.\nClara",
        True,
    ),
)


def tell(frame: Frame) -> Iterator[Entry]:
    cafes = firm(15, "blue-kettle", "Blue Kettle Cafés Ltd", CITIES["GB"][4], 75, "17 Hanover Street")
    yield cafes
    yield somebody(25, ("Clara", "Innes"), "female", "clara.innes", (job(frame, cafes, "Owner", 2_000),))
    yield somebody(26, ("Sam", "Dunbar"), "male", "sam.dunbar", (job(frame, cafes, "Head barista", 1_100),))
    gone = Departure(frame.ago(148, 9), "late deliveries", "cupcraft")
    customer = account(frame, "GB-90016", cafes, _SELLER, "CHURNED", since=650, departure=gone)
    yield customer
    for place, (days, quantity) in enumerate(((590, 12), (520, 24), (440, 24), (320, 18)), 1):
        yield order(frame, customer, place, days, ("COFFEE-HOUSE", quantity), person="clara.innes")
    yield order(frame, customer, 5, 200, ("COFFEE-HOUSE", 6), person="clara.innes", status="CANCELLED")
    for days, kind, subject, body, is_inbound in _STEPS:
        people = ("clara.innes", "sam.dunbar") if kind == "Demo" else ("clara.innes",)
        yield event(
            frame, customer, kind, days, subject, body, user=_SELLER, people=people, is_inbound=is_inbound,
            product="COFFEE-HOUSE" if kind in ("Demo", "Trial") else None,
        )  # fmt: skip
