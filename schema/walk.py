"""What clients see of the analyst's generic moves."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry

from graph.model import Model
from resolvers.api import Root, RootKind
from resolvers.walk_fields import relationship_types
from schema.types import Argument, Field, Types


def add_path(types: Types, model: Model) -> tuple[Field, Root]:
    """Define what `path` takes and answers; the field, and what it leads to."""
    make: Any = Enum
    made = make("PathRelationship", {name: name for name in relationship_types(model)})
    types.namespace["PathRelationship"] = strawberry.enum(made, description="A type of relationship.")
    types.add("type", "PathStep", [
        Field("type", "PathRelationship"),
        Field("from", "ID", "The record that the relationship starts from, whichever way the path goes."),
        Field("to", "ID", "The record that the relationship leads to."),
    ], "One relationship of a path.")  # fmt: skip
    types.add("type", "Path", [
        Field("length", "int", "How many relationships it has."),
        Field("nodes", "list[Node]", "From the one record to the other, both included."),
        Field("relationships", "list[PathStep]", "In the order of the path."),
    ], "A way from one record to another.")  # fmt: skip
    field = Field("path", "Path | None", (
        "One of the shortest ways from one record to another, always the same one; null if there is none. It goes "
        "through nothing that you may not see, and through no record that more than a thousand relationships meet in."
    ), (
        Argument("from", "ID"),
        Argument("to", "ID"),
        Argument("via", "list[PathRelationship] | None", "Only over these relationships, in any direction."),
        Argument("maxHops", "int | None", "How many relationships at most; 4 unless told, at most 6."),
    ))  # fmt: skip
    return field, Root(RootKind.PATH, model.nodes["Node"])
