"""What clients see of duplicates: pairs of records that may be one, and why."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry

from graph.merge_rules import is_mergeable
from graph.model import Model
from resolvers.api import Mutation, MutationKind, Root, RootKind
from schema.types import Argument, Field, Types


def add_duplicates(types: Types, model: Model) -> list[tuple[Field, Root]]:
    """Define what the field takes and answers; the fields, and what they lead to."""
    make: Any = Enum
    names = [node.name for node in model.concrete if is_mergeable(node)]
    made = make("MergeableType", {name: name for name in names})
    types.namespace["MergeableType"] = strawberry.enum(made, description="Types of which two records may be one.")
    types.add("type", "DuplicateEvidence", [
        Field("kind", "str", "SAME_EMAIL, SAME_PHONE, SAME_ADDRESS, SAME_NAME, SIMILAR_NAME, DIFFERENT_USCC, …"),
        Field("value", "str | None", "What they share, or in what they differ."),
        Field("weight", "float", "How much it speaks for the two being one; against it, if it is negative."),
    ], "Something that two records have in common, or not.")  # fmt: skip
    types.add("type", "DuplicatePair", [
        Field("cursor", "str", "For `after`."),
        Field("score", "float", "How likely they are one: from 0 to 1."),
        Field("evidence", "list[DuplicateEvidence]", "Why, the strongest first."),
        Field("one", "Node"), Field("other", "Node"),
    ], "Two records that may be one.")  # fmt: skip
    field = Field("duplicates", "list[DuplicatePair]", (
        "Pairs of records that may be one, the likeliest first, without those that were marked as different. They share "
        "a contact point or a name; what more than a few records share is passed over."
    ), (
        Argument("type", "MergeableType"),
        Argument("minScore", "float | None", "Only pairs that are at least so likely; 0.5 unless told."),
        Argument("first", "int | None", "How many; 25 unless told, at most 200."),
        Argument("after", "str | None", "Those after this cursor."),
    ))  # fmt: skip
    return [(field, Root(RootKind.DUPLICATES, model.nodes["Node"])), _add_check(types, model)]


def _add_check(types: Types, model: Model) -> tuple[Field, Root]:
    types.add("type", "DuplicateHit", [
        Field("score", "float", "How likely it is the one: from 0 to 1."),
        Field("evidence", "list[DuplicateEvidence]", "Why, the strongest first."),
        Field("record", "Node | None", "Absent if you may not see it."),
        Field("owner", "User | None", "Whom to ask."),
    ], "A record that may be the one that you are about to make.")  # fmt: skip
    field = Field("checkDuplicates", "list[DuplicateHit]", (
        "Records that may be the one that you are about to make, the likeliest first: also such as you may not see, of "
        "which nothing is told but who looks after them and which of the given values they have."
    ), (
        Argument("type", "MergeableType"),
        Argument("name", "str | None"),
        Argument("emails", "list[str] | None"),
        Argument("phones", "list[str] | None"),
        Argument("country", "str | None", "Where telephone numbers without a country code are from."),
        Argument("minScore", "float | None", "Only records that are at least so likely; 0.3 unless told."),
    ))  # fmt: skip
    return field, Root(RootKind.ALIKE, model.nodes["Node"])


def add_marks(types: Types, model: Model, mutations: dict[str, Mutation]) -> list[Field]:
    """Define the mutations that tell two records apart, and that take that back."""
    types.add("type", "NotDuplicatePayload", [
        Field("done", "bool | None"), Field("errors", "list[UserError]", "What is wrong; empty if it was done."),
    ], "Whether two records are told apart from now on.")  # fmt: skip
    ends = (Argument("one", "ID"), Argument("other", "ID"))
    fields = []
    for verb, kind, text in (
        ("mark", MutationKind.MARK, "These two are not one: they are not told as duplicates any more."),
        ("unmark", MutationKind.UNMARK, "These two may be one after all."),
    ):
        fields.append(Field(f"{verb}NotDuplicate", "NotDuplicatePayload | None", text, ends))
        mutations[f"{verb}NotDuplicate"] = Mutation(kind, model.nodes["Node"])
    return fields
