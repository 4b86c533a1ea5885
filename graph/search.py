"""What a text finds: the clauses that ask the search index."""

from __future__ import annotations

from graph.matching import along, bind, bound_already
from graph.plan import Search
from graph.rendering import Rendering, indent, where
from graph.search_terms import SEARCH_INDEX


def search_lines(rendering: Rendering, search: Search, variable: str, hit: str) -> list[str]:
    """Bind what is found to `variable` and, if it is named, the score and the search to `hit`.

    A telephone number stands for the people who have it, if the reader may see the number; they are rated as it is.
    """
    lines = [*_ask(rendering, rendering.value(search.query), variable), f"RETURN {variable}, score"]
    for node, relationship, query in search.through:
        start = rendering.variable(node.variable)
        bound = bind(rendering, node, start)
        found = along(rendering, bound, relationship, bound_already(variable))
        of_types = f"any(label IN labels({variable}) WHERE label IN {rendering.value(search.types)})"
        lines += [
            "UNION ALL",
            *_ask(rendering, rendering.value(query), start),
            f"MATCH {found.text}",
            *where([*found.predicates, of_types]),
            f"RETURN {variable}, score",
        ]
    best = "toInteger(max(score))"
    shown = f"{{score: {best}, id: {rendering.value(search.asked)}}} AS {hit}" if hit else f"{best} AS score"
    return ["CALL () {", *indent(lines), "}", f"WITH {variable}, {shown}"]


def _ask(rendering: Rendering, query: str, variable: str) -> list[str]:
    return [f"CALL db.index.fulltext.queryNodes('{SEARCH_INDEX}', {query}) YIELD node AS {variable}, score"]
