"""Rows as the database might answer a plan, made up; some of them hold what does not fit.

Whatever a statement cannot answer is not made up either: `collect` has no nulls, a count is there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import GraphQLEnumType, GraphQLNamedType, GraphQLNonNull, GraphQLObjectType, get_named_type

from graph.model import Kind, Property
from graph.plan import (
    Access,
    Alike,
    Block,
    Column,
    Companion,
    Duplicates,
    Guarded,
    Item,
    Neighbours,
    Operation,
    Path,
    Root,
    Table,
    TypeName,
    Value,
    Viewer,
)
from graph.summary import Function, Measure
from resolvers.api import API
from resolvers.request import Request

_INSTANTS = ("2024-05-01T08:00Z", "2024-05-01T08:00:09Z", "2024-05-01T08:00:09.250Z", "1999-12-31T23:59Z")
_TEXTS = ("Ada", "", "王芳", "🜚", "O'Brien \\ \"`$p\n", "\u2028", "null")
_FITTING: Mapping[Kind, Sequence[Any]] = {
    Kind.ID: ("company_1", "7", ""),
    Kind.TEXT: _TEXTS,
    Kind.INTEGER: (0, 7, -1, 2**31 - 1, -(2**31)),
    Kind.FLOAT: (0.0, -0.0, 1.5, 1e300, 5e-324),
    Kind.BOOLEAN: (True, False),
    Kind.DATE: ("2024-05-01", "0001-01-01"),
    Kind.DATETIME: _INSTANTS,
    Kind.MONEY: (0, 5, -5, 100, -1250, 2**53, 10**17),
    Kind.POINT: ([1.25, -3.5], [0.0, 0.0], [None, None]),
}
_UNFIT: Mapping[Kind, Sequence[Any]] = {
    Kind.TEXT: (7, 7.5, True, math.nan),
    Kind.BOOLEAN: (1, 0, 0.5, "true", math.inf),
    Kind.ID: (7, 7.5, True),
    Kind.INTEGER: (2**31, -(2**31) - 1, 10**15, 3.0, 3.5, "3", "three", True),
    Kind.FLOAT: (math.nan, math.inf, -math.inf, 3, "0.5", "half", True),
    Kind.ENUM: ("UNHEARD_OF", 'it\'s "new"'),
}


@dataclass
class RowMaker:
    """Makes rows up. One value in `wrong` is one that does not fit, or that is absent where it must not be.

    `given` are values to put in instead, by the name of the property or column.
    """

    api: API
    random: Random
    wrong: float = 0.0
    given: Mapping[str, Any] = field(default_factory=dict)
    most: int = 3

    def row(self, operation: Operation, request: Request) -> list[Any]:
        return [self._root(block, request) for block in operation.blocks]

    def _root(self, block: Root, request: Request) -> Any:
        is_there = self.random.random() > 0.2
        match block:
            case Path(types=types, nodes=nodes):
                steps = self._several(lambda: [self.random.choice(types), "company_1", "company_2"], self.most)
                return [len(steps), steps, self._value(nodes, request)] if is_there else None
            case Neighbours():
                return self._neighbours(block, request) if is_there else None
            case Viewer(items=items):
                return [self._value(each, request) if isinstance(each, Block) else each(request) for each in items]
            case Access():
                # What decides who may do what is weighed, and is tested where it is.
                return None
            case Duplicates() | Alike():
                # What two records have in common is weighed, and is tested where it is.
                return []
            case _:
                return self._value(block, request)

    def _neighbours(self, block: Neighbours, request: Request) -> Any:
        rows = self._value(block.page, request) if block.page.has_rows and block.ways else []
        if not block.has_whole:
            return rows
        record = self._row(block.record, request) if block.record else None
        counts = [
            [way.type, way.word, self.random.choice((1, 7, None)), self.random.choice((True, False))]
            for way in block.ways[: self.most]
        ]
        return [[record, counts], rows]

    def _value(self, item: Block | Table, request: Request, is_there: bool = True) -> Any:
        if isinstance(item, Table):
            return self._table(item, request, is_there)
        limit = item.page.limit(request) if item.page else self.most
        is_list = item.is_list or item.page is not None
        rows = self._several(lambda: self._row(item, request), limit if is_list else 1) if is_there else []
        if item.summary:
            measures = [self._measure(measure, len(rows)) for measure in item.summary.measures]
            return [[measures], rows if item.has_rows else None]
        if not item.has_rows:
            return [len(rows), None]
        if item.counts:
            return [len(rows), rows]
        return rows if is_list else next(iter(rows), None)

    def _several(self, make: Any, limit: int) -> list[Any]:
        return [make() for _ in range(min(limit, self.random.choice((0, 1, *range(1, self.most + 1), self.most))))]

    def _row(self, block: Block, request: Request) -> list[Any]:
        type_name = self.random.choice(block.target.members)
        values = [self._item(item, type_name, request) for item in block.items]
        return [*values, *self._keys(block)] if block.has_cursor else values

    def _item(self, item: Item, type_name: str, request: Request) -> Any:
        match item:
            case Value(found):
                return self._property(found)
            case Companion(name):
                return self._maybe(self.given.get(name, self.random.choice(("USD", "EUR", "JPY", "KWD"))), False)
            case TypeName():
                return self.given.get("__typename", type_name)
            case Guarded(member, inner):
                return self._value(inner, request, member.name == type_name)
            case Block() | Table():
                return self._value(item, request)
            case _:
                raise TypeError(f"it is not known what the database answers for a {type(item).__name__}")

    def _measure(self, measure: Measure, count: int) -> Any:
        found = measure.property
        match measure.function:
            case Function.COUNT | Function.DISTINCT | Function.COUNT_TRUE | Function.COUNT_FALSE:
                return count
            case _ if found is None:
                raise TypeError(f"{measure.function} is of a property")
            case Function.SUM:
                return self.random.choice((0, 1, 2**40, 0.5, 1e300 if found.kind is Kind.FLOAT else 3.0))
            case Function.AVG | Function.PERCENTILE:
                return self._maybe(self.random.choice((0.0, 0.5, 1.5, 2.5, -1.25)), False)
            case _:
                return self._maybe(self._one(found), False)

    def _keys(self, block: Block) -> list[Any]:
        """What a cursor is made of: the keys of the order, and one id or two."""
        return [*(None if order.aggregate else self._fitting(order.property) for order in block.order), "id_1", "id_2"]

    # --- values -----------------------------------------------------------------------------------------------------

    def _property(self, found: Property) -> Any:
        if found.name in self.given:
            return self.given[found.name]
        if found.is_list:
            return self._maybe(self._several(lambda: self._one(found), self.most), False)
        return self._maybe(self._one(found), found.is_required)

    def _one(self, found: Property) -> Any:
        unfit = _UNFIT.get(found.kind, ())
        return self.random.choice(unfit) if unfit and self._is_wrong() else self._fitting(found)

    def _fitting(self, found: Property) -> Any:
        return self.random.choice(found.values if found.kind is Kind.ENUM else _FITTING[found.kind])

    def _is_wrong(self) -> bool:
        return self.random.random() < self.wrong

    def _maybe(self, value: Any, is_required: bool) -> Any:
        if is_required:
            return None if self._is_wrong() else value
        return None if self.random.random() < 0.15 else value

    # --- tables -----------------------------------------------------------------------------------------------------

    def _table(self, table: Table, request: Request, is_there: bool) -> Any:
        query = table.source.query
        owner = self.api.schema.type_map[query.owner.name if query.owner else "Query"]
        assert isinstance(owner, GraphQLObjectType)
        shown = get_named_type(owner.fields[query.field].type)

        def make() -> Any:
            if table.is_scalar:
                return self._of_type(shown)
            assert isinstance(shown, GraphQLObjectType)
            return [self._cell(item, shown, request) for item in table.items]

        rows = self._several(make, self.most if table.is_list else 1) if is_there else []
        return rows if table.is_list else next(iter(rows), None)

    def _cell(self, item: Column | Block, type_: GraphQLObjectType, request: Request) -> Any:
        if isinstance(item, Block):
            return self._value(item, request)
        if item.name in self.given:
            return self.given[item.name]
        shown = type_.fields[item.name].type
        if item.is_list:
            return self._several(lambda: self._of_type(get_named_type(shown)), self.most)
        return self._maybe(self._of_type(get_named_type(shown)), isinstance(shown, GraphQLNonNull))

    def _of_type(self, type_: GraphQLNamedType) -> Any:
        if isinstance(type_, GraphQLEnumType):
            return self._one(Property("", Kind.ENUM, values=tuple(type_.values)))
        return self._one(Property("", Kind(type_.name)))
