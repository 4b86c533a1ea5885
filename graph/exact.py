"""Amounts in Cypher, exactly as `money.py` has them in Python: decimal digits, whole numbers, half to even.

Neo4j has no decimals, and its integers end at 2⁶³, which quantity × price × discount exceeds. So a factor is a text of
digits with a scale (12.50 is "1250" and 2), which an integer multiplies digit by digit, as one does on paper. What is
not to be had, such as an amount beyond `LARGEST`, is null.

Each of these is a chain of WITH clauses that adds variables to the rows, the wanted one among them: one expression of
the same takes Neo4j many times longer to plan.
"""

from __future__ import annotations

from graph.money import LARGEST


def net_of_line(quantity: str, unit: str, discount_percent: str, result: str) -> list[str]:
    """What `money.line_net` gives; null where the quantity or the unit price is."""
    known = f"{_is_usual(quantity)} AND {_is_usual(discount_percent)} AND {unit} IS NOT NULL"
    # The digits of |100 − discount| are those of 100.00 less those of the discount, each by itself: from −10 to 10.
    digit = (
        "((CASE WHEN place = size(padded) - 3 - offScale THEN 1 ELSE 0 END)"
        " - toInteger(sign(off)) * toInteger(substring(padded, place, 1))) * toInteger(sign(100 - off))"
    )
    total = "(done[0] + toInteger(manyDigits) * digit)"
    last = f"(({total} % 10 + 10) % 10)"
    return [
        f"WITH *, coalesce({known}, false) AS isKnown",
        f"WITH *, CASE WHEN isKnown THEN {quantity} ELSE 0 END AS many,",
        f"    CASE WHEN isKnown THEN {discount_percent} ELSE 0 END AS off, coalesce({unit}, 0) AS price",
        *_decimal("toString(abs(many))", "many"),
        *_decimal("toString(abs(off))", "off"),
        f"WITH *, {_zeros('offScale + 3 - size(offDigits)')} + offDigits AS padded",
        f"WITH *, [place IN range(0, size(padded) - 1) | {digit}] AS factor",
        "WITH *, reduce(done = [0, ''], digit IN reverse(factor) |",
        f"    [({total} - {last}) / 10, toString({last}) + done[1]]) AS factors",
        *_rounded("toString(factors[0]) + factors[1]", "price", "manyScale + offScale + 2"),
        f"WITH *, CASE WHEN isKnown THEN toInteger(sign(many) * sign(price) * sign(100 - off)) * rounded END AS {result}",
    ]


def worth(minor: str, rate: str, digits: str, result: str) -> list[str]:
    """The amount times a rate, which is the text of a positive decimal, with so many digits more behind the point."""
    return [
        f"WITH *, {minor} IS NOT NULL AND {rate} IS NOT NULL AS isKnown, coalesce({minor}, 0) AS price",
        *_decimal(f"CASE WHEN isKnown THEN {rate} ELSE '0' END", "rate"),
        *_rounded("rateDigits", "price", f"rateScale - ({digits})"),
        f"WITH *, CASE WHEN isKnown THEN sign(price) * rounded END AS {result}",
    ]


def text_of(number: str) -> str:
    """The text of a number without its sign, for `worth`: null if it is none that can be multiplied."""
    return f"CASE WHEN {_is_usual(number)} THEN toString(abs({number})) END"


def _is_usual(number: str) -> str:
    """Neither infinite nor NaN, and not so large that nothing could be sold in it."""
    return f"abs({number}) < 1e16"


def _decimal(text: str, name: str) -> list[str]:
    """What 12.5, 1.0E10 and 1.25E-5 say: all their digits, and how many of them are behind the point."""
    return [
        f"WITH *, split({text}, 'E') AS {name}Halves",
        f"WITH *, split({name}Halves[0], '.') AS {name}Sides, toInteger(coalesce({name}Halves[1], '0')) AS {name}Power",
        f"WITH *, size(coalesce({name}Sides[1], '')) - {name}Power AS {name}Places",
        f"WITH *, {name}Sides[0] + coalesce({name}Sides[1], '') + {_zeros(f'-{name}Places')} AS {name}Digits,",
        f"    CASE WHEN {name}Places > 0 THEN {name}Places ELSE 0 END AS {name}Scale",
    ]


def _rounded(digits: str, amount: str, scale: str) -> list[str]:
    """Bind `rounded` to a decimal times the size of an amount, as a whole number."""
    total = f"(product[0] + abs({amount}) * toInteger(digit))"
    return [
        f"WITH *, reduce(product = [0, ''], digit IN reverse(split({digits}, '')) |",
        f"    [{total} / 10, toString({total} % 10) + product[1]]) AS product, {scale} AS scale",
        "WITH *, toString(product[0]) + product[1] AS figures, CASE WHEN scale > 0 THEN scale ELSE 0 END AS places",
        f"WITH *, {_zeros('places + 1 - size(figures)')} + figures + {_zeros('-scale')} AS figuresPadded",
        "WITH *, ltrim(left(figuresPadded, size(figuresPadded) - places), '0') AS front,",
        f"    right(figuresPadded, places) AS fraction, '5' + {_zeros('places - 1')} AS half",
        "WITH *, CASE WHEN size(front) <= 16 THEN coalesce(toInteger(front), 0) END AS whole",
        "WITH *, whole + CASE WHEN fraction > half OR (fraction = half AND whole % 2 = 1) THEN 1 ELSE 0 END AS nearest",
        f"WITH *, CASE WHEN nearest <= {LARGEST} THEN nearest END AS rounded",
    ]


def _zeros(count: str) -> str:
    return f"reduce(zeros = '', one IN range(1, {count}) | zeros + '0')"
