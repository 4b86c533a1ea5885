"""The fields of the change feed: all changes, the history of a record, and each change as it happens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLField, get_named_type

from graph import ids
from graph.conditions import EVERYTHING, All, AnyOf, Compare, Condition, Operator, Quantifier, Related
from graph.errors import BadInput
from graph.model import Model, NodeType
from graph.page import Order
from graph.plan import Across, Block, ByIds, ChangedValues, Everything, Item, Value
from resolvers.account import ACCOUNT
from resolvers.api import API
from resolvers.arguments import Leaf, Tree
from resolvers.connection_fields import plan_connection
from resolvers.cursor import Cursor
from resolvers.orders import cursor_of
from resolvers.request import Request
from resolvers.selection import Fielded
from resolvers.sensitive import sensitive_names, told_of
from resolvers.shape import Complete, Entry, NullableShape, Shaping, entry_of

if TYPE_CHECKING:
    from resolvers.planner import Planner

_NANOSECONDS = re.compile(r"\.(\d*?)0*(?=$|[+-])")
_OLDEST_FIRST: list[Tree] = [{"createdAt": Leaf(lambda _: "ASC")}]
_NEWEST_FIRST: list[Tree] = [{"createdAt": Leaf(lambda _: "DESC")}]


def feed_cursor(api: API) -> Cursor:
    """The cursors of the feed, in whose order the changes are listed and told."""
    found = api.feed.change.properties["createdAt"]
    return cursor_of((Order(found, is_descending=False, nulls_first=False),), api.feed.change, None, api.model)


# --- lists ------------------------------------------------------------------------------------------------------------


def plan_changes(
    planner: Planner, definition: GraphQLField, nodes: list[FieldNode], arguments: dict[str, Tree]
) -> tuple[Block, Complete]:
    """Plan the list of all changes, in the order of the feed."""
    change = planner.api.feed.change
    ordered = {**arguments, "orderBy": _OLDEST_FIRST}
    block, complete = plan_connection(planner, Everything(), change, None, definition, nodes, ordered, 1)
    conditions = [block.where, *_of_types(planner, arguments)]
    settled = arguments.get("settled")
    if isinstance(settled, Leaf) and planner.glances.at(settled.value):
        conditions.append(Compare(change.properties["createdAt"], Operator.OLDER_THAN, Settled()))
    return replace(block, where=All(tuple(conditions))), complete


def plan_deleted(
    planner: Planner, target: NodeType, definition: GraphQLField, nodes: list[FieldNode], arguments: dict[str, Tree]
) -> tuple[Block, Complete]:
    """Plan the list of what was deleted."""
    block, complete = plan_connection(planner, Everything(), target, None, definition, nodes, arguments, 1)
    former, types = target.properties["formerType"], arguments.get("types")
    # What was merged has none: it comes back by being unmerged.
    conditions = [block.where, Compare(former, Operator.IS_NULL, No())]
    if isinstance(types, Leaf):
        conditions.append(Compare(former, Operator.IN, Types(types, planner.api.model)))
    return replace(block, where=All(tuple(conditions))), complete


@dataclass(frozen=True)
class No:
    """An origin: always false."""

    hint = "no"

    def __call__(self, request: Request) -> bool:
        return False


def plan_history(
    planner: Planner, definition: GraphQLField, nodes: list[FieldNode], arguments: dict[str, Tree], depth: int
) -> tuple[Block, Complete]:
    """Plan what happened to the record around, newest first."""
    api = planner.api
    ordered = {**arguments, "orderBy": _NEWEST_FIRST}
    return plan_connection(planner, Across(api.feed.history), api.feed.change, None, definition, nodes, ordered, depth)


@dataclass(frozen=True)
class Settled:
    """How long ago a transaction began that has been committed or stopped by now."""

    hint = "settled"

    def __call__(self, request: Request) -> str:
        return f"PT{request.overlap:g}S"


def _of_types(planner: Planner, arguments: Mapping[str, Tree]) -> list[Condition]:
    types = arguments.get("types")
    if not isinstance(types, Leaf):
        return []
    origin, properties = Types(types, planner.api.model), planner.api.feed.change.properties
    return [AnyOf(tuple(Compare(properties[name], Operator.IN, origin) for name in ("recordType", "otherType")))]


@dataclass(frozen=True, eq=False)
class Types:
    """The names of the concrete types that some types stand for."""

    leaf: Leaf
    model: Model

    hint = "types"

    def __call__(self, request: Request) -> list[str]:
        named = (str(getattr(each, "value", each)) for each in self.leaf(request) or ())
        return sorted({member for name in named for member in self.model.nodes[name].members})


# --- the subscription -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What a subscription wants to be told of, apart from what its plan tests."""

    types: Types | None = None
    ids: Leaf | None = None
    after: Leaf | None = None

    def types_of(self, request: Request) -> frozenset[str] | None:
        return frozenset(self.types(request)) if self.types else None

    def ids_of(self, request: Request) -> frozenset[str] | None:
        wanted = self.ids(request) if self.ids else None
        if wanted is None:
            return None
        for each in wanted:
            ids.prefix_of(each)
        return frozenset(wanted)

    def after_of(self, request: Request, cursor: Cursor) -> tuple[str, str] | None:
        """The instant and the id of the cursor that was given."""
        given = self.after(request) if self.after else None
        if given is None:
            return None
        at, id = cursor.decode(given, "after")
        return at, id


