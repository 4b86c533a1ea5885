"""Who has the rare one? The Mother-tree Da Hong Pao went to two companies, where four people work today.

Neil Farrow has left one of them, Drayton's order was cancelled, and a private buyer is no company.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.demo.catalogue import MOTHER_TREE
from graph.demo.frame import Frame
from graph.demo.material import CITIES
from graph.demo.stories.telling import Entry, account, event, firm, job, order, somebody


def tell(frame: Frame) -> Iterator[Entry]:
    law = firm(16, "pemberton-rook", "Pemberton & Rook LLP", CITIES["GB"][0], 64, "11 Inner Court")
    house = firm(17, "heming-chaguan", "成都鹤鸣茶馆有限公司", CITIES["CN"][5], 22, "人民公园8号")
    insurance = firm(18, "drayton-insurance", "Drayton Insurance Inc", CITIES["US"][8], 900, "500 Peach Avenue")
    yield from (law, house, insurance)
    yield somebody(30, ("Isla", "Pemberton"), "female", "isla.pemberton", (job(frame, law, "Senior partner", 4_000),))
    yield somebody(31, ("Victor", "Rook"), "male", "victor.rook", (job(frame, law, "Partner", 3_100),))
    yield somebody(
        32, ("Neil", "Farrow"), "male", "neil.farrow",
        (job(frame, law, "Office manager", 1_500, 260), job(frame, insurance, "Facilities", 250)), country="US",
    )  # fmt: skip
    yield somebody(33, ("鹤鸣", "梁"), "male", "liang.heming", (job(frame, house, "掌柜", 5_000),), country="CN")
    yield somebody(34, ("晚晴", "苏"), "female", "su.wanqing", (job(frame, house, "茶艺师", 800),), country="CN")
    collector = somebody(35, ("Edmund", "Vane"), "male", "edmund.vane", home=(CITIES["GB"][0], "2 Crescent Mews"))
    yield collector
    buyers = (
        account(frame, "GB-90017", law, "grace.liu", "LOYAL", tier="HIGH"),
        account(frame, "CN-90018", house, "zhao.mingyuan", "ACTIVE", tier="HIGH"),
        account(frame, "GB-P90019", collector, "grace.liu", "ACTIVE", tier="HIGH"),
    )
    yield from buyers
    for place, customer in enumerate(buyers):
        yield order(frame, customer, 1, 170 - 40 * place, (MOTHER_TREE, 1))
    second_thoughts = account(frame, "US-90020", insurance, "tom.okafor", "PROSPECT")
    yield second_thoughts
    yield order(frame, second_thoughts, 1, 100, (MOTHER_TREE, 2), status="CANCELLED")
    yield event(
        frame, buyers[1], "Visit", 125, "母树大红袍开汤", "与梁先生、苏女士一起开汤，七泡仍有余香。",
        user="zhao.mingyuan", people=("liang.heming", "su.wanqing"), product=MOTHER_TREE,
    )  # fmt: skip
