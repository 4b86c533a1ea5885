"""Where records come from."""

from __future__ import annotations

from schema.declare import node, related, stored, union
from schema.record import Node


@union(besides=("ExternalRef", "ImportRun", "Webhook", "DeadLetter", "ApiKey"))
class Imported:
    """What another system may have a name for."""


@node(read_only=True)
class ExternalRef(Node):
    """What a record is called in another system: the natural key of everything that is imported."""

    key: str = stored("system:type:id", unique=True)
    system: str | None
    type: str | None
    external_id: str | None
    record: Imported | None = related("-[:REFERS_TO]->")
