"""What a write does that takes records out of sight, with what belongs to them, and that brings them back.

A record is taken out of sight by its labels: it is a `Deleted`, so that uniqueness and every pattern forget it at once.
Its relationships stay, and are seen again when it is restored.
"""

from __future__ import annotations

from graph.changes import FRESH_CHANGE, record_change, stamped
from graph.model import Direction, Hop, NodeType, OnDelete, Relationship
from graph.names import labels, name
from graph.property_rights import CALLED
from graph.rendering import Rendering, indent
from graph.write_patterns import labels_text
from graph.write_plan import REFERRED_TO


def render_delete(rendering: Rendering, node: NodeType) -> list[str]:
    variable = node.variable
    lines = [
        f"MATCH ({variable}:{'&'.join(map(name, node.labels))} {{id: row.key}})",
        *record_change(node, "DELETE", variable, f"{variable}.version + 1", "[]"),
        *_hide(node, variable),
        f"SET {stamped(variable)}",
    ]
    for relationship, part in _parts(rendering, node):
        lines += [
            f"WITH row, {variable}",
            f"CALL (row, {variable}, now) {{",
            *indent([
                f"MATCH ({variable}){_step(relationship.hops[0])}({part.variable}:{'&'.join(map(name, part.labels))})",
                f"SET {part.variable}.deletedWith = {variable}.id",
                *_part_change(part, "DELETE"),
                *_hide(part, part.variable),
                f"SET {stamped(part.variable)}",
                f"RETURN count(*) AS {rendering.variable('gone')}",
            ]),
            "}",
        ]  # fmt: skip
    return lines


def render_restore(rendering: Rendering, node: NodeType) -> list[str]:
    variable = node.variable
    lines = [
        f"MATCH ({variable}:Deleted {{id: row.key}})",
        *record_change(node, "RESTORE", variable, f"{variable}.version + 1", "[]"),
        *_show(node, variable),
        f"SET {stamped(variable)}",
        *_called_again(variable),
    ]
    for relationship, part in _parts(rendering, node):
        lines += [
            f"WITH row, {variable}",
            f"CALL (row, {variable}, now) {{",
            *indent([
                f"MATCH ({variable}){_step(relationship.hops[0])}({part.variable}:Deleted)",
                f"WHERE {part.variable}.deletedWith = {variable}.id",
                *_part_change(part, "RESTORE"),
                *_show(part, part.variable),
                f"SET {stamped(part.variable)}",
                f"RETURN count(*) AS {rendering.variable('back')}",
            ]),
            "}",
        ]  # fmt: skip
    return lines


def _called_again(variable: str) -> list[str]:
    """The names that other systems have for it are its own again: whoever took one of them has been deleted since."""
    return [
        f"WITH row, {variable}",
        f"CALL ({variable}) {{",
        f"  MATCH ({variable})<-[was:{REFERRED_TO}]-(ref:ExternalRef)",
        "  DELETE was",
        "  WITH *",
        "  CALL (ref) {",
        "    MATCH (ref)-[taken:REFERS_TO]->(taker)",
        f"    MERGE (ref)-[:{REFERRED_TO}]->(taker)",
        "    DELETE taken",
        "    RETURN count(*) AS takers",
        "  }",
        f"  CREATE (ref)-[:REFERS_TO]->({variable})",
        "  RETURN count(*) AS names",
        "}",
    ]


def _parts(rendering: Rendering, node: NodeType) -> list[tuple[Relationship, NodeType]]:
    """What goes with a record, and comes back with it."""
    return [
        (each, rendering.model.nodes[each.target])
        for each in node.relationships.values()
        if each.on_delete is OnDelete.CASCADE
    ]


def _part_change(part: NodeType, operation: str) -> list[str]:
    return [
        f"WITH {part.variable}, replace(randomUUID(), '-', '') AS digits",
        *record_change(part, operation, part.variable, f"{part.variable}.version + 1", "[]", id=FRESH_CHANGE),
    ]


def _hide(node: NodeType, variable: str) -> list[str]:
    return [
        f"REMOVE {variable}:{labels(node)}",
        f"SET {variable}:Deleted, {variable}.formerLabels = {labels_text(node)}, {variable}.deletedAt = now, "
        f"{variable}.deletedBy = $p.user, {variable}.formerType = '{node.name}', {variable}.formerName = {_called(node, variable)}",
    ]


def _called(node: NodeType, variable: str) -> str:
    """What a record of this type is called, by the first of the properties that say so."""
    known = [f"{variable}.{name(each)}" for each in CALLED if each in node.properties]
    return f"coalesce({', '.join(known)})" if known else "null"


def _show(node: NodeType, variable: str) -> list[str]:
    return [
        f"REMOVE {variable}:Deleted, {variable}.formerLabels, {variable}.deletedAt, {variable}.deletedBy, "
        f"{variable}.deletedWith, {variable}.formerType, {variable}.formerName",
        f"SET {variable}:{labels(node)}",
    ]


def _step(hop: Hop) -> str:
    return f"<-[:{name(hop.types[0])}]-" if hop.direction is Direction.IN else f"-[:{name(hop.types[0])}]->"
