"""The analyst's other move: what is around a record, counted by the ways that lead there, and listed page by page."""

from __future__ import annotations

from graph.matching import bind
from graph.plan import Neighbours
from graph.rendering import Rendering, indent, where
from graph.unrestricted import sees_all
from graph.walk import RenderBlock
from graph.ways import Way

# How many relationships of one type and direction are looked at. Of up to so many, all that the reader may see are
# counted and listed in order; of more, those that the database comes to first.
LOOKED_AT = 10_000


def render_neighbours(rendering: Rendering, neighbours: Neighbours, render_block: RenderBlock) -> tuple[list[str], str]:
    """The `CALL` of what is around a record, and the variable that it answers.

    Of up to `LOOKED_AT` relationships of a way all are read, and the rights tested, before any page is cut. Of more, so
    many are looked at, so that no record is too well connected to be asked about. How many there are then Neo4j keeps
    beside the record: it is told without looking at any of them.
    """
    record, answer = rendering.variable(neighbours.target.variable), rendering.variable(neighbours.name)
    bound = bind(rendering, neighbours.target, record)
    lines = [f"MATCH {bound.text}", *where([f"{record}.id = {rendering.value(neighbours.id)}", *bound.predicates])]
    row, counts, page = "null", "null", "[]"
    found = rendering.variable("found")
    if neighbours.has_counts or neighbours.page.has_rows:
        lines += [f"CALL ({record}) {{", *indent(_gathered(rendering, neighbours, record, found)), "}"]
    if neighbours.record:
        more, row = render_block(rendering, neighbours.record, record)
        lines += more
    if neighbours.has_counts:
        counts = rendering.variable("counts")
        lines += [f"CALL ({found}) {{", *indent(_counted(rendering, neighbours, found, counts)), "}"]
    if neighbours.page.has_rows:
        more, page = render_block(rendering, neighbours.page, found)
        lines += more
    shown = f"[[{row}, {counts}], {page}]" if neighbours.has_whole else page
    lines.append(f"RETURN head(collect({shown})) AS {answer}")
    return ["CALL () {", *indent(lines), "}"], answer


def _gathered(rendering: Rendering, neighbours: Neighbours, record: str, found: str) -> list[str]:
    """The list of the neighbours that the reader may see, each with what is told of the relationship.

    Several relationships without an id between the same two records are one neighbour.
    """
    if not neighbours.ways:
        return [f"RETURN [] AS {found}"]
    names = ("type", "direction", "degree", "edge", "end")
    type, direction, degree, edge, end = (rendering.variable(name) for name in names)
    lines = [f"CALL ({record}) {{"]
    for number, way in enumerate(neighbours.ways):
        pattern = _pattern(way, f"({record})", edge)
        lines += [
            *(["  UNION ALL"] if number else []),
            f"  WITH {record}, COUNT {{ {_pattern(way, f'({record})', '')}() }} AS {degree}",
            f"  MATCH {pattern}({end})",
            f"  RETURN '{way.type}' AS {type}, '{way.word}' AS {direction}, {degree}, {edge}, {end} LIMIT {LOOKED_AT}",
        ]
    bound = bind(rendering, neighbours.ends, end)
    lines += ["}", f"MATCH {bound.text}", *where(bound.predicates)]
    shown = f"{{type: {type}, direction: {direction}, degree: {degree}, relationshipId: id, "
    return [
        *lines,
        f"WITH DISTINCT {type}, {direction}, {degree}, {end}, {edge}.id AS id",
        f"RETURN collect({shown}id: coalesce(id, ''), node: {end}}}) AS {found}",
    ]


def _pattern(way: Way, record: str, edge: str) -> str:
    return f"{record}-[{edge}:{way.type}]->" if way.is_out else f"{record}<-[{edge}:{way.type}]-"


def _counted(rendering: Rendering, neighbours: Neighbours, found: str, counts: str) -> list[str]:
    """How many there are of each way: exactly those that may be listed, where all of them were looked at."""
    each = rendering.variable("each")
    # What may not be seen is in the number that Neo4j keeps, so it is told to those alone who may see everything.
    beyond = "degree" if sees_all(rendering, neighbours.ends) else "null"
    return [
        f"UNWIND {found} AS {each}",
        f"WITH {each}.type AS type, {each}.direction AS direction, {each}.degree AS degree, count(*) AS seen",
        "ORDER BY type, direction",
        f"RETURN collect([type, direction, CASE WHEN degree > {LOOKED_AT} THEN {beyond} ELSE seen END, degree > {LOOKED_AT}]) "
        f"AS {counts}",
    ]
