"""What taking back the changes of an import goes by: each change as it is written down, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from neo4j import AsyncManagedTransaction

from graph.import_history import History
from graph.model import Model


@dataclass(frozen=True)
class Before:
    """One change of the run, with the values before and after."""

    operation: str
    record_id: str
    record_type: str
    properties: tuple[str, ...]
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    edge_type: str = ""
    edge_id: str | None = None
    from_id: str = ""
    to_id: str = ""
    other_id: str = ""
    other_type: str = ""
    # Personal values of somebody who was forgotten meanwhile.
    is_erased: bool = False

    @staticmethod
    def of(change: Mapping[str, Any], value: Mapping[str, Any]) -> Before:
        values = {**change, **value}
        properties = tuple(change.get("properties") or ())
        old = {one: values[f"old.{one}"] for one in properties if f"old.{one}" in values}
        new = {one: values[f"new.{one}"] for one in properties if f"new.{one}" in values}
        known = old.keys() | new.keys()
        return Before(
            change["operation"], change["recordId"], change["recordType"], properties, old, new,
            change.get("edgeType", ""), change.get("edgeId"), change.get("fromId", ""), change.get("toId", ""),
            change.get("otherId", ""), change.get("otherType", ""), bool(properties) and not known,
        )  # fmt: skip


@dataclass
class Undone:
    """`kept` has the type and id of a record and why something of it was not taken back."""

    removed: int = 0
    restored: int = 0
    unlinked: int = 0
    relinked: int = 0
    kept: list[tuple[str, str, str]] = field(default_factory=list)
    renamed: set[str] = field(default_factory=set)
    customers: set[str] = field(default_factory=set)

    def keep(self, before: Before, reason: str) -> None:
        self.kept.append((before.record_type, before.record_id, reason))


@dataclass(frozen=True)
class Undoing:
    """Where and in whose name."""

    transaction: AsyncManagedTransaction
    model: Model
    history: History
    now: datetime


def back(before: Before, now: Mapping[str, Any], undone: Undone, where: str = "") -> dict[str, Any]:
    """The old values of what is still as the run left it; of the rest it is told."""
    if before.is_erased:
        undone.keep(before, f"{where}its old values were erased")
        return {}
    change: dict[str, Any] = {}
    for one in before.properties:
        if now.get(one) == before.new.get(one):
            change[one] = before.old.get(one)
        else:
            undone.keep(before, f"{where}{one} was changed since")
    return change
