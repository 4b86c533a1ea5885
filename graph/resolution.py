"""Which records are meant: by the key of another system, by unique properties, or by several of these at once.

All names that one row gives a record belong together, and so do the names that they share with other rows. If they lead
to different records of the database, nobody can tell which one is meant, and the row is refused; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from neo4j import AsyncManagedTransaction

from graph.errors import BadInput
from graph.import_history import type_of
from graph.lookup import Found, find_identities
from graph.model import Model
from graph.prepare import PreparedLink, PreparedRecord, PreparedRow
from graph.rows import Identity, Key, Natural


@dataclass(frozen=True)
class Resolved:
    """The rows with one name for each record, in their places; those that are ambiguous, with the reason.

    `attached` are keys that are new to the records of these names, whether those are there or are made.
    """

    rows: Sequence[PreparedRow]
    refused: Mapping[int, str] = field(default_factory=dict)
    attached: Mapping[Key, Identity] = field(default_factory=dict)


def resolve(rows: Sequence[PreparedRow], found: Mapping[Identity, Found]) -> Resolved:
    """Find out which names are of one record. Asks nobody."""
    if not any(record.candidates for row in rows for record in row.records):
        return Resolved(rows)
    names = _Names(found)
    refused: dict[int, str] = {}
    for index, row in enumerate(rows):
        try:
            for record in row.records:
                if not record.is_shared:
                    names.join((record.identity, *record.candidates))
        except BadInput as error:
            refused[index] = error.message
    one = names.representatives()
    attached = {
        record.identity: one[record.identity]
        for index, row in enumerate(rows)
        if index not in refused
        for record in row.records
        if isinstance(record.identity, Key) and record.identity not in found and one[record.identity] != record.identity
    }
    return Resolved([_renamed(row, one) for row in rows], refused, attached)


async def find_record(
    transaction: AsyncManagedTransaction,
    model: Model,
    type: str,
    *,
    key: Key | None,
    unique: Mapping[str, Any],
    now: datetime,
    take: bool,
) -> Found | None:
    """The record that a key of another system and values of unique properties mean, as an import would find it.

    This is the one resolver of natural keys: a mutation such as `upsertByExternalId` asks it for one record. Values are
    in stored form. With `take`, the key is locked until the transaction ends, so that of two writers at once the second
    finds what the first one made; a key that is not used in the end must then be forgotten (`lookup.forget_unused`).
    Raises `BadInput` if the names lead to different records, or to one of another type.
    """
    names: list[Identity] = [*([key] if key else []), *(Natural(type, name, value) for name, value in unique.items())]
    made = set(names) if take else set()
    found = await find_identities(transaction, model, made, set(names) - made, now)
    joined = _Names(found)
    joined.join(names)
    record = next((found[name] for name in names if name in found), None)
    if record is not None and not record.labels >= set(model.nodes[type].labels):
        if "Deleted" in record.labels:
            raise BadInput(f"{names[0]} was deleted here; restore it first")
        raise BadInput(f"{names[0]} is a {type_of(model, list(record.labels))} here, not a {type}")
    return record


class _Names:
    """Names of records, in classes of those that mean the same one."""

    def __init__(self, found: Mapping[Identity, Found]) -> None:
        self._found = found
        self._class: dict[Identity, list[Identity]] = {}

    def join(self, names: Sequence[Identity]) -> None:
        """Say that these names are of one record. Raises `BadInput` if they lead to several."""
        together = {id(one): one for name in names for one in [self._class.get(name, [name])]}
        members = list(dict.fromkeys(name for one in together.values() for name in one))
        leading: dict[str, Identity] = {}
        for name in members:
            if name in self._found:
                leading.setdefault(self._found[name].id, name)
        if len(leading) > 1:
            ways = " and ".join(f"{name} is {record}" for record, name in sorted(leading.items()))
            raise BadInput(f"it is ambiguous which record is meant: {ways}")
        for name in members:
            self._class[name] = members

    def representatives(self) -> dict[Identity, Identity]:
        """For each name the one that stands for its record: one that is there, else an id, else a key."""
        return {name: min(members, key=self._rank) for name, members in self._class.items()}

    def _rank(self, name: Identity) -> int:
        if name in self._found:
            return 0
        if isinstance(name, Natural):
            return 1 if name.property == "id" else 3
        return 2


def _renamed(row: PreparedRow, one: Mapping[Identity, Identity]) -> PreparedRow:
    return replace(row, records=tuple(_record(record, one) for record in row.records))


def _record(record: PreparedRecord, one: Mapping[Identity, Identity]) -> PreparedRecord:
    links = tuple(_link(link, one) for link in record.links)
    return replace(record, identity=one.get(record.identity, record.identity), links=links)


def _link(link: PreparedLink, one: Mapping[Identity, Identity]) -> PreparedLink:
    if isinstance(link.to, str) or link.to not in one:
        return link
    return replace(link, to=one[link.to])
