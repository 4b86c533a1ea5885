"""What clients see of deleted records: the field that lists what can be restored."""

from __future__ import annotations

from graph.model import Model
from resolvers.api import Root, RootKind
from schema.connections import add_connection, connection_arguments
from schema.inputs import add_inputs
from schema.types import Argument, Field, Types


def add_deleted(types: Types, model: Model) -> tuple[Field, Root]:
    """Define what `deleted` takes and answers; the field, and what it leads to."""
    target = model.logs["Deleted"]
    add_connection(types, target, None, {})
    add_inputs(types, model, target, None)
    field = Field(
        "deleted",
        "DeletedConnection",
        "Records that were deleted and can be restored, as far as you could see them; in the order of their ids, unless told.",
        (
            Argument("types", "list[RecordType] | None", "Only records of these types."),
            *connection_arguments(target.name, None),
        ),
    )
    return field, Root(RootKind.DELETED, target)
