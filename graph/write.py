"""Writes to Cypher: one mutation field, one statement. Knows nothing of GraphQL or of the driver.

    time → key → checks → what is refused → steps → derived facts → what is answered

Everything is checked before anything is written, so that a refused input leaves nothing behind.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from graph.cypher import Rendered, check_length, render_block
from graph.derived_clauses import derived_facts, touched
from graph.derived_people import owner_ids_of_users
from graph.field_checks import check_fields
from graph.idempotency import TAKE
from graph.last_administrator import bereft, suspected
from graph.merging import check_merge, perform_merge
from graph.model import Model, NodeType
from graph.names import unique_label
from graph.reader import ADMINISTRATOR, Reader
from graph.rendering import Rendering, indent
from graph.unmerging import check_unmerge, perform_unmerge
from graph.write_afterwards import Afterwards, check_ends, refusing
from graph.write_checks import check
from graph.write_facts import TouchedLists
from graph.write_patterns import located
from graph.write_plan import (
    ChangeEdge,
    CutEdge,
    Delete,
    Find,
    Guard,
    Lock,
    MergeRecords,
    Reference,
    Restore,
    Step,
    UnmergeRecords,
    Update,
    Upsert,
    Vacant,
    Write,
)
from graph.write_steps import perform


@dataclass(frozen=True)
class StepRows:
    """An origin: the rows of a step."""

    step: Step

    @property
    def hint(self) -> str:
        kind = type(self.step).__name__
        return kind[0].lower() + kind[1:]

    def __call__(self, request: Any) -> Any:
        return request.rows.steps[self.step]


@dataclass(frozen=True)
class Given:
    """An origin: what else a write takes from its request, by its name in `Rows`."""

    hint: str

    def __call__(self, request: Any) -> Any:
        return getattr(request.rows, self.hint)


# What every write takes from its request, and what it is called in the statement.
GIVEN = {
    "request": "request",
    "user": "user",
    "refused": "refused",
    "roots": "roots",
    "is_whole": "isWhole",
    "answers": "answers",
}
KEYED = {"key": "key", "fingerprint": "fingerprint", "seconds": "seconds"}


def render_write(write: Write, model: Model, reader: Reader) -> Rendered:
    """Render a write as one statement that answers one row of one column.

    That is `[problems, written, rows, existing, report, mark]`: problems as the checks tell them; `[root, id]` of each
    record that was written; the rows of the payload's records; and the rows of the records that are in the way. The mark of a
    keyed write is null if nobody left it before, else what graph/idempotency.py stored of the write that did.
    Merging has a report. What turns out not to be allowed once all is written is a problem too, unless the write is a
    transaction of its own: that ends in an error.
    """
    rendering = Rendering(model, reader)
    check_fields([each for each in (write.payload.written, write.payload.existing) if each], rendering.rights)
    for given, used in {**GIVEN, **(KEYED if write.guard is Guard.KEY else {})}.items():
        rendering.origins[Given(given)] = used
        rendering.value_names.taken.add(used)
    lines = [
        "CYPHER 5",
        "WITH datetime.transaction('Z') AS now",
        *_GUARDS[write.guard],
    ]
    rows = {step: rendering.value(StepRows(step)) for step in write.steps}
    problems = []
    for step in write.steps:
        found = rendering.variable("problems")
        if checked := _checked(rendering, step, rows[step], found):
            lines += checked
            problems.append(found)
    for checked, found in check_ends(rendering, write.steps, rows):
        lines += checked
        problems.append(found)
    lines += [
        f"WITH now, mark, {' + '.join(problems) or '[]'} AS problems",
        "WITH now, mark, problems, $p.refused + [problem IN problems | problem[1]] AS refused",
        "WITH now, mark, problems, CASE WHEN mark IS NOT NULL OR ($p.isWhole AND size(refused) > 0) "
        "THEN range(0, $p.roots - 1) ELSE refused END AS refused",
    ]
    afterwards = Afterwards(rendering, write.steps, rows)
    lines += afterwards.remember()
    suspecting, losers = suspected(rendering, write.steps, rows)
    lines += suspecting
    touched_lists = TouchedLists(rendering, rows, write.touches)
    if write.touches:
        lines += touched_lists.lines()
        lines += touched(touched_lists.ids(), "before") if write.moves else []
    found_ones = {step.reference for step in write.steps if isinstance(step, Find)}
    report = "null"
    for step in write.steps:
        match step:
            case MergeRecords(node):
                report = rendering.variable("report")
                lines += perform_merge(rendering, node, rows[step], report)
            case UnmergeRecords(node):
                lines += perform_unmerge(rendering, node, rows[step], rendering.variable("done"))
            case _:
                lines += perform(rendering, step, rows[step], found_ones)
    if write.touches:
        lines += _facts(rendering, model, write, touched_lists)
    judged, forbidden = afterwards.judge()
    left, last = bereft(rendering, losers)
    lines += [*judged, *left]
    forbidden = " + ".join(each for each in (forbidden, last) if each)
    if forbidden and write.guard is Guard.ATTEMPT:
        lines += refusing(forbidden)
    payload, results = _answered(rendering, write)
    told = _PROBLEMS.replace("problems", f"problems + {forbidden}") if forbidden else _PROBLEMS
    lines += [*payload, f"RETURN [{told}, {', '.join(results)}, {report}, mark] AS answer"]
    text = "\n".join(lines)
    check_length("write", text, reader, lambda: render_write(write, model, ADMINISTRATOR))
    return Rendered(text, tuple((used, origin) for origin, used in rendering.origins.items()))


_PROBLEMS = "[each IN problems | [each[0], each[1], each[2], each[3].id]]"


def _checked(rendering: Rendering, step: Step, rows: str, problems: str) -> list[str]:
    match step:
        case MergeRecords(node):
            return check_merge(rendering, node, rows, problems)
        case UnmergeRecords(node):
            return check_unmerge(rendering, node, rows, problems)
        case _:
            return check(rendering, step, rows, problems)


def _facts(rendering: Rendering, model: Model, write: Write, lists: TouchedLists) -> list[str]:
    """Make the derived facts right that the steps may have changed."""
    rendering.origins[Given("money")] = "money"
    # A record that an upsert has made is found by its key only now.
    lines = lists.lines() if any(touch.of != "id" and touch.reference.key != "id" for touch in write.touches) else []
    ids = lists.ids()
    lines += derived_facts(model, ids, "before" if write.moves else None, "$p.money")
    return [*lines, *(owner_ids_of_users(model, ids.users) if ids.users else [])]


# A made node that is gone by the end costs the store nothing; but nobody else can take its id while the write goes on.
_GUARDS = {
    Guard.KEY: [*TAKE, "WITH now, mark"],
    Guard.ATTEMPT: ["CALL () {", "  CREATE (attempt:Attempt {id: $p.attempt})", "  DELETE attempt", "}", "WITH now, null AS mark"],
    Guard.NONE: ["WITH now, null AS mark"],
}  # fmt: skip


def _answered(rendering: Rendering, write: Write) -> tuple[list[str], list[str]]:
    lines, results = [], ["[]", "[]", "[]"]
    if write.answer:
        lines += _written(rendering, write.answer)
        results[0] = "[each IN written | [each[0], each[1].id]]"
        if write.payload.written:
            more, results[1] = render_block(rendering, write.payload.written, "answered")
            lines += ["WITH *, [each IN written | each[1]] AS answered", *more]
    if write.payload.existing:
        types = _in_the_way(rendering.model, write.steps)
        if types:
            block = replace(write.payload.existing, target=replace(write.payload.existing.target, members=types))
            more, results[2] = render_block(rendering, block, "inTheWay")
            lines += ["WITH *, [each IN problems WHERE each[3] IS NOT NULL | each[3]] AS inTheWay", *more]
    return lines, results


def _in_the_way(model: Model, steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The types of records that the checks of these steps may find in the way. Others need not be looked for."""
    found: set[str] = set()
    for step in steps:
        match step:
            case Vacant(node, property):
                found |= _with_unique(model, node, property)
            case Restore(node) | UnmergeRecords(node):
                unique = [each.name for each in node.properties.values() if each.is_unique and each.name != "id"]
                # Who has the name that another system had for it is mostly of its type.
                found |= set(node.members)
                found = found.union(*(_with_unique(model, node, property) for property in unique))
            case Update(reference) | Lock(reference) | Upsert(reference):
                found |= set(reference.node.members)
            case Delete(node):
                found |= set(node.members)
            case CutEdge(_, source) | ChangeEdge(_, source):
                found |= set(source.members)
            case _:
                pass
    return tuple(node.name for node in model.concrete if node.name in found)


def _with_unique(model: Model, node: NodeType, property: str) -> set[str]:
    return set(model.by_label[unique_label(model, node, property)].members)


def _written(rendering: Rendering, answer: Reference) -> list[str]:
    variable = rendering.variable(answer.node.variable)
    pattern, predicates = located(rendering, answer, variable, "row.key")
    test = f" WHERE {' AND '.join(predicates)}" if predicates else ""
    return [
        "CALL (refused) {",
        *indent([
            "UNWIND $p.answers AS row",
            "WITH row WHERE NOT row.root IN refused",
            f"MATCH {pattern}{test}",
            f"WITH row, {variable} ORDER BY row.root",
            f"RETURN collect([row.root, {variable}]) AS written",
        ]),
        "}",
    ]  # fmt: skip
