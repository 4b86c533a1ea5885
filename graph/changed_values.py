"""What a change changed: the clauses that put a change's values, and those that are personal, into its row."""

from __future__ import annotations

from graph.masking import is_hidden_by_name, masked_by_name, owners_of_change
from graph.matching import reached
from graph.plan import ChangedValues
from graph.rendering import Rendering, where


def render_values(rendering: Rendering, values: ChangedValues, variable: str) -> tuple[list[str], str]:
    """The `CALL` of a change's values, and the variable that holds them."""
    personal, held = rendering.variable(values.personal.variable), rendering.variable("personal")
    result = rendering.variable("values")
    # Who sees the change sees its values. Asked again, the same rights would be planned once more, which takes long.
    is_seen = values.personal.name not in rendering.reader.predicates
    asked = rendering.trusted() if is_seen else rendering
    found = reached(asked, variable, values.relationship, values.personal, personal)
    shown = f"name IN {variable}.properties"
    if values.secret:
        # What is secret is never written into a change; should it be, it is not told.
        secret = ", ".join(f"'{name}'" for name in values.secret)
        shown += f" WHERE NOT name IN [{secret}]"
    old, new = (f"coalesce({variable}['{word}.' + name], {held}['{word}.' + name])" for word in ("old", "new"))
    if rendering.rights.are_restricted:
        owners = owners_of_change(rendering.rights, variable)
        if hidden := is_hidden_by_name(rendering.rights, owners, "name"):
            shown += f"{' AND' if ' WHERE ' in shown else ' WHERE'} NOT coalesce({hidden}, false)"
        old, new = (masked_by_name(rendering.rights, owners, "name", each) for each in (old, new))
    return [
        f"CALL ({variable}) {{",
        f"  OPTIONAL MATCH {found.text}",
        *(f"  {line}" for line in where(found.predicates)),
        f"  WITH {variable}, head(collect({personal})) AS {held}",
        f"  RETURN [{shown} | [name, {old}, {new}]] AS {result}",
        "}",
    ], result
