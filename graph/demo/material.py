"""Raw material: names of people, companies and places, some from Faker, some from lists.

Telephone and registry numbers are not here; see `registry.py`.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from faker import Faker


@dataclass(frozen=True)
class City:
    """Where companies are. `name` is as its own people write it; `area` is the telephone's, `region` GB/T 2260's."""

    name: str
    country: str
    area: str
    latitude: float
    longitude: float
    region: str = ""
    postcode: str = ""


CITIES = {
    "CN": (
        City("上海", "CN", "21", 31.23, 121.47, "310101", "200001"),
        City("北京", "CN", "10", 39.90, 116.40, "110105", "100020"),
        City("深圳", "CN", "755", 22.54, 114.06, "440304", "518000"),
        City("杭州", "CN", "571", 30.27, 120.16, "330106", "310012"),
        City("广州", "CN", "20", 23.13, 113.26, "440106", "510620"),
        City("成都", "CN", "28", 30.57, 104.07, "510104", "610021"),
        City("苏州", "CN", "512", 31.30, 120.59, "320508", "215002"),
        City("南京", "CN", "25", 32.06, 118.80, "320102", "210018"),
        City("武汉", "CN", "27", 30.59, 114.31, "420102", "430014"),
        City("西安", "CN", "29", 34.34, 108.94, "610103", "710001"),
        City("青岛", "CN", "532", 36.07, 120.38, "370202", "266001"),
        City("济南", "CN", "531", 36.65, 117.12, "370102", "250014"),
    ),
    "US": (
        City("New York, NY", "US", "212", 40.71, -74.01, postcode="10013"),
        City("San Francisco, CA", "US", "415", 37.77, -122.42, postcode="94107"),
        City("Chicago, IL", "US", "312", 41.88, -87.63, postcode="60607"),
        City("Seattle, WA", "US", "206", 47.61, -122.33, postcode="98104"),
        City("Boston, MA", "US", "617", 42.36, -71.06, postcode="02110"),
        City("Austin, TX", "US", "512", 30.27, -97.74, postcode="78701"),
        City("Denver, CO", "US", "303", 39.74, -104.99, postcode="80202"),
        City("Portland, OR", "US", "503", 45.52, -122.68, postcode="97205"),
        City("Atlanta, GA", "US", "404", 33.75, -84.39, postcode="30303"),
    ),
    "GB": (
        City("London", "GB", "20", 51.51, -0.13, postcode="EC1V 2NX"),
        City("Manchester", "GB", "161", 53.48, -2.24, postcode="M1 2HN"),
        City("Bristol", "GB", "117", 51.45, -2.59, postcode="BS1 4DJ"),
        City("Leeds", "GB", "113", 53.80, -1.55, postcode="LS1 4DY"),
        City("Edinburgh", "GB", "131", 55.95, -3.19, postcode="EH2 2BY"),
        City("Brighton", "GB", "1273", 50.82, -0.14, postcode="BN1 1EE"),
        City("York", "GB", "1904", 53.96, -1.08, postcode="YO1 7HH"),
    ),
}

# What companies do that drink, serve or give away tea and coffee.
TRADES_EN = (
    "Hotels", "Logistics", "Architects", "Publishing", "Bakeries", "Software", "Dental Care", "Law", "Robotics",
    "Textiles", "Design Studio", "Catering", "Insurance", "Biotech", "Coffee Houses", "Furniture", "Airlines",
    "Broadcasting", "Bookshops", "Engineering", "Wellness", "Galleries", "Energy", "Foods", "Instruments", "Shipping",
)  # fmt: skip
TRADES_ZH = (
    "酒店管理", "物流", "建筑设计", "文化传媒", "食品", "软件", "口腔医疗", "智能科技", "机器人", "纺织", "家居", "餐饮管理",
    "生物科技", "茶馆", "咖啡", "旅行", "图书", "机械工程", "健康管理", "艺术品", "新能源", "电子", "仪器", "国际货运", "教育科技",
)  # fmt: skip

_FIRST_CHARACTERS = "启明华瑞恒泰新安永嘉德润宏盛天云海蓝青松瀚博远正和信诚金玉龙凤锦绣雅兰汉唐长江"
_SECOND_CHARACTERS = "源达盛通腾翔宇辰星辉川河岭峰林桥禾谷舟帆航途悦欣怡宁康健睿智慧晟铭轩逸格"

_STREETS_ZH = (
    "中山路",
    "人民路",
    "建国路",
    "解放大道",
    "长江路",
    "文汇路",
    "科技园路",
    "湖滨路",
    "朝阳街",
    "学院路",
    "滨江大道",
)

_POOL = 600


class Material:
    """Names to draw from, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        english, chinese = Faker("en_US"), Faker("zh_CN")
        english.seed_instance(seed)
        chinese.seed_instance(seed)
        self.streets_en = _pool(english.street_name)
        self.given = {
            ("en", "female"): _pool(english.first_name_female),
            ("en", "male"): _pool(english.first_name_male),
            ("zh", "female"): _pool(chinese.first_name_female),
            ("zh", "male"): _pool(chinese.first_name_male),
        }
        self.family = {"en": _pool(english.last_name), "zh": _pool(chinese.last_name)}
        pairs = [first + second for first in _FIRST_CHARACTERS for second in _SECOND_CHARACTERS if first != second]
        # Neighbours would all begin alike.
        random.Random(seed).shuffle(pairs)  # noqa: S311 - nothing here is a secret.
        self._brands = {"en": self.family["en"], "zh": tuple(pairs)}
        self._trades = {"en": TRADES_EN, "zh": TRADES_ZH}
        self._shift = random.Random(seed).randrange(1_000_000)  # noqa: S311 - nothing here is a secret.

    def brand_and_trade(self, language: str, number: int) -> tuple[str, str]:
        """What the company with this number is called; no two numbers share both."""
        brands, trades = self._brands[language], self._trades[language]
        turn, place = divmod(number, len(brands))
        brand = brands[(place + self._shift) % len(brands)]
        if turn and language == "en":
            # More companies than family names: the later ones have two founders.
            brand = f"{brand} & {brands[(place * 7 + turn * 31 + self._shift) % len(brands)]}"
        return brand, trades[(place + turn + self._shift) % len(trades)]

    def street(self, country: str, dice: random.Random) -> str:
        if country == "CN":
            return f"{dice.choice(_STREETS_ZH)}{dice.randrange(1, 900)}号{dice.randrange(2, 30)}楼"
        return f"{dice.randrange(1, 300)} {dice.choice(self.streets_en)}"


def _pool(draw: Callable[[], str]) -> tuple[str, ...]:
    """Distinct draws in a stable order, the common ones not more often than the rare ones."""
    return tuple(dict.fromkeys(draw() for _ in range(_POOL)))
