"""Whether the reader may have done what a write did: asked of its records once all is written, in the same statement.

Who may do what follows from relationships too, so nobody can tell before. A record that was made must be one that the
reader sees and may make as it is now; one that was changed, one that it sees and may change. If its owner is another than
before, or another than whoever made it, it must be one that the reader may assign; that goes for what it was, too, and
takes the place of what else is asked of what it is now, as who gives a record away need not see it any more.

What is refused here is undone with all the rest: by a statement that ends in an error, where that is a transaction of
its own, else by whoever runs the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from graph.matching import allowed_of_types, rights_of_types
from graph.model import NodeType
from graph.names import name
from graph.reader import Action
from graph.rendering import Rendering, indent, where
from graph.unrestricted import may_all, sees_all
from graph.write_patterns import located
from graph.write_plan import (
    EDGE,
    ChangeEdge,
    Create,
    Cut,
    CutEdge,
    Draw,
    Lock,
    Merge,
    Reference,
    Step,
    Update,
    Upsert,
)
from graph.write_rights import AFTERWARDS, OWNED_BY, besides, denied, fails, forbidden, is_field_of_both


class Fate(Enum):
    MADE = "it is made"
    CHANGED = "it is there, and is changed"
    EITHER = "it is changed if it is there, else made"


@dataclass(frozen=True)
class Subject:
    """Records that a step makes or changes; `of` is the row's value that names them."""

    step: Step
    reference: Reference
    of: str
    fate: Fate = Fate.CHANGED

    @property
    def node(self) -> NodeType:
        return self.reference.node


def subjects_of(steps: Iterable[Step]) -> list[Subject]:
    """Everything that is made or changed, each once, but for what goes out of sight, comes back or is merged."""
    every = list(steps)
    whole = {_whole(step) for step in every}
    found: list[Subject] = []
    for step in every:
        match step:
            case Create(node):
                found.append(Subject(step, Reference(node), "properties.id", Fate.MADE))
            case Merge(node, property):
                found.append(Subject(step, Reference(node, property), "value", Fate.MADE))
            case Update(reference) | Lock(reference):
                found.append(Subject(step, reference, "key"))
            case Upsert(reference):
                found.append(Subject(step, reference, "key", Fate.EITHER))
            case CutEdge(arrow, source) | ChangeEdge(arrow, source):
                found.append(Subject(step, Reference(source, EDGE, arrow), "key"))
            case Draw() | Cut():
                found += [each for each in _ends(step) if each.reference not in whole]
            case _:
                pass
    return found


def _whole(step: Step) -> Reference | None:
    """The records that a step makes or changes itself, so that they are asked about once."""
    match step:
        case Update(reference) | Lock(reference) | Upsert(reference):
            return reference
        case Merge(node, property):
            return Reference(node, property)
        case _:
            return None


def _ends(step: Draw | Cut) -> Iterator[Subject]:
    is_source_new = isinstance(step, Draw) and step.is_source_new
    is_target_new = isinstance(step, Draw) and step.is_target_new
    if not is_source_new:
        yield Subject(step, step.source, "source")
    if step.target and not is_target_new and is_field_of_both(step.arrow, step.source.node):
        yield Subject(step, step.target, "target")


def check_ends(
    rendering: Rendering, steps: Sequence[Step], rows: Mapping[Step, str]
) -> Iterator[tuple[list[str], str]]:
    """The checks of ends of relationships that no other step asks about, and that must be such as may be changed."""
    for subject in subjects_of(steps):
        if isinstance(subject.step, Draw | Cut):
            variable = subject.node.variable
            case = denied(rendering, Action.UPDATE, (subject.node,), variable)
            if case:
                problems = rendering.variable("problems")
                pattern, predicates = located(rendering, subject.reference, variable, f"row.{subject.of}")
                yield [
                    "CALL () {",
                    f"  UNWIND {rows[subject.step]} AS row",
                    f"  MATCH {pattern}",
                    *indent(where(predicates)),
                    f"  WITH row, {variable}",
                    f"  WITH CASE {' '.join(case)} END AS problem",
                    f"  RETURN collect(problem) AS {problems}",
                    "}",
                ], problems  # fmt: skip


