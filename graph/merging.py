"""Merging as Cypher: what two records of one type are, the kept one becomes, and the other keeps for the way back.

The merged record only loses its labels, as a deleted one does. Its relationships stay at it, where no pattern finds
them, and the kept record gets copies. So all that unmerging has to know is there already, but for what the kept record
was: its old values are in the change, and the relationships that were replaced lead from the merged record as
KEPT_BEFORE.
"""

from __future__ import annotations

from collections.abc import Iterable

from graph.changes import edge_change, personal_names
from graph.matching import bind
from graph.merge_rules import (
    AT_END,
    AT_START,
    FILLED,
    FILLED_INTO,
    FORMER_OUT,
    FORMER_TYPE,
    INTERNAL,
    KEPT_BEFORE,
    MERGED_INTO,
    OF_RECORD,
    MergeRules,
    rules_of,
)
from graph.model import TYPE_NAME, Computed, NodeType
from graph.names import labels, name
from graph.rendering import Rendering, indent
from graph.write_checks import labels_text

STAMPED = "{0}.version = coalesce({0}.version, 0) + 1, {0}.updatedAt = now, {0}.updatedBy = $p.user"
# What is said of the properties and of the relationships of a merged record, in the order in which reports tell it.
FILLED_VALUE, CHOSEN, KEPT, MOVED, UNITED, DISSOLVED = "FILLED", "CHOSEN", "KEPT", "MOVED", "UNITED", "DISSOLVED"


def check_merge(rendering: Rendering, node: NodeType, rows: str, problems: str) -> list[str]:
    """All records are there, to be seen, and locked in the order of their ids; what is merged meanwhile is not there."""
    bound = bind(rendering, node, "record")
    test = f" WHERE {' AND '.join(bound.predicates)}" if bound.predicates else ""
    return [
        "CALL () {",
        f"  UNWIND {rows}[..1] AS row",
        "  UNWIND row.records AS each",
        f"  OPTIONAL MATCH {bound.text[:-1]} {{id: each.key}}){test}",
        "  FOREACH (one IN CASE WHEN record IS NULL THEN [] ELSE [record] END | SET one.id = one.id)",
        "  WITH row, each, record",
        f"  WITH CASE WHEN record IS NULL OR NOT record:{name(node.labels[-1])}",
        "    THEN ['NOT_FOUND', row.root, each.at, null] END AS problem",
        f"  RETURN collect(problem) AS {problems}",
        "}",
    ]


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
        *indent(indent(_relationships(rendering, node, rules))),
        "    RETURN [drop.id, fields, relationships] AS merged",
        "  }",
        f"  RETURN collect(merged) AS {report}",
        "}",
    ]


def texts(found: Iterable[str]) -> str:
    """A list of constants."""
    return "[" + ", ".join(f"'{each}'" for each in found) + "]"


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
        "SET change += {createdAt: now, updatedAt: now, version: 1, createdBy: $p.user, requestId: $p.request,",
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


# --- relationships --------------------------------------------------------------------------------------------------


def any_type(rendering: Rendering, variable: str) -> str:
    """The name of a record's type; null for what is no record, or none any more."""
    return f"head([label IN labels({variable}) WHERE label IN {texts(node.name for node in rendering.model.concrete)}])"


def _relationships(rendering: Rendering, node: NodeType, rules: MergeRules) -> list[str]:
    left_alone = texts([MERGED_INTO, KEPT_BEFORE, OF_RECORD, *rules.derived])
    return [
        "CALL (row, now, keep, drop) {",
        "  MATCH (drop)-[edge]-(far)",
        f"    WHERE far <> drop AND NOT type(edge) IN {left_alone}",
        "  WITH row, now, keep, drop, edge, far ORDER BY type(edge), edge.id, far.id",
        # Each is judged when those before it are moved: of two that fill the same place the second finds it filled.
        "  CALL (row, now, keep, drop, edge, far) {",
        *indent(indent(_judged(rules))),
        *indent(indent(_filled(rendering, node, rules))),
        *indent(indent(_replaced(rendering, node))),
        *indent(indent(_copied(rendering, node))),
        "    RETURN type, isOut, fate",
        "  }",
        "  WITH type, isOut, fate, count(*) AS number ORDER BY type, isOut, fate",
        "  RETURN collect([type, isOut, fate, number]) AS relationships",
        "}",
    ]


def _judged(rules: MergeRules) -> list[str]:
    telling = "{" + ", ".join(f"{type}: '{property}'" for type, property in rules.telling if property) + "}"
    closed = "{" + ", ".join(f"{type}: '{property}'" for type, property in rules.closed_by) + "}"
    edged = texts(type for type, _ in rules.telling)
    same_way = f"(type IN {texts(rules.undirected)} OR (startNode(own) = keep) = isOut)"
    same = f"""CASE
        WHEN type IN {texts(rules.plain)} THEN true
        WHEN NOT type IN {edged} THEN properties(own) = properties(edge)
        WHEN closing IS NOT NULL THEN (own[closing] IS NULL) = (edge[closing] IS NULL)
          AND all(each IN keys(edge) WHERE each IN {texts(INTERNAL)} OR coalesce(own[each] = edge[each], true))
        ELSE coalesce(own[telling] = edge[telling], true) END"""
    single = f"(isOut AND type IN {texts(rules.single_out)} OR NOT isOut AND type IN {texts(rules.single_in)})"
    return [
        "WITH row, now, keep, drop, edge, far, type(edge) AS type, startNode(edge) = drop AS isOut",
        f"WITH *, {telling}[type] AS telling, {closed}[type] AS closing,",
        "  row.singles[CASE WHEN isOut THEN '>' ELSE '<' END + type] AS choice",
        "WITH *, head(COLLECT {",
        f"    MATCH (keep)-[own]-(far) WHERE type(own) = type AND {same_way} AND {same}",
        # What the merged record itself had twice stays apart.
        "      AND NOT coalesce(own.id IN COLLECT { MATCH (drop)-[theirs]-(far) RETURN theirs.id }, false)",
        "    RETURN own ORDER BY coalesce(own[telling] = edge[telling], false) DESC, own.id LIMIT 1",
        f"  }}) AS twin, CASE WHEN {single} THEN COLLECT {{",
        "    MATCH (keep)-[own]-(other) WHERE type(own) = type AND (startNode(own) = keep) = isOut AND NOT other:Deleted",
        "    RETURN own",
        "  } END AS had",
        "WITH *, CASE",
        f"    WHEN far = keep THEN '{DISSOLVED}'",
        f"    WHEN twin IS NOT NULL THEN '{UNITED}'",
        f"    WHEN had <> [] AND coalesce(choice = drop.id, false) THEN '{CHOSEN}'",
        f"    WHEN had <> [] OR had IS NOT NULL AND coalesce(choice <> drop.id, false) THEN '{KEPT}'",
        f"    ELSE '{MOVED}' END AS fate",
    ]


