"""Whom did we forget? Willowbrook Dental, loyal for years, was last heard of eight months ago.

苏州静安口腔 was too, but there a task is open, so that somebody will call.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.demo.frame import Frame
from graph.demo.material import CITIES
from graph.demo.stories.telling import Entry, account, event, firm, job, order, somebody


def tell(frame: Frame) -> Iterator[Entry]:
    forgotten = firm(12, "willowbrook-dental", "Willowbrook Dental LLP", CITIES["GB"][5], 45, "9 Willow Walk")
    remembered = firm(13, "jingan-kouqiang", "苏州静安口腔医疗有限公司", CITIES["CN"][6], 38, "湖东路77号")
    yield from (forgotten, remembered)
    yield somebody(
        12, ("Constance", "Adeyemi"), "female", "constance.adeyemi", (job(frame, forgotten, "Practice manager", 1_900),)
    )
    yield somebody(13, ("静安", "徐"), "male", "xu.jingan", (job(frame, remembered, "院长", 1_600),), country="CN")
    first = account(frame, "GB-90008", forgotten, "priya.nair", "LOYAL", tier="HIGH", since=1_050)
    second = account(frame, "CN-90009", remembered, "chen.siyu", "LOYAL", since=1_000)
    yield from (first, second)
    for customer, person, subject, body in (
        (first, "constance.adeyemi", "All well", "Constance has no wishes. She asked us to call in spring."),
        (second, "xu.jingan", "一切正常", "徐先生暂无需求，请春天再联系。"),
    ):
        yield order(frame, customer, 1, 700, ("TEA-BREAKFAST", 10), person=person)
        yield order(frame, customer, 2, 255, ("TEA-BREAKFAST", 12), ("PANTRY-OATMILK", 24), person=person)
        yield event(frame, customer, "Call", 245, subject, body, user=customer.owner, people=(person,))
    yield event(
        frame, second, "Task", 3, "联系静安口腔", "春天已过，尽快致电徐先生。", user="chen.siyu", status="OPEN", due_in=4,
    )  # fmt: skip
