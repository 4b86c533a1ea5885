"""Numbers that registries and telephone companies could have given: they validate, and belong to nobody we know of."""

from __future__ import annotations

import random

# GB 32100-2015, table 2: the characters of a 统一社会信用代码, without those that are mistaken for digits.
_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

# No two numbers below the modulus give the same product, so that neighbours do not look like neighbours.
_SPREAD, _EIGHT_DIGITS = 73_939_133, 100_000_000
_VAT_SPREAD, _SEVEN_DIGITS = 7_393_931, 9_000_000

_CHINESE_MOBILES = ("133", "135", "136", "137", "138", "139", "150", "151", "158", "177", "186", "187", "188")


def unified_social_credit_code(number: int, region: str) -> str:
    """The code of the company with this number: an enterprise (9) registered with the market authority (1).

    >>> unified_social_credit_code(1, "330106")
    '91330106739391337U'
    """
    digits = f"{number * _SPREAD % _EIGHT_DIGITS:08d}"
    # GB 11714-1997: the ninth character of an organisation's code checks the eight before it.
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, _ORGANISATION_WEIGHTS, strict=True)) % 11
    code = f"91{region}{digits}{'X' if rest == 10 else rest % 11}"
    # GB 32100-2015: the weights are the powers of 3 modulo 31.
    total = sum(_CHARACTERS.index(character) * pow(3, place, 31) for place, character in enumerate(code))
    return code + _CHARACTERS[-total % 31]


def british_vat_number(number: int) -> str:
    """A VAT number whose last two digits check the seven before them, as HM Revenue & Customs counts."""
    digits = f"{1_000_000 + number * _VAT_SPREAD % _SEVEN_DIGITS:07d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(8, 1, -1), strict=True))
    return f"GB{digits}{97 - total % 97:02d}"


def mobile(country: str, dice: random.Random, area: str) -> str:
    """A number to reach a person at, written as people of that country write it."""
    match country:
        case "CN":
            return f"+86 {dice.choice(_CHINESE_MOBILES)} {dice.randrange(10_000):04d} {dice.randrange(10_000):04d}"
        case "GB":
            return f"+44 7400 {dice.randrange(1_000_000):06d}"
        case "US":
            return _american(dice, area)
        case _:
            raise ValueError(country)


def switchboard(country: str, dice: random.Random, area: str) -> str:
    """A number to reach a company at."""
    match country:
        case "CN":
            # A second digit of 0 would make some of them service numbers, such as 800.
            return f"+86 {area} {dice.randrange(6, 9)}{dice.randrange(100, 1_000)} {dice.randrange(10_000):04d}"
        case "GB":
            return f"+44 20 79{dice.randrange(100):02d} {dice.randrange(10_000):04d}"
        case "US":
            return _american(dice, area)
        case _:
            raise ValueError(country)


def _american(dice: random.Random, area: str) -> str:
    # An exchange does not begin with 0 or 1, and x11 is a service.
    return f"+1 {area} {dice.randrange(220, 300)} {dice.randrange(10_000):04d}"
