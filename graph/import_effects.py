"""What a row of an import does, or would do: the records that it makes or changes, with old and new values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.decision import Decision, Slot
from graph.edges import Drawing, Edge
from graph.import_history import named


@dataclass(frozen=True)
class RecordEffect:
    """`action` is CREATED, UPDATED or UNCHANGED. Fields are by name, old value and new."""

    type: str
    id: str
    action: str
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    # The relationships that are drawn, changed or replaced, each by its field and the record it leads to.
    links: tuple[str, ...] = ()


@dataclass(frozen=True)
class Effect:
    """What one row does. What several rows say of one record is told of the first of them."""

    file: str
    line: int
    records: tuple[RecordEffect, ...]


def effects_of(decision: Decision, drawing: Drawing) -> tuple[Effect, ...]:
    """The effects of the rows that go in, in their order."""
    links: dict[str, list[str]] = {}
    for edge, verb in _drawn(drawing):
        links.setdefault(edge.source.id, []).append(f"{edge.arrow.field} {verb} {edge.target.id}")
    seen: set[str] = set()
    found: list[Effect] = []
    for row in decision.rows:
        records = []
        for record in row.records:
            slot = decision.slots[record.identity]
            is_first = slot.id not in seen
            seen.add(slot.id)
            records.append(_effect(slot, tuple(links.get(slot.id, ())), is_first=is_first))
        found.append(Effect(row.row.file, row.row.line, tuple(records)))
    return tuple(found)


def _drawn(drawing: Drawing) -> Iterator[tuple[Edge, str]]:
    yield from ((edge, "→") for edge in drawing.new)
    yield from ((edge, "changed →") for edge, _, _ in drawing.changed)


def _effect(slot: Slot, links: tuple[str, ...], *, is_first: bool) -> RecordEffect:
    if not is_first:
        return RecordEffect(slot.node.name, slot.id, "UNCHANGED")
    stored = slot.stored or {}
    fields = {name: (stored.get(name), slot.change[name]) for name in named(slot.node, slot.change)}
    action = "CREATED" if slot.is_new else "UPDATED" if slot.change or links else "UNCHANGED"
    return RecordEffect(slot.node.name, slot.id, action, fields, links)
