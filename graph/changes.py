"""How a write tells what it did: the text that makes one `Change` per record or relationship that a step changes.

A change is part of the write's own transaction. Its id is given by the request and unique in the database, so that a
write whose outcome nobody knows cannot happen twice. What was and what is now stand beside each other, as
`old.name` and `new.name`; of personal properties they stand in a `ChangeValue`, which can be removed with the person.

Whoever writes a change holds the lock of its record, from before it reads the version until it has committed. So the
instants of a record's changes are in the order of its versions, whichever transaction began first.
"""

from __future__ import annotations

from collections.abc import Mapping

from graph.model import NodeType

# An id such as graph/ids.py makes, for what a request cannot know beforehand: random but for its version digit.
FRESH_CHANGE = "'change_' + substring(digits, 0, 12) + '7' + substring(digits, 13)"
DIGITS = "replace(randomUUID(), '-', '') AS digits"
# Not when the transaction began: it may have waited for the record's lock, and others changed it meanwhile.
INSTANT = "datetime.realtime('Z')"


def stamped(variable: str) -> str:
    """What every record that is changed says of itself."""
    return (
        f"{variable}.version = coalesce({variable}.version, 0) + 1, {variable}.updatedAt = now, "
        f"{variable}.updatedBy = $p.user"
    )


def made(variable: str) -> str:
    """What every record that is made says of itself."""
    return (
        f"{variable}.version = 1, {variable}.createdAt = now, {variable}.updatedAt = now, "
        f"{variable}.createdBy = $p.user, {variable}.updatedBy = $p.user"
    )


def personal_names(node: NodeType) -> tuple[str, ...]:
    """The properties of a type that say something of a person."""
    return tuple(name for name, declared in node.properties.items() if declared.is_personal)


def record_change(
    node: NodeType, operation: str, variable: str, version: str, names: str, *, id: str = "row.change"
) -> list[str]:
    """The change of a record, as `change`: how it is found is its `id`, what changed is a list of `names`."""
    return [
        f"CREATE (change:Change {{id: {id}}})-[:OF_RECORD]->({variable})",
        f"SET change += {_map(_common(operation, variable, _text(node.name), {'recordVersion': version, 'properties': names}))}",
    ]


def new_values(node: NodeType) -> list[str]:
    """What the row says of a new record: `row.news`, and `row.personal` for what is personal."""
    lines = ["SET change += row.news"]
    if personal_names(node):
        lines += [
            "FOREACH (_ IN CASE WHEN size(keys(row.personal)) > 0 THEN [1] ELSE [] END |",
            "  CREATE (change)-[:HAS_VALUE]->(value:ChangeValue {id: row.change})",
            "  SET value += row.personal)",
        ]
    return lines


def differing_values(node: NodeType, variable: str) -> list[str]:
    """What differs of a record that is about to become `row.values`: of each name in `changed` the old and the new."""
    personal = personal_names(node)
    # A secret is told to nobody, not even that it was another.
    kept_out = (*personal, *(name for name, declared in node.properties.items() if declared.is_secret))
    if not kept_out:
        return [_each(variable, "changed", "change")]
    lines = []
    if len(kept_out) < len(node.properties):
        others = f"[name IN changed WHERE NOT name IN {_list(kept_out)}]"
        lines.append(_each(variable, others, "change"))
    if not personal:
        return lines
    return [
        *lines,
        f"FOREACH (_ IN CASE WHEN any(name IN changed WHERE name IN {_list(personal)}) THEN [1] ELSE [] END |",
        "  CREATE (change)-[:HAS_VALUE]->(value:ChangeValue {id: row.change})",
        f"  {_each(variable, f'[name IN changed WHERE name IN {_list(personal)}]', 'value')})",
    ]


def edge_change(
    operation: str,
    edge: str,
    source: str,
    source_type: str,
    target: str,
    target_type: str,
    names: str,
    id: str = "",
    *,
    version: str = "",
) -> list[str]:
    """The change of a relationship, as `change`. It is one of both its ends; `source` is whose field it is.

    The change makes another version of the source, unless it is told which `version` that is.
    """
    fresh = not id
    own = {
        "edgeType": f"type({edge})",
        "edgeId": f"{edge}.id",
        "fromId": f"startNode({edge}).id",
        "toId": f"endNode({edge}).id",
        "otherId": f"{target}.id",
        "otherType": target_type,
        "recordVersion": version or f"{source}.version + 1",
        "properties": names,
    }
    return [
        *([f"WITH *, {DIGITS}"] if fresh else []),
        f"CREATE (change:Change {{id: {id or FRESH_CHANGE}}})-[:OF_RECORD]->({source})",
        f"CREATE (change)-[:OF_RECORD]->({target})",
        f"SET change += {_map(_common(operation, source, source_type, own))}",
    ]


def _common(operation: str, variable: str, type: str, more: Mapping[str, str]) -> dict[str, str]:
    return {
        "createdAt": INSTANT,
        "updatedAt": "now",
        "version": "1",
        "createdBy": "$p.user",
        "requestId": "$p.request",
        "operation": _text(operation),
        "recordId": f"{variable}.id",
        "recordType": type,
        **more,
    }


def _each(variable: str, names: str, holder: str) -> str:
    return (
        f"FOREACH (name IN {names} | SET {holder}['old.' + name] = {variable}[name], "
        f"{holder}['new.' + name] = row.values[name])"
    )


def _map(entries: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {value}" for key, value in entries.items()) + "}"


def _text(constant: str) -> str:
    return f"'{constant}'"


def _list(names: tuple[str, ...]) -> str:
    return "[" + ", ".join(map(_text, names)) + "]"
