"""What every record has."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import strawberry

from schema.declare import interface, referenced, stored

if TYPE_CHECKING:
    from schema.people import User


@interface(label=False)
class Node:
    """Anything that has an id."""

    id: strawberry.ID = stored("Readable prefix and a time-ordered number; never re-used.", unique=True)
    created_at: datetime = stored("When the record was made.", derived=True)
    updated_at: datetime = stored("When it was last changed.", derived=True)
    version: int = stored("Counts the changes of the record's own fields and of the edges drawn from it.", derived=True)
    created_by: User | None = referenced("createdBy", description="Who made it; absent for imports and the system.")
    updated_by: User | None = referenced("updatedBy", description="Who last changed it.")
