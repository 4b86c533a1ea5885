"""A row checked against the model, before the database is asked anything.

Prepared rows hold stored values only; what is left to find out is which records exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from graph.arrows import Arrow, Arrows
from graph.errors import BadInput
from graph.ids import prefix_of
from graph.implied import NUMBERED, consequences, defaults
from graph.model import Model, NodeType, Property
from graph.money import Currencies
from graph.rows import Identity, Key, Link, Mode, Natural, Record, Row
from graph.suggestion import did_you_mean
from graph.values import Surroundings, checked_text, shown, stored, stored_one

# Neo4j refuses to index what does not fit into half a page of 8 KiB, and an id stands beside it.
_LONGEST_INDEXED = 3_000
_LONGEST_KEY = 500


@dataclass(frozen=True)
class PreparedLink:
    arrow: Arrow
    to: str | Identity
    properties: Mapping[str, Any]
    # The names of the properties that tell this relationship from others between the same records.
    apart: tuple[str, ...]


@dataclass(frozen=True)
class PreparedRecord:
    alias: str
    node: NodeType
    identity: Identity
    # What the source says, and what holds only while the record does not say otherwise.
    values: Mapping[str, Any]
    defaults: Mapping[str, Any]
    links: tuple[PreparedLink, ...]
    is_shared: bool
    # By what else it is found, what holds only of a new record, and whether it may be one.
    candidates: tuple[Natural, ...] = ()
    making: Mapping[str, Any] = field(default_factory=dict)
    mode: Mode = Mode.UPSERT


@dataclass(frozen=True)
class PreparedRow:
    row: Row
    records: tuple[PreparedRecord, ...]
    warnings: tuple[str, ...]


class Preparer:
    """Prepares rows for one model, at one instant."""

    def __init__(self, model: Model, currencies: Currencies, now: datetime) -> None:
        self._model = model
        self._currencies = currencies
        self._now = now
        self._arrows = Arrows(model)

    def prepare(self, row: Row) -> PreparedRow:
        """The row's records in stored form. Raises BadInput with the reason if the row cannot go in."""
        warnings = list(row.warnings)
        records = tuple(self._record(record, row, warnings) for record in row.records)
        return PreparedRow(row, records, tuple(warnings))

    def _record(self, record: Record, row: Row, warnings: list[str]) -> PreparedRecord:
        node = self._model.nodes[record.type]
        around = self._surroundings(record)
        values: dict[str, Any] = {}
        for name, value in record.properties.items():
            found = stored(_settable(node, name), value, around)
            values |= found.properties
            warnings += found.warnings
            if found.warnings and name == "value" and "status" in node.properties:
                values["status"] = "INVALID"
        making = {name: values.pop(name) for name in MAKING if name in values}
        values |= consequences(node, values, self._currencies)
        aliases = {other.alias: other.type for other in row.records}
        links = tuple(self._link(node, link, aliases, around, warnings) for link in record.links)
        _check_single(node, links)
        return PreparedRecord(
            record.alias,
            node,
            _identity(record, node, values),
            values,
            self._defaults(record, node, values),
            links,
            record.is_shared,
            tuple(Natural(node.name, name, values[name]) for name in record.matches if values.get(name) is not None),
            making,
            record.mode,
        )

    def _surroundings(self, record: Record) -> Surroundings:
        """An order's amounts are worth what its own rate says, else what that day's rate says."""
        placed, rate = record.properties.get("placedAt"), record.properties.get("fxRate")
        day = placed.date() if isinstance(placed, datetime) else self._now.date()
        try:
            exact = Decimal(str(rate)) if rate else None
        except ArithmeticError:
            exact = None
        return Surroundings(self._currencies, day, record.country, exact, record.type == "LineItem")

    def _defaults(self, record: Record, node: NodeType, values: Mapping[str, Any]) -> dict[str, Any]:
        found = {name: value for name, value in defaults(node, values, self._now).items() if name not in values}
        if record.is_shared and "status" in node.properties and "status" not in values:
            found["status"] = "VALID"
        return found

    def _link(
        self, node: NodeType, link: Link, aliases: Mapping[str, str], around: Surroundings, warnings: list[str]
    ) -> PreparedLink:
        arrow = self._arrows[node.name, link.field]
        if isinstance(link.to, str) and aliases[link.to] not in arrow.targets:
            raise BadInput(
                f"{node.name}.{link.field} leads to {' or '.join(sorted(arrow.targets))}, not to {aliases[link.to]}"
            )
        if link.properties and arrow.edge is None:
            raise BadInput(f"{node.name}.{link.field} has no properties of its own")
        values: dict[str, Any] = {}
        for name, value in link.properties.items():
            assert arrow.edge is not None
            found = stored(_edge_property(arrow.edge.name, arrow.edge.properties, name), value, around)
            values |= found.properties
            warnings += found.warnings
        apart = arrow.telling if link.apart is None else link.apart
        return PreparedLink(arrow, self._target(link.to, around), values, ("id",) if "id" in values else apart)

    def _target(self, to: str | Identity, around: Surroundings) -> str | Identity:
        """A unique value in its stored form, which is the one to look for."""
        if not isinstance(to, Natural):
            return to
        declared = self._model.nodes[to.type].properties[to.property]
        found = stored_one(declared, to.value, around).properties.get(to.property)
        return Natural(to.type, to.property, found) if found is not None else to


