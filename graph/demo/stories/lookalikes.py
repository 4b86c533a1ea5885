"""Who is like whom? A bookshop chain in Manchester and one in Chengdu drink exactly the same seven things."""

from __future__ import annotations

from collections.abc import Iterator

from graph.demo.catalogue import SMOKED_PINE
from graph.demo.frame import Frame
from graph.demo.material import CITIES
from graph.demo.stories.telling import Entry, account, event, firm, job, order, somebody

# The last one is sold to these two alone, so that no third company comes as near.
_SHELF = ("TEA-EARLGREY", "TEA-KEEMUN", "WARE-CUP-12", "PANTRY-SHORTBREAD", "PANTRY-HONEY", "GIFT-OFFICE", SMOKED_PINE)


def tell(frame: Frame) -> Iterator[Entry]:
    english = firm(10, "marlowe-books", "Marlowe Bookshops Ltd", CITIES["GB"][1], 120, "40 Deansgate")
    chinese = firm(11, "shiguang-shudian", "成都拾光书店有限公司", CITIES["CN"][5], 160, "宽窄巷子21号")
    yield from (english, chinese)
    yield somebody(10, ("Imogen", "Marlowe"), "female", "imogen.marlowe", (job(frame, english, "Director", 3_000),))
    yield somebody(11, ("书白", "唐"), "male", "tang.shubai", (job(frame, chinese, "创始人", 2_200),), country="CN")
    first = account(frame, "GB-90006", english, "grace.liu", "LOYAL")
    second = account(frame, "CN-90007", chinese, "sun.haoran", "ACTIVE")
    yield from (first, second)
    for customer, person, subject, body in (
        (
            first,
            "imogen.marlowe",
            "The winter table",
            "Imogen wants the smoked lapsang again, next to the ghost stories.",
        ),
        (second, "tang.shubai", "冬季书桌", "唐先生想把松烟小种和推理小说放在一起。"),
    ):
        yield order(frame, customer, 1, 300, *((sku, 6) for sku in _SHELF[:4]), person=person)
        yield order(frame, customer, 2, 45, *((sku, 4) for sku in _SHELF[4:]), person=person)
        yield event(frame, customer, "Call", 30, subject, body, user=customer.owner, people=(person,))
