"""What a write checks before it writes anything: the text that finds, locks and judges what its rows name.

Each check answers a list of problems, `[code, root, at, record in the way]`. Whatever will be changed is
locked here, and only then looked at: Neo4j reads what is committed, so that without the lock another transaction
could change it between the look and the write.
"""

from __future__ import annotations

from graph.arrows import Arrow
from graph.implied import ESSENTIAL
from graph.matching import bind, rights_of_types
from graph.merge_rules import MERGED_INTO, is_mergeable
from graph.model import NodeType, OnDelete
from graph.names import name, unique_label
from graph.patterns import bound_already
from graph.reader import Action
from graph.rendering import Rendering
from graph.write_patterns import arrow_of, called_elsewhere, drawn, edge_of, labels_text, listed, located
from graph.write_plan import (
    EXTERNAL,
    REFERRED_TO,
    ChangeEdge,
    Close,
    CutEdge,
    Delete,
    Find,
    Lock,
    Reference,
    Restore,
    Step,
    Update,
    Upsert,
    Vacant,
)
from graph.write_rights import denied, forbidden, is_field_of_both, may_make, unseen


def check(rendering: Rendering, step: Step, rows: str, problems: str) -> list[str]:
    """The `CALL` that answers the problems of a step under that name; nothing for a step that needs no check."""
    match step:
        case Find(reference):
            lines = _missing(rendering, reference)
        case Vacant():
            lines = _taken(rendering, step)
        case Update(reference) | Lock(reference):
            lines = _changeable(rendering, reference)
        case Upsert(reference):
            lines = _upsertable(rendering, reference)
        case CutEdge(arrow, source) | ChangeEdge(arrow, source):
            lines = _known_edge(rendering, arrow, source)
        case Close():
            lines = _closable(rendering, step)
        case Delete(node):
            lines = _deletable(rendering, node)
        case Restore(node):
            lines = _restorable(rendering, node)
        case _:
            return []
    return [
        "CALL () {",
        f"  UNWIND {rows} AS row",
        *(f"  {line}" for line in lines),
        f"  RETURN {_last} AS {problems}",
        "}",
    ]


_last = "collect(problem)"


def _where(predicates: tuple[str, ...]) -> str:
    return f" WHERE {' AND '.join(predicates)}" if predicates else ""


def _lock(variable: str) -> str:
    """Writing a property takes the lock of a relationship, even if its value stays."""
    return f"FOREACH (each IN CASE WHEN {variable} IS NULL THEN [] ELSE [{variable}] END | SET each.id = each.id)"


def _found_locked(pattern: str, predicates: tuple[str, ...], variable: str) -> list[str]:
    """Bind a record, or null, under its lock.

    Neo4j takes the lock for writing at once where a plain MATCH is written to. Of an OPTIONAL MATCH it takes one for reading
    first, which several may have, so that of clients that write one record all but one ended in a deadlock.
    """
    sought = f"MATCH {pattern}{_where(predicates)}"
    return [
        "CALL (row) {",
        f"  {sought}",
        f"  SET {variable}.id = {variable}.id",
        "  RETURN count(*) AS locked",
        "}",
        f"OPTIONAL {sought}",
    ]


def _gone(variable: str) -> str:
    """Whether a record is not there, or has been deleted while its lock was waited for."""
    return f"{variable} IS NULL OR {variable}:Deleted"


def _problem(code: str, record: str = "null", at: str = "row.at") -> str:
    return f"['{code}', row.root, {at}, {record}]"


def _judged(variable: str, *cases: str) -> list[str]:
    # What is read of the record after this is what it is under the lock.
    return [
        f"WITH row, {variable}",
        f"WITH CASE {' '.join(cases)} END AS problem",
    ]


def _missing(rendering: Rendering, reference: Reference) -> list[str]:
    variable = reference.node.variable
    pattern, predicates = located(rendering, reference, variable, "row.key")
    # Somebody may be merging it right now, and would not see what is drawn to it meanwhile.
    is_locked = all(is_mergeable(rendering.model.nodes[member]) for member in reference.node.members)
    if is_locked:
        lines = [*_found_locked(pattern, predicates, variable), f"WITH row, {variable}"]
    else:
        lines = [f"OPTIONAL MATCH {pattern}{_where(predicates)}"]
    return [*lines, f"WITH CASE WHEN {_gone(variable)} THEN {_problem('NOT_FOUND')} END AS problem"]