def check_complete(node: NodeType, record: Mapping[str, Any]) -> None:
    """Refuse a record that lacks what its type requires."""
    for name in _required(node):
        if record.get(name) is None:
            raise BadInput(f"{name} is missing; {_a(node.name)} needs it")


def check_indexable(node: NodeType, record: Mapping[str, Any]) -> None:
    """Refuse a text that is too long for its index."""
    for name in _indexed(node):
        value = record.get(name)
        if isinstance(value, str) and len(value) * 4 > _LONGEST_INDEXED:
            size = len(value.encode())
            if size > _LONGEST_INDEXED:
                raise BadInput(f"{name}: the text has {size} bytes; {_LONGEST_INDEXED} can be indexed")


@lru_cache
def _required(node: NodeType) -> tuple[str, ...]:
    given = {"id", "number"} if node.name in NUMBERED else {"id"}
    return tuple(
        name
        for name, declared in node.properties.items()
        if declared.is_required and not declared.is_derived and name not in given
    )


@lru_cache
def _indexed(node: NodeType) -> tuple[str, ...]:
    return tuple(name for name, declared in node.properties.items() if declared.is_indexed or declared.is_unique)


# What a source may say of a record's making; it holds for new records.
MAKING = ("createdAt",)


def settable(node: NodeType) -> dict[str, Property]:
    """The properties that a source may give."""
    return {
        name: declared
        for name, declared in node.properties.items()
        if name in MAKING or not (declared.is_derived or declared.is_hidden)
    }


def edge_settable(declared: Property) -> bool:
    """Whether a source may give a relationship's property; its id, for one that has been exported."""
    return declared.name == "id" or not declared.is_derived


def _settable(node: NodeType, name: str) -> Property:
    declared = node.properties.get(name)
    if declared is None:
        raise BadInput(f"No property '{name}' of {node.name}.{did_you_mean(name, settable(node))}")
    if name not in MAKING and (declared.is_derived or declared.is_hidden):
        raise BadInput(f"{node.name}.{name} is derived and cannot be set")
    return declared


def _edge_property(edge: str, known: Mapping[str, Property], name: str) -> Property:
    if name not in known or not edge_settable(known[name]):
        possible = (one for one in known if edge_settable(known[one]))
        raise BadInput(f"No property '{name}' of {edge}.{did_you_mean(name, possible)}")
    return known[name]


def _identity(record: Record, node: NodeType, values: Mapping[str, Any]) -> Identity:
    if isinstance(record.key, Key):
        text = checked_text("key", str(record.key))
        if len(text.encode()) > _LONGEST_KEY:
            raise BadInput(f"the key {shown(text)} has {len(text.encode())} bytes; up to {_LONGEST_KEY} are taken")
        return record.key
    value = values.get(record.key)
    if value is None and record.key in node.computed:
        value = node.computed[record.key]({"__typename": node.name, **values})
    if value is None:
        raise BadInput(f"{record.key} is missing; {_a(node.name)} is known by it")
    if record.key == "id" and prefix_of(value) != node.id_prefix:
        raise BadInput(f"id: {shown(value)} is no id of {_a(node.name)}; it begins with {node.id_prefix}_")
    return Natural(node.name, record.key, value)


def _check_single(node: NodeType, links: tuple[PreparedLink, ...]) -> None:
    singles = [(link.arrow.type, link.arrow.is_out) for link in links if link.arrow.is_single]
    if len(singles) != len(set(singles)):
        twice = next(link for link in links if singles.count((link.arrow.type, link.arrow.is_out)) > 1)
        raise BadInput(f"{node.name}.{twice.arrow.field} leads to one record, and the row gives several")


def _a(name: str) -> str:
    return f"{'an' if name[0] in 'AEIO' else 'a'} {name}"
