"""Which derived facts a write may change: the ids of the records that its steps touch, as lists in the statement.

What a step touches follows from the types and relationships that it is about; `derived_clauses.py` knows what follows
from that. A list may hold more than what is written, such as the records of refused inputs: their facts are right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.derived_clauses import Ids
from graph.model import Model, NodeType
from graph.rendering import Rendering
from graph.write_patterns import located
from graph.write_plan import (
    CHANGE,
    ChangeEdge,
    Create,
    Cut,
    CutEdge,
    Delete,
    Draw,
    MergeRecords,
    Reference,
    Restore,
    Step,
    UnmergeRecords,
    Update,
    Upsert,
)

# The relationships that derived facts follow from.
_TELLING = frozenset({"ACCOUNT_FOR", "PLACED", "HAS_LINE", "OF_PRODUCT", "ABOUT", "PARTICIPATED_IN"})


@dataclass(frozen=True)
class Touch:
    """That a step touches records of a kind, which `Ids` names; `of` says by which of the row's values."""

    kind: str
    step: Step
    reference: Reference
    # `id` of what is made, else the row's `key`, `source` or `target`.
    of: str


def touches_of(steps: Mapping[Step, Sequence[Mapping[str, Any]]], model: Model) -> tuple[Touch, ...]:
    """What the steps of a write touch. A party is touched only if its name may change, as its customers have a copy."""
    found: list[Touch] = []
    for step, rows in steps.items():
        match step:
            case Create(node):
                found += _record(step, Reference(node), "id")
            case Update(reference) | Upsert(reference):
                found += _record(step, reference, "key")
                if "Party" in reference.node.labels and any("name" in row["changing"] for row in rows):
                    found.append(Touch("parties", step, reference, "key"))
            case Delete(node) | Restore(node):
                found += _record(step, Reference(node), "key")
                if node.name == "User":
                    found.append(Touch("users", step, Reference(node), "key"))
            case MergeRecords(node):
                found += [*_record(step, Reference(node), "keep"), *_named(step, Reference(node), "keep")]
            case UnmergeRecords(node):
                # The record that it was merged into is found by the change of it.
                for end in ((Reference(node), "key"), (Reference(node, CHANGE), "change")):
                    found += [*_record(step, *end), *_named(step, *end)]
            case Draw(arrow, source, target) if arrow.type in _TELLING:
                found += [*_record(step, source, "source"), *_record(step, target, "target")]
                if arrow.type == "ACCOUNT_FOR":
                    end = (source, "source") if source.node.name == "Customer" else (target, "target")
                    found.append(Touch("accounts", step, *end))
            case Cut(arrow, source, target) if arrow.type in _TELLING:
                found += _record(step, source, "source")
                found += _record(step, target, "target") if target else []
            case CutEdge(arrow, source) | ChangeEdge(arrow, source) if arrow.type in _TELLING:
                found += _record(step, Reference(source, "edge", arrow), "key")
            case _:
                pass
    return tuple(found)


def _record(step: Step, reference: Reference, of: str) -> Iterator[Touch]:
    kind = _kind(reference.node)
    if kind:
        yield Touch(kind, step, reference, of)


def _named(step: Step, reference: Reference, of: str) -> Iterator[Touch]:
    """A party whose name may change, or a customer whose party may."""
    if "Party" in reference.node.labels:
        yield Touch("parties", step, reference, of)
    if reference.node.name == "Customer":
        yield Touch("accounts", step, reference, of)


def _kind(node: NodeType) -> str | None:
    if node.name == "Activity" or "Activity" in node.labels:
        return "activities"
    return {"Order": "orders", "LineItem": "lines", "Customer": "customers", "Contact": "contacts"}.get(node.name)


@dataclass
class TouchedLists:
    """The lists of a statement, by kind: what is known from the rows, and what must be looked for."""

    rendering: Rendering
    rows: Mapping[Step, str]
    touches: Sequence[Touch]
    names: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Bind the lists, as the graph is at this place of the statement."""
        lines: list[str] = []
        lists: dict[str, list[str]] = {}
        for touch in self.touches:
            if touch.of == "id":
                text = f"[row IN {self.rows[touch.step]} | row.properties.id]"
            elif touch.reference.key == "id":
                text = f"[row IN {self.rows[touch.step]} | row.{touch.of}]"
            else:
                more, text = self._looked_for(touch)
                lines += more
            lists.setdefault(touch.kind, []).append(text)
        self.names = {kind: self.rendering.variable(f"touched{kind.capitalize()}") for kind in lists}
        if lists:
            bound = (f"{' + '.join(texts)} AS {self.names[kind]}" for kind, texts in lists.items())
            lines.append(f"WITH *, {', '.join(bound)}")
        return lines

    def _looked_for(self, touch: Touch) -> tuple[list[str], str]:
        variable, result = touch.reference.node.variable, self.rendering.variable("found")
        pattern, predicates = located(self.rendering.trusted(), touch.reference, variable, f"row.{touch.of}")
        test = f" WHERE {' AND '.join(predicates)}" if predicates else ""
        return [
            "CALL () {",
            f"  UNWIND {self.rows[touch.step]} AS row",
            f"  MATCH {pattern}{test}",
            f"  RETURN collect({variable}.id) AS {result}",
            "}",
        ], result

    def ids(self) -> Ids:
        return Ids(**self.names)
