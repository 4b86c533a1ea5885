"""Who can introduce us? Grace Liu never met Amelia Thornbury, but Henry Castellan once shared an office with her.

The same in Chinese: 陈思雨 reaches 顾清和 through 沈嘉言.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.demo.frame import Frame
from graph.demo.material import CITIES
from graph.demo.party import knows
from graph.demo.stories.telling import Entry, account, event, firm, job, order, somebody

_LONDON, _MANCHESTER, _BRISTOL = CITIES["GB"][:3]
_SHANGHAI, _BEIJING, _, _HANGZHOU = CITIES["CN"][:4]


def tell(frame: Frame) -> Iterator[Entry]:
    yield from _in_english(frame)
    yield from _in_chinese(frame)


def _in_english(frame: Frame) -> Iterator[Entry]:
    mill = firm(1, "old-mill-catering", "Old Mill Catering Ltd", _MANCHESTER, 85, "3 Weir Lane")
    bars = firm(2, "castellan-bars", "Castellan Coffee Bars Ltd", _BRISTOL, 140, "27 Harbourside")
    hotels = firm(3, "thornbury-vale", "Thornbury & Vale Hotels plc", _LONDON, 2_400, "1 Vale Square")
    yield from (mill, bars, hotels)
    yield somebody(
        1, ("Henry", "Castellan"), "male", "henry.castellan",
        (job(frame, mill, "Area manager", 2_600, 1_450), job(frame, bars, "Managing director", 1_440)),
    )  # fmt: skip
    yield somebody(2, ("Ruth", "Ellery"), "female", "ruth.ellery", (job(frame, bars, "Head of purchasing", 700),))
    # Nobody of ours ever spoke to her.
    yield somebody(
        3, ("Amelia", "Thornbury"), "female", "amelia.thornbury",
        (job(frame, mill, "Finance director", 2_500, 1_300), job(frame, hotels, "Chief executive", 1_290)),
        ties=(knows("henry.castellan", 0.9, "former colleagues"), knows("ruth.ellery", 0.3, "met at a fair")),
    )  # fmt: skip
    customer = account(frame, "GB-90001", bars, "grace.liu", "LOYAL", tier="HIGH")
    yield customer
    yield order(frame, customer, 1, 210, ("COFFEE-HOUSE", 24), person="henry.castellan")
    yield order(frame, customer, 2, 40, ("COFFEE-HOUSE", 48), ("CARE-FILTER", 6), person="ruth.ellery")
    for days, kind, subject, body in (
        (400, "Visit", "First visit to the bars", "Henry showed me all three bars. He buys by taste, not by price."),
        (300, "Meeting", "Menu for the new bar", "Henry wants one blend for all bars."),
        (205, "Call", "How the blend is doing", "Henry is delighted; the regulars noticed."),
        (120, "Training", "Barista basics in Bristol", "Henry joined in, and steamed the best milk of all."),
        (60, "Call", "Who else he knows", "Henry mentioned his days at Old Mill Catering, and who was there with him."),
        (12, "Meeting", "Quarterly review", "Henry would gladly make an introduction or two."),
    ):
        yield event(frame, customer, kind, days, subject, body, user="grace.liu", people=("henry.castellan",))
    yield event(
        frame, customer, "Email", 38, "Your filters", "Dear Ruth,\nthe filters left today.\nGrace",
        user="grace.liu", people=("ruth.ellery",),
    )  # fmt: skip


def _in_chinese(frame: Frame) -> Iterator[Entry]:
    catering = firm(4, "huting-canyin", "上海湖亭餐饮管理有限公司", _SHANGHAI, 96, "湖滨路18号")
    gallery = firm(5, "jiayan-yishu", "北京嘉言艺术品有限公司", _BEIJING, 60, "草场地12号")
    hotels = firm(6, "yunqi-shanfang", "杭州云栖山房酒店集团有限公司", _HANGZHOU, 1_800, "梅灵路66号")
    yield from (catering, gallery, hotels)
    yield somebody(
        4, ("嘉言", "沈"), "female", "shen.jiayan",
        (job(frame, catering, "运营经理", 2_300, 1_200), job(frame, gallery, "总经理", 1_180)), country="CN",
    )  # fmt: skip
    yield somebody(
        5, ("清和", "顾"), "male", "gu.qinghe",
        (job(frame, catering, "厨务总监", 2_400, 1_100), job(frame, hotels, "总经理", 1_080)),
        ties=(knows("shen.jiayan", 0.85, "former colleagues"),), country="CN",
    )  # fmt: skip
    customer = account(frame, "CN-90002", gallery, "chen.siyu", "ACTIVE")
    yield customer
    yield order(frame, customer, 1, 90, ("TEA-LONGJING", 12), ("WARE-GAIWAN", 6), person="shen.jiayan")
    for days, kind, subject, body in (
        (150, "Visit", "拜访画廊", "沈女士带我看了新展，开幕茶会需要两款茶。"),
        (85, "Call", "送货反馈", "沈女士对龙井非常满意。"),
        (20, "Meeting", "下半年计划", "沈女士提到老同事顾清和现在管理一家酒店集团。"),
    ):
        yield event(frame, customer, kind, days, subject, body, user="chen.siyu", people=("shen.jiayan",))
