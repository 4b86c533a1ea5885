"""What is looked up before a batch is decided: the ids of its records, what must be unique, the numbers that lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from graph.ids import id_for
from graph.implied import NUMBERED, line_key
from graph.lookup import Found
from graph.model import Model, NodeType
from graph.names import unique_label
from graph.prepare import PreparedLink, PreparedRecord, PreparedRow
from graph.rows import Identity, Natural


def identifier(prefix: str, identity: Identity, found: Mapping[Identity, Found], now: datetime) -> str:
    """The id that a record has, or will get."""
    if identity in found:
        return found[identity].id
    if isinstance(identity, Natural) and identity.property == "id":
        return identity.value
    return id_for(prefix, str(identity), now)


def unnumbered(rows: Sequence[PreparedRow], found: Mapping[Identity, Found]) -> dict[str, list[Identity]]:
    """New records without the number that their type needs, by type."""
    wanted: dict[str, dict[Identity, None]] = {}
    numbered: set[Identity] = set()
    for record in (record for row in rows for record in row.records if record.node.name in NUMBERED):
        if "number" in record.values:
            numbered.add(record.identity)
        elif record.identity not in found:
            wanted.setdefault(record.node.name, {})[record.identity] = None
    return {type: [one for one in ones if one not in numbered] for type, ones in wanted.items()}


def unique_values(
    rows: Sequence[PreparedRow], model: Model, found: Mapping[Identity, Found], now: datetime
) -> set[tuple[str, str, Any]]:
    """The values of unique properties that the rows give and that somebody else might have: (label, property, value)."""
    wanted: set[tuple[str, str, Any]] = set()
    for row in rows:
        for record in row.records:
            values = {**record.values, **key_of_line(record, row, found, now)}
            wanted |= {
                (unique_label(model, record.node, name), name, values[name])
                for name in unique_names(record.node, record.identity)
                if values.get(name) is not None and values[name] != _stored(found, record.identity, name)
            }
    return wanted


def _stored(found: Mapping[Identity, Found], identity: Identity, name: str) -> Any:
    return found[identity].properties.get(name) if identity in found else None


def unique_names(node: NodeType, identity: Identity) -> tuple[str, ...]:
    """The unique properties of a record but its id and the one that it is known by."""
    return _unique_beside(node, identity.property if isinstance(identity, Natural) else "id")


@lru_cache
def _unique_beside(node: NodeType, known_by: str) -> tuple[str, ...]:
    return tuple(
        name for name, declared in node.properties.items() if declared.is_unique and name not in ("id", known_by)
    )


def key_of_line(
    record: PreparedRecord, row: PreparedRow, found: Mapping[Identity, Found], now: datetime
) -> dict[str, str]:
    """The key of an order's line, if this record is one and the row says of which order."""
    for other in row.records if record.node.name == "LineItem" else ():
        for link in other.links:
            if link.arrow.type == "HAS_LINE" and record.alias in (other.alias, link.to):
                order = identity_of(link, row) if other is record else other.identity
                line_no = record.values.get("lineNo", _stored(found, record.identity, "lineNo"))
                if line_no is None:
                    return {}
                return {"key": line_key(identifier("order", order, found, now), line_no)}
    return {}


def identity_of(link: PreparedLink, row: PreparedRow) -> Identity:
    if isinstance(link.to, str):
        return next(record.identity for record in row.records if record.alias == link.to)
    return link.to
