"""Merging as Cypher: what two records of one type are, the kept one becomes, and the other keeps for the way back.

The merged record only loses its labels, as a deleted one does. Its relationships stay at it, where no pattern finds
them, and the kept record gets copies. So all that unmerging has to know is there already, but for what the kept record
was: its old values are in the change, and the relationships that were replaced lead from the merged record as
KEPT_BEFORE.
"""

from __future__ import annotations

from graph.changes import INSTANT, personal_names
from graph.masking import is_hidden_by_name, masked_by_name
from graph.matching import allowed_of_types, bind
from graph.merge_edges import CHOSEN, KEPT, move_relationships, texts
from graph.merge_rules import (
    MERGED_INTO,
    OF_RECORD,
    MergeRules,
    rules_of,
)
from graph.model import TYPE_NAME, Computed, NodeType
from graph.names import labels, name
from graph.reader import Action
from graph.rendering import Rendering, indent
from graph.write_patterns import labels_text
from graph.write_rights import OWNED_BY, denied, fails, forbidden, unseen

STAMPED = "{0}.version = coalesce({0}.version, 0) + 1, {0}.updatedAt = now, {0}.updatedBy = $p.user"
# What is said of a property that the kept record lacked.
FILLED_VALUE = "FILLED"


def check_merge(rendering: Rendering, node: NodeType, rows: str, problems: str) -> list[str]:
    """All records are there, to be seen, and locked in the order of their ids; what is merged meanwhile is not there."""
    bound = bind(rendering, node, "record")
    judged = [
        *unseen(rendering, (node,), "record", "['NOT_FOUND', row.root, each.at, null]"),
        *denied(rendering, Action.MERGE, (node,), "record", "each.at"),
        *_not_to_be_given(rendering, node),
    ]
    test = f" WHERE {' AND '.join(bound.predicates)}" if bound.predicates else ""
    return [
        "CALL () {",
        f"  UNWIND {rows}[..1] AS row",
        "  UNWIND row.records AS each",
        f"  OPTIONAL MATCH {bound.text[:-1]} {{id: each.key}}){test}",
        "  FOREACH (one IN CASE WHEN record IS NULL THEN [] ELSE [record] END | SET one.id = one.id)",
        "  WITH row, each, record",
        f"  WITH CASE WHEN record IS NULL OR NOT record:{name(node.labels[-1])}",
        " ".join(["    THEN ['NOT_FOUND', row.root, each.at, null]", *judged, "END AS problem"]),
        f"  RETURN collect(problem) AS {problems}",
        "}",
    ]


def _not_to_be_given(rendering: Rendering, node: NodeType) -> list[str]:
    """The case that the kept record is to get the owner of another one, and the reader may not assign them."""
    asked = allowed_of_types(rendering, Action.ASSIGN, (node,), "record")
    if not asked:
        return []
    is_chosen = f"row.singles['>{OWNED_BY}'] <> row.keep"
    return [f"WHEN {is_chosen} AND {fails(asked)} THEN ['{forbidden(Action.ASSIGN, node)}', row.root, each.at, null]"]


def perform_merge(rendering: Rendering, node: NodeType, rows: str, report: str) -> list[str]:
    """One record after the other; the report is `[id, fields, relationships]` of each."""
    rules = rules_of(rendering.model, node)
    label = "&".join(map(name, node.labels))
    return [
        "CALL (now, refused) {",
        f"  UNWIND {rows} AS row",
        "  WITH row WHERE NOT row.root IN refused",
        "  CALL (row, now) {",
        f"    MATCH (keep:{label} {{id: row.keep}})",
        f"    MATCH (drop:{label} {{id: row.drop}})",
        *indent(indent(_history())),
        *indent(indent(_values(node, rules))),
        *indent(indent(move_relationships(rendering, node, rules))),
        f"    RETURN [drop.id, {_told(rendering, node)}, relationships] AS merged",
        "  }",
        f"  RETURN collect(merged) AS {report}",
        "}",
    ]


def _told(rendering: Rendering, node: NodeType) -> str:
    """The fields of the report, as far as their values may be seen."""
    rights = rendering.rights
    owners = [("", node)]
    hidden = is_hidden_by_name(rights, owners, "told[0]")
    kept, dropped = (masked_by_name(rights, owners, "told[0]", f"told[{place}]") for place in (2, 3))
    if not hidden and (kept, dropped) == ("told[2]", "told[3]"):
        return "fields"
    test = f" WHERE NOT ({hidden})" if hidden else ""
    return f"[told IN fields{test} | [told[0], told[1], {kept}, {dropped}]]"


def _history() -> list[str]:
    """What happened to the merged record is told of the kept one."""
    return [
        "CALL (keep, drop) {",
        f"  MATCH (past:Change)-[of:{OF_RECORD}]->(drop)",
        f"  FOREACH (_ IN CASE WHEN EXISTS {{ (past)-[:{OF_RECORD}]->(keep) }} THEN [] ELSE [1] END |",
        f"    CREATE (past)-[:{OF_RECORD}]->(keep))",
        "  DELETE of",
        "  RETURN count(*) AS pasts",
        "}",
    ]


