"""From an `orderBy` argument to the orders of the plan, and to the cursors of that order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graph.errors import BadInput, TooComplex
from graph.ids import form_of
from graph.keyset import is_nullable
from graph.model import EdgeType, Kind, Model, NodeType, Property, Relationship
from graph.page import Order
from graph.summary import Function
from resolvers.arguments import Leaf, Tree
from resolvers.cursor import Cursor, CursorField
from resolvers.filters import aggregate_of, companion
from resolvers.glances import Glances
from resolvers.request import LIMITS


@dataclass(frozen=True)
class Orders:
    """Reads `orderBy` arguments against a model. Which way to sort is part of a plan's shape, so it is looked at."""

    model: Model
    glances: Glances

    def read(self, tree: Tree, target: NodeType, edge: EdgeType | None) -> tuple[Order, ...]:
        if tree is None:
            return ()
        assert isinstance(tree, list)
        if len(tree) > LIMITS.order_keys:
            raise TooComplex(f"orderBy has {len(tree)} keys; at most {LIMITS.order_keys} are sorted by.")
        return tuple(self._order(each, target, edge, (), f"orderBy[{i}]") for i, each in enumerate(tree))

    def _order(
        self,
        tree: Tree,
        target: NodeType,
        edge: EdgeType | None,
        path: tuple[tuple[Relationship, NodeType], ...],
        where: str,
    ) -> Order:
        key, inner = _only(tree, where)
        if key == "edge" and edge:
            assert isinstance(inner, dict)
            ((name, leaf),) = inner.items()
            return self._sorted(edge.properties, name, leaf, path, True, f"{where}.edge.{name}")
        if key in target.relationships and target.relationships[key].is_list:
            return self._aggregate(inner, target.relationships[key], path, f"{where}.{key}")
        if key in target.relationships:
            if len(path) >= LIMITS.filter_depth:
                raise TooComplex(f"{where} leads over more than {LIMITS.filter_depth} records.")
            relationship = target.relationships[key]
            further = self.model.nodes[relationship.target]
            return self._order(inner, further, None, (*path, (relationship, further)), f"{where}.{key}")
        return self._sorted(target.properties, key, inner, path, False, f"{where}.{key}")

    def _aggregate(self, tree: Tree, relationship: Relationship, path: tuple[Any, ...], where: str) -> Order:
        """By how many related records there are, or by what they sum up to."""
        target, edge = self.model.nodes[relationship.target], relationship.edge
        key, inner = _only(tree, where)
        on_edge = key == "edge" and edge is not None
        if on_edge:
            where = f"{where}.edge"
            key, inner = _only(inner, where)
        if key == "count":
            function, found, leaf = Function.COUNT, None, inner
        else:
            word, leaf = _only(inner, f"{where}.{key}")
            function, found = Function(word), (edge.properties if edge and on_edge else target.properties)[key]
        aggregate, shown = aggregate_of(relationship, target, function, found, on_edge=on_edge)
        if function is Function.AVG:
            shown = replace(shown, kind=Kind.FLOAT)
        is_descending, nulls_first = self._way(leaf)
        name = f"{relationship.name}_{'edge_' if on_edge else ''}{shown.name}"
        where = f"{where}.{key}"
        return Order(replace(shown, name=name), is_descending, nulls_first, path, aggregate=aggregate, place=where)

    def _sorted(
        self,
        properties: Mapping[str, Property],
        name: str,
        leaf: Tree,
        path: tuple[Any, ...],
        on_edge: bool,
        where: str,
    ) -> Order:
        found = properties[name]
        if found.ordered_by:
            # The computed key is there whenever the name is.
            found = replace(properties[found.ordered_by], is_required=found.is_required)
        elif found.kind is Kind.MONEY:
            found = companion(found, "Base", Kind.MONEY)
        return Order(found, *self._way(leaf), path, on_edge, place=where)

    def _way(self, leaf: Tree) -> tuple[bool, bool]:
        """Whether to sort descending, and whether what is absent comes first."""
        assert isinstance(leaf, Leaf)
        way = self.glances.at(leaf.value)
        word = str(getattr(way, "value", way))
        return word.startswith("DESC"), word.endswith("NULLS_FIRST")


def _only(tree: Tree, where: str) -> tuple[str, Tree]:
    """The one entry of an input of which exactly one is meant."""
    if not isinstance(tree, dict) or len(tree) != 1:
        raise BadInput(f"{where} must name exactly one key to sort by.")
    ((key, inner),) = tree.items()
    if inner is None:
        raise BadInput(f"{where}.{key} is null; say ASC or DESC.")
    return key, inner


def cursor_of(orders: tuple[Order, ...], target: NodeType, edge: EdgeType | None, model: Model) -> Cursor:
    """What the cursors of an order hold: its keys, the record's id, and the edge's id if the edge has one."""
    fields = [CursorField(_name(order), order.property.kind, _sort(order), is_nullable(order)) for order in orders]
    of_record = CursorField("id", Kind.ID, "ASC", False, form_of(_prefixes(target, model)))
    of_edge = [CursorField("edgeId", Kind.ID, "ASC", False, _edge_form(edge))] if edge else []
    return Cursor((*fields, of_record, *of_edge), (edge.name if edge else "") + target.name)


def _prefixes(target: NodeType, model: Model) -> set[str]:
    if target.seen_through:
        return {target.id_prefix}
    # What is deleted keeps the id that it had as a record.
    nodes = model.concrete if target.name in model.logs else [model.nodes[member] for member in target.members]
    return {node.id_prefix for node in nodes}


def _edge_form(edge: EdgeType) -> re.Pattern[str] | None:
    """What the ids of relationships look like. A search has another id, and not all neighbours have one."""
    found = edge.properties["id"]
    if found.kind is not Kind.ID:
        return None
    form = form_of()
    return form if found.is_required else re.compile(f"(?:{form.pattern})?", re.ASCII)


def _name(order: Order) -> str:
    names = [relationship.name for relationship, _ in order.path] + [order.property.name]
    return "_".join(names if not order.on_edge else ["edge", *names])


def _sort(order: Order) -> str:
    return ("DESC" if order.is_descending else "ASC") + (" NULLS FIRST" if order.nulls_first else "")
