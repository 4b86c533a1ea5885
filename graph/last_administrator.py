"""That somebody stays who may give others rights: no write takes away the last administrator who may sign in.

What could: a role that is taken from a user, a user or a role that is deleted, a user who is no more `active`, a role
that gets another code. Who does any of these to the role `administrator`, or to somebody who has it, takes that role's
lock first, so that of two administrators who take each other's role at once the second finds what the first has done.
Where there was none before, nothing is refused: the link to set up the first one is the way in then.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

from neo4j import AsyncManagedTransaction

from graph.errors import LastAdministrator
from graph.grants import ADMINISTRATOR
from graph.lookup import run
from graph.rendering import Rendering, indent, where
from graph.write_patterns import located
from graph.write_plan import Cut, Delete, Reference, Step, Update, Upsert

# The code of what is wrong with an input that would take away the last one.
LAST_ADMINISTRATOR = "LAST_ADMINISTRATOR"

_ROLE = f"(role:Role {{code: '{ADMINISTRATOR}'}})"
_ACTIVE = "(role)<-[:HAS_ROLE]-(user:User) WHERE coalesce(user.active, true)"

# What a row of a change says that could take somebody away.
_TAKES = {"User": "row.values.active = false", "Role": "'code' IN row.changing"}


def suspected(rendering: Rendering, steps: Iterable[Step], rows: Mapping[Step, str]) -> tuple[list[str], str]:
    """Before anything is written: the lines that bind who may lose what, and the name of that list; none if nobody can."""
    lines: list[str] = []
    found: list[str] = []
    for step in steps:
        if named := _taken_from(step):
            reference, of, test = named
            variable = reference.node.variable
            pattern, predicates = located(rendering.trusted(), reference, variable, f"row.{of}")
            found.append(rendering.variable("suspects"))
            lines += [
                "CALL (refused) {",
                f"  UNWIND {rows[step]} AS row",
                f"  WITH row WHERE NOT row.root IN refused{test}",
                f"  MATCH {pattern}",
                *indent(where(predicates)),
                f"  RETURN collect([row.root, row.at, {variable}]) AS {found[-1]}",
                "}",
            ]
    if not found:
        return [], ""
    losers = rendering.variable("losers")
    return [
        *lines,
        f"CALL ({', '.join(found)}) {{",
        f"  WITH {' + '.join(found)} AS every WHERE size(every) > 0",
        f"  MATCH {_ROLE}",
        "  SET role.id = role.id",
        "  WITH every, role",
        f"  MATCH {_ACTIVE}",
        "  WITH every, role, collect(user) AS administrators",
        "  UNWIND every AS suspect",
        "  WITH suspect WHERE suspect[2] = role OR suspect[2] IN administrators",
        f"  RETURN collect(suspect) AS {losers}",
        "}",
    ], losers


def bereft(rendering: Rendering, losers: str) -> tuple[list[str], str]:
    """Once all is written: the lines that find out whether nobody is left, and the name of the list of that problem.

    Of several inputs it is the last one's: those before it may be done without it.
    """
    if not losers:
        return [], ""
    found = rendering.variable("problems")
    return [
        f"CALL ({losers}) {{",
        f"  UNWIND {losers} AS loser",
        "  WITH loser ORDER BY loser[0] DESC LIMIT 1",
        f"  WITH loser WHERE NOT EXISTS {{ MATCH {_ROLE} MATCH {_ACTIVE} }}",
        f"  RETURN collect(['{LAST_ADMINISTRATOR}', loser[0], loser[1], null]) AS {found}",
        "}",
    ], found


def _taken_from(step: Step) -> tuple[Reference, str, str] | None:
    """The users or roles that a step may take something from, the row's value that names them, and a test of the row."""
    match step:
        case Cut(arrow, source) if arrow.type == "HAS_ROLE":
            return source, "source", ""
        case Delete(node) if node.name in _TAKES:
            return Reference(node), "key", ""
        case Update(reference) | Upsert(reference) if reference.node.name in _TAKES:
            return reference, "key", f" AND {_TAKES[reference.node.name]}"
        case _:
            return None


# --- what imports write ------------------------------------------------------------------------------------------------

_HELD = f"""CYPHER 5
MATCH {_ROLE}
SET role.id = role.id
WITH role
RETURN EXISTS {{ MATCH {_ACTIVE} }}"""


@asynccontextmanager
async def keeping_an_administrator(transaction: AsyncManagedTransaction, *, is_needed: bool) -> AsyncIterator[None]:
    """Refuse what is written within, if nobody is left by it; `is_needed` says whether that could be at all."""
    had = is_needed and await run(transaction, _HELD) == [[True]]
    yield
    if had and await run(transaction, _HELD) != [[True]]:
        raise LastAdministrator("That would leave nobody who may give others rights; make another administrator first.")


def may_bereave(type: str, names: Iterable[str]) -> bool:
    """Whether a change of these properties of a record could take an administrator away."""
    return (type == "User" and "active" in names) or (type == "Role" and "code" in names)