def _taken(rendering: Rendering, step: Vacant) -> list[str]:
    label = unique_label(rendering.model, step.node, step.property)
    if step.by == EXTERNAL:
        own = "NOT EXISTS { (:ExternalRef {key: row.own})-[:REFERS_TO]->(other) }"
    else:
        own = f"coalesce(other.{name(step.by)} <> row.own, true)"
    return [
        f"MATCH (other:{name(label)} {{{name(step.property)}: row.value}}) WHERE {own}",
        f"WITH {_problem('DUPLICATE', 'other')} AS problem",
    ]


def _changeable(rendering: Rendering, reference: Reference, action: Action = Action.UPDATE) -> list[str]:
    variable, types = reference.node.variable, (reference.node,)
    # Who sees it is asked under the lock, for before that it may still be taken out of sight.
    pattern, predicates = located(rendering.trusted(), reference, variable, "row.key")
    return [
        *_found_locked(pattern, predicates, variable),
        *_judged(
            variable,
            f"WHEN {_gone(variable)} THEN {_problem('NOT_FOUND')}",
            *unseen(rendering, types, variable, _problem("NOT_FOUND")),
            *denied(rendering, action, types, variable),
            f"WHEN {variable}.version <> row.version THEN {_problem('CONFLICT', variable)}",
        ),
    ]


def _upsertable(rendering: Rendering, reference: Reference) -> list[str]:
    variable = reference.node.variable
    pattern, predicates = located(rendering.trusted(), reference, variable, "row.key")
    rights = rights_of_types(rendering, (reference.node,), variable)
    if reference.key == EXTERNAL:
        named, called = called_elsewhere(rendering, bound_already(variable), "row.key")
        rights = (*rights, f"EXISTS {{ MATCH {named}{_where(called)} }}") if called else rights
    hidden = f"WHEN NOT coalesce({' AND '.join(rights)}, false) THEN {_problem('DUPLICATE')}" if rights else ""
    others = f"(:ExternalRef {{key: row.key}})-[:REFERS_TO]->(other) WHERE NOT other:Deleted AND NOT other:{name(reference.node.labels[-1])}"
    foreign = (
        f"WHEN EXISTS {{ {others} }} THEN {_problem('DUPLICATE', at='row.atKey')}" if reference.key == EXTERNAL else ""
    )
    return [
        *_found_locked(pattern, predicates, variable),
        *_judged(
            variable,
            *_not_to_be_made(rendering, reference),
            foreign,
            f"WHEN ({_gone(variable)}) AND row.lacks THEN {_problem('REQUIRED')}",
            f"WHEN {_gone(variable)} THEN null",
            hidden,
            *denied(rendering, Action.UPDATE, (reference.node,), variable),
            f"WHEN {variable}.version <> row.version THEN {_problem('CONFLICT', variable)}",
        ),
    ]


def _not_to_be_made(rendering: Rendering, reference: Reference) -> list[str]:
    """The case that a record is not there and that the reader could make none, or could not say what it is called."""
    made = [reference.node, *([rendering.model.nodes["ExternalRef"]] if reference.key == EXTERNAL else [])]
    if all(may_make(rendering.reader, node) for node in made):
        return []
    return [f"WHEN {_gone(reference.node.variable)} THEN {_problem(forbidden(Action.CREATE, reference.node))}"]


def _known_edge(rendering: Rendering, arrow: Arrow, source: NodeType) -> list[str]:
    start = bind(rendering, source, source.variable)
    edge, types = edge_of(arrow), tuple(rendering.model.nodes[target] for target in sorted(arrow.targets))
    ends = "|".join(map(name, arrow.labels))
    rights = rights_of_types(rendering, types, "other")
    tests = [test for test in (f"{edge}.id = row.key", listed(arrow, edge), *start.predicates, *rights) if test]
    pattern = f"{start.text}{drawn(arrow, edge, is_once=True)}(other:{ends})"
    far = denied(rendering, Action.UPDATE, types, "other") if is_field_of_both(arrow, source) else []
    return [
        f"OPTIONAL MATCH {pattern} WHERE {' AND '.join(tests)}",
        # A relationship is locked by writing to it, as a record is.
        _lock(edge),
        *_judged(
            f"{edge}, {source.variable}, other" if far else f"{edge}, {source.variable}",
            f"WHEN {edge} IS NULL THEN {_problem('NOT_FOUND')}",
            *unseen(rendering, (source,), source.variable, _problem("NOT_FOUND")),
            *denied(rendering, Action.UPDATE, (source,), source.variable),
            *far,
            f"WHEN {edge}.version <> row.version THEN {_problem('CONFLICT', source.variable)}",
        ),
    ]


