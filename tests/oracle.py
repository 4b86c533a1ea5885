"""What the API should answer, worked out in plain Python over a dump: the rules of filters, orders and rights.

It shares the model with the code under test, and nothing else. It knows two truth values only: a comparison with what is
absent is false, and `not` is the complement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from graph.model import Direction, Hop, Kind, NodeType, Property, Relationship
from tests.dump import Dump, Edge, Record

Where = Mapping[str, Any]
OrderBy = list[dict[str, Any]]


@dataclass(frozen=True)
class Listed:
    """What a connection lists: a record, and the edge that leads to it if that has properties."""

    record: Record
    edge: Edge | None = None

    @property
    def key(self) -> tuple[str, ...]:
        """What tells it from the others."""
        return (self.record.id, *([str(self.edge.properties["id"])] if self.edge else []))


def sees_everything(record: Record) -> bool:
    return True


@dataclass(frozen=True)
class Oracle:
    """Answers from a dump, as far as somebody may see it."""

    dump: Dump
    sees: Callable[[Record], bool] = sees_everything

    def type_of(self, name: str) -> NodeType:
        return self.dump.model.nodes[name]

    def all(self, node: NodeType, where: Where | None = None) -> list[Listed]:
        """What the root field of a type lists, by id."""
        return [
            Listed(each) for each in self.dump.of(node) if self.sees(each) and self.matches(each, where or {}, node)
        ]

    # --- relationships ----------------------------------------------------------------------------------------------

    def related(self, record: Record, relationship: Relationship) -> list[Listed]:
        """What a relationship leads to: once per edge if the edge has properties, else once per record."""
        if relationship.reference:
            found = self.dump.by_id.get(record.properties.get(relationship.reference, ""))
            is_shown = found and found.type in self.type_of(relationship.target).members and self.sees(found)
            return [Listed(found)] if found and is_shown else []
        ends = [(path[-1][1], path[-1][0]) for path in self._paths(record, relationship.hops)]
        if relationship.when:
            when = relationship.when
            ends = [
                (end, edge)
                for end, edge in ends
                if edge is None or (edge.properties.get(when.property) is None) == when.is_null
            ]
        target = self.type_of(relationship.target)
        ends = [(end, edge) for end, edge in ends if end.type in target.members]
        if relationship.edge:
            return [Listed(end, edge) for end, edge in ends]
        return [Listed(end) for end in dict.fromkeys(end for end, _ in ends)]

    def _paths(self, start: Record, hops: tuple[Hop, ...]) -> Iterator[list[tuple[Edge | None, Record]]]:
        """Every way along the hops; one pattern never uses an edge twice."""
        ways: list[list[tuple[Edge | None, Record]]] = [[(None, start)]]
        for hop in hops:
            ways = [[*way, step] for way in ways for step in self._steps(way, hop)]
        yield from ways

    def _steps(self, way: list[tuple[Edge | None, Record]], hop: Hop) -> Iterator[tuple[Edge | None, Record]]:
        here, used = way[-1][1], [edge for edge, _ in way]
        steps: list[tuple[Edge | None, Record]] = [(None, here)] if hop.is_optional else []
        if hop.direction is not Direction.IN:
            steps += [(edge, edge.end) for edge in self.dump.outgoing[here]]
        if hop.direction is not Direction.OUT:
            steps += [
                (edge, edge.start)
                for edge in self.dump.incoming[here]
                if edge.start is not edge.end or hop.direction is Direction.IN
            ]
        types = {member for label in hop.labels for member in self.type_of(label).members}
        for edge, end in steps:
            if edge is not None and (edge.type not in hop.types or edge in used):
                continue
            if end.type in types and self.sees(end):
                yield edge, end

    # --- filters ----------------------------------------------------------------------------------------------------

    def matches(self, record: Record, where: Where, node: NodeType, edge: Edge | None = None) -> bool:
        """Whether a record satisfies a `where` argument, written as JSON."""
        named = [key for key in where if node.is_union and key not in ("and", "or", "not", "edge")]
        if named and not any(self._is_member(record, self._member(node, key), where[key]) for key in named):
            return False
        return all(self._part(record, key, each, node, edge) for key, each in where.items() if key not in named)

    def _is_member(self, record: Record, member: NodeType, where: Where) -> bool:
        return record.type == member.name and self.matches(record, where, member)

    def _member(self, union: NodeType, key: str) -> NodeType:
        return next(each for each in map(self.type_of, union.members) if each.variable == key)

    def _part(self, record: Record, key: str, asked: Any, node: NodeType, edge: Edge | None) -> bool:
        match key:
            case "and":
                return all(self.matches(record, each, node, edge) for each in asked)
            case "or":
                return any(self.matches(record, each, node, edge) for each in asked)
            case "not":
                return not self.matches(record, asked, node, edge)
            case "edge":
                assert edge is not None
                kinds = self._edge_properties(edge)
                return all(compares(edge.properties, kinds[name], each) for name, each in asked.items())
        if key in node.relationships:
            return self._related(record, node.relationships[key], asked)
        return compares(record.properties, node.properties[key], asked)

    def _edge_properties(self, edge: Edge) -> Mapping[str, Property]:
        for node in self.dump.model.nodes.values():
            for relationship in node.relationships.values():
                if relationship.edge and edge.type in relationship.hops[0].types:
                    return relationship.edge.properties
        raise LookupError(edge.type)

    def _related(self, record: Record, relationship: Relationship, asked: Any) -> bool:
        found = self.related(record, relationship)
        node = self.type_of(relationship.target)
        if not relationship.is_list:
            if asked is None:
                return not found
            return any(self.matches(each.record, asked, node, each.edge) for each in found)
        for quantifier, where in asked.items():
            matching = sum(self.matches(each.record, where, node, each.edge) for each in found)
            holds = {
                "some": matching > 0, "none": matching == 0, "all": matching == len(found), "single": matching == 1,
            }  # fmt: skip
            if not holds[quantifier]:
                return False
        return True

    # --- orders -----------------------------------------------------------------------------------------------------

    def sorted(self, listed: list[Listed], order_by: OrderBy, node: NodeType) -> list[Listed]:
        """The order of a connection: by the keys, then by id in the direction of the last key."""
        keys = [self._key(each, node) for each in order_by]
        is_descending = bool(keys) and keys[-1][1].startswith("DESC")

        def compare(one: Listed, other: Listed) -> int:
            for value, way in keys:
                if found := _compare(value(one), value(other), way):
                    return found
            found = (one.key > other.key) - (one.key < other.key)
            return -found if is_descending else found

        return sorted(listed, key=cmp_to_key(compare))

    def _key(self, order: Mapping[str, Any], node: NodeType) -> tuple[Callable[[Listed], Any], str]:
        ((key, inner),) = order.items()
        if key == "edge":
            ((name, way),) = inner.items()
            return (
                lambda listed: (
                    listed.edge.properties.get(_stored(name, self._edge_properties(listed.edge)[name]))
                    if listed.edge
                    else None
                ),
                way,
            )
        if key in node.relationships:
            relationship = node.relationships[key]
            value, way = self._key(inner, self.type_of(relationship.target))
            return lambda listed: self._of_one(listed.record, relationship, value), way
        name = _stored(node.properties[key].ordered_by or key, node.properties[key])
        return lambda listed: listed.record.properties.get(name), inner

    def _of_one(self, record: Record, relationship: Relationship, value: Callable[[Listed], Any]) -> Any:
        found = sorted(self.related(record, relationship), key=lambda each: each.record.id)
        return value(found[0]) if found else None


def _stored(name: str, found: Property) -> str:
    """Money is compared by its worth in the base currency."""
    return f"{name}Base" if found.kind is Kind.MONEY else name


def _compare(one: Any, other: Any, way: str) -> int:
    if one is None or other is None:
        found = (one is None) - (other is None)
        return -found if way.endswith("NULLS_FIRST") else found
    found = int(one > other) - int(one < other)
    return -found if way.startswith("DESC") else found


# --- comparisons ----------------------------------------------------------------------------------------------------


def compares(properties: Mapping[str, Any], found: Property, asked: Mapping[str, Any]) -> bool:
    """Whether the property of a record satisfies a comparison such as `{gte: 5, ne: 7}`."""
    for word, operand in asked.items():
        if word == "currency":
            currency = properties.get(f"{found.name}Currency")
            if not all(_OPERATORS[each](currency, expected) for each, expected in operand.items()):
                return False
            continue
        name = found.name if word == "isNull" else _stored(found.name, found)
        if not _OPERATORS[word](properties.get(name), _parsed(operand, found.kind, word)):
            return False
    return True


def _parsed(operand: Any, kind: Kind, word: str) -> Any:
    if word == "isNull":
        return operand
    if isinstance(operand, list):
        return [_parsed(each, kind, word) for each in operand]
    match kind:
        case Kind.DATE:
            return date.fromisoformat(operand)
        case Kind.DATETIME:
            return datetime.fromisoformat(operand)
        case Kind.MONEY:
            return Decimal(operand) * 100
        case _:
            return operand


def _present(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, operand: value is not None and test(value, operand)


_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": _present(lambda value, operand: value == operand),
    "ne": lambda value, operand: value is None or value != operand,
    "in": _present(lambda value, operand: value in operand),
    "notIn": lambda value, operand: value is None or value not in operand,
    "lt": _present(lambda value, operand: value < operand),
    "lte": _present(lambda value, operand: value <= operand),
    "gt": _present(lambda value, operand: value > operand),
    "gte": _present(lambda value, operand: value >= operand),
    "contains": _present(lambda value, operand: operand in value),
    "startsWith": _present(lambda value, operand: value.startswith(operand)),
    "endsWith": _present(lambda value, operand: value.endswith(operand)),
    "isNull": lambda value, operand: (value is None) == operand,
    "has": _present(lambda value, operand: operand in value),
    "hasAny": _present(lambda value, operand: any(each in operand for each in value)),
}
