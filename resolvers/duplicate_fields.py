"""The field that answers which records may be one: the database finds what they share, and here it is weighed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_named_type

from graph.duplicates import compared, contact_points
from graph.errors import BadInput
from graph.model import NodeType
from graph.plan import Block, Duplicates, FromColumn, Item
from resolvers.arguments import Leaf, Tree
from resolvers.likeness import evidence_of, score
from resolvers.request import LIMITS
from resolvers.shape import (
    Complete,
    ConstantShape,
    Entry,
    ListShape,
    ObjectShape,
    Shaping,
    entry_of,
    leaf_shape,
)

if TYPE_CHECKING:
    from resolvers.planner import Planner

_EVIDENCE, _ONE_VALUES, _OTHER_VALUES, _ONE, _OTHER = range(5)
_PAIR = ("cursor", "score", "evidence", "one", "other")
_PIECE = ("kind", "value", "weight")
# Pairs that are less likely to be one are not told, unless they are asked for.
_LEAST = 0.5


def plan_duplicates(
    planner: Planner, definition: GraphQLField, nodes: list[FieldNode], arguments: dict[str, Tree]
) -> tuple[Duplicates, Complete]:
    """Plan the pairs of one type, which is part of the plan's shape."""
    planner.count_block()
    asked, model = arguments["type"], planner.api.model
    assert isinstance(asked, Leaf)
    given = planner.glances.at(asked.value)
    target = model.nodes[str(getattr(given, "value", given))]
    points = contact_points(target, lambda each: model.nodes[each].shared_by is not None)
    pair = get_named_type(definition.type)
    assert isinstance(pair, GraphQLObjectType)
    items: dict[str, list[Item]] = {"one": [], "other": []}
    entries, records = [], dict[str, Block]()
    for key, each in planner.selection.fields(pair, nodes).items():
        name = each[0].name.value
        if name == "__typename":
            entries.append(Entry(key, None, ConstantShape(pair.name), each))
            continue
        shape: Complete
        if name in items:
            shape = planner.record(model.nodes["Node"], each, items[name], 1)
            source = FromColumn(name, False, is_seen=True)
            records[name] = Block(name, source, _only(model.nodes["Node"], target), tuple(items[name]))
        elif name == "evidence":
            piece = get_named_type(pair.fields[name].type)
            assert isinstance(piece, GraphQLObjectType)
            shape = ListShape(planner.leaves(piece, each, _PIECE))
        else:
            shape = leaf_shape(get_named_type(pair.fields[name].type), each, False)
        entries.append(entry_of(key, _PAIR.index(name), shape, pair, each))
    found = Duplicates(nodes[0].name.value, target, points, records.get("one"), records.get("other"))
    leaves = {name: leaf for name in ("minScore", "first", "after") if isinstance(leaf := arguments.get(name), Leaf)}
    return found, PairsShape(compared(target), ListShape(ObjectShape(entries)), leaves)


def _only(node: NodeType, target: NodeType) -> NodeType:
    """The interface, of which it is known which member it is."""
    return replace(node, members=target.members)


@dataclass(frozen=True)
class PairsShape:
    """Scores the pairs, puts the likeliest first, and cuts a page."""

    properties: tuple[str, ...]
    pairs: ListShape
    leaves: dict[str, Leaf]

    def __call__(self, rows: Any, shaping: Shaping) -> list[Any]:
        least, first, after = (self._given(name, shaping) for name in ("minScore", "first", "after"))
        least, first = _LEAST if least is None else least, LIMITS.default_page if first is None else first
        scored = []
        for row in rows:
            one, other = (dict(zip(self.properties, row[at], strict=True)) for at in (_ONE_VALUES, _OTHER_VALUES))
            pieces = evidence_of(row[_EVIDENCE], one, other)
            total = score(pieces)
            cursor = f"{total:.3f}:{one['id']}:{other['id']}"
            if total >= least:
                told = [[each.kind, each.value, each.weight] for each in pieces]
                scored.append((-total, cursor, [cursor, total, told, row[_ONE], row[_OTHER]]))
        scored.sort(key=lambda each: each[:2])
        if after is not None:
            place = _place(after)
            scored = [each for each in scored if each[:2] > place]
        return self.pairs([each[2] for each in scored[:first]], shaping)

    def _given(self, name: str, shaping: Shaping) -> Any:
        return self.leaves[name](shaping.request) if name in self.leaves else None


def _place(after: str) -> tuple[float, str]:
    try:
        return -float(after.split(":", 1)[0]), after
    except ValueError:
        raise BadInput(f"after is {after!r}, which is no cursor of duplicates; pass one on as it came.") from None