@dataclass
class Afterwards:
    """What is asked of the records of a write once it is done, and what has to be remembered for that."""

    rendering: Rendering
    steps: Sequence[Step]
    rows: Mapping[Step, str]
    # The lists of what was there before.
    _remembered: dict[Subject, str] = field(default_factory=dict)

    @property
    def _moves_owners(self) -> bool:
        return any(isinstance(step, Draw | Cut) and step.arrow.type == OWNED_BY for step in self.steps)

    def _asks(self, action: Action, node: NodeType) -> bool:
        if not (sees_all(self.rendering, node) and may_all(self.rendering, action, (node,))):
            return True
        return bool(self._assignable(node))

    def _assignable(self, node: NodeType) -> tuple[str, ...]:
        """What a record must satisfy to be given to somebody; nothing, where that is not asked."""
        members = (self.rendering.model.nodes[member] for member in node.members)
        if not self._moves_owners or not any("ownerId" in member.properties for member in members):
            return ()
        return allowed_of_types(self.rendering, Action.ASSIGN, (node,), node.variable)

    def remember(self) -> list[str]:
        """Bind what is there before anything is written: whose it is, and whether it may be given to others."""
        lines: list[str] = []
        for subject in subjects_of(self.steps):
            if subject.fate is Fate.MADE or not self._asks(Action.UPDATE, subject.node):
                continue
            before, variable = self.rendering.variable("formerly"), subject.node.variable
            pattern, predicates = located(self.rendering.trusted(), subject.reference, variable, f"row.{subject.of}")
            known = [variable]
            if self._moves_owners:
                assignable = self._assignable(subject.node)
                known += [f"{variable}.ownerId", fails(assignable) if assignable else "false"]
            lines += [
                "CALL (refused) {",
                f"  UNWIND {self.rows[subject.step]} AS row",
                "  WITH row WHERE NOT row.root IN refused",
                f"  MATCH {pattern}",
                *indent(where(predicates)),
                f"  RETURN collect([row.root, row.at, {', '.join(known)}]) AS {before}",
                "}",
            ]
            self._remembered[subject] = before
        return lines

    def judge(self) -> tuple[list[str], str]:
        """Ask all of them; the lines, and the list of what is wrong, which is empty if nothing is asked."""
        lines: list[str] = []
        names: list[str] = []
        for subject in subjects_of(self.steps):
            if before := self._remembered.get(subject):
                names.append(self.rendering.variable("forbidden"))
                lines += self._changed(subject.node, before, names[-1])
            if subject.fate is not Fate.CHANGED and self._asks(Action.CREATE, subject.node):
                names.append(self.rendering.variable("forbidden"))
                lines += self._made(subject, names[-1])
        return lines, " + ".join(names)

    def _changed(self, node: NodeType, before: str, result: str) -> list[str]:
        variable, owner = node.variable, f"{node.variable}.ownerId"
        cases = self._unfit(Action.UPDATE, node)
        if self._moves_owners:
            is_other = f"coalesce({owner} <> one[3], {owner} IS NOT NULL OR one[3] IS NOT NULL)"
            assignable = self._assignable(node)
            failed = f"one[4] OR {fails(assignable)}" if assignable else "one[4]"
            cases = [f"WHEN {is_other} THEN CASE WHEN {failed} THEN '{_after(Action.ASSIGN, node)}' END", *cases]
        return [
            f"CALL ({before}) {{",
            f"  UNWIND {before} AS one",
            f"  WITH one, one[2] AS {variable}",
            f"  WITH one, CASE {' '.join(cases)} END AS problem",
            "  WITH one, problem WHERE problem IS NOT NULL",
            f"  RETURN collect([problem, one[0], one[1], null]) AS {result}",
            "}",
        ]

    def _made(self, subject: Subject, result: str) -> list[str]:
        node, variable = subject.node, subject.node.variable
        is_shared = isinstance(subject.step, Merge)
        key = f"{name(subject.reference.key)}: row.value" if is_shared else "id: row.properties.id"
        cases = self._unfit(Action.CREATE, node)
        if assignable := self._assignable(node):
            is_other = f"coalesce({variable}.ownerId <> $p.user, {variable}.ownerId IS NOT NULL)"
            cases = [f"WHEN {is_other} AND {fails(assignable)} THEN '{_after(Action.ASSIGN, node)}'", *cases]
        return [
            "CALL (refused) {",
            f"  UNWIND {self.rows[subject.step]} AS row",
            "  WITH row WHERE NOT row.root IN refused",
            f"  MATCH ({variable}:{'&'.join(map(name, node.labels))} {{{key}}})",
            f"  WITH row, CASE {' '.join(cases)} END AS problem",
            "  WITH row, problem WHERE problem IS NOT NULL",
            f"  RETURN collect([problem, row.root, row.at, null]) AS {result}",
            "}",
        ]

    def _unfit(self, action: Action, node: NodeType) -> list[str]:
        """The case that the reader does not see a record as it is now, or could not do this to it."""
        wanted = (
            *rights_of_types(self.rendering, (node,), node.variable),
            *besides(self.rendering, action, (node,), node.variable),
        )
        return [f"WHEN {fails(wanted)} THEN '{_after(action, node)}'"] if wanted else []


def refusing(problems: str) -> list[str]:
    """What ends a statement in an error if something is wrong, so that nothing of it stays.

    Two nodes with one unique id are that error. Its text holds the id, which says what is wrong, for attempts.py to read.
    """
    attempt = "(:Attempt {id: each[0] + ' ' + toString(each[1]) + ' ' + coalesce(toString(each[2]), '')})"
    return [f"FOREACH (each IN ({problems})[..1] | CREATE {attempt}, {attempt})", "WITH *"]


def _after(action: Action, node: NodeType) -> str:
    return forbidden(action, node, AFTERWARDS)
