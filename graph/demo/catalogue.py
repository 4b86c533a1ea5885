"""What we sell, from whom we have it, and how it is bought: how often, together with what, and when in the year."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate

from graph.demo.frame import Frame, key
from graph.demo.material import CITIES
from graph.demo.party import Company
from graph.demo.registry import unified_social_credit_code
from graph.money import Amount
from graph.rows import Link, Record, Row

# Categories by code: the name, and the category that it is a kind of.
CATEGORIES = {
    "TEA": ("Tea 茶叶", None),
    "TEA-GREEN": ("Green tea 绿茶", "TEA"),
    "TEA-OOLONG": ("Oolong 乌龙茶", "TEA"),
    "TEA-BLACK": ("Black tea 红茶", "TEA"),
    "TEA-PUER": ("Pu'er 普洱", "TEA"),
    "COFFEE": ("Coffee 咖啡", None),
    "COFFEE-BEANS": ("Beans 咖啡豆", "COFFEE"),
    "COFFEE-COLD": ("Cold coffee 冷萃", "COFFEE"),
    "EQUIPMENT": ("Equipment 设备", None),
    "EQUIPMENT-BAR": ("Bar machines 吧台设备", "EQUIPMENT"),
    "EQUIPMENT-CARE": ("Care 清洁保养", "EQUIPMENT"),
    "WARE": ("Ware 器具", None),
    "WARE-TEA": ("Teaware 茶具", "WARE"),
    "WARE-COFFEE": ("Coffee ware 咖啡器具", "WARE"),
    "PANTRY": ("Pantry 茶歇", None),
    "GIFTS": ("Gifts 礼品", None),
}

SUPPLIERS = (
    ("longjing", "杭州狮峰茶业有限公司", "zh", CITIES["CN"][3], "shifeng-tea.example"),
    ("wuyi", "武夷岩骨茶业有限公司", "zh", CITIES["CN"][0], "yangu-tea.example"),
    ("yunnan", "云南古道普洱茶厂有限公司", "zh", CITIES["CN"][5], "gudao-puer.example"),
    ("kiln", "景德镇青白陶瓷有限公司", "zh", CITIES["CN"][7], "qingbai-kiln.example"),
    ("roastery", "Saltbox Roastery Ltd", "en", CITIES["GB"][2], "saltbox-roastery.example"),
    ("machines", "Halden Espresso Works Inc", "en", CITIES["US"][3], "halden-works.example"),
    ("pantry", "Orchard Row Provisions LLC", "en", CITIES["US"][7], "orchard-row.example"),
)

COMPETITORS = (
    ("cupcraft", "CupCraft Supplies Ltd", "en", CITIES["GB"][1], "cupcraft.example"),
    ("beanbridge", "BeanBridge Inc", "en", CITIES["US"][2], "beanbridge.example"),
    ("mingkelian", "茗客联供应链有限公司", "zh", CITIES["CN"][4], "mingkelian.example"),
)


@dataclass(frozen=True)
class Product:
    """Something that we sell. `dollars` is the list price; `pull` how often it is bought, 0 for what only a rule or a
    story sells."""

    sku: str
    name: str
    category: str
    dollars: float
    supplier: str
    pull: float = 1.0

    @property
    def family(self) -> str:
        return self.category.partition("-")[0]


MACHINE, GRINDER, DESCALER = "BAR-ESPRESSO-2G", "BAR-GRINDER-64", "CARE-DESCALER"
JASMINE, GLASS_POT = "TEA-JASMINE-PEARL", "WARE-GLASS-POT"
FESTIVAL_BOX, COLD_BREW = "GIFT-SPRING-BOX", "COFFEE-COLD-BREW"
MOTHER_TREE, SMOKED_PINE = "TEA-MOTHER-TREE", "TEA-SMOKED-PINE"

# The order is that of popularity; see `_pull`.
_PRODUCTS = (
    Product("COFFEE-HOUSE", "House blend, 1 kg 招牌拼配豆", "COFFEE-BEANS", 24, "roastery"),
    Product(JASMINE, "Jasmine Pearl Tea", "TEA-GREEN", 32, "longjing"),
    Product("PANTRY-OATMILK", "Oat milk, barista 咖啡师燕麦奶", "PANTRY", 3.5, "pantry"),
    Product("TEA-BREAKFAST", "Breakfast tea 早餐红茶", "TEA-BLACK", 11, "wuyi"),
    Product(FESTIVAL_BOX, "Spring Festival gift box 新春礼盒", "GIFTS", 68, "longjing"),
    Product("COFFEE-YUNNAN", "Yunnan single origin, 1 kg 云南小粒咖啡豆", "COFFEE-BEANS", 29, "yunnan"),
    Product("TEA-LONGJING", "Dragon Well 西湖龙井", "TEA-GREEN", 54, "longjing"),
    Product(COLD_BREW, "Cold brew concentrate 冷萃浓缩液", "COFFEE-COLD", 14, "roastery"),
    Product("PANTRY-SHORTBREAD", "Butter shortbread 黄油酥饼", "PANTRY", 6, "pantry"),
    Product("TEA-TIEGUANYIN", "Iron Goddess 铁观音", "TEA-OOLONG", 41, "wuyi"),
    Product("WARE-CUP-12", "Porcelain cups, 12 白瓷杯十二只", "WARE-TEA", 46, "kiln"),
    Product("COFFEE-DECAF", "Decaf, 1 kg 低因咖啡豆", "COFFEE-BEANS", 27, "roastery"),
    Product("CARE-FILTER", "Water filter 净水滤芯", "EQUIPMENT-CARE", 39, "machines"),
    Product("TEA-EARLGREY", "Earl Grey 伯爵红茶", "TEA-BLACK", 13, "wuyi"),
    Product("TEA-PUER-CAKE", "Ripe pu'er cake 熟普洱茶饼", "TEA-PUER", 58, "yunnan"),
    Product(GLASS_POT, "Glass teapot 玻璃茶壶", "WARE-TEA", 28, "kiln", 0.35),
    Product("PANTRY-HONEY", "Acacia honey 槐花蜜", "PANTRY", 12, "pantry"),
    Product("COFFEE-ETHIOPIA", "Ethiopia natural, 1 kg 埃塞日晒豆", "COFFEE-BEANS", 34, "roastery"),
    Product("WARE-DRIPPER", "Ceramic dripper 陶瓷滤杯", "WARE-COFFEE", 19, "kiln"),
    Product("TEA-SILVER", "Silver needle 白毫银针", "TEA-GREEN", 88, "longjing"),
    Product("CARE-BRUSH", "Cleaning kit 清洁套装", "EQUIPMENT-CARE", 22, "machines"),
    Product("TEA-KEEMUN", "Keemun 祁门红茶", "TEA-BLACK", 44, "wuyi"),
    Product("GIFT-OFFICE", "Welcome box 入职礼盒", "GIFTS", 35, "pantry"),
    Product("PANTRY-GINGER", "Ginger candy 姜糖", "PANTRY", 5, "pantry"),
    Product("TEA-OSMANTHUS", "Osmanthus oolong 桂花乌龙", "TEA-OOLONG", 36, "wuyi"),
    Product("WARE-GAIWAN", "Gaiwan 青瓷盖碗", "WARE-TEA", 33, "kiln"),
    Product("COFFEE-NITRO", "Nitro cans, 24 氮气咖啡", "COFFEE-COLD", 48, "roastery"),
    Product("CARE-GASKET", "Gasket set 密封圈套装", "EQUIPMENT-CARE", 16, "machines"),
    Product("TEA-PUER-RAW", "Raw pu'er, 2016 生普洱 2016", "TEA-PUER", 95, "yunnan"),
    Product("WARE-TUMBLER", "Steel tumbler 保温杯", "WARE-COFFEE", 21, "kiln"),
    Product("GIFT-MIDAUTUMN", "Mid-Autumn box 中秋礼盒", "GIFTS", 59, "longjing"),
    Product("EQUIP-KETTLE", "Gooseneck kettle 细口壶", "EQUIPMENT-BAR", 72, "machines"),
    Product("PANTRY-NUTS", "Roasted nuts 每日坚果", "PANTRY", 9, "pantry"),
    Product("TEA-WUYI-ROUGUI", "Wuyi cinnamon 武夷肉桂", "TEA-OOLONG", 76, "wuyi"),
    Product("WARE-SCALE", "Brew scale 手冲电子秤", "WARE-COFFEE", 42, "machines"),
    Product("EQUIP-BOILER", "Hot water boiler 开水器", "EQUIPMENT-BAR", 310, "machines"),
    Product("GIFT-ENGRAVED", "Engraved tea set 定制茶具", "GIFTS", 130, "kiln"),
    Product("EQUIP-BREWER", "Batch brewer 美式滴滤机", "EQUIPMENT-BAR", 540, "machines"),
    Product(DESCALER, "Descaler, 5 l 除垢剂", "EQUIPMENT-CARE", 31, "machines", 0.2),
    Product(MACHINE, "Espresso machine, 2 groups 双头意式咖啡机", "EQUIPMENT-BAR", 4_800, "machines", 0),
    Product(GRINDER, "Grinder, 64 mm 意式磨豆机", "EQUIPMENT-BAR", 890, "machines", 0),
    Product(MOTHER_TREE, "Mother-tree Da Hong Pao 母树大红袍", "TEA-OOLONG", 2_600, "wuyi", 0),
    Product(SMOKED_PINE, "Pine-smoked lapsang 松烟正山小种", "TEA-BLACK", 52, "wuyi", 0),
)

# Spring Festival (农历正月初一) of the years that a demo may reach back to or be made in.
_SPRING_FESTIVALS = tuple(
    date.fromisoformat(day)
    for day in (
        "2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13",
        "2030-02-03", "2031-01-23", "2032-02-11", "2033-01-31", "2034-02-19", "2035-02-08", "2036-01-28", "2037-02-15",
    )
)  # fmt: skip

# How much more often a product is bought by somebody who likes its family.
_TASTE = 5.0
FAMILIES = ("TEA", "COFFEE", "EQUIPMENT", "WARE", "PANTRY", "GIFTS")


@dataclass(frozen=True, eq=False)
class Catalogue:
    """All products of a world, with what a draw from them costs one look into a table."""

    products: tuple[Product, ...]
    by_sku: dict[str, Product]
    tables: dict[tuple[str, str], list[float]]

    def draw(self, dice: random.Random, taste: str, day: date, count: int) -> list[Product]:
        """Distinct products for one order, the popular ones of the season and of the customer's taste more often."""
        weights = self.tables[taste, season(day)]
        return list(dict.fromkeys(dice.choices(self.products, cum_weights=weights, k=count)))

    def rows(self, frame: Frame) -> Iterator[Row]:
        for line, (code, (name, parent)) in enumerate(CATEGORIES.items(), 1):
            above = (Link("parent", key("category", parent)),) if parent else ()
            category = Record("category", "Category", key("category", code), {"code": code, "name": name}, above)
            yield Row("categories", line, (category,))
        for line, product in enumerate(self.products, 1):
            properties = {
                "sku": product.sku,
                "name": product.name,
                "price": Amount(frame.quotes.from_dollars(product.dollars, frame.base_currency), frame.base_currency),
                "active": True,
                "sellable": True,
            }
            links = (
                Link("category", key("category", product.category)),
                Link("suppliers", key("company", product.supplier)),
            )
            yield Row("products", line, (Record("product", "Product", key("product", product.sku), properties, links),))


