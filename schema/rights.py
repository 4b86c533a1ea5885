"""Who may do what: roles, what they grant, with whom records are shared, and the keys that programs sign in with."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import strawberry

from graph.grants import KEY_PARTS, ShareLevel
from graph.model import Computed, Part
from graph.reader import Action, DocumentMode, FieldRight, Scope
from schema.declare import node, related, relationship, stored, union
from schema.record import Node

if TYPE_CHECKING:
    from schema.people import User

for _enum, _what in (
    (Action, "What may be done with a record."),
    (Scope, "With which records; each scope holds those before it."),
    (FieldRight, "What may be done with a property of the records that are seen."),
    (DocumentMode, "Which documents are answered."),
    (ShareLevel, "What whom a record is shared with may do with it."),
):
    strawberry.enum(_enum, description=_what)


@relationship
class Share:
    """That a record is shown to somebody who would not see it otherwise."""

    level: ShareLevel = stored("Reading alone, or changing as well.")


@union("User", "Team")
class Sharer:
    """With whom a record may be shared."""


@node(sorted_by="name")
class Role(Node):
    """What some users may do. Who has several roles may do what any of them grants."""

    code: str = stored("What it is known by: administrator, manager, sales, …", unique=True, longest=100)
    name: str = stored(longest=200)
    description: str | None = stored(longest=2_000)
    cost: int | None = stored("How many points of cost may be spent at once.", minimum=1)
    cost_per_second: int | None = stored("How many points come back per second.", minimum=1)
    documents: DocumentMode | None = stored("Which documents are answered; any, unless told.")
    introspects: bool | None = stored("Whether the schema may be asked for; it may, unless told.")
    grants: list[Grant] = related("-[:GRANTS]->")
    users: list[User] = related("<-[:HAS_ROLE]-")


@node(shared_by="key")
class Grant(Node):
    """One thing that a role lets its users do: an action on records of a type, or something with one property of them."""

    key: str | None = stored(
        "recordType:field:action:scope:right",
        unique=True,
        computed=Computed(tuple(Part(name, str) for name in KEY_PARTS), ":"),
    )
    record_type: str = stored("The type of record, such as Customer; Activity for every kind of it.", longest=100)
    field: str | None = stored("The property that `right` is about.", longest=100)
    action: Action | None = stored("What may be done with the records of `scope`.")
    scope: Scope | None
    right: FieldRight | None = stored("What may be done with the property `field` of the records that are seen.")
    roles: list[Role] = related("<-[:GRANTS]-")


@node(read_only=True)
class ApiKey(Node):
    """What a program signs in with, as the user who owns it. Only a hash of it is kept, and that is not shown."""

    prefix: str = stored("The first characters of the key, by which one tells it from others.", unique=True, longest=40)
    name: str | None = stored("What it is for.", longest=200)
    expires_at: datetime | None = stored("From when on it is refused.")
    last_used_at: datetime | None
    owner: User | None = related("-[:OWNED_BY]->", description="As whom it signs in.")
    grants: list[Grant] = related(
        "-[:GRANTS]->", description="What it is limited to, of what its owner may do; without any, it is not limited."
    )
