"""What a plan compares, sorts, groups and sums up: refused where the reader may not read it.

Who may not see a value must not find it out by asking for the records that have it, or by putting them in its order.
A plan is a small closed algebra, so that walking it meets every place that looks at a property; what a plan shows is
masked where it is rendered (`graph/masking.py`), and is not looked at here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graph.conditions import (
    EVERYTHING,
    All,
    AnyOf,
    Compare,
    CompareAggregate,
    Condition,
    Not,
    OfType,
    Related,
    RelatedAggregate,
)
from graph.duplicates import name_property
from graph.errors import Forbidden
from graph.model import EdgeType, NodeType
from graph.named_query import NamedQuery
from graph.page import Order
from graph.plan import (
    Access,
    Across,
    Alike,
    Block,
    ById,
    ByIds,
    ChangedValues,
    Column,
    Companion,
    Duplicates,
    Everything,
    FromColumn,
    Gathered,
    Guarded,
    Item,
    Named,
    Neighbours,
    Path,
    Root,
    Search,
    Source,
    Table,
    TypeName,
    Value,
    Viewer,
)
from graph.property_rights import FieldRights, Owner, asked_name, is_below
from graph.reader import FieldRight
from graph.summary import Grouping, GroupKey, Measure, Summary


def check_fields(blocks: Iterable[Root], rights: FieldRights) -> None:
    """Raises `Forbidden`, which names the argument, for a plan that looks at what may not be read."""
    if rights.are_restricted:
        check = _Check(rights)
        for block in blocks:
            check.item(block, "")


def may_ask(query: NamedQuery, rights: FieldRights) -> bool:
    """Whether a reader may ask a named query at all."""
    reader = rights.reader
    bound = query.types or rights.model.concrete
    if query.is_unguarded and any(
        reader.predicate(each) != EVERYTHING
        for node in bound
        for each in rights.members(node)
        if isinstance(each, NodeType)
    ):
        return False
    if query.role and not reader.has_role(query.role):
        return False
    return not rights.are_restricted or not any(_unreadable(query, rights))


def _unreadable(query: NamedQuery, rights: FieldRights) -> Iterator[str]:
    """The properties that a body looks at and the reader may not, of all types that it binds."""
    bound = (*query.types, *((query.owner,) if query.owner else ()))
    types = {each.name: each for node in bound for each in rights.members(node)}
    if query.is_unguarded:
        types |= {node.name: node for node in rights.model.concrete}
    for owner in (*types.values(), *rights.model.edges.values()):
        names = {*query.reads.names, *(owner.properties if query.reads.is_any else ())}
        yield from (f"{owner.name}.{name}" for name in sorted(names) if not rights.may_read(owner, name))


@dataclass(frozen=True)
class _Check:
    rights: FieldRights

    def item(self, item: Item | Column, path: str) -> None:
        match item:
            case Block():
                self._block(item, _at(path, item.name))
            case Table():
                self._source(item.source, _at(path, item.name))
                self._items(item.items, _at(path, item.name))
            case Guarded(_, inner):
                self.item(inner, path)
            case Path():
                self.item(item.nodes, _at(path, item.name))
            case Viewer(name=name, blocks=blocks):
                self._items(blocks, _at(path, name))
            case Neighbours(record=record, page=page):
                self._items((record, page), _at(path, item.name))
            case Duplicates(one=one, other=other):
                if not item.points:
                    self._read(item.target, name_property(item.target), f"{_at(path, item.name)}.type")
                self._items((one, other), _at(path, item.name))
            case Alike(record=one, owner=other):
                self._alike(item, _at(path, item.name))
                self._items((one, other), _at(path, item.name))
            # Only administrators are told who may do what.
            case Access():
                pass
            # These are shown, masked if need be.
            case Value() | Companion() | ChangedValues() | TypeName() | Column():
                pass
            case _:
                raise TypeError(f"no rights for {type(item).__name__}")

    def _items(self, items: Iterable[Item | Column | None], path: str) -> None:
        for each in items:
            if each:
                self.item(each, path)

    def _block(self, block: Block, path: str) -> None:
        self._source(block.source, path)
        edge = _edge(block.source)
        self._condition(block.where, block.target, edge, path)
        for order in block.order:
            self._order(order, block.target, edge, path)
        if block.summary:
            self._summary(block.summary, block.target, edge, path)
        self._items(block.items, path)

    def _source(self, source: Source, path: str) -> None:
        match source:
            case Named(query):
                self._query(query, path)
            # What is searched is chosen by the request's values (resolvers/search_fields.py), and what is found by them.
            case Everything() | ById() | ByIds() | Across() | FromColumn() | Search() | Gathered():
                pass
            case _:
                raise TypeError(f"no rights for {type(source).__name__}")

    def _query(self, query: NamedQuery, path: str) -> None:
        for what in _unreadable(query, self.rights):
            raise Forbidden(f"{path}: this query looks at {what}, which you may not read.")

    # --- conditions -----------------------------------------------------------------------------------------------------

    def _condition(self, condition: Condition, node: NodeType, edge: EdgeType | None, path: str) -> None:
        match condition:
            case All(conditions) | AnyOf(conditions):
                for each in conditions:
                    self._condition(each, node, edge, path)
            case Not(inner):
                self._condition(inner, node, edge, path)
            case Compare(found, _, value, on_edge):
                self._read(edge if on_edge else node, found.name, _at(path, getattr(value, "where", "where")))
            case Related(relationship, target, _, inner):
                self._condition(inner, target, relationship.edge, path)
            case CompareAggregate(aggregate, _, _, value):
                self._aggregate(aggregate, _at(path, getattr(value, "where", "where")), path)
            case OfType(type_, inner):
                self._condition(inner, type_, edge, path)
            case _:
                raise TypeError(f"no rights for {type(condition).__name__}")

    def _aggregate(self, aggregate: RelatedAggregate, place: str, path: str) -> None:
        edge = aggregate.relationship.edge
        self._condition(aggregate.condition, aggregate.target, edge, path)
        if aggregate.property:
            self._read(edge if aggregate.on_edge else aggregate.target, aggregate.property.name, place)

    # --- orders and summaries -------------------------------------------------------------------------------------------

    def _order(self, order: Order, node: NodeType, edge: EdgeType | None, path: str) -> None:
        place = _at(path, order.place or "orderBy")
        if order.aggregate:
            self._aggregate(order.aggregate, place, path)
        elif order.on_edge:
            self._read(edge, order.property.name, place)
        else:
            self._read(order.path[-1][1] if order.path else node, order.property.name, place)

    def _summary(self, summary: Summary, node: NodeType, edge: EdgeType | None, path: str) -> None:
        self._measures(summary.measures, node, edge, f"{path}.aggregate")
        for grouping in summary.groupings:
            self._grouping(grouping, node, edge, path)

    def _grouping(self, grouping: Grouping, node: NodeType, edge: EdgeType | None, path: str) -> None:
        for key in grouping.keys:
            self._key(key, node, edge, f"{path}.groupBy.by")
        # Conditions and orders of groups speak of measures by their positions.
        self._measures(grouping.measures, node, edge, f"{path}.groupBy")
        for record in grouping.records:
            self.item(record.block, f"{path}.groupBy.groups.key")

    def _key(self, key: GroupKey, node: NodeType, edge: EdgeType | None, path: str) -> None:
        steps = [relationship.name if relationship else member.variable for relationship, member in key.path]
        if key.path:
            relationship, node = key.path[-1]
            edge = relationship.edge if relationship else None
        owner = edge if key.on_edge else node
        place = ".".join([path, *steps, *(["edge"] if key.on_edge else []), _name(owner, key.property.name)])
        self._read(owner, key.property.name, place)

    def _measures(self, measures: Iterable[Measure], node: NodeType, edge: EdgeType | None, path: str) -> None:
        for each in measures:
            if each.property:
                owner = edge if each.on_edge else node
                name = f"{'edge.' if each.on_edge else ''}{_name(owner, each.property.name)}"
                self._read(owner, each.property.name, f"{path}.{name}.{each.function.value}")

    # --- what is alike --------------------------------------------------------------------------------------------------

    def _alike(self, alike: Alike, path: str) -> None:
        if "name" in alike.given:
            self._read(alike.target, name_property(alike.target), f"{path}.name")
        for relationship, _ in alike.points:
            point = self.rights.model.nodes[relationship.target]
            if relationship.name in alike.given:
                self._read(point, point.shared_by or "id", f"{path}.{relationship.name}")

    def _read(self, owner: Owner | None, stored: str, place: str) -> None:
        if owner is None:
            return
        right, of = self.rights.least_right(owner, stored)
        if is_below(right, FieldRight.READ):
            asked = f"{of.name}.{asked_name(of, stored)}"
            raise Forbidden(f"{place}: you may not read {asked}, so nothing is found, sorted or summed up by it.")


def _name(owner: Owner | None, stored: str) -> str:
    return asked_name(owner, stored) if owner else stored


def _edge(source: Source) -> EdgeType | None:
    return source.relationship.edge if isinstance(source, Across) else None


def _at(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step
