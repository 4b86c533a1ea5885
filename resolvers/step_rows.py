"""The rows of a write in the making: one list per step, in the order in which a statement takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from graph.arrows import Arrow
from graph.model import NodeType
from graph.write_plan import Reference, Rows, Step
from resolvers.given_values import GivenValues, Spot
from resolvers.trouble import TroubleCode

# What is written first does not need what is written later.
_ORDER = (
    "Find", "Lock", "Vacant", "Create", "Merge", "Update", "Upsert", "Restore", "CutEdge", "ChangeEdge", "Close", "Cut", "Draw", "Own", "Delete",
    "MergeRecords", "UnmergeRecords",
)  # fmt: skip


@dataclass(frozen=True)
class Handle:
    """A record that rows can name: by a key of its type. `made` is the id of one that may turn out to be new."""

    reference: Reference
    key: str
    is_new: bool
    made: str = ""


@dataclass
class StepRows(GivenValues):
    """The rows of one mutation field, by the step that takes them."""

    steps: dict[Step, list[dict[str, Any]]] = field(default_factory=dict)
    # New records that are to get a number, with the values that they have so far.
    unnumbered: list[tuple[NodeType, dict[str, Any]]] = field(default_factory=list)
    # What may occur once in a request, as two rows of one step do not see what each other does.
    _once: set[tuple[object, ...]] = field(default_factory=set)

    def add(self, step: Step, row: dict[str, Any]) -> None:
        self.steps.setdefault(step, []).append(row)

    def _take_once(self, message: str, spot: Spot, *what: object) -> None:
        if what in self._once:
            self.refuse(TroubleCode.DUPLICATE, f"{message} in one request.", spot)
        self._once.add(what)

    def number(self, numbers: Mapping[str, Sequence[str]]) -> None:
        """Give the new records their numbers, in their order."""
        left = {type: list(given) for type, given in numbers.items()}
        for node, row in self.unnumbered:
            row["properties"]["number"] = left[node.name].pop(0)
            complete(node, row)

    def rows(self, answers: Sequence[Handle | None], *, is_whole: bool, request: str | None, user: str | None) -> Rows:
        """Everything that the statement takes. Rows that change what is there go in the order of their keys."""
        ordered = {
            step: sorted(rows, key=lambda row: str(row["key"])) if rows and "key" in rows[0] else rows
            for step, rows in sorted(self.steps.items(), key=lambda each: _place_of(each[0]))
        }
        named = [{"root": root, "key": handle.key} for root, handle in enumerate(answers) if handle]
        return Rows(ordered, named, self.refused, len(answers), is_whole, request, user, self.money)


def complete(node: NodeType, row: dict[str, Any]) -> None:
    """What a new record's row says besides: what follows from its properties, and what its change shows."""
    properties = row["properties"]
    given = {name: value for name, value in properties.items() if name != "id" and value is not None}
    names = [name for name in given if not (node.properties.get(name) and node.properties[name].is_derived)]
    personal = {name for name in names if name in node.properties and node.properties[name].is_personal}
    secret = {name for name in names if name in node.properties and node.properties[name].is_secret}
    row["names"] = names
    row["news"] = {f"new.{name}": given[name] for name in names if name not in personal | secret}
    row["personal"] = {f"new.{name}": given[name] for name in names if name in personal}
    computed = {name: value for name, value in node.compute(properties).items() if value is not None}
    row["properties"] = {**properties, **computed}


def _place_of(step: Step) -> tuple[int, str]:
    """Where a step stands among the others, which does not depend on the order of the inputs."""
    parts = []
    for each in fields(step):
        value = getattr(step, each.name)
        match value:
            case Arrow():
                parts.append(f"{value.type} {value.field} {value.is_out}")
            case NodeType():
                parts.append(value.name)
            case Reference():
                parts.append(f"{value.node.name} {value.key}")
            case _:
                parts.append(str(value))
    return _ORDER.index(type(step).__name__), " ".join(parts)
