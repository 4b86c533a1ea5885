"""The mutations that make one record of several, and several of one again."""

from __future__ import annotations

from enum import Enum

import strawberry

from graph.merge_rules import is_mergeable, merged_properties
from graph.model import Model, NodeType
from resolvers.api import Mutation, MutationKind
from schema.mutation_inputs import written_relationships
from schema.types import Argument, Field, Types


@strawberry.enum(description="What merging does with a value, or with relationships, of the record that is merged.")
class MergeOutcome(Enum):
    FILLED = strawberry.enum_value("FILLED", description="The kept record had no such value and gets it.")
    CHOSEN = strawberry.enum_value("CHOSEN", description="It takes the place of the kept record's, as it was chosen.")
    KEPT = strawberry.enum_value("KEPT", description="The kept record has another one, which stays.")
    MOVED = strawberry.enum_value("MOVED", description="The kept record gets it.")
    UNITED = strawberry.enum_value("UNITED", description="The kept record has the same one already.")
    DISSOLVED = strawberry.enum_value("DISSOLVED", description="It would lead from the kept record to itself.")


def add_merges(types: Types, model: Model, mutations: dict[str, Mutation]) -> list[Field]:
    """Define what merging takes and answers; the fields of Mutation, which are added to `mutations` as well."""
    _add_report(types)
    fields: list[Field] = []
    for node in model.concrete:
        if is_mergeable(node):
            fields += _add_merge(types, model, node)
            mutations[f"merge{node.name}"] = Mutation(MutationKind.MERGE, node, node.variable)
            mutations[f"unmerge{node.name}"] = Mutation(MutationKind.UNMERGE, node, node.variable)
    return fields


def _add_report(types: Types) -> None:
    types.namespace["MergeOutcome"] = MergeOutcome
    types.add("type", "MergedField", [
        Field("field", "str", "The property."), Field("outcome", "MergeOutcome"),
        Field("kept", "JSON | None", "What the kept record had. Amounts are in minor units."),
        Field("dropped", "JSON | None", "What the other record has."),
    ], "A property in which two records differ.")  # fmt: skip
    types.add("type", "MergedRelationships", [
        Field("type", "str", "What they are called in the graph."),
        Field("direction", "RelationshipDirection", "OUT, if they lead away from the record."),
        Field("outcome", "MergeOutcome"), Field("count", "int"),
    ], "Relationships of the record that is merged.")  # fmt: skip
    types.add("type", "MergedRecord", [
        Field("id", "ID", "The record that is merged; its id goes on to lead to the kept one."),
        Field("fields", "list[MergedField]", "Where the two differ."),
        Field("relationships", "list[MergedRelationships]", "What becomes of its relationships."),
    ], "What becomes of a record that is merged into another.")  # fmt: skip


def _add_merge(types: Types, model: Model, node: NodeType) -> list[Field]:
    properties = merged_properties(node)
    singles = [each.name for each in written_relationships(model, node) if not each.is_list]
    types.add("input", f"Merge{node.name}Choices", [
        Field(each, "ID | None") for each in (*properties, *singles)
    ], "By field, the id of the record whose value is taken. Without one the kept record's stays, if it has any.")  # fmt: skip
    errors = Field("errors", "list[UserError]", "What is wrong; empty if it was done.")
    types.add("type", f"Merge{node.name}Payload", [
        Field(node.variable, f"{node.name} | None", "The kept record, or in a preview what would become of it."),
        Field("merged", "list[MergedRecord]", "What becomes of each other record, in the order of `drop`."),
        errors,
    ], f"The kept {node.name}, and what became of the others.")  # fmt: skip
    return [
        Field(
            f"merge{node.name}",
            f"Merge{node.name}Payload | None",
            "Make one record of several: everything that leads to the others leads to the kept one, and so do their ids.",
            (
                Argument("keep", "ID", "The record that stays."),
                Argument("drop", "list[ID]", "The records that become part of it."),
                Argument("choices", f"Merge{node.name}Choices | None", "Whose values are taken."),
                Argument("preview", "bool | None", "Only tell what would be done."),
            ),
        ),
        Field(
            f"unmerge{node.name}",
            f"{node.name}Payload | None",
            "Take a record out of the one that it was merged into, with what it brought. What was done since stays.",
            (Argument("id", "ID", "The record that was merged."),),
        ),
    ]