def open_ones(rendering: Rendering, step: Close, edge: str) -> str:
    """The pattern of what a step closes, and the test on it."""
    start, _ = located(rendering, step.source, step.source.node.variable, "row.source")
    if step.target:
        end, _ = located(rendering, step.target, "other", "row.target")
    else:
        end = f"(other:{'|'.join(map(name, step.arrow.labels))})"
    return f"{start}{drawn(step.arrow, edge)}{end} WHERE {listed(step.arrow, edge)}"


def _closable(rendering: Rendering, step: Close) -> list[str]:
    found = f"count {{ MATCH {open_ones(rendering.trusted(), step, 'edge')} }}"
    case = (
        f"WHEN {found} = 0 THEN {_problem('NOT_FOUND')}"
        if step.target
        else f"WHEN {found} > 1 THEN {_problem('REQUIRED')}"
    )
    return [f"WITH CASE {case} END AS problem"]


def _deletable(rendering: Rendering, node: NodeType) -> list[str]:
    variable = node.variable
    uses = [
        f"WHEN EXISTS {{ ({variable}){arrow_of(relationship.hops[0].types, relationship.hops[0].direction)}"
        f"(:{'|'.join(map(name, relationship.hops[0].labels))}) }} THEN {_problem('IN_USE')}"
        for relationship in node.relationships.values()
        if relationship.on_delete is OnDelete.REFUSE
    ]
    lines = _changeable(rendering, Reference(node), Action.DELETE)
    lines[-1] = lines[-1].replace(" END AS problem", " ".join(["", *uses, "END AS problem"]))
    return lines


def _restorable(rendering: Rendering, node: NodeType) -> list[str]:
    variable = node.variable
    rights = rights_of_types(rendering, (node,), variable)
    unique = [each for each in node.properties.values() if each.is_unique and each.name != "id"]
    taken = [
        f"WHEN {variable}.{name(each.name)} IS NOT NULL AND EXISTS {{ (other:"
        f"{name(unique_label(rendering.model, node, each.name))}) WHERE other.{name(each.name)} = {variable}.{name(each.name)} }} "
        f"THEN {_problem('DUPLICATE', _first_with(rendering, node, each.name, variable))}"
        for each in unique
    ]
    type, _ = ESSENTIAL.get(node.name, ("", ""))
    orphaned = []
    if type:
        ends = next(
            each.hops[0]
            for each in node.relationships.values()
            if len(each.hops) == 1 and each.hops[0].types == (type,)
        )
        test = f"({variable}){arrow_of((type,), ends.direction)}(:{'|'.join(map(name, ends.labels))})"
        orphaned = [f"WHEN NOT EXISTS {{ {test} }} THEN {_problem('REQUIRED')}"]
    # What was merged comes back by being unmerged.
    not_merged = f"NOT EXISTS {{ ({variable})-[:{MERGED_INTO}]->() }}"
    others = f"MATCH ({variable})<-[:{REFERRED_TO}]-(:ExternalRef)-[:REFERS_TO]->(other) WHERE NOT other:Deleted"
    namesake = _problem("DUPLICATE", f"head(COLLECT {{ {others} RETURN other }})")
    former = (f"{variable}.formerLabels = {labels_text(node)}", f"{variable}.deletedWith IS NULL", not_merged, *rights)
    return [
        *_found_locked(f"({variable}:Deleted {{id: row.key}})", former, variable),
        *_judged(
            variable,
            f"WHEN {variable} IS NULL OR NOT {variable}:Deleted THEN {_problem('NOT_FOUND')}",
            *unseen(rendering, (node,), variable, _problem("NOT_FOUND")),
            *denied(rendering, Action.DELETE, (node,), variable),
            *taken,
            f"WHEN EXISTS {{ {others} }} THEN {namesake}",
            *orphaned,
        ),
    ]


def _first_with(rendering: Rendering, node: NodeType, property: str, variable: str) -> str:
    label = name(unique_label(rendering.model, node, property))
    return f"head(COLLECT {{ MATCH (other:{label}) WHERE other.{name(property)} = {variable}.{name(property)} RETURN other }})"
