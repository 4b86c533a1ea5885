"""What clients see of who they are, and of what they may do."""

from __future__ import annotations

from graph.model import Model
from resolvers.api import Root, RootKind
from schema.types import Argument, Field, Types


def add_viewer(types: Types, model: Model) -> tuple[Field, Root]:
    """Define what `viewer` answers; the field, and what it leads to."""
    types.add("type", "Viewer", [
        Field("user", "User | None", "The own record; null for the built-in administrator, who is nobody."),
        Field("roles", "list[str]", "The codes of the own roles, in alphabetical order."),
        Field(
            "can", "bool",
            "Whether there may be records of a type with which this may be done; which they are, the rights tell for each.",
            (Argument("action", "Action"), Argument("type", "RecordType")),
        ),
    ], "Who asks.")  # fmt: skip
    return Field("viewer", "Viewer", "Who you are, and what you may do."), Root(RootKind.VIEWER, model.nodes["User"])
