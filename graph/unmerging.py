"""Unmerging as Cypher: the way back, for what is still as merging left it.

What was done since the merge stays with the kept record: its values that were changed again, relationships that it got,
and that it lost. A relationship that came from the merged record goes back there as it is now; one that was removed
meanwhile stays removed.
"""

from __future__ import annotations

from graph.changes import INSTANT, edge_change, personal_names
from graph.matching import rights_of_types
from graph.merge_edges import any_type, drawn_again, linked, texts, values_of
from graph.merge_rules import (
    AT_END,
    AT_START,
    FILLED,
    FILLED_INTO,
    FORMER_OUT,
    FORMER_TYPE,
    KEPT_BEFORE,
    MERGED_INTO,
    OF_RECORD,
)
from graph.merging import STAMPED, joined, kept_name
from graph.model import TYPE_NAME, NodeType
from graph.names import labels, name, unique_label
from graph.reader import Action
from graph.rendering import Rendering, indent
from graph.write_patterns import labels_text
from graph.write_rights import denied, unseen

# What was merged into the same record later, and has to do with this one: it took or changed what came from it, it has the
# same relationship, of which the kept record has but one, or they were related to each other.
_UNTOLD = texts([MERGED_INTO, OF_RECORD, KEPT_BEFORE])
_LATER = f"""MATCH (later:Deleted)-[:{MERGED_INTO}]->(keep), (since:Change {{id: later.mergedBy}})
      WHERE later <> drop AND since.recordVersion > past.recordVersion AND (
        any(each IN since.properties WHERE each IN past.properties)
        OR EXISTS {{ MATCH (drop)-[own]-(far)-[theirs]-(later) WHERE type(theirs) = type(own) AND NOT type(own) IN {_UNTOLD} }}
        OR EXISTS {{ MATCH (drop)-[own]-(far)<-[kept:{KEPT_BEFORE}]-(later) WHERE kept.{FORMER_TYPE} = type(own) }}
        OR EXISTS {{ MATCH (drop)-[own]-(later) WHERE NOT type(own) IN {_UNTOLD} }})"""


def check_unmerge(rendering: Rendering, node: NodeType, rows: str, problems: str) -> list[str]:
    """The record was merged, what it was merged into is there and to be seen, and its keys are free."""
    own, kept = (rights_of_types(rendering, (node,), variable) for variable in ("drop", "keep"))
    missing = "['NOT_FOUND', row.root, row.at, null]"
    judged = [
        case
        for variable in ("drop", "keep")
        for case in (
            *unseen(rendering, (node,), variable, missing),
            *denied(rendering, Action.MERGE, (node,), variable),
        )
    ]
    wanted = [f"drop.formerLabels = {labels_text(node)}", *own, *kept]
    taken = []
    for each in node.properties.values():
        if each.is_unique and each.name != "id":
            label = name(unique_label(rendering.model, node, each.name))
            other = (
                f"(other:{label}) WHERE other.{name(each.name)} = drop.{name(each.name)} "
                f"AND NOT (other = keep AND '{each.name}' IN past.properties)"
            )
            test = f"drop.{name(each.name)} IS NOT NULL AND EXISTS {{ MATCH {other} }}"
            found = f"head(COLLECT {{ MATCH {other} RETURN other }})"
            taken.append(f"WHEN {test} THEN ['DUPLICATE', row.root, row.at, {found}]")
    return [
        "CALL () {",
        f"  UNWIND {rows} AS row",
        f"  OPTIONAL MATCH (drop:Deleted {{id: row.key}})-[:{MERGED_INTO}]->(keep) WHERE {' AND '.join(wanted)}",
        "  WITH row, drop, keep, CASE WHEN drop.id < keep.id THEN [drop, keep] ELSE [keep, drop] END AS both",
        "  FOREACH (one IN CASE WHEN drop IS NULL THEN [] ELSE both END | SET one.id = one.id)",
        "  WITH row, drop, keep",
        "  OPTIONAL MATCH (past:Change {id: drop.mergedBy})",
        "  WITH CASE",
        "    WHEN drop IS NULL OR NOT drop:Deleted THEN ['NOT_FOUND', row.root, row.at, null]",
        *(f"    {case}" for case in judged),
        f"    WHEN NOT keep:{name(node.labels[-1])} OR EXISTS {{ {_LATER} }} THEN ['IN_USE', row.root, row.at, null]",
        *(f"    {case}" for case in taken),
        "    END AS problem",
        f"  RETURN collect(problem) AS {problems}",
        "}",
    ]


