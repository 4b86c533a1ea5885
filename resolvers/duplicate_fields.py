"""The field that answers which records may be one: the database finds what they share, and here it is weighed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_named_type

from graph.duplicates import compared, contact_points, name_property
from graph.errors import BadInput
from graph.model import NodeType, Property
from graph.plan import Alike, Block, Duplicates, FromColumn, Item
from resolvers.arguments import Leaf, Tree
from resolvers.likeness import evidence_of, score
from resolvers.request import LIMITS, Request
from resolvers.shape import (
    Complete,
    ConstantShape,
    Entry,
    ListShape,
    NullableShape,
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


# --- before a record is made ----------------------------------------------------------------------------------------

_HIT = ("score", "evidence", "record", "owner")
# One thing in common is worth a look.
_LEAST_HIT = 0.3


@dataclass(frozen=True, eq=False)
class CalledAlike:
    """The name that was given as it is compared; null without one."""

    node: NodeType
    leaf: Leaf | None

    hint = "called"

    def __call__(self, request: Request) -> str | None:
        given = self.leaf(request) if self.leaf else None
        if given is None or name_property(self.node) == "name":
            return given
        return self.node.compute({"name": given})[name_property(self.node)]


@dataclass(frozen=True, eq=False)
class ContactTexts:
    """E-mail addresses or telephone numbers as they are stored."""

    hint: str
    property: Property
    leaf: Leaf | None
    country: Leaf | None

    def __call__(self, request: Request) -> list[str]:
        country = self.country(request) if self.country else None
        given = (self.leaf(request) if self.leaf else None) or []
        normalise = self.property.normalise
        return [normalise(each, country).value if normalise else each for each in given]


def plan_alike(
    planner: Planner, definition: GraphQLField, nodes: list[FieldNode], arguments: dict[str, Tree]
) -> tuple[Alike, Complete]:
    """Plan the check of what is about to be made."""
    planner.count_block()
    model = planner.api.model
    leaves = {name: leaf for name, leaf in arguments.items() if isinstance(leaf, Leaf)}
    given = planner.glances.at(leaves["type"].value)
    target = model.nodes[str(getattr(given, "value", given))]
    points = []
    for field in ("emails", "phones"):
        if relationship := target.relationships.get(field):
            shared = model.nodes[relationship.target]
            property = shared.properties[shared.shared_by or "id"]
            points.append((relationship, ContactTexts(field, property, leaves.get(field), leaves.get("country"))))
    hit = get_named_type(definition.type)
    assert isinstance(hit, GraphQLObjectType)
    items: dict[str, list[Item]] = {"record": [], "owner": []}
    types = {"record": model.nodes["Node"], "owner": model.nodes["User"]}
    shown = {"record": _only(model.nodes["Node"], target), "owner": model.nodes["User"]}
    entries, blocks = [], dict[str, Block]()
    for key, each in planner.selection.fields(hit, nodes).items():
        name = each[0].name.value
        if name == "__typename":
            entries.append(Entry(key, None, ConstantShape(hit.name), each))
            continue
        shape: Complete
        if name in items:
            shape = NullableShape(planner.record(types[name], each, items[name], 1))
            # The owner is bound under the reader's rights; the record has been tested.
            source = FromColumn(name, False, is_seen=name == "record")
            blocks[name] = Block(name, source, shown[name], tuple(items[name]))
        elif name == "evidence":
            piece = get_named_type(hit.fields[name].type)
            assert isinstance(piece, GraphQLObjectType)
            shape = ListShape(planner.leaves(piece, each, _PIECE))
        else:
            shape = leaf_shape(get_named_type(hit.fields[name].type), each, False)
        entries.append(entry_of(key, _HIT.index(name), shape, hit, each))
    called = CalledAlike(target, leaves.get("name"))
    record, owner = blocks.get("record"), blocks.get("owner")
    found = Alike(nodes[0].name.value, target, called, tuple(points), record, owner, tuple(leaves))
    return found, HitsShape(compared(target), ListShape(ObjectShape(entries)), leaves)


@dataclass(frozen=True)
class HitsShape:
    """Scores the hits and puts the likeliest first. Of what may not be seen only what was asked is weighed."""

    properties: tuple[str, ...]
    hits: ListShape
    leaves: dict[str, Leaf]

    def __call__(self, rows: Any, shaping: Shaping) -> list[Any]:
        given = {name: leaf(shaping.request) for name, leaf in self.leaves.items() if name in ("name", "minScore")}
        least = _LEAST_HIT if given.get("minScore") is None else given["minScore"]
        scored = []
        for place, (evidence, values, record, owner) in enumerate(rows):
            nothing: dict[str, str | None] = dict.fromkeys(self.properties)
            theirs = nothing if values is None else dict(zip(self.properties, values, strict=True))
            pieces = evidence_of(evidence, {**nothing, "name": given.get("name")}, theirs)
            total = score(pieces)
            if total >= least:
                told = [[each.kind, each.value, each.weight] for each in pieces]
                scored.append((-total, place, [total, told, record, owner]))
        return self.hits([each[2] for each in sorted(scored, key=lambda each: each[:2])], shaping)
