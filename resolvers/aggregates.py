"""From what a selection asks of a connection's whole set, `aggregate` and `groupBy`, to a summary and to its shaping."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

from graphql import FieldNode, GraphQLNamedType, GraphQLObjectType, get_named_type

from graph.errors import BadInput
from graph.model import EdgeType, Kind, NodeType, Property
from graph.summary import Function, Grouping, Measure, Summary
from resolvers.arguments import Leaf, arguments_of
from resolvers.filters import companion
from resolvers.groups import Groups, KeyPlace
from resolvers.origins import GroupLimit, Percentile
from resolvers.shape import (
    AtShape,
    Complete,
    ConstantShape,
    Entry,
    ListShape,
    NullableShape,
    ObjectShape,
    Shaping,
    entry_of,
    leaf_shape,
    within,
)

if TYPE_CHECKING:
    from resolvers.planner import Planner


@dataclass
class Summaries:
    """Gathers the summary of one connection. A measure that is asked for twice is worked out once."""

    planner: Planner
    name: str
    target: NodeType
    edge: EdgeType | None
    depth: int
    # The count comes first, where `totalCount` finds it.
    measures: list[Measure] = field(default_factory=lambda: [Measure()])
    groupings: list[Grouping] = field(default_factory=list)
    has_aggregate: bool = False

    def summary(self, has_count: bool) -> Summary | None:
        """What was gathered; None if nothing was."""
        if not self.has_aggregate and not self.groupings:
            return None
        return Summary(tuple(self.measures) if self.has_aggregate or has_count else (), tuple(self.groupings))

    def aggregate(self, type_: GraphQLObjectType, nodes: list[FieldNode]) -> Complete:
        """What `aggregate` answers, from the summary's value."""
        self.has_aggregate = True
        measuring = Measuring(self.planner, f"{self.name}.aggregate", self.target, self.edge, self.measures)
        shown = get_named_type(type_.fields["aggregate"].type)
        assert isinstance(shown, GraphQLObjectType)
        return AtShape(0, measuring.complete(shown, nodes))

    def group_by(self, type_: GraphQLObjectType, nodes: list[FieldNode]) -> Complete:
        """What `groupBy` answers, from the summary's value."""
        self.planner.count_block()
        where = f"{self.name}.groupBy"
        arguments = arguments_of(type_.fields["groupBy"], nodes[0], self.planner.glances.variables)
        groups = Groups(self.planner, where, self.target, self.edge, arguments)
        first = arguments.get("first")
        limit = GroupLimit(first if isinstance(first, Leaf) else None, f"{where}.first")
        shown = get_named_type(type_.fields["groupBy"].type)
        assert isinstance(shown, GraphQLObjectType)
        shapes: list[tuple[str, Complete | str]] = []
        for key, each in self.planner.selection.fields(shown, nodes).items():
            match each[0].name.value:
                case "groups":
                    inner = get_named_type(shown.fields["groups"].type)
                    assert isinstance(inner, GraphQLObjectType)
                    shapes.append((key, ListShape(self._group(groups, inner, each))))
                case other:
                    shapes.append((key, other))
        position = 1 + len(self.groupings)
        self.groupings.append(groups.grouping(limit))

        def complete(value: Any, shaping: Shaping) -> dict[str, Any]:
            rows, size = value[position], limit.size(shaping.request)
            shown_as = {"hasMore": len(rows) > size, "__typename": shown.name}
            result: dict[str, Any] = {}
            for key, how in shapes:
                with within(shaping, key):
                    result[key] = shown_as[how] if isinstance(how, str) else how(rows[:size], shaping)
            return result

        return complete

    def _group(self, groups: Groups, type_: GraphQLObjectType, nodes: list[FieldNode]) -> Complete:
        """One group, from its row."""
        entries = []
        for key, each in self.planner.selection.fields(type_, nodes).items():
            name = each[0].name.value
            inner = get_named_type(type_.fields[name].type) if name in type_.fields else None
            match name:
                case "__typename":
                    entries.append(Entry(key, None, ConstantShape(type_.name), each))
                case "count":
                    entries.append(entry_of(key, groups.measured(Measure()), _leaf(type_, each), type_, each))
                case "key":
                    assert isinstance(inner, GraphQLObjectType)
                    complete = self._key(groups, inner, each, KeyPlace(self.target, self.edge))
                    entries.append(entry_of(key, None, complete, type_, each))
                case "aggregate":
                    assert isinstance(inner, GraphQLObjectType)
                    measuring = Measuring(
                        self.planner, f"{groups.where}.aggregate", self.target, self.edge, groups.measures, groups
                    )
                    entries.append(entry_of(key, None, measuring.complete(inner, each), type_, each))
        return ObjectShape(entries)

    def _key(self, groups: Groups, type_: GraphQLObjectType, nodes: list[FieldNode], place: KeyPlace) -> Complete:
        """What a group's keys are, as an object that is shaped like the records that they were taken from."""
        entries = []
        model = self.planner.api.model
        for key, each in self.planner.selection.fields(type_, nodes).items():
            name = each[0].name.value
            if name == "__typename":
                entries.append(Entry(key, None, ConstantShape(type_.name), each))
                continue
            shown = get_named_type(type_.fields[name].type)
            further = place.further(name, model)
            if name == "node" and not place.on_edge:
                complete = groups.record(place, each, self.depth + 1)
                entries.append(entry_of(key, None, complete, type_, each))
            elif further:
                assert isinstance(shown, GraphQLObjectType)
                entries.append(entry_of(key, None, self._key(groups, shown, each, further), type_, each))
            else:
                found = groups.key_at(place, name)
                entries.append(entry_of(key, found, self._key_value(place.properties[name], shown, each), type_, each))
        return ObjectShape(entries)

    def _key_value(self, found: Property, shown: GraphQLNamedType, nodes: list[FieldNode]) -> Complete:
        if found.kind is not Kind.DATETIME:
            return leaf_shape(shown, nodes, False)
        assert isinstance(shown, GraphQLObjectType)
        fields = self.planner.selection.fields(shown, nodes)
        positions = {"date": 0, "start": 1}
        entries = [
            entry_of(
                key, positions[name], leaf_shape(get_named_type(shown.fields[name].type), each, False), shown, each
            )
            if (name := each[0].name.value) in positions
            else Entry(key, None, ConstantShape(shown.name), each)
            for key, each in fields.items()
        ]
        return NullableShape(ObjectShape(entries))


