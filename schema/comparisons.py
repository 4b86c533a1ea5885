"""The inputs that compare one value: what of each kind of property can be asked."""

from __future__ import annotations

from graph.model import Kind, Property
from schema.types import Field, Types

_EQUALITY: tuple[str, ...] = ("eq", "ne", "in", "notIn", "isNull")
_RANGE = ("lt", "lte", "gt", "gte")
_TEXT = ("contains", "startsWith", "endsWith")
_RELATIVE = ("within", "olderThan")

_DESCRIPTIONS = {
    "eq": "Equal.",
    "ne": "Not equal, or absent.",
    "in": "One of these.",
    "notIn": "None of these, or absent.",
    "isNull": "Whether it is absent.",
    "within": "Between so long ago and now.",
    "olderThan": "Longer ago than this.",
    "has": "This value is among them.",
    "hasAny": "One of these is among them.",
    "currency": "The currency that it was given in.",
}

# Which comparisons a kind of property has, and what Python calls the type of the value compared with.
_COMPARISONS: dict[Kind, tuple[str, tuple[str, ...]]] = {
    Kind.ID: ("ID", _EQUALITY),
    Kind.TEXT: ("str", (*_EQUALITY, *_RANGE, *_TEXT)),
    Kind.INTEGER: ("int", (*_EQUALITY, *_RANGE)),
    Kind.FLOAT: ("float", (*_EQUALITY, *_RANGE)),
    Kind.BOOLEAN: ("bool", ("eq", "ne", "isNull")),
    Kind.DATE: ("Date", (*_EQUALITY, *_RANGE, *_RELATIVE)),
    Kind.DATETIME: ("DateTime", (*_EQUALITY, *_RANGE, *_RELATIVE)),
    Kind.MONEY: ("Decimal", (*_EQUALITY, *_RANGE)),
    Kind.POINT: ("Location", ("isNull",)),
}


def comparison(types: Types, found: Property) -> str:
    """The name of the input that compares such a property; it is defined when it is first needed."""
    kind, words = (str(found.enum), _EQUALITY) if found.kind is Kind.ENUM else _COMPARISONS[found.kind]
    shown = {"str": "String", "int": "Int", "float": "Float", "bool": "Boolean", "Decimal": "Money"}.get(kind, kind)
    name = f"{shown}{'List' if found.is_list else ''}Comparison"
    if name not in types:
        asked = ("has", "hasAny", "isNull") if found.is_list else words
        fields = [Field(word, f"{_operand(word, kind)} | None", _DESCRIPTIONS.get(word, "")) for word in asked]
        if found.kind is Kind.MONEY:
            types.add("input", "CurrencyComparison", [
                Field("eq", "Currency | None", _DESCRIPTIONS["eq"]), Field("in", "list[Currency] | None", _DESCRIPTIONS["in"]),
            ])  # fmt: skip
            fields.append(Field("currency", "CurrencyComparison | None", _DESCRIPTIONS["currency"]))
        if found.kind is Kind.TEXT and not found.is_list:
            words = (*_EQUALITY[:-1], *_TEXT)
            folded = [Field(word, f"{_operand(word, kind)} | None", _DESCRIPTIONS.get(word, "")) for word in words]
            types.add(
                "input",
                "FoldedComparison",
                folded,
                "Comparisons of texts whatever the case and the width of their letters; no index serves them.",
            )
            fields.append(
                Field("folded", "FoldedComparison | None", "The same, whatever the case and the width of letters.")
            )
        types.add("input", name, fields, _note(found.kind))
    return name


def _operand(word: str, kind: str) -> str:
    match word:
        case "in" | "notIn" | "hasAny":
            return f"list[{kind}]"
        case "isNull":
            return "bool"
        case "within" | "olderThan":
            return "Duration"
        case _:
            return kind


def _note(kind: Kind) -> str:
    return "Amounts are compared in the base currency." if kind is Kind.MONEY else ""
