"""The analyst's generic moves: from one record to another, over whatever lies between."""

from __future__ import annotations

from collections.abc import Callable

from graph.matching import bind
from graph.model import NodeType
from graph.plan import Block, Path
from graph.rendering import Rendering, indent, where

RenderBlock = Callable[[Rendering, Block, str], tuple[list[str], str]]

# A record with more relationships than this is no way from one record to another: nearly everything is near to it.
# Neo4j keeps these numbers, so that asking for one does not look at any relationship.
HUB = 1_000
# Of how many equally short paths one is chosen.
_CHOSEN_FROM = 1_000


def render_path(rendering: Rendering, path: Path, node: NodeType, render_block: RenderBlock) -> tuple[list[str], str]:
    """The `CALL` of a path, and the variable that it answers: types, starts and ends of the relationships, and nodes.

    It is found from both ends at once by `allShortestPaths`, which tests each record on its way; the same asked as a
    quantified pattern looks at 30 to 100 times as much. Every record stands under the reader's rights, the ends too.
    """
    start, end, step = (rendering.variable(each) for each in ("start", "goal", "step"))
    way, link = rendering.variable("way"), rendering.variable("link")
    lines = list[str]()
    for variable, id in ((start, path.start), (end, path.end)):
        # The rights are asked once, of every record of the way, since Neo4j plans long for those of all types together.
        bound = bind(rendering.trusted(), node, variable)
        lines += [f"MATCH {bound.text}", *where([f"{variable}.id = {rendering.value(id)}", *bound.predicates])]
    between = bind(rendering, node, step)
    is_end = f"{step}.id IN [{rendering.value(path.start)}, {rendering.value(path.end)}]"
    tests = [between.text[1:-1], *between.predicates, f"({is_end} OR COUNT {{ ({step})--() }} <= {HUB})"]
    found = rendering.variable("nodes")
    block, result = render_block(rendering, path.nodes, found)
    pattern = f"({start})-[:{'|'.join(path.types)}*0..{path.hops}]-({end})"
    links = f"{link} IN relationships({way})"
    keys = [f"[{step} IN nodes({way}) | {step}.id]", f"[{links} | type({link})]", f"[{links} | {link}.id]"]
    steps = f"[{links} | [type({link}), startNode({link}).id, endNode({link}).id]]"
    answer = rendering.variable(path.name)
    lines += [
        f"MATCH {way} = allShortestPaths({pattern})",
        f"  WHERE all({step} IN nodes({way}) WHERE {' AND '.join(tests)})",
        f"WITH {way} LIMIT {_CHOSEN_FROM}",
        f"WITH {way} ORDER BY {', '.join(keys)} LIMIT 1",
        f"WITH {way}, nodes({way}) AS {found}",
        *block,
        f"RETURN head(collect([length({way}), {steps}, {result}])) AS {answer}",
    ]
    return ["CALL () {", *indent(lines), "}"], answer
