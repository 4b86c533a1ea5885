"""What the reader's rights ask of the records that a write finds: cases for the checks, which judge under a record's lock.

A record that the reader does not see is NOT_FOUND, and one that it sees and may not change is FORBIDDEN. Who writes what is
told in `write_afterwards.py`, which asks again once all is written. The administrator is asked nothing, and pays nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from graph.arrows import Arrow
from graph.conditions import EVERYTHING, NOTHING
from graph.matching import allowed_of_types, rights_of_types
from graph.model import NodeType
from graph.reader import Action, Reader
from graph.rendering import Rendering

# The code of what may not be done. It is followed by when that was found, by the action, and by the type of record.
FORBIDDEN, BEFORE, AFTERWARDS = "FORBIDDEN", "BEFORE", "AFTERWARDS"
OWNED_BY = "OWNED_BY"
# Relationships that say who may do what with the record that they begin at, whichever end is written to.
_GOVERNING = frozenset({OWNED_BY, "SHARED_WITH"})


def forbidden(action: Action, node: NodeType, when: str = BEFORE) -> str:
    return f"{FORBIDDEN} {when} {action.value} {node.name}"


def unseen(rendering: Rendering, types: tuple[NodeType, ...], variable: str, problem: str) -> list[str]:
    """The case that the reader does not see a record any more, now that it is locked."""
    rights = rights_of_types(rendering, types, variable)
    return [f"WHEN {fails(rights)} THEN {problem}"] if rights else []


def denied(
    rendering: Rendering, action: Action, types: tuple[NodeType, ...], variable: str, at: str = "row.at"
) -> list[str]:
    """The case that the reader may not do this to a record that it sees."""
    asked = besides(rendering, action, types, variable)
    return [f"WHEN {fails(asked)} THEN ['{forbidden(action, types[0])}', row.root, {at}, null]"] if asked else []


def besides(rendering: Rendering, action: Action, types: tuple[NodeType, ...], variable: str) -> tuple[str, ...]:
    """What an action asks of a record besides that the reader sees it."""
    reader = rendering.reader
    members = [rendering.model.nodes[member] for node in types for member in node.members]
    if all(reader.allowed(action, member) in (EVERYTHING, reader.predicate(member)) for member in members):
        return ()
    return allowed_of_types(rendering, action, types, variable)


def fails(predicates: Iterable[str]) -> str:
    """The test that one of them does not hold. What Cypher takes to be null is not allowed."""
    return f"NOT coalesce({' AND '.join(predicates)}, false)"


def may_make(reader: Reader, node: NodeType) -> bool:
    """Whether there is any record of a type that the reader could make."""
    return NOTHING not in (reader.predicate(node), reader.allowed(Action.CREATE, node))


def is_field_of_both(arrow: Arrow, source: NodeType) -> bool:
    """Whether what is drawn or removed by a field changes the record at its far end as well.

    That is where the far record has a field for one such record, where the relationship says who may do what with it,
    and where it has a contact point, whose rights are those of who has it.
    """
    is_governed = arrow.type in _GOVERNING and not arrow.is_out
    return arrow.is_single_back or is_governed or source.shared_by is not None