# --- properties -----------------------------------------------------------------------------------------------------


def _values(node: NodeType, rules: MergeRules) -> list[str]:
    groups = "[" + ", ".join(map(texts, rules.groups)) + "]"
    known = [*rules.own, *(each for group in rules.groups for each in group)]
    first = "group[0]"
    taken = f"coalesce(row.choices[{first}] = drop.id, keep[{first}] IS NULL AND drop[{first}] IS NOT NULL)"
    differs = "coalesce(keep[{0}] <> drop[{0}], keep[{0}] IS NOT NULL OR drop[{0}] IS NOT NULL)"
    return [
        f"WITH row, now, keep, drop, {groups} + [other IN keys(drop) WHERE NOT other IN {texts(known)} | [other]] AS groups",
        f"WITH row, now, keep, drop, groups, [group IN groups WHERE {taken}] AS taken",
        "WITH row, now, keep, drop,",
        f"  [group IN groups WHERE {differs.format(first)} AND (group IN taken OR drop[{first}] IS NOT NULL) | [{first},",
        f"    CASE WHEN NOT group IN taken THEN '{KEPT}' WHEN keep[{first}] IS NULL THEN '{FILLED_VALUE}' ELSE '{CHOSEN}' END,",
        f"    keep[{first}], drop[{first}]]] AS fields,",
        f"  [each IN reduce(names = [], group IN taken | names + group) WHERE {differs.format('each')}] AS changed",
        *_change(node),
        *_hide(node),
        *_take(node),
        f"CREATE (drop)-[:{MERGED_INTO}]->(keep)",
        "WITH row, now, keep, drop, fields",
    ]  # fmt: skip


def _change(node: NodeType) -> list[str]:
    personal = personal_names(node)
    open_names, closed_names = "changed", ""
    if personal:
        open_names = f"[each IN changed WHERE NOT each IN {texts(personal)}]"
        closed_names = f"[each IN changed WHERE each IN {texts(personal)}]"
    old_and_new = "SET {0}['old.' + each] = keep[each], {0}['new.' + each] = drop[each]"
    return [
        f"CREATE (change:Change {{id: row.change}})-[:{OF_RECORD}]->(keep)",
        f"SET change += {{createdAt: {INSTANT}, updatedAt: now, version: 1, createdBy: $p.user, requestId: $p.request,",
        f"  operation: 'MERGE', recordId: keep.id, recordType: '{node.name}', recordVersion: keep.version + 1,",
        f"  properties: changed, otherId: drop.id, otherType: '{node.name}'}}",
        f"FOREACH (each IN {open_names} | {old_and_new.format('change')})",
        *(
            [
                f"FOREACH (_ IN CASE WHEN size({closed_names}) > 0 THEN [1] ELSE [] END |",
                "  CREATE (change)-[:HAS_VALUE]->(value:ChangeValue {id: row.change})",
                f"  FOREACH (each IN {closed_names} | {old_and_new.format('value')}))",
            ]
            if personal
            else []
        ),
    ]


def kept_name(property: str) -> str:
    """Where a merged record keeps what a computed property of the kept one was."""
    return f"kept{property[0].upper()}{property[1:]}"


def _hide(node: NodeType) -> list[str]:
    """The labels go before the kept record gets any value, since some must be unique."""
    return [
        f"REMOVE drop:{labels(node)}",
        f"SET drop:Deleted, drop.formerLabels = {labels_text(node)}, drop.deletedAt = now, drop.deletedBy = $p.user,",
        f"  drop.mergedBy = row.change, {STAMPED.format('drop')}",
    ]


def _take(node: NodeType) -> list[str]:
    lines = []
    for property, computed in node.computed.items():
        sources = texts(sorted({part.source for part in computed.parts} - {TYPE_NAME}))
        value = joined(computed, f"drop.{name(property)}", f"keep.{name(property)}", "changed")
        lines += [
            f"FOREACH (_ IN CASE WHEN any(each IN changed WHERE each IN {sources}) THEN [1] ELSE [] END |",
            f"  SET drop.{kept_name(property)} = keep.{name(property)}, keep.{name(property)} = {value})",
        ]
    return [
        *lines,
        "FOREACH (each IN changed | SET keep[each] = drop[each])",
        f"SET {STAMPED.format('keep')}",
    ]


def joined(computed: Computed, theirs: str, ours: str, names: str) -> str:
    """A computed property of which the parts of some properties are theirs, and the others ours."""
    if len(computed.parts) == 1:
        return theirs
    separator = "'" + computed.separator.replace("\n", "\\n") + "'"
    parts = [
        f"coalesce(split(CASE WHEN '{part.source}' IN {names} THEN {theirs} ELSE {ours} END, {separator})[{index}], '')"
        for index, part in enumerate(computed.parts)
    ]
    return f" + {separator} + ".join(parts)