def _filled(rendering: Rendering, node: NodeType, rules: MergeRules) -> list[str]:
    """Of two relationships that unite, the one that stays gets what it lacks."""
    edged = texts(type for type, _ in rules.telling)
    absent = f"[each IN keys(edge) WHERE twin[each] IS NULL AND NOT each IN {texts(INTERNAL)}]"
    return [
        "CALL (row, now, keep, drop, edge, far, twin, type, fate) {",
        f"  WITH * WHERE fate = '{UNITED}' AND type IN {edged}",
        f"  WITH *, {absent} AS absent",
        "  WITH * WHERE size(absent) > 0",
        *indent(
            edge_change("UPDATE_EDGE", "twin", "keep", f"'{node.name}'", "far", any_type(rendering, "far"), "absent")
        ),
        "  FOREACH (each IN absent | SET change['new.' + each] = edge[each], twin[each] = edge[each])",
        f"  SET twin.version = coalesce(twin.version, 0) + 1, edge.{FILLED} = absent, edge.{FILLED_INTO} = twin.id",
        "  RETURN count(*) AS filled",
        "}",
    ]


def _replaced(rendering: Rendering, node: NodeType) -> list[str]:
    return [
        "CALL (row, now, keep, drop, had, type, isOut, fate) {",
        f"  WITH * WHERE fate = '{CHOSEN}'",
        "  UNWIND had AS own",
        "  WITH *, CASE WHEN isOut THEN endNode(own) ELSE startNode(own) END AS former",
        *indent(
            edge_change(
                "UNLINK", "own", "keep", f"'{node.name}'", "former", any_type(rendering, "former"), values_of("own")
            )
        ),
        "  FOREACH (each IN change.properties | SET change['old.' + each] = own[each])",
        f"  CREATE (drop)-[kept:{KEPT_BEFORE}]->(former)",
        f"  SET kept = properties(own), kept.{FORMER_TYPE} = type, kept.{FORMER_OUT} = isOut",
        "  DELETE own",
        "  RETURN count(*) AS replaced",
        "}",
    ]


def values_of(edge: str) -> str:
    """The names of what a relationship says, apart from what every one does."""
    return f"[each IN keys({edge}) WHERE NOT each IN {texts(INTERNAL)}]"


def drawn_again(start: str, far: str, type: str, is_out: str, source: str) -> list[str]:
    """A relationship of a type that only the database knows, as `copy`, with the properties of another."""
    scope = f"{start}, {far}, {source}"
    return [
        f"CALL ({scope}, {type}, {is_out}) {{",
        f"  WITH {scope}, {type}, {is_out} WHERE {is_out}",
        f"  CREATE ({start})-[copy:$({type})]->({far})",
        f"  SET copy = properties({source})",
        "  RETURN copy",
        "  UNION ALL",
        f"  WITH {scope}, {type}, {is_out} WHERE NOT {is_out}",
        f"  CREATE ({start})<-[copy:$({type})]-({far})",
        f"  SET copy = properties({source})",
        "  RETURN copy",
        "}",
    ]


def _copied(rendering: Rendering, node: NodeType) -> list[str]:
    return [
        "CALL (row, now, keep, drop, edge, far, type, isOut, fate) {",
        f"  WITH * WHERE fate IN ['{MOVED}', '{CHOSEN}']",
        *indent(drawn_again("keep", "far", "type", "isOut", "edge")),
        f"  FOREACH (_ IN CASE WHEN isOut THEN [1] ELSE [] END | SET edge.{AT_START} = true)",
        f"  FOREACH (_ IN CASE WHEN isOut THEN [] ELSE [1] END | SET edge.{AT_END} = true)",
        "  FOREACH (_ IN CASE WHEN type = 'OWNED_BY' AND isOut AND far:User THEN [1] ELSE [] END |",
        "    SET keep.ownerId = far.id)",
        *indent(linked(rendering, node, "keep", "far", "copy")),
        "  RETURN count(*) AS copied",
        "}",
    ]


def linked(rendering: Rendering, node: NodeType, start: str, far: str, edge: str) -> list[str]:
    """The change of a relationship that is drawn. What is out of sight is not told."""
    return [
        f"WITH * WHERE {any_type(rendering, far)} IS NOT NULL",
        *edge_change("LINK", edge, start, f"'{node.name}'", far, any_type(rendering, far), values_of(edge)),
        f"FOREACH (each IN change.properties | SET change['new.' + each] = {edge}[each])",
    ]
