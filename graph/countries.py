"""The country that a record is in, as one of its addresses says: telephone numbers without a prefix are from there."""

from __future__ import annotations

from graph.arrows import Arrows
from graph.cypher import Rendered
from graph.matching import bind
from graph.model import Model
from graph.reader import Reader
from graph.rendering import Rendering, indent
from graph.write import Given
from graph.write_patterns import drawn, located
from graph.write_plan import Reference

# The field that leads to the addresses of a record.
ADDRESSES = "addresses"


def render_countries(reference: Reference, model: Model, reader: Reader) -> Rendered:
    """Render the question for the countries of records, as one statement that answers `[key, country]` of those that have one.

    Of several addresses the one counts that the record got first. What is no ISO 3166-1 alpha-2 code is no help.
    """
    rendering = Rendering(model, reader)
    rendering.origins[Given("answers")] = "answers"
    variable = rendering.variable(reference.node.variable)
    pattern, own = located(rendering, reference, variable, "row.key")
    arrow = Arrows(model)[reference.node.name, ADDRESSES]
    address = bind(rendering, model.nodes[reference.node.relationships[ADDRESSES].target], "address")
    tests = ["size(address.country) = 2", *address.predicates]
    lines = [
        "CYPHER 5",
        "UNWIND $p.answers AS row",
        f"MATCH {pattern}" + (f" WHERE {' AND '.join(own)}" if own else ""),
        f"CALL ({variable}) {{",
        *indent([
            f"MATCH ({variable}){drawn(arrow, 'residence')}{address.text} WHERE {' AND '.join(tests)}",
            "RETURN address.country AS country ORDER BY residence.id LIMIT 1",
        ]),
        "}",
        "RETURN collect([row.key, country]) AS answer",
    ]  # fmt: skip
    return Rendered("\n".join(lines), tuple((used, origin) for origin, used in rendering.origins.items()))