@dataclass(frozen=True)
class ChangeIds:
    """The changes that a delivery is about, which the feed puts into the request."""

    hint = "changes"

    def __call__(self, request: Request) -> list[str]:
        return list(request.changes)


def plan_changed(planner: Planner, nodes: list[FieldNode], arguments: dict[str, Tree]) -> tuple[Block, Complete, Asked]:
    """Plan one delivery: the changes with some ids, as far as they may be seen and match. Its rows begin with the id."""
    api = planner.api
    planner.count_block()
    items: list[Item] = [Value(api.feed.change.properties["id"])]
    complete = planner.record(api.feed.change, nodes, items, 1)
    condition: Condition = EVERYTHING
    if "where" in arguments:
        relationship = api.feed.change.relationships["record"]
        own = planner.filters.condition(arguments["where"], api.feed.record, None)
        condition = Related(relationship, api.feed.record, Quantifier.SOME, own)
    block = Block(nodes[0].name.value, ByIds(ChangeIds()), api.feed.change, tuple(items), condition, is_list=True)
    types, wanted, after = arguments.get("types"), arguments.get("ids"), arguments.get("after")
    if isinstance(wanted, Leaf) and planner.glances.at(lambda given: wanted.value(given) == []):
        raise BadInput("changed.ids is empty; name the records, or leave it out for all.")
    asked = Asked(
        Types(types, api.model) if isinstance(types, Leaf) else None,
        wanted if isinstance(wanted, Leaf) else None,
        after if isinstance(after, Leaf) else None,
    )
    return block, NullableShape(complete), asked


# --- what a change shows besides what it stores -----------------------------------------------------------------------


def change_entry(planner: Planner, key: str, type_: Fielded, nodes: list[FieldNode], items: list[Item]) -> Entry | None:
    """The entry of a field of a change that is neither a property nor a relationship."""
    api = planner.api
    properties, name = api.feed.change.properties, nodes[0].name.value
    if name == "cursor":
        positions = tuple(_position(items, Value(properties[each])) for each in ("createdAt", "id"))
        return entry_of(key, None, FeedCursorShape(feed_cursor(api), positions), type_, nodes)
    if name == "values":
        shown = planner.parts(get_named_type(type_.fields[name].type), nodes)
        relationship = api.feed.change.relationships["personal"]
        position = _position(items, ChangedValues(relationship, api.feed.values, _secret(api.model)))
        return entry_of(key, position, ValuesShape(shown, sensitive_names(api.model)), type_, nodes)
    return None


def _secret(model: Model) -> tuple[str, ...]:
    return tuple(sorted({
        each.name for node in model.concrete for each in node.properties.values() if each.is_secret
    }))  # fmt: skip


@dataclass(frozen=True)
class FeedCursorShape:
    """A change's own cursor in the feed, wherever the change is shown."""

    cursor: Cursor
    positions: tuple[int, ...]

    def __call__(self, row: Any, shaping: Shaping) -> str:
        return self.cursor.encode([row[position] for position in self.positions])


@dataclass(frozen=True)
class ValuesShape:
    """The values of a change from their rows; `parts` are response keys with the field that each shows.

    Which properties a change tells of is known only now, and so is whether any of them is sensitive.
    """

    parts: list[tuple[str, str]]
    sensitive: frozenset[str]

    def __call__(self, rows: Any, shaping: Shaping) -> list[dict[str, Any]]:
        if account := ACCOUNT.get():
            account.sensitive |= told_of((row[0] for row in rows), self.sensitive)
        return [self._value(*row) for row in rows]

    def _value(self, name: str, old: Any, new: Any) -> dict[str, Any]:
        shown = {"property": name, "old": as_json(old), "new": as_json(new), "__typename": "ChangedValue"}
        return {key: shown[field] for key, field in self.parts}


def as_json(value: Any) -> Any:
    """A stored value as JSON has it: instants, days and spans as text, a place as its degrees."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list):
        return [as_json(each) for each in value]
    if hasattr(value, "latitude"):
        return {"latitude": value.latitude, "longitude": value.longitude}
    # The driver writes nine digits behind the point, whatever they are.
    text = _NANOSECONDS.sub(lambda found: f".{found[1]}" if found[1] else "", str(value.iso_format()))
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def _position(items: list[Item], item: Item) -> int:
    if item not in items:
        items.append(item)
    return items.index(item)
