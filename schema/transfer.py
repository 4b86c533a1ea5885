"""What came in from files: one record for each import."""

from __future__ import annotations

from datetime import datetime
from enum import Enum

import strawberry

from schema.declare import node, stored
from schema.record import Node


@strawberry.enum(description="How far an import is.")
class ImportStatus(Enum):
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    REVERTING = "REVERTING"
    REVERTED = "REVERTED"


@strawberry.enum(description="What may become of the records of an import.")
class ImportMode(Enum):
    CREATE = "CREATE"
    UPSERT = "UPSERT"
    UPDATE = "UPDATE"


@node(read_only=True)
class ImportRun(Node):
    """An import of files. While it is RUNNING, the same files with the same mapping continue it."""

    hash: str = stored("SHA-256 of the mapping and of the files; the same for the same data.", indexed=True)
    files: list[str] = stored("The names of its files.")
    mapping: str | None = stored("The name of its mapping.")
    mode: ImportMode | None = stored("What it was asked for; absent if the mapping says it.")
    status: ImportStatus | None = stored(indexed=True)
    created: int | None = stored("How many records it made.")
    updated: int | None = stored("How many records it changed.")
    unchanged: int | None = stored("How many records were as its files say.")
    rejected: int | None = stored("How many rows were refused.")
    finished_at: datetime | None
    reverted_at: datetime | None
