"""Amounts in Cypher, exactly as `money.py` has them in Python: decimal digits, whole numbers, half to even.

Neo4j has no decimals, and its integers end at 2⁶³, which quantity × price × discount exceeds. So a factor is a text of
digits with a scale (12.50 is "1250" and 2), which an integer multiplies digit by digit, as one does on paper. What is
not to be had, such as an amount beyond `LARGEST`, is null.

All of these are expressions, made of expressions. Within one, Cypher names a value only by a list of one.
"""

from __future__ import annotations

from graph.money import LARGEST


def net_of_line(quantity: str, unit: str, discount_percent: str) -> str:
    """What `money.line_net` gives; null where the quantity or the unit price is."""
    factor = _let(
        "factor", _times("toInteger(many.digits)", "rest"), _rounded("factor", unit, "many.scale + off.scale + 2")
    )
    whole = _let(
        "many",
        _decimal(_text(quantity)),
        _let("off", _decimal(_text(discount_percent)), _let("rest", _rest(discount_percent), factor)),
    )
    sign = f"toInteger(sign({quantity}) * sign({unit}) * sign(100 - {discount_percent}))"
    known = f"{_is_usual(quantity)} AND {_is_usual(discount_percent)} AND {unit} IS NOT NULL"
    return f"CASE WHEN {known} THEN {sign} * {whole} END"


def worth(minor: str, rate: str, digits: str) -> str:
    """The amount times a rate, which is the text of a positive decimal, with so many digits more behind the point; null if either is."""
    product = _rounded("by.digits", minor, f"by.scale - ({digits})")
    known = f"{minor} IS NOT NULL AND {rate} IS NOT NULL"
    return f"CASE WHEN {known} THEN {_let('by', _decimal(rate), f'sign({minor}) * {product}')} END"


def text_of(number: str) -> str:
    """The text of a number without its sign, for `worth`: null if it is none that can be multiplied."""
    return f"CASE WHEN {_is_usual(number)} THEN {_text(number)} END"


def _let(name: str, value: str, body: str) -> str:
    return f"head([{name} IN [{value}] | {body}])"


def _text(number: str) -> str:
    return f"toString(abs({number}))"


def _is_usual(number: str) -> str:
    """Neither infinite nor NaN, and not so large that nothing could be sold in it."""
    return f"abs({number}) < 1e16"


def _decimal(text: str) -> str:
    """What 12.5, 1.0E10 and 1.25E-5 say: all their digits, and how many of them are behind the point."""
    scale = "size(coalesce(sides[1], '')) - toInteger(coalesce(halves[1], '0'))"
    found = _let("sides", "split(halves[0], '.')", f"{{digits: sides[0] + coalesce(sides[1], ''), scale: {scale}}}")
    placed = f"""{{digits: found.digits + {_zeros("-found.scale")}, scale: CASE WHEN found.scale > 0 THEN found.scale ELSE 0 END}}"""
    return _let("halves", f"split({text}, 'E')", _let("found", found, placed))


def _rest(discount_percent: str) -> str:
    """The digits of |100 − discount|, at the discount's scale: those of 100.00 less those of the discount, each by itself.

    So they run from −10 to 10, which multiplies as well.
    """
    padded = f"{_zeros('off.scale + 3 - size(off.digits)')} + off.digits"
    digit = (
        "(CASE WHEN place = size(padded) - 3 - off.scale THEN 1 ELSE 0 END"
        " - way.minus * toInteger(substring(padded, place, 1))) * way.rest"
    )
    ways = f"{{minus: toInteger(sign({discount_percent})), rest: toInteger(sign(100 - {discount_percent}))}}"
    digits = f"[place IN range(0, size(padded) - 1) | {digit}]"
    return _let("padded", padded, _let("way", ways, digits))


def _times(integer: str, digits: str) -> str:
    """The digits of the product of an integer below 10¹⁷ and of a list of digits."""
    step = _let(
        "sum",
        f"done[0] + {integer} * digit",
        _let("last", "(sum % 10 + 10) % 10", "[(sum - last) / 10, toString(last) + done[1]]"),
    )
    done = f"reduce(done = [0, ''], digit IN reverse({digits}) | {step})"
    return _let("product", done, "toString(product[0]) + product[1]")


def _rounded(digits: str, amount: str, scale: str) -> str:
    """A decimal times the size of an amount, as a whole number."""
    product = _times(f"abs({amount})", f"[digit IN split({digits}, '') | toInteger(digit)]")
    up = "CASE WHEN fraction > half OR (fraction = half AND whole % 2 = 1) THEN 1 ELSE 0 END"
    checked = _let("rounded", f"whole + {up}", f"CASE WHEN rounded <= {LARGEST} THEN rounded END")
    whole = _let("whole", "coalesce(toInteger(front), 0)", _let("half", f"'5' + {_zeros('places - 1')}", checked))
    parts = _let("fraction", "right(padded, places)", f"CASE WHEN size(front) <= 16 THEN {whole} END")
    front = _let("front", "ltrim(left(padded, size(padded) - places), '0')", parts)
    padded = f"{_zeros('places + 1 - size(figures)')} + figures + {_zeros(f'-({scale})')}"
    return _let(
        "places",
        f"CASE WHEN {scale} > 0 THEN {scale} ELSE 0 END",
        _let("figures", product, _let("padded", padded, front)),
    )


def _zeros(count: str) -> str:
    return f"reduce(zeros = '', one IN range(1, {count}) | zeros + '0')"
