"""What clients see of searching: the field, what it finds, and its page."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry

from graph.model import Model, NodeType
from resolvers.api import Root, RootKind
from schema.connections import PAGE_ARGUMENTS
from schema.types import Argument, Field, Types

_NAME = "SearchResult"


def add_search(types: Types, model: Model) -> tuple[Field, Root]:
    """Define what `search` takes and answers; the field, and what it leads to."""
    members = [node for node in model.concrete if node.is_searchable and not node.found_as]
    target = NodeType(
        _NAME, (), tuple(node.name for node in members), {"id": model.nodes["Node"].properties["id"]}, {}, is_union=True
    )
    types.add_union(_NAME, target.members, "What a text may find.")
    types.namespace["SearchType"] = _types(model, set(target.members))
    types.add("input", "SearchWhere", [
        *(Field(each.variable, f"{each.name}Where | None", f"It is a {each.name} that matches.") for each in members),
        Field("and", "list[SearchWhere] | None", "All of these hold."),
        Field("or", "list[SearchWhere] | None", "One of these holds."),
        Field("not", "SearchWhere | None", "This does not hold."),
    ], "Conditions on what is found; a record of a type that is named must match.")  # fmt: skip
    types.add("type", "SearchEdge", [
        Field("cursor", "str", "Where this edge is in the order of the scores."),
        Field("node", _NAME),
        Field("score", "int", "How well it matches: 64 and more for a value that equals the text, 32 for one that "
              "begins with it, 16 for its words, 8 for the beginnings of words, 4 for parts, 2 and 1 for texts."),
    ], "One record that was found.")  # fmt: skip
    types.add("type", "SearchConnection", [
        Field("edges", "list[SearchEdge]"),
        Field("nodes", f"list[{_NAME}]", "The edges' nodes."),
        Field("pageInfo", "PageInfo"),
        Field("totalCount", "int", "How many there are in all; counted only when asked for."),
    ], "A page of what was found.")  # fmt: skip
    field = Field("search", "SearchConnection", (
        "What a text finds in names, their pinyin and its initials, numbers, e-mail addresses, telephone numbers and "
        "the texts of activities, from one character up, best first. Who has an address or a number is found by it."
    ), (
        Argument("text", "str", "As people write it; nothing in it is syntax."),
        Argument("types", "list[SearchType] | None", "Only these types of record; all, unless told."),
        Argument("where", "SearchWhere | None", "Only those that match."),
        *PAGE_ARGUMENTS,
    ))  # fmt: skip
    return field, Root(RootKind.SEARCH, target)


def _types(model: Model, members: set[str]) -> Any:
    """The types that are found, and the interfaces all of whose types are."""
    names = [node.name for node in model.nodes.values() if not node.is_union and set(node.members) <= members]
    make: Any = Enum
    made = make("SearchType", {name: name for name in names})
    return strawberry.enum(made, description="What may be searched for.")
