"""What administrators see of why somebody may do something with a record."""

from __future__ import annotations

import strawberry

from graph.access import Because
from graph.model import Model
from resolvers.access_fields import MOST
from resolvers.api import Root, RootKind
from schema.types import Argument, Field, Types


def add_access(types: Types, model: Model) -> tuple[Field, Root]:
    """Define what `explainAccess` answers; the field, and what it leads to."""
    types.namespace["AccessReason"] = strawberry.enum(
        Because, name="AccessReason", description="By what a grant holds for a record."
    )
    types.add("type", "Access", [
        Field("userId", "ID"), Field("userName", "str"), Field("action", "Action"),
        Field("because", "AccessReason"),
        Field("role", "str | None", "The code of the role; null for what everybody may do, and for what is one's own."),
        Field("grant", "str | None", "The key of the grant, which may be one on another record that this one follows from."),
        Field("through", "ID | None", "The owner, the team, or the record that this one follows from."),
    ], "One reason why a user may do something with a record.")  # fmt: skip
    field = Field("explainAccess", "list[Access]", (
        f"Who may do what with a record, and why: every reason, by user and action, the first {MOST:,} of them. "
        "Users without a role are left out. For administrators; there is none if there is no such record."
    ), (Argument("id", "ID"), Argument("action", "Action | None", "This one alone.")))  # fmt: skip
    return field, Root(RootKind.ACCESS, model.nodes["Node"])
