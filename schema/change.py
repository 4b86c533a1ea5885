"""What has happened to records: the log of their changes, which every write adds to."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

import strawberry

from schema.declare import log, referenced, related, stored
from schema.record import Node

if TYPE_CHECKING:
    from schema.people import User


@strawberry.enum(description="What was done to a record, or to a relationship of it.")
class ChangeOperation(Enum):
    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"
    RESTORE = "RESTORE"
    PURGE = "PURGE"
    LINK = "LINK"
    UNLINK = "UNLINK"
    UPDATE_EDGE = "UPDATE_EDGE"
    MERGE = "MERGE"
    UNMERGE = "UNMERGE"


@log(seen_through=("-[:OF_RECORD]->", "Node"))
class Change:
    """One thing that happened to a record, written in the transaction that did it."""

    id: strawberry.ID = stored("The same in every delivery, so that repeats can be dropped by it.", unique=True)
    created_at: datetime = stored("When the transaction began that did it.", indexed=True)
    created_by: User | None = referenced("createdBy", description="Who did it; absent for imports and the system.")
    operation: ChangeOperation
    record_id: strawberry.ID = stored(
        "What was changed; of a relationship, the record whose field it is.", indexed=True
    )
    record_type: str = stored("What type of record that is.")
    record_version: int | None = stored("The record's version that this made.")
    record: Node | None = referenced(
        "recordId",
        along="-[:OF_RECORD]->",
        description="The record as it is now; absent once it is deleted.",
    )
    properties: list[str] = stored("The properties that changed, as they are stored.")
    edge_type: str | None = stored("Of a relationship: its type in the graph, such as WORKS_AT.")
    edge_id: strawberry.ID | None = stored("Of a relationship that has properties: its own id.")
    from_id: strawberry.ID | None = stored("Of a relationship: where it starts, as it is drawn in the graph.")
    to_id: strawberry.ID | None = stored("Of a relationship: where it ends.")
    other_id: strawberry.ID | None = stored("Of a relationship: the record at its other end.")
    other_type: str | None = stored("Of a relationship: what type of record is at its other end.")
    other: Node | None = referenced(
        "otherId",
        along="-[:OF_RECORD]->",
        description="Of a relationship: the record at its other end as it is now.",
    )
    request_id: str | None = stored("The request that did it.")
    personal: list[ChangeValue] = related("-[:HAS_VALUE]->")


@log(seen_through=("<-[:HAS_VALUE]-", "Change"))
class ChangeValue:
    """The old and new values of a change that are personal; erasing the person deletes them."""


@log()
class Deleted:
    """A record that was deleted and can be restored, with all that it led to."""

    id: strawberry.ID = stored("The record's id, which restoring takes.", unique=True)
    former_type: str | None = stored("What type of record it was.", indexed=True)
    former_name: str | None = stored("What it was called, or its number.")
    deleted_at: datetime | None = stored("When it was deleted.", indexed=True)
    deleted_by: User | None = referenced("deletedBy", description="Who deleted it.")
    deleted_with: strawberry.ID | None = stored("The record that it was deleted with, and comes back with.")
