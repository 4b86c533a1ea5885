"""The inputs by which records are filtered and ordered, made around each node type."""

from __future__ import annotations

from enum import Enum

import strawberry

from graph.model import EdgeType, Kind, Model, NodeType, Property, Relationship
from schema.types import Field, Types

QUANTIFIERS = {
    "some": "At least one matches.",
    "none": "None matches.",
    "all": "Every one matches; true where there is none.",
    "single": "Exactly one matches.",
}

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


@strawberry.enum(description="Which way to sort. Without more words, absent values come last.")
class Sort(Enum):
    ASC = "ASC"
    DESC = "DESC"
    ASC_NULLS_FIRST = "ASC_NULLS_FIRST"
    DESC_NULLS_FIRST = "DESC_NULLS_FIRST"


def prefix(target: str, edge: EdgeType | None) -> str:
    """What the types around a connection are called: by the edge's name, if it has one, and the target's."""
    return (edge.name if edge else "") + target


def add_inputs(types: Types, model: Model, target: NodeType, edge: EdgeType | None) -> None:
    """Define `…Where`, `…Order` and `…Filter` for a target that is reached over an edge, or without one."""
    name = prefix(target.name, edge)
    edge_where = [Field("edge", f"{edge.name}Where | None", "The relationship's own properties.")] if edge else []
    edge_order = [Field("edge", f"{edge.name}Order | None", "The relationship's own properties.")] if edge else []
    holds = "a record of a type that is named must match" if target.is_union else "all must hold"
    types.add("input", f"{name}Where", [
        *_conditions(types, model, target), *edge_where,
        Field("and", f"list[{name}Where] | None", "All of these hold."),
        Field("or", f"list[{name}Where] | None", "One of these holds."),
        Field("not", f"{name}Where | None", "This does not hold."),
    ], f"Conditions on {target.name} records; {holds}.")  # fmt: skip
    types.add(
        "one_of", f"{name}Order", [*_orders(model, target), *edge_order], f"What {target.name} records are ordered by."
    )
    types.add("input", f"{name}Filter", [
        Field(word, f"{name}Where | None", text) for word, text in QUANTIFIERS.items()
    ], f"Conditions on the {target.name} records that are related; all must hold.")  # fmt: skip


def add_edge_inputs(types: Types, edge: EdgeType) -> None:
    types.add("input", f"{edge.name}Where", [
        Field(each.name, f"{_comparison(types, each)} | None") for each in edge.properties.values()
    ], "Conditions on the relationship itself; all must hold.")  # fmt: skip
    types.add("one_of", f"{edge.name}Order", [
        Field(each.name, "Sort | None") for each in edge.properties.values() if each.is_orderable
    ], "What relationships are ordered by.")  # fmt: skip


def _conditions(types: Types, model: Model, target: NodeType) -> list[Field]:
    if target.is_union:
        members = (model.nodes[member] for member in target.members)
        return [
            Field(each.variable, f"{each.name}Where | None", f"It is a {each.name} that matches.") for each in members
        ]
    own = [
        Field(each.name, f"{_comparison(types, each)} | None")
        for each in target.properties.values()
        if not each.is_hidden
    ]
    return [*own, *(_related_condition(each) for each in target.relationships.values())]


def _related_condition(relationship: Relationship) -> Field:
    name = prefix(relationship.target, relationship.edge)
    if relationship.is_list:
        return Field(relationship.name, f"{name}Filter | None")
    return Field(relationship.name, f"{name}Where | None", "It is there and matches; null: it is not there.")


def _orders(model: Model, target: NodeType) -> list[Field]:
    own = [
        Field(each.name, "Sort | None")
        for each in target.properties.values()
        if each.is_orderable and not each.is_hidden
    ]
    to_one = [
        Field(each.name, f"{each.target}Order | None", "By what it leads to.")
        for each in target.relationships.values()
        if not each.is_list and not model.nodes[each.target].is_union
    ]
    return [*own, *to_one]


def _comparison(types: Types, found: Property) -> str:
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