@lru_cache
def catalogue(frame: Frame) -> Catalogue:
    """The products that every world has, and further editions of the plain ones in the larger worlds."""
    editions = [
        Product(
            f"{one.sku}-{number}",
            f"{one.name} · No. {number}",
            one.category,
            one.dollars * (1 + number / 20),
            one.supplier,
        )
        for number in range(2, frame.size.editions + 1)
        for one in _PRODUCTS
        if one.pull == 1
    ]
    products = (*_PRODUCTS, *editions)
    tables = {
        (taste, when): list(accumulate(_pull(place, one, taste, when) for place, one in enumerate(products)))
        for taste in FAMILIES
        for when in ("spring festival", "summer", "any")
    }
    return Catalogue(products, {one.sku: one for one in products}, tables)


def trading_partners() -> Iterator[Company]:
    """Whom we buy from, and who sells what we sell."""
    for number, (name_key, name, language, city, domain) in enumerate((*SUPPLIERS, *COMPETITORS)):
        chinese = city.country == "CN"
        yield Company(
            key=name_key,
            name=name,
            language=language,
            city=city,
            street=f"茶市街{number + 8}号" if chinese else f"{number + 8} Market Street",
            domain=domain,
            phone=f"+86 {city.area} 8500 12{number:02d}" if chinese else _PHONES[city.country].format(number),
            employees=40 + 35 * number,
            # Numbers that no other company of the demo comes to.
            uscc=unified_social_credit_code(90_000_000 + number, city.region) if chinese else None,
        )


_PHONES = {"GB": "+44 20 7946 01{:02d}", "US": "+1 312 224 01{:02d}"}


@lru_cache(maxsize=4_096)
def season(day: date) -> str:
    """The part of the year that some products are bought in."""
    if any(timedelta() < festival - day <= timedelta(days=45) for festival in _SPRING_FESTIVALS):
        return "spring festival"
    return "summer" if day.month in (6, 7, 8) else "any"


def _pull(place: int, product: Product, taste: str, when: str) -> float:
    """Zipf's law over the order of popularity, bent by taste and season."""
    pull = product.pull / math.pow(place + 1, 0.8)
    if product.sku == FESTIVAL_BOX:
        return pull * (9 if when == "spring festival" else 0.05)
    if product.sku == COLD_BREW:
        return pull * (7 if when == "summer" else 0.15)
    return pull * (_TASTE if product.family == taste else 1)


def price(frame: Frame, product: Product, currency: str) -> Decimal:
    """The list price in a customer's currency."""
    return frame.quotes.from_dollars(product.dollars, currency)