def perform_unmerge(rendering: Rendering, node: NodeType, rows: str, done: str) -> list[str]:
    """Answers how many were unmerged."""
    label = "&".join(map(name, node.labels))
    return [
        "CALL (now, refused) {",
        f"  UNWIND {rows} AS row",
        "  WITH row WHERE NOT row.root IN refused",
        "  CALL (row, now) {",
        f"    MATCH (drop:Deleted {{id: row.key}})-[into:{MERGED_INTO}]->(keep:{label})",
        "    MATCH (past:Change {id: drop.mergedBy})",
        "    OPTIONAL MATCH (past)-[:HAS_VALUE]->(said:ChangeValue)",
        *indent(indent(_values(node))),
        *indent(indent(_relationships(rendering, node))),
        *indent(indent(_former(rendering, node))),
        *indent(indent(_filled(rendering, node))),
        *indent(indent(_owners())),
        *indent(indent(_history())),
        "    RETURN count(*) AS unmerged",
        "  }",
        f"  RETURN count(*) AS {done}",
        "}",
    ]


def _values(node: NodeType) -> list[str]:
    new, old = (f"coalesce(past['{which}.' + each], said['{which}.' + each])" for which in ("new", "old"))
    personal = personal_names(node)
    is_open = f"NOT each IN {texts(personal)}" if personal else "true"
    back = "SET {0}['old.' + each] = keep[each], {0}['new.' + each] = " + old
    lines = [
        "WITH row, now, drop, keep, into, past, said, [each IN past.properties",
        f"  WHERE coalesce(keep[each] = {new}, keep[each] IS NULL AND {new} IS NULL)] AS returned",
        f"CREATE (change:Change {{id: row.change}})-[:{OF_RECORD}]->(keep)",
        f"SET change += {{createdAt: {INSTANT}, updatedAt: now, version: 1, createdBy: $p.user, requestId: $p.request,",
        f"  operation: 'UNMERGE', recordId: keep.id, recordType: '{node.name}', recordVersion: keep.version + 1,",
        f"  properties: returned, otherId: drop.id, otherType: '{node.name}'}}",
        f"FOREACH (each IN [each IN returned WHERE {is_open}] | {back.format('change')})",
    ]
    if personal:
        closed = f"[each IN returned WHERE each IN {texts(personal)}]"
        lines += [
            f"FOREACH (_ IN CASE WHEN size({closed}) > 0 THEN [1] ELSE [] END |",
            "  CREATE (change)-[:HAS_VALUE]->(value:ChangeValue {id: row.change})",
            f"  FOREACH (each IN {closed} | {back.format('value')}))",
        ]
    for property, computed in node.computed.items():
        sources = texts(sorted({part.source for part in computed.parts} - {TYPE_NAME}))
        value = joined(computed, f"drop.{kept_name(property)}", f"keep.{name(property)}", "returned")
        lines += [
            f"FOREACH (_ IN CASE WHEN any(each IN returned WHERE each IN {sources}) THEN [1] ELSE [] END |",
            f"  SET keep.{name(property)} = {value})",
        ]
    kept = ", ".join(f"drop.{kept_name(property)}" for property in node.computed)
    return [
        *lines,
        f"FOREACH (each IN returned | SET keep[each] = {old})",
        f"SET {STAMPED.format('keep')}",
        "DELETE into",
        "REMOVE drop:Deleted, drop.formerLabels, drop.deletedAt, drop.deletedBy, drop.mergedBy"
        + (f", {kept}" if kept else ""),
        f"SET drop:{labels(node)}, {STAMPED.format('drop')}",
        "WITH row, now, drop, keep",
    ]


def _relationships(rendering: Rendering, node: NodeType) -> list[str]:
    same = "type(copy) = type(edge) AND (startNode(copy) = keep) = isOut AND coalesce(copy.id = edge.id, copy.id IS NULL AND edge.id IS NULL)"
    flags = f"edge.{AT_START}, edge.{AT_END}"
    return [
        "CALL (row, now, drop, keep) {",
        f"  MATCH (drop)-[edge]-(far) WHERE CASE WHEN startNode(edge) = drop THEN edge.{AT_START} ELSE edge.{AT_END} END",
        "  WITH row, now, drop, keep, edge, far, startNode(edge) = drop AS isOut",
        "  CALL (row, now, drop, keep, edge, far, isOut) {",
        "    WITH *, head(COLLECT {",
        f"      MATCH (keep)-[copy]-(far) WHERE {same}",
        "      RETURN copy ORDER BY all(each IN keys(copy) WHERE coalesce(copy[each] = edge[each], false)) DESC LIMIT 1",
        "    }) AS copy",
        # A relationship to the kept record itself never had a copy.
        f"    FOREACH (_ IN CASE WHEN copy IS NULL AND far = keep THEN [1] ELSE [] END | REMOVE {flags})",
        "    FOREACH (_ IN CASE WHEN copy IS NULL AND far <> keep THEN [1] ELSE [] END | DELETE edge)",
        "    WITH * WHERE copy IS NOT NULL",
        # The copy bears what was said of the relationship since, and what its other end has to know, but not the flag.
        "    SET edge = properties(copy)",
        "    WITH *",
        "    CALL (row, now, keep, far, copy) {",
        f"      WITH * WHERE {any_type(rendering, 'far')} IS NOT NULL",
        *indent(indent(indent(edge_change(
            "UNLINK", "copy", "keep", f"'{node.name}'", "far", any_type(rendering, "far"), values_of("copy"),
            version="keep.version",
        )))),
        "      FOREACH (each IN change.properties | SET change['old.' + each] = copy[each])",
        "      RETURN count(*) AS told",
        "    }",
        "    DELETE copy",
        "    RETURN count(*) AS moved",
        "  }",
        "  RETURN count(*) AS back",
        "}",
    ]  # fmt: skip


