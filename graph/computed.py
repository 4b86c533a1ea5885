"""Computed properties of records that are written in part: what Python computes of the given, and Cypher keeps of the rest.

A search text holds pinyin, which Cypher cannot make. So it travels as a list of parts, in which those are null whose
property the write does not give; the statement takes their old ones from the record.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

from graph.model import TYPE_NAME, Computed, Model, NodeType
from graph.names import name

# The parts of a record's computed properties, by property. Of several parts, one that is None stays as it is and an
# absent one is empty; None as the only one removes the property.
Parts = dict[str, list[str | None]]


def parts_of(node: NodeType, values: Mapping[str, Any]) -> Parts:
    """What changes with these values, of which None is one that is cleared; the other properties stay as they are."""
    return {
        name: _parts(node, computed, values)
        for name, computed in node.computed.items()
        if any(part.source in values for part in computed.parts)
    }


def _parts(node: NodeType, computed: Computed, values: Mapping[str, Any]) -> list[str | None]:
    known = {TYPE_NAME: node.name, **values}
    found = [part.of(known) for part in computed.parts]
    if len(found) == 1:
        return found
    return [text or "" if part.source in known else None for part, text in zip(computed.parts, found, strict=True)]


def computed_by(node: NodeType, given: Collection[str]) -> list[str]:
    """The names of the computed properties that depend on any of the given ones."""
    return [name for name, computed in node.computed.items() if any(part.source in given for part in computed.parts)]


def render_computed(node: NodeType, variable: str, row: str = "row", names: Collection[str] | None = None) -> list[str]:
    """The clause that writes the computed properties of a record, from the `parts_of` that `row.computed` holds.

    A property that the map lacks stays as it is. `names` are those that may be in it, or all; none need no clause.
    """
    wanted = [one for one in node.computed if names is None or one in names]
    if not wanted:
        return []
    items = [f"{variable}.{name(one)} = {_value(node.computed[one], variable, row, one)}" for one in wanted]
    return ["SET", *(f"    {item}," for item in items[:-1]), f"    {items[-1]}"]


def _value(computed: Computed, variable: str, row: str, property: str) -> str:
    stored, given = f"{variable}.{name(property)}", f"{row}.computed.{name(property)}"
    if len(computed.parts) == 1:
        return f"CASE WHEN {given} IS NULL THEN {stored} ELSE {given}[0] END"
    separator = json.dumps(computed.separator)
    old = f"split(coalesce({stored}, ''), {separator})"
    parts = f"coalesce({given}[index], {old}[index], '')"
    joined = _joined(parts, len(computed.parts), separator)
    return f"CASE WHEN {given} IS NULL THEN {stored} ELSE {joined} END"


def _joined(part: str, count: int, separator: str) -> str:
    """The parts with the separator between, but not before the first."""
    return (
        f"reduce(text = '', index IN range(0, {count - 1}) | "
        f"text + CASE index WHEN 0 THEN '' ELSE {separator} END + {part})"
    )


def render_copied_name(model: Model, customer: str, party: str) -> list[str]:
    """The clause that calls a customer as its party is called: name, sort key, and the search text's part of the name.

    The party has its own computed properties already.
    """
    computed = model.nodes["Customer"].computed["searchText"]
    separator = json.dumps(computed.separator)
    own = f"split(coalesce({customer}.searchText, ''), {separator})"
    parts = []
    for index, part in enumerate(computed.parts):
        if part.source == "name":
            copied = f"split(coalesce({party}.searchText, ''), {separator})[{_place_of_name(model)}]"
            parts.append(f"coalesce({copied}, '')")
        elif part.source == TYPE_NAME:
            parts.append(json.dumps(part.function("Customer")))
        else:
            parts.append(f"coalesce({own}[{index}], '')")
    joined = f" + {separator} + ".join(parts)
    return [
        f"SET {customer}.name = {party}.name, {customer}.sortKey = {party}.sortKey,",
        f"    {customer}.searchText = {joined}",
    ]


def _place_of_name(model: Model) -> int:
    """Where the terms of a party's name stand in its search text; the same in companies and in people."""
    places = {
        [part.source for part in model.nodes[member].computed["searchText"].parts].index("name")
        for member in model.nodes["Party"].members
    }
    (place,) = places
    return place
