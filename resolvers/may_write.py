"""What a reader may write: as far as that follows from the kind of write alone, and as its statement has found out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from graph.conditions import EVERYTHING, NOTHING
from graph.errors import Forbidden
from graph.model import NodeType
from graph.reader import Action, Reader
from graph.write_plan import Create, Merge, Step, Upsert
from graph.write_rights import may_make
from resolvers.trouble import Place, Trouble, is_forbidden, is_late, troubles_of


def check_makes(reader: Reader, steps: Iterable[Step]) -> None:
    """Raises `Forbidden` if a step makes records of a type of which the reader may make none, before anything is asked."""
    for step in steps:
        match step:
            case Create(node) | Merge(node) if not may_make(reader, node):
                raise Forbidden(f"You may not make {node.name} records.")
            case Upsert(reference) if not may_make(reader, reference.node):
                if reader.allowed(Action.UPDATE, reference.node) == NOTHING:
                    raise Forbidden(f"You may neither make nor change {reference.node.name} records.")
            case _:
                pass


def owner_of_new(reader: Reader, node: NodeType) -> str | None:
    """Whose a new record is that is given to nobody: its maker's, unless the maker may make and see all of its type."""
    if "ownerId" not in node.properties:
        return None
    has_all = reader.predicate(node) == reader.allowed(Action.CREATE, node) == EVERYTHING
    return None if has_all else reader.user_id


class Late(Exception):
    """Some of several inputs turned out to be refused once they were written, so that the others must be tried alone."""

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        super().__init__()
        self.troubles = troubles


def refuse_denied(problems: Sequence[Sequence[object]], places: Sequence[Place], *, is_whole: bool = True) -> None:
    """Raises `Forbidden` if the reader may not do something of what a field asks for: rights are errors, and no data.

    Where each input is refused or written by itself, raises `Late` for those that were written already.
    """
    denied = [each for each in problems if is_forbidden(each[0])]
    if denied and is_whole:
        raise Forbidden(troubles_of(denied, places)[0].message)
    late = troubles_of([each for each in problems if is_late(each[0])], places)
    if late and not is_whole:
        raise Late([each if each.path else replace(each, path=("inputs", str(each.root))) for each in late])
