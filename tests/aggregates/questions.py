"""Hypothesis strategies for summaries: any connection, any aggregates, any groups that the model allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from graph.model import EdgeType, Kind, NodeType, Property, Relationship
from tests.aggregates.oracle import Key, Measure
from tests.awkward import awkward_graph
from tests.oracle import Listed, Oracle
from tests.questions import WAYS, Drawing, Where, root_field

_NUMBERS = ("count", "distinct", "sum", "avg", "min", "max", "percentile")
FUNCTIONS: Mapping[Kind, tuple[str, ...]] = {
    Kind.TEXT: ("count", "distinct", "min", "max"),
    Kind.ENUM: ("count", "distinct"),
    Kind.BOOLEAN: ("count", "countTrue", "countFalse"),
    Kind.INTEGER: _NUMBERS,
    Kind.FLOAT: _NUMBERS,
    Kind.MONEY: _NUMBERS,
    Kind.DATE: ("count", "distinct", "min", "max"),
    Kind.DATETIME: ("count", "distinct", "min", "max"),
}
# The order in which numbers are added shows in the last digit of an average, by which groups are then not compared here.
_COMPARED = {"count", "distinct", "countTrue", "countFalse", "sum", "min", "max", "percentile"}
_ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Asia/Kathmandu", "Pacific/Apia")
_UNITS = ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR")


@dataclass(frozen=True)
class Connection:
    """The root field of a type, or a field of one record, with its filter."""

    owner: str
    record: str | None
    field: str
    where: Where
    target: NodeType
    edge: EdgeType | None

    @property
    def prefix(self) -> str:
        return (self.edge.name if self.edge else "") + self.target.name

    def listed(self, oracle: Oracle) -> list[Listed]:
        owner = oracle.type_of(self.owner)
        if self.record is None:
            return oracle.all(owner, self.where)
        record = oracle.dump.by_id[self.record]
        found = oracle.related(record, owner.relationships[self.field]) if oracle.sees(record) else []
        return [each for each in found if oracle.matches(each.record, self.where, self.target, each.edge)]


@dataclass(frozen=True)
class Grouping:
    by: list[tuple[Key, dict[str, Any]]]
    measures: list[Measure]
    having: dict[str, Any]
    order_by: list[tuple[Measure | str, str]]
    first: int

    @property
    def keys(self) -> list[Key]:
        return [key for key, _ in self.by]


@dataclass(frozen=True)
class Summary:
    connection: Connection
    measures: list[Measure]
    groupings: list[Grouping]


@st.composite
def summaries(draw: st.DrawFn) -> Summary:
    """A connection, with a few aggregates and up to two groupings of it."""
    drawing = _Drawing(draw)
    connection = drawing.connection()
    measures = drawing.several(lambda: drawing.measure(connection), most=4)
    groupings = drawing.several(lambda: drawing.grouping(connection), most=2, least=0 if measures else 1)
    return Summary(connection, measures, groupings)


class _Drawing(Drawing):
    def connection(self) -> Connection:
        if self.pick((True, False)):
            node = self.type()
            return Connection(node.name, None, root_field(node.name), self.where(node, None, 2), node, None)
        lists = [(node, each) for node in self.model.concrete for each in node.relationships.values() if each.is_list]
        member, relationship = self.pick(lists)
        oracle = Oracle(awkward_graph())
        records = sorted(awkward_graph().of(member), key=lambda record: -len(oracle.related(record, relationship)))
        target = self.model.nodes[relationship.target]
        where = self.where(target, relationship.edge, 2) if self.pick((True, False)) else {}
        record = self.pick(records[:2]).id
        return Connection(member.name, record, relationship.name, where, target, relationship.edge)

    def measure(self, connection: Connection) -> Measure:
        on_edge = connection.edge is not None and self.pick((True, False))
        properties = connection.edge.properties if on_edge and connection.edge else connection.target.properties
        known = [each for each in properties.values() if each.kind in FUNCTIONS and _is_shown(each)]
        if not known:
            return Measure("count", Property("", Kind.ID))
        found = self.pick(known)
        function = self.pick(FUNCTIONS[found.kind])
        p = self.pick((0.0, 0.25, 0.5, 0.9, 1.0)) if function == "percentile" else None
        return Measure(function, found, on_edge, p)

    def grouping(self, connection: Connection) -> Grouping:
        by: dict[tuple[Any, ...], tuple[Key, dict[str, Any]]] = {}
        for key, written in self.several(lambda: self.key(connection.target, connection.edge), most=3, least=1):
            by.setdefault((key.path, key.on_edge, key.name), (key, written))
        measures = self.several(lambda: self.measure(connection), most=2)
        having = self.having(connection) if self.pick((True, False, False)) else {}
        order_by = self.several(lambda: self.order(connection), most=2)
        return Grouping(list(by.values()), measures, having, order_by, self.pick((1, 3, 1000, 1000)))

    def key(
        self, node: NodeType, edge: EdgeType | None, path: tuple[Relationship | NodeType, ...] = ()
    ) -> tuple[Key, dict[str, Any]]:
        """A key, and how it is written in `by`."""
        members = [self.model.nodes[name] for name in node.members] if node.is_union else []
        onwards: list[Relationship | NodeType] = [*members, *node.relationships.values()] if len(path) < 3 else []
        kind = self.pick(["own", "own", *(["edge"] if edge else []), *(["further"] * 2 if onwards else [])])
        if kind == "further":
            step = self.pick(onwards)
            target = step if isinstance(step, NodeType) else self.model.nodes[step.target]
            further = None if isinstance(step, NodeType) else step.edge
            key, written = self.key(target, further, (*path, step))
            return key, {field_of(step): written}
        properties = edge.properties if kind == "edge" and edge else node.properties
        found = self.pick([each for each in properties.values() if _is_shown(each) and each.kind is not Kind.POINT])
        unit, zone, written = None, None, _value(found)
        if found.kind in (Kind.DATE, Kind.DATETIME):
            unit = self.pick(_UNITS if found.kind is Kind.DATE else ("HOUR", *_UNITS))
            written = {"truncate": unit}
            if found.kind is Kind.DATETIME and (zone := self.pick((None, *_ZONES))):
                written["timeZone"] = zone
        key = Key(found, path, kind == "edge", unit, zone)
        return key, {"edge": {found.name: written}} if kind == "edge" else {found.name: written}

    def having(self, connection: Connection, depth: int = 2) -> dict[str, Any]:
        kind = self.pick(["count", "measure", "measure", *(["and", "or", "not"] if depth else [])])
        match kind:
            case "and" | "or":
                return {kind: self.several(lambda: self.having(connection, depth - 1), most=2)}
            case "not":
                return {"not": self.having(connection, depth - 1)}
        word = self.pick(("eq", "ne", "lt", "lte", "gt", "gte"))
        measure = self.measure(connection)
        if kind == "count" or measure.function not in _COMPARED or measure.declared.kind is Kind.TEXT:
            return {"count": {word: self.pick((0, 1, 2, 3))}}
        which = {} if measure.p is None else {"p": measure.p}
        written = {measure.declared.name: {measure.function: {**which, word: self._compared(measure)}}}
        return {"edge": written} if measure.on_edge else written

    def _compared(self, measure: Measure) -> Any:
        if measure.function in ("count", "distinct", "countTrue", "countFalse"):
            return self.pick((0, 1, 2))
        match measure.declared.kind:
            case Kind.MONEY:
                return self.pick(("0", "2.00", "1000", "-0.50"))
            case Kind.DATE:
                return self.pick(("2024-02-28", "2024-02-29"))
            case Kind.DATETIME:
                return self.pick(("2024-02-28T23:59:00+00:00", "2024-04-08T23:59:00+00:00"))
            case _:
                return self.pick((0, 1, 2, 2.5))

    def order(self, connection: Connection) -> tuple[Measure | str, str]:
        measure, way = self.measure(connection), self.pick(WAYS)
        if measure.function not in _COMPARED or not measure.declared.name:
            return self.pick(("count", "keys")), way
        return measure, way


def field_of(step: Relationship | NodeType) -> str:
    """What a step of a path is called in `by` and in `key`."""
    return step.variable if isinstance(step, NodeType) else step.name


def _is_shown(found: Property) -> bool:
    return not found.is_hidden and not found.is_list


def _value(found: Property) -> Any:
    return "CURRENCY" if found.kind is Kind.MONEY else "VALUE"
