"""Relationships between records as rows, and the one without which a record makes no sense."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph.arrows import Arrow, Arrows
from graph.ids import new_id
from graph.implied import ESSENTIAL, LINE_OF
from graph.model import NodeType
from graph.names import snake
from graph.values import shown
from graph.write_plan import Draw
from resolvers.given_values import Spot
from resolvers.named_records import NamedRecords
from resolvers.step_rows import Handle
from resolvers.trouble import TroubleCode


@dataclass
class Drawing(NamedRecords):
    """Draws relationships between records that are there or in the making."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.arrows = Arrows(self.model)

    def draw(
        self, arrow: Arrow, source: Handle, target: Handle, edge: Mapping[str, Any], spot: Spot, place: int = 1
    ) -> str | None:
        """A relationship between two records; the id that it gets, if it has properties."""
        if not source.is_new and not target.is_new and source.key == target.key:
            self.refuse(TroubleCode.INVALID, f"{arrow.field} cannot lead from a record to itself.", spot)
        values = self.edge_values(arrow.edge, edge, spot) if arrow.edge else {}
        given = {name: value for name, value in values.items() if value is not None}
        if arrow.when and (given.get(arrow.when.property) is None) != arrow.when.is_null:
            what = "must be absent" if arrow.when.is_null else "is missing"
            message = f"{arrow.when.property} {what}; {arrow.field} does not list such a relationship."
            self.refuse(TroubleCode.INVALID, message, spot.at(arrow.when.property))
        id = new_id(snake(arrow.edge.name)) if arrow.edge else None
        row = {
            "root": spot.root,
            "source": source.key,
            "target": target.key,
            "properties": {**given, "id": id, "version": 1} if arrow.edge else {},
            "names": list(given),
            "news": {f"new.{name}": value for name, value in given.items()},
            "change": new_id("change"),
            **({"offset": place} if arrow.type == LINE_OF.type else {}),
            **({"made": source.made} if source.made else {}),
        }
        step = Draw(
            arrow, source.reference, target.reference, _is_made(source), _is_made(target), bool(source.made)
        )  # fmt: skip
        ends = (arrow.type, source.reference, source.key, target.reference, target.key)
        if arrow.is_single_back and not step.is_target_new:
            self._take_once(
                f"{shown(target.key)} is connected twice", spot, arrow.type, arrow.is_out, target.reference, target.key
            )
        if arrow.edge is None and ends in self._once:
            self.steps.setdefault(step, [])
            return None
        self._once.add(ends)
        self.add(step, row)
        return id

    def check_parting(self, node: NodeType, target: NodeType, arrow: Arrow, spot: Spot) -> None:
        """A record does not lose what it makes no sense without; it may get another."""
        for each in (*node.members, *target.members):
            if ESSENTIAL.get(each, ("", ""))[0] == arrow.type:
                what = " or ".join(self._essential_fields(self.model.nodes[each]))
                message = f"A {each} always has exactly one {what}; connect it to another instead."
                self.refuse(TroubleCode.REQUIRED, message, spot)

    def _check_essential(self, node: NodeType, given: Mapping[str, Any], spot: Spot, drawn: Arrow | None) -> None:
        type, _ = ESSENTIAL.get(node.name, ("", ""))
        if not type or (drawn and drawn.type == type):
            return
        asked = self._essential(node, given)
        fields = " or ".join(self._essential_fields(node))
        if not asked:
            self.refuse(TroubleCode.REQUIRED, f"Give {fields}: a {node.name} always has exactly one.", spot)
        elif len(asked) > 1:
            self.refuse(TroubleCode.INVALID, f"Give {fields}, and not both: a {node.name} has exactly one.", spot)

    def _essential_fields(self, node: NodeType) -> list[str]:
        type, _ = ESSENTIAL[node.name]
        return [
            name
            for name, each in node.relationships.items()
            if len(each.hops) == 1 and each.hops[0].types == (type,) and not self.model.nodes[each.target].is_abstract
        ]

    def _essential(self, node: NodeType, given: Mapping[str, Any]) -> list[str]:
        return [name for name in self._essential_fields(node) if given.get(name)]


def _is_made(handle: Handle) -> bool:
    """Whether a record comes into being with this write, so that it has no relationships before."""
    return handle.is_new and not handle.reference.node.shared_by
