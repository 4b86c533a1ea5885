"""Which rows of a batch can go in, and what they make of the records that exist. Asks nobody: all it needs is handed in.

A row that refers to an unknown record is put off, or refused once nothing more can come; with it go the rows that
refer to what it would have made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graph.decision_lookups import identifier, identity_of, key_of_line, unique_names
from graph.edges import Edge, End
from graph.errors import BadInput
from graph.implied import ESSENTIAL
from graph.lookup import Found, Owners
from graph.model import Model, NodeType
from graph.names import unique_label
from graph.prepare import PreparedLink, PreparedRecord, PreparedRow, check_complete, check_indexable
from graph.rows import Identity, Key, Mode


@dataclass
class Slot:
    """A record of the batch: as it is stored, if it is, and as the rows want it."""

    node: NodeType
    id: str
    identity: Identity
    stored: Mapping[str, Any] | None
    is_shared: bool
    values: dict[str, Any] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)
    making: dict[str, Any] = field(default_factory=dict)
    # What is to be written: all of a new record, what differs of an existing one.
    change: dict[str, Any] = field(default_factory=dict)
    has_new_edges: bool = False

    @property
    def is_new(self) -> bool:
        return self.stored is None


@dataclass(frozen=True)
class Known:
    """What was looked up for the batch."""

    found: Mapping[Identity, Found]
    owners: Owners
    numbers: Mapping[Identity, str]
    # The ids of records that this run of an import has made before.
    mine: frozenset[str] = frozenset()
    # Rows that cannot go in, whatever else there is.
    refused: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """The rows that go in, the records and relationships that they make, and why others do not go in, by position."""

    rows: tuple[PreparedRow, ...]
    slots: Mapping[Identity, Slot]
    edges: tuple[Edge, ...]
    refused: Mapping[int, str]
    deferred: Mapping[int, str]


def decide(rows: Sequence[PreparedRow], known: Known, model: Model, now: datetime, *, is_last: bool) -> Decision:
    """Take rows out until those that are left hold together."""
    refused: dict[int, str] = dict(known.refused)
    deferred: dict[int, str] = {}
    while True:
        kept = [index for index in range(len(rows)) if index not in refused and index not in deferred]
        attempt = _Attempt(known, model, now)
        attempt.open_slots([rows[index] for index in kept])
        unknown = {index: reason for index in kept if (reason := attempt.unknown_reference(rows[index]))}
        if unknown:
            (refused if is_last else deferred).update(unknown)
            continue
        wrong: dict[int, str] = {}
        for index in kept:
            try:
                attempt.settle(rows[index])
            except BadInput as error:
                wrong[index] = error.message
        if not wrong:
            settled = tuple(rows[index] for index in kept)
            return Decision(settled, attempt.slots, tuple(attempt.edges), refused, deferred)
        refused |= wrong


class _Attempt:
    """One try to put a set of rows together."""

    def __init__(self, known: Known, model: Model, now: datetime) -> None:
        self._known = known
        self._model = model
        self._now = now
        self._claims: dict[tuple[str, str, Any], str] = {}
        self._edges_of: dict[str, list[Edge]] = {}
        self.slots: dict[Identity, Slot] = {}
        self.edges: list[Edge] = []

    def open_slots(self, rows: Sequence[PreparedRow]) -> None:
        found = self._known.found
        for record in (record for row in rows for record in row.records):
            if record.identity not in self.slots:
                self.slots[record.identity] = Slot(
                    record.node,
                    identifier(record.node.id_prefix, record.identity, found, self._now),
                    record.identity,
                    found[record.identity].properties if record.identity in found else None,
                    record.is_shared,
                )

    def unknown_reference(self, row: PreparedRow) -> str | None:
        """Why the row cannot be put together, if it names a record that is neither there nor made."""
        for record in row.records:
            for link in record.links:
                if not isinstance(link.to, str) and link.to not in self.slots and link.to not in self._known.found:
                    what = f'{link.to.type} "{link.to.id if isinstance(link.to, Key) else link.to.value}"'
                    return f"{link.arrow.field}: there is no {what}"
        return None

    def settle(self, row: PreparedRow) -> None:
        """Add what the row says. Raises BadInput with the reason if it contradicts what is there."""
        for record in row.records:
            self._add_values(record, row)
        for record in row.records:
            for link in record.links:
                self._add_edge(record, link, row)
        for record in row.records:
            self._check_essential(record)
            slot = self.slots[record.identity]
            slot.change = self._difference(slot)
            self._claim(slot)

    def _add_values(self, record: PreparedRecord, row: PreparedRow) -> None:
        slot = self.slots[record.identity]
        if record.identity in self._known.found:
            _check_type(record.identity, self._known.found[record.identity].labels, record.node)
        _check_mode(record, slot, self._known.mine)
        if slot.node is not record.node:
            raise BadInput(f"{record.identity} is a {slot.node.name} and a {record.node.name} at once")
        values = {**record.values, **key_of_line(record, row, self._known.found, self._now)}
        if record.is_shared:
            said = {**slot.values, **(slot.stored or {})}
            values = {name: value for name, value in values.items() if said.get(name) is None}
        if values.pop("id", slot.id) != slot.id:
            raise BadInput(f"id: {record.identity} is {slot.id}; an id never changes")
        slot.values |= values
        slot.defaults |= record.defaults
        slot.making |= record.making

    def _add_edge(self, record: PreparedRecord, link: PreparedLink, row: PreparedRow) -> None:
        identity = identity_of(link, row)
        source = self.slots[record.identity]
        target = self._end(identity, link)
        if source.id == target.id:
            raise BadInput(f"{link.arrow.field}: a {source.node.name} cannot lead to itself")
        if link.arrow.type == "OWNED_BY" and link.arrow.is_out:
            source.values["ownerId"] = target.id
        if link.arrow.reference:
            source.making[link.arrow.reference] = target.id
            return
        own = End(source.id, source.node, source.is_new)
        edge = Edge(link.arrow, own, target, link.properties, link.apart)
        self.edges.append(edge)
        for end in (source.id, target.id):
            self._edges_of.setdefault(end, []).append(edge)

    def _end(self, identity: Identity, link: PreparedLink) -> End:
        slot = self.slots.get(identity)
        if slot is not None:
            node = slot.node
        else:
            labels = self._known.found[identity].labels
            node = next(
                (one for one in self._model.concrete if one.labels[-1] in labels), self._model.nodes["ExternalRef"]
            )
            if node.name not in link.arrow.targets:
                _check_type(identity, labels, node)
        if node.name not in link.arrow.targets:
            wanted = " or ".join(sorted(link.arrow.targets))
            raise BadInput(f"{link.arrow.field} leads to {wanted}, and {identity} is a {node.name}")
        return End(slot.id, node, slot.is_new) if slot else End(self._known.found[identity].id, node, is_new=False)

    def _check_essential(self, record: PreparedRecord) -> None:
        type, field = ESSENTIAL.get(record.node.name, (None, ""))
        slot = self.slots[record.identity]
        if type is None or not slot.is_new:
            return
        if not any(
            edge.arrow.type == type and slot.id in (edge.source.id, edge.target.id)
            for edge in self._edges_of.get(slot.id, ())
        ):
            raise BadInput(f"{field} is missing; a {record.node.name} needs it")

    def _difference(self, slot: Slot) -> dict[str, Any]:
        if slot.stored is None:
            whole = slot.defaults | slot.values | slot.making
            if slot.identity in self._known.numbers:
                whole.setdefault("number", self._known.numbers[slot.identity])
            check_complete(slot.node, whole)
            whole |= slot.node.compute(whole)
            check_indexable(slot.node, whole)
            return {name: value for name, value in whole.items() if value is not None}
        stored = slot.stored
        wanted = {name: value for name, value in slot.defaults.items() if stored.get(name) is None} | slot.values
        wanted |= slot.node.compute({**stored, **wanted})
        check_indexable(slot.node, wanted)
        return {name: value for name, value in wanted.items() if stored.get(name) != value}

    def _claim(self, slot: Slot) -> None:
        for name in unique_names(slot.node, slot.identity):
            value = slot.change.get(name)
            if value is None:
                continue
            place = (unique_label(self._model, slot.node, name), name, value)
            owner = self._known.owners.get(place) or self._claims.setdefault(place, slot.id)
            if owner != slot.id:
                raise BadInput(f'{name}: "{value}" already belongs to another {slot.node.name}')


def _check_mode(record: PreparedRecord, slot: Slot, mine: frozenset[str]) -> None:
    if record.is_shared or record.mode is Mode.UPSERT:
        return
    if record.mode is Mode.CREATE and slot.stored is not None and slot.id not in mine:
        raise BadInput(f"{record.identity} is there already, as {slot.id}")
    if record.mode is Mode.UPDATE and slot.stored is None:
        raise BadInput(f"there is no {record.identity} to update")


def _check_type(identity: Identity, labels: frozenset[str], node: NodeType) -> None:
    if "Deleted" in labels:
        raise BadInput(f"{identity} was deleted here; restore it to load it again")
    if not labels >= set(node.labels):
        found = max(labels, default="nothing")
        raise BadInput(f"{identity} is a {found} here, not a {node.name}")
