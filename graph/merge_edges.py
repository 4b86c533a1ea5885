"""The relationships of a merged record: each is judged, and the kept record gets a copy of what it lacks."""

from __future__ import annotations

from collections.abc import Iterable

from graph.changes import edge_change
from graph.matching import rights_of_types
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
)
from graph.model import NodeType
from graph.rendering import Rendering, indent

# What becomes of a relationship; KEPT and CHOSEN are also said of properties.
CHOSEN, KEPT, MOVED, UNITED, DISSOLVED = "CHOSEN", "KEPT", "MOVED", "UNITED", "DISSOLVED"


def texts(found: Iterable[str]) -> str:
    """A list of constants."""
    return "[" + ", ".join(f"'{each}'" for each in found) + "]"


def any_type(rendering: Rendering, variable: str) -> str:
    """The name of a record's type; null for what is no record, or none any more."""
    return f"head([label IN labels({variable}) WHERE label IN {texts(node.name for node in rendering.model.concrete)}])"


def move_relationships(rendering: Rendering, node: NodeType, rules: MergeRules) -> list[str]:
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
        *indent(_told(rendering)),
        "  WITH type, isOut, fate, count(*) AS number ORDER BY type, isOut, fate",
        "  RETURN collect([type, isOut, fate, number]) AS relationships",
        "}",
    ]


def _told(rendering: Rendering) -> list[str]:
    """A reader is told of relationships to what it sees; others move as well."""
    rights = rights_of_types(rendering, (rendering.model.nodes["Node"],), "far")
    if not rights:
        return []
    known = "far:" + "|".join(node.labels[-1] for node in rendering.model.concrete)
    return [f"WITH far, type, isOut, fate WHERE {known} AND {' AND '.join(rights)}"]


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
            edge_change(
                "UPDATE_EDGE",
                "twin",
                "keep",
                f"'{node.name}'",
                "far",
                any_type(rendering, "far"),
                "absent",
                version="keep.version",
            )
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
                "UNLINK",
                "own",
                "keep",
                f"'{node.name}'",
                "former",
                any_type(rendering, "former"),
                values_of("own"),
                version="keep.version",
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
        *edge_change(
            "LINK",
            edge,
            start,
            f"'{node.name}'",
            far,
            any_type(rendering, far),
            values_of(edge),
            version=f"{start}.version",
        ),
        f"FOREACH (each IN change.properties | SET change['new.' + each] = {edge}[each])",
    ]
