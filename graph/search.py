"""What a text finds: the clauses that ask the search index."""

from __future__ import annotations

from graph.matching import along, bind
from graph.patterns import bound_already
from graph.plan import Search
from graph.rendering import Rendering, indent, where
from graph.search_terms import SEARCH_INDEX


def search_lines(rendering: Rendering, search: Search, variable: str, hit: str) -> list[str]:
    """Bind what is found to `variable` and, if it is named, the score and the search to `hit`.

    A telephone number stands for the people who have it, if the reader may see the number; they are rated as it is. The
    index is asked once for all: what is found then leads to itself or to what it stands for.
    """
    found = rendering.variable("found")
    standing = "|".join(node.labels[-1] for node, _ in search.through)
    of_types = f"any(label IN labels({variable}) WHERE label IN {rendering.value(search.types)})"
    ways = [f"WITH {found} WHERE NOT {found}:{standing}" if standing else "", f"RETURN {found} AS {variable}"]
    for node, relationship in search.through:
        led = along(rendering, bind(rendering, node, found), relationship, bound_already(variable))
        ways += ["UNION ALL", f"MATCH {led.text}", *where([*led.predicates, of_types]), f"RETURN {variable}"]
    lines = [
        f"CALL db.index.fulltext.queryNodes('{SEARCH_INDEX}', {rendering.value(search.query)}) YIELD node AS {found}, score",
        f"CALL ({found}) {{",
        *indent([way for way in ways if way]),
        "}",
    ]
    best = "toInteger(max(score))"
    shown = f"{{score: {best}, id: {rendering.value(search.asked)}}} AS {hit}" if hit else f"{best} AS score"
    return [*lines, f"WITH {variable}, {shown}"]
