"""What clients see of the change feed: the log of changes, the history of each record, and the subscription to both."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry

from graph.model import Direction, Hop, Model, NodeType, Relationship
from resolvers.api import Feed
from schema.connections import PAGE_ARGUMENTS, add_connection
from schema.types import Argument, Field, Types

HISTORY = "history"
_CHANGE = "Change"


def history_field() -> Field:
    """The field that every record has."""
    return Field(HISTORY, f"{_CHANGE}Connection", "What happened to it, newest first.", PAGE_ARGUMENTS)


def change_fields() -> list[Field]:
    """What a change shows besides what it stores."""
    return [
        Field("cursor", "str", "Where it is in the feed: `changes` and `changed` go on after it."),
        Field("values", "list[ChangedValue]", "What each property was before and is since."),
    ]


def add_feed(types: Types, model: Model) -> Feed:
    """Define what the feed takes and answers, and the type Subscription with its one field."""
    change = model.logs[_CHANGE]
    record = NodeType(
        "Record", (), model.nodes["Node"].members, {"id": model.nodes["Node"].properties["id"]}, {}, is_union=True
    )
    types.add("type", "ChangedValue", [
        Field("property", "str", "The property's name, as it is stored."),
        Field("old", "JSON | None", "Absent if there was none, or if it was personal and has been erased."),
        Field("new", "JSON | None"),
    ], "A property that a change changed. Amounts are in minor units, instants and days as texts.")  # fmt: skip
    types.namespace["RecordType"] = _types(model)
    types.add("input", "RecordWhere", [
        *(Field(each.variable, f"{each.name}Where | None", f"It is a {each.name} that matches.")
          for each in map(model.nodes.__getitem__, record.members)),
        Field("and", "list[RecordWhere] | None", "All of these hold."),
        Field("or", "list[RecordWhere] | None", "One of these holds."),
        Field("not", "RecordWhere | None", "This does not hold."),
    ], "Conditions on a record of any type; a record of a type that is named must match.")  # fmt: skip
    add_connection(types, change, None, {})
    types.add("type", "Subscription", [
        Field("changed", _CHANGE, (
            "What happens to records from now on, or since a cursor. Of one record its changes come in their order; each "
            "comes at least once, so drop those whose id you have had."
        ), (
            _types_argument(),
            Argument("ids", "list[ID] | None", "Only changes of these records, and of relationships that they have."),
            Argument("where", "RecordWhere | None", "Only if the record matches as it is by now; one that is deleted does not."),
            Argument("after", "str | None", "Also those after this cursor, and some before it that may have been missed."),
        )),
    ], "What is told while it happens.")  # fmt: skip
    history = Relationship(HISTORY, "Node", _CHANGE, True, (Hop(("OF_RECORD",), Direction.IN, (_CHANGE,)),))
    return Feed(change, model.logs["ChangeValue"], record, history)


def changes_field() -> Field:
    """The field of Query that lists all changes."""
    return Field("changes", f"{_CHANGE}Connection", (
        "Every change of a record that you may see, oldest first. A change that takes long to be written may still "
        "appear before others that are shown already; `settled` holds back those among which that can happen."
    ), (
        _types_argument(),
        Argument("settled", "bool | None", "Only those so old that no other can appear among them."),
        *PAGE_ARGUMENTS,
    ))  # fmt: skip


def _types_argument() -> Argument:
    return Argument(
        "types",
        "list[RecordType] | None",
        "Only changes of records of these types, and of relationships that they have.",
    )


def _types(model: Model) -> Any:
    """Every concrete type and every interface."""
    names = [node.name for node in model.nodes.values() if not node.is_union and node.name != "Node"]
    make: Any = Enum
    made = make("RecordType", {name: name for name in names})
    return strawberry.enum(made, description="What types of record there are.")