def _former(rendering: Rendering, node: NodeType) -> list[str]:
    """What the kept record had in the place of something that was chosen, unless it has something else by now."""
    has = (
        "EXISTS { MATCH (keep)-[own]-(other) WHERE type(own) = type AND (startNode(own) = keep) = isOut "
        "AND NOT other:Deleted }"
    )
    return [
        "CALL (row, now, drop, keep) {",
        f"  MATCH (drop)-[kept:{KEPT_BEFORE}]->(far)",
        f"  WITH row, now, drop, keep, kept, far, kept.{FORMER_TYPE} AS type, kept.{FORMER_OUT} AS isOut",
        "  CALL (row, now, keep, kept, far, type, isOut) {",
        f"    WITH * WHERE NOT {has}",
        *indent(indent(drawn_again("keep", "far", "type", "isOut", "kept"))),
        f"    REMOVE copy.{FORMER_TYPE}, copy.{FORMER_OUT}",
        *indent(indent(linked(rendering, node, "keep", "far", "copy"))),
        "    RETURN count(*) AS linked",
        "  }",
        "  DELETE kept",
        "  RETURN count(*) AS former",
        "}",
    ]


def _filled(rendering: Rendering, node: NodeType) -> list[str]:
    flags = f"edge.{FILLED}, edge.{FILLED_INTO}"
    return [
        "CALL (row, now, drop, keep) {",
        f"  MATCH (drop)-[edge]-(far) WHERE edge.{FILLED_INTO} IS NOT NULL",
        "  CALL (row, now, keep, edge, far) {",
        f"    MATCH (keep)-[twin]-(far) WHERE type(twin) = type(edge) AND twin.id = edge.{FILLED_INTO}",
        f"    WITH *, [each IN edge.{FILLED} WHERE coalesce(twin[each] = edge[each], false)] AS emptied",
        "    WITH * WHERE size(emptied) > 0",
        *indent(indent(edge_change(
            "UPDATE_EDGE", "twin", "keep", f"'{node.name}'", "far", any_type(rendering, "far"), "emptied",
            version="keep.version",
        ))),
        "    FOREACH (each IN emptied | SET change['old.' + each] = twin[each], twin[each] = null)",
        "    SET twin.version = twin.version + 1",
        "    RETURN count(*) AS emptiedTwins",
        "  }",
        f"  REMOVE {flags}",
        "  RETURN count(*) AS unfilled",
        "}",
    ]  # fmt: skip


def _owners() -> list[str]:
    """Rights test copies of the owners' ids."""
    return [
        f"SET {record}.ownerId = head([({record})-[:OWNED_BY]->(owner:User) | owner.id])" for record in ("keep", "drop")
    ]


def _history() -> list[str]:
    """Each of the two is told again what happened to it, and to the records that were merged into it before."""
    ids = "[{0}.id] + COLLECT {{ MATCH (earlier:Deleted)-[:" + MERGED_INTO + "*1..]->({0}) RETURN earlier.id }}"
    is_of = "(past.recordId IN {0} OR past.otherId IN {0})"
    return [
        "WITH row, now, drop, keep, " + ids.format("drop") + " AS theirs, " + ids.format("keep") + " AS ours",
        "CALL (drop, keep, theirs, ours) {",
        f"  MATCH (past:Change)-[of:{OF_RECORD}]->(keep) WHERE {is_of.format('theirs')}",
        f"  MERGE (past)-[:{OF_RECORD}]->(drop)",
        f"  FOREACH (_ IN CASE WHEN {is_of.format('ours')} THEN [] ELSE [1] END | DELETE of)",
        "  RETURN count(*) AS pasts",
        "}",
    ]
