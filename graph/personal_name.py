"""Personal names cut into given and family name, by the two rules that serve most of them."""

from __future__ import annotations

import re

_CHINESE = re.compile(r"[\u3400-\u9fff]{2,4}")

# 复姓: family names of two characters that are still common.
_COMPOUND = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "司徒",
    "东方",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "宇文",
    "皇甫",
    "夏侯",
    "端木",
)


def given_and_family(name: str) -> tuple[str | None, str | None]:
    """The last word is the family name; of a Chinese name the first character, or two.

    >>> given_and_family("Maria Anders"), given_and_family("王小明")
    (('Maria', 'Anders'), ('小明', '王'))
    """
    if _CHINESE.fullmatch(name):
        length = 2 if name.startswith(_COMPOUND) and len(name) > 2 else 1
        return name[length:], name[:length]
    given, _, family = name.strip().rpartition(" ")
    return (given.strip() or None, family) if given else (None, family or None)