@dataclass
class Measuring:
    """Reads the selection of an `aggregate`, of the whole set or, with `groups`, of each of its groups."""

    planner: Planner
    where: str
    target: NodeType
    edge: EdgeType | None
    measures: list[Measure]
    groups: Groups | None = None

    def complete(self, type_: GraphQLObjectType, nodes: list[FieldNode]) -> Complete:
        return self._properties(type_, nodes, self.target.properties, False)

    def _properties(
        self, type_: GraphQLObjectType, nodes: list[FieldNode], properties: Mapping[str, Property], on_edge: bool
    ) -> Complete:
        entries = []
        for key, each in self.planner.selection.fields(type_, nodes).items():
            name = each[0].name.value
            if name == "__typename":
                entries.append(Entry(key, None, ConstantShape(type_.name), each))
                continue
            inner = get_named_type(type_.fields[name].type)
            if name == "count" and not on_edge:
                entries.append(entry_of(key, self._position(Measure()), _leaf(type_, each), type_, each))
                continue
            assert isinstance(inner, GraphQLObjectType)
            if name == "edge" and self.edge and not on_edge:
                complete = self._properties(inner, each, self.edge.properties, True)
            else:
                complete = self._functions(inner, each, properties[name], on_edge)
            entries.append(entry_of(key, None, complete, type_, each))
        return ObjectShape(entries)

    def _functions(
        self, type_: GraphQLObjectType, nodes: list[FieldNode], found: Property, on_edge: bool, is_given: bool = False
    ) -> Complete:
        """The functions of one property. Money is in the base currency, unless it is asked for as it was given."""
        entries = []
        stored = companion(found, "Base", Kind.MONEY) if found.kind is Kind.MONEY and not is_given else found
        for key, each in self.planner.selection.fields(type_, nodes).items():
            name = each[0].name.value
            if name == "__typename":
                entries.append(Entry(key, None, ConstantShape(type_.name), each))
                continue
            if name == "given":
                inner = get_named_type(type_.fields[name].type)
                assert isinstance(inner, GraphQLObjectType)
                complete = self._functions(inner, each, found, on_edge, is_given=True)
                entries.append(entry_of(key, None, complete, type_, each))
                continue
            argument = None
            if name == "percentile":
                leaf = arguments_of(type_.fields[name], each[0], self.planner.glances.variables)["p"]
                assert isinstance(leaf, Leaf)
                argument = Percentile(leaf, f"{self.where}.{found.name}.percentile(p:)")
            position = self._position(Measure(Function(name), stored, on_edge, argument))
            shown = get_named_type(type_.fields[name].type)
            if shown.name == "Money":
                currency = self._currency(found, on_edge) if is_given else None
                money = AmountShape(position, currency, self.planner.parts(shown, each), self.planner.api.exponent)
                entries.append(entry_of(key, None, money, type_, each))
            else:
                entries.append(entry_of(key, position, leaf_shape(shown, each, False), type_, each))
        return ObjectShape(entries)

    def _position(self, measure: Measure) -> int:
        """Where a measure stands in the row, which begins with the keys if it is a group's."""
        if self.groups:
            return self.groups.measured(measure)
        if measure not in self.measures:
            self.measures.append(measure)
        return self.measures.index(measure)

    def _currency(self, found: Property, on_edge: bool) -> int:
        """The position of the currency in which a group's amounts were given."""
        position = self.groups.own_key(found, on_edge) if self.groups else None
        if position is None:
            by = f"{{edge: {{{found.name}: CURRENCY}}}}" if on_edge else f"{{{found.name}: CURRENCY}}"
            raise BadInput(
                f"{self.where}.{found.name}.given would mix amounts of several currencies; group by {by}, or leave "
                "`given` out for amounts in the base currency."
            )
        return position


def _leaf(type_: GraphQLObjectType, nodes: list[FieldNode]) -> Complete:
    return leaf_shape(get_named_type(type_.fields[nodes[0].name.value].type), nodes, False)


@dataclass(frozen=True)
class AmountShape:
    """An amount, in the base currency if no position says in which. A part of a minor unit is rounded half to even."""

    position: int
    currency: int | None
    parts: list[tuple[str, str]]
    exponent: Callable[[str], int]

    def __call__(self, row: Any, shaping: Shaping) -> dict[str, Any] | None:
        request = shaping.request
        minor, code = row[self.position], request.base_currency if self.currency is None else row[self.currency]
        if minor is None or code is None:
            return None
        digits = request.base_exponent if self.currency is None else self.exponent(code)
        amount = Decimal(minor).quantize(Decimal(1), ROUND_HALF_EVEN).scaleb(-digits)
        shown = {"amount": str(amount), "currency": code, "__typename": "Money"}
        return {key: shown[name] for key, name in self.parts}
