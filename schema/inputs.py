"""The inputs by which records are filtered and ordered, made around each node type."""

from __future__ import annotations

from enum import Enum

import strawberry

from graph.model import EdgeType, Model, NodeType, Relationship
from schema.comparisons import comparison
from schema.naming import prefix
from schema.summaries import add_edge_summaries, add_summaries
from schema.types import Field, Types

QUANTIFIERS = {
    "some": "At least one matches.",
    "none": "None matches.",
    "all": "Every one matches; true where there is none.",
    "single": "Exactly one matches.",
}


@strawberry.enum(description="Which way to sort. Without more words, absent values come last.")
class Sort(Enum):
    ASC = "ASC"
    DESC = "DESC"
    ASC_NULLS_FIRST = "ASC_NULLS_FIRST"
    DESC_NULLS_FIRST = "DESC_NULLS_FIRST"


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
        *(Field(word, f"{name}Where | None", text) for word, text in QUANTIFIERS.items()),
        Field("aggregate", f"list[{name}AggregateWhere] | None", "Of how many there are, or of what they sum up to."),
    ], f"Conditions on the {target.name} records that are related; all must hold.")  # fmt: skip
    add_summaries(types, target, edge)


def add_edge_inputs(types: Types, edge: EdgeType) -> None:
    types.add("input", f"{edge.name}Where", [
        Field(each.name, f"{comparison(types, each)} | None") for each in edge.properties.values()
    ], "Conditions on the relationship itself; all must hold.")  # fmt: skip
    types.add("one_of", f"{edge.name}Order", [
        Field(each.name, "Sort | None") for each in edge.properties.values() if each.is_orderable
    ], "What relationships are ordered by.")  # fmt: skip
    add_edge_summaries(types, edge)


def _conditions(types: Types, model: Model, target: NodeType) -> list[Field]:
    if target.is_union:
        members = (model.nodes[member] for member in target.members)
        return [
            Field(each.variable, f"{each.name}Where | None", f"It is a {each.name} that matches.") for each in members
        ]
    own = [
        Field(each.name, f"{comparison(types, each)} | None")
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
    to_many = [
        Field(
            each.name, f"{prefix(each.target, each.edge)}AggregateOrder | None", "By how many, or by a sum of theirs."
        )
        for each in target.relationships.values()
        if each.is_list
    ]
    return [*own, *to_one, *to_many]
