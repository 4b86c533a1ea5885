"""Hypothesis strategies for filters and orders: whatever the model allows, compared with what the awkward graph holds.

What is drawn must not depend on a fixture, since a test that runs in an event loop cannot draw.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar

from hypothesis import strategies as st

from graph.model import EdgeType, Kind, Model, NodeType, Property, Relationship
from resolvers.api import RootKind
from tests.asking import whole_api
from tests.awkward import awkward_graph
from tests.oracle import Listed, Oracle

T = TypeVar("T")
Where = dict[str, Any]
OrderBy = list[dict[str, Any]]

_EQUALITY = ("eq", "ne", "in", "notIn", "isNull")
_RANGE = ("lt", "lte", "gt", "gte")
_TEXT = ("contains", "startsWith", "endsWith")
_OPERATORS: Mapping[Kind, tuple[str, ...]] = {
    Kind.ID: _EQUALITY,
    Kind.TEXT: (*_EQUALITY, *_RANGE, *_TEXT),
    Kind.INTEGER: (*_EQUALITY, *_RANGE),
    Kind.FLOAT: (*_EQUALITY, *_RANGE),
    Kind.BOOLEAN: ("eq", "ne", "isNull"),
    Kind.DATE: (*_EQUALITY, *_RANGE),
    Kind.DATETIME: (*_EQUALITY, *_RANGE),
    Kind.MONEY: (*_EQUALITY, *_RANGE, "currency"),
    Kind.ENUM: _EQUALITY,
    Kind.POINT: ("isNull",),
}
WAYS = ("ASC", "DESC", "ASC_NULLS_FIRST", "DESC_NULLS_FIRST")

# What a property is compared with that no record has.
_ABSENT: Mapping[Kind, Any] = {
    Kind.INTEGER: 1, Kind.FLOAT: 1.0, Kind.BOOLEAN: True, Kind.DATE: "2024-02-28", Kind.DATETIME: "2024-02-28T23:59:00Z",
    Kind.MONEY: "1.00",
}  # fmt: skip


def root_field(name: str) -> str:
    """The root field that lists a type's records."""
    roots = whole_api().roots.items()
    return next(field for field, root in roots if root.kind is RootKind.MANY and root.target.name == name)


@st.composite
def filters(draw: st.DrawFn, depth: int = 3) -> tuple[str, Where]:
    """The name of a type that has a root field, and a filter of its records."""
    drawing = Drawing(draw)
    node = drawing.type()
    return node.name, drawing.where(node, None, depth)


@st.composite
def chains(draw: st.DrawFn) -> tuple[str, Where]:
    """The name of a type, and a filter that leads over related records to an equality which an index serves."""
    drawing = Drawing(draw)
    node = drawing.type()
    return node.name, drawing.chain(node)


@dataclass(frozen=True)
class Listing:
    """A connection: the root field of a type, or a field of one record; and the arguments that it is asked with."""

    owner: str
    record: str | None
    field: str
    where: Where
    order_by: OrderBy

    def expected(self, oracle: Oracle) -> list[Listed]:
        """What it lists; nothing if its record is not there."""
        owner = oracle.type_of(self.owner)
        if self.record is None:
            return oracle.sorted(oracle.all(owner, self.where), self.order_by, owner)
        record, relationship = oracle.dump.by_id[self.record], owner.relationships[self.field]
        listed = oracle.related(record, relationship) if oracle.sees(record) else []
        return oracle.sorted(listed, self.order_by, oracle.type_of(relationship.target))


@st.composite
def listings(draw: st.DrawFn) -> Listing:
    """A connection with several records, in some order."""
    drawing = Drawing(draw)
    lists = [
        (node, relationship)
        for node in drawing.model.concrete
        for relationship in node.relationships.values()
        if relationship.is_list
    ]
    if drawing.pick((True, False, False)):
        node = drawing.type()
        return Listing(node.name, None, root_field(node.name), {}, drawing.order_by(node))
    member, relationship = drawing.pick(lists)
    oracle = Oracle(awkward_graph())
    # Those with the most related records say the most about paging.
    records = sorted(awkward_graph().of(member), key=lambda record: -len(oracle.related(record, relationship)))
    target = drawing.model.nodes[relationship.target]
    order_by = drawing.order_by(target, relationship.edge)
    return Listing(member.name, drawing.pick(records[:2]).id, relationship.name, {}, order_by)


@dataclass(frozen=True)
class Drawing:
    """Draws what one example needs."""

    draw: st.DrawFn

    @property
    def model(self) -> Model:
        return awkward_graph().model

    def pick(self, choices: Sequence[T]) -> T:
        return self.draw(st.sampled_from(choices))

    def several(self, made: Callable[[], T], most: int, least: int = 0) -> list[T]:
        return [made() for _ in range(self.draw(st.integers(least, most)))]

    def type(self) -> NodeType:
        return self.pick([node for node in self.model.nodes.values() if not node.is_union and node.name != "Node"])

    # --- filters ----------------------------------------------------------------------------------------------------

    def where(self, node: NodeType, edge: EdgeType | None = None, depth: int = 3) -> Where:
        """A `where` argument, at most so many levels deep."""
        parts = self.several(lambda: self._part(node, edge, depth), most=2, least=1 if depth == 3 else 0)
        return {key: each for part in parts for key, each in part.items()}

    def _part(self, node: NodeType, edge: EdgeType | None, depth: int) -> Where:
        deeper = depth > 1
        # Related records stand twice, as they are what filters are about.
        kinds = (
            ["own"] * (not node.is_union)
            + ["edge"] * (edge is not None)
            + ["and", "or", "not"] * deeper
            + ["member"] * (node.is_union and deeper)
            + ["related", "related"] * (bool(node.relationships) and deeper)
        )
        if not kinds:
            return {}
        match self.pick(kinds):
            case "own":
                found = self.pick([each for each in node.properties.values() if not each.is_hidden])
                return {found.name: self._comparison(node.name, found)}
            case "edge":
                assert edge is not None
                found = self.pick(list(edge.properties.values()))
                return {"edge": {found.name: self._comparison(edge.name, found)}}
            case "and" | "or" as word:
                return {word: self.several(lambda: self.where(node, edge, depth - 1), most=3)}
            case "not":
                return {"not": self.where(node, edge, depth - 1)}
            case "member":
                member = self.model.nodes[self.pick(node.members)]
                return {member.variable: self.where(member, None, depth - 1)}
            case _:
                relationship = self.pick(list(node.relationships.values()))
                return {relationship.name: self._related(relationship, depth)}

    def _related(self, relationship: Relationship, depth: int) -> Where | None:
        target = self.model.nodes[relationship.target]
        if not relationship.is_list:
            return None if self.draw(st.booleans()) else self.where(target, relationship.edge, depth - 1)
        words = self.several(lambda: self.pick(("some", "none", "all", "single")), most=2, least=1)
        return {word: self.where(target, relationship.edge, depth - 1) for word in words}

    def _comparison(self, owner: str, found: Property) -> Where:
        choices = ("has", "hasAny", "isNull") if found.is_list else _OPERATORS[found.kind]
        words = self.several(lambda: self.pick(choices), most=2, least=1)
        return {word: self._operand(owner, found, word) for word in words}

    def _operand(self, owner: str, found: Property, word: str) -> Any:
        def value() -> Any:
            return self.pick(_values(owner, found.name))

        match word:
            case "isNull":
                return self.draw(st.booleans())
            case "in" | "notIn" | "hasAny":
                return self.several(value, most=3)
            case "contains" | "startsWith" | "endsWith":
                text = value()
                return self.pick([text, text[:1], text[1:], text[-1:], ""])
            case "currency":
                return {self.pick(("eq",)): self.pick(("USD", "EUR", "JPY"))}
            case _:
                return value()

    def chain(self, node: NodeType, edge: EdgeType | None = None, length: int = 3) -> Where:
        """A chain of related records to an equality that an index serves, with a little beside it on the way."""
        beside = self.where(node, edge, depth=1)
        onwards = [each for each in node.relationships.values() if not self.model.nodes[each.target].is_union]
        if length and onwards and self.pick((True, True, False)):
            relationship = self.pick(onwards)
            inner = self.chain(self.model.nodes[relationship.target], relationship.edge, length - 1)
            return {**beside, relationship.name: {"some": inner} if relationship.is_list else inner}
        indexed = [each for each in node.properties.values() if each.is_unique or each.is_indexed]
        found = self.pick([each for each in indexed if not each.is_hidden])
        word = self.pick(("eq", "in"))
        return {**beside, found.name: {word: self._operand(node.name, found, word)}}

    # --- orders -----------------------------------------------------------------------------------------------------

    def order_by(self, node: NodeType, edge: EdgeType | None = None) -> OrderBy:
        """An `orderBy` argument of up to three keys."""
        return self.several(lambda: self._order(node, edge, 3), most=3)

    def _order(self, node: NodeType, edge: EdgeType | None, depth: int) -> dict[str, Any]:
        to_one = [
            each
            for each in node.relationships.values()
            if depth > 1 and not each.is_list and not self.model.nodes[each.target].is_union
        ]
        match self.pick(["own", "own", *(["edge", "edge"] if edge else []), *(["one"] if to_one else [])]):
            case "edge":
                assert edge is not None
                return {"edge": {self._orderable(edge.properties): self.pick(WAYS)}}
            case "one":
                relationship = self.pick(to_one)
                return {relationship.name: self._order(self.model.nodes[relationship.target], None, depth - 1)}
            case _:
                return {self._orderable(node.properties): self.pick(WAYS)}

    def _orderable(self, properties: Mapping[str, Property]) -> str:
        return self.pick([each.name for each in properties.values() if each.is_orderable and not each.is_hidden])


@cache
def _values(owner: str, name: str) -> list[Any]:
    """What a property of a type of node or of edge is compared with: the values that it has."""
    graph = awkward_graph()
    if owner in graph.model.edges:
        found = graph.model.edges[owner].properties[name]
        every = [edge.properties for edge in graph.edges if found.kind is not Kind.ID or edge.properties]
    else:
        node = graph.model.nodes[owner]
        found = node.properties[name]
        every = [record.properties for record in graph.of(node)]
    stored = f"{name}Base" if found.kind is Kind.MONEY else name
    values = [each[stored] for each in every if stored in each]
    single = [each for value in values for each in (value if isinstance(value, list) else [value])]
    sent = {repr(each): _sent(each, found.kind) for each in single if isinstance(each, _PYTHON.get(found.kind, object))}
    return [sent[key] for key in sorted(sent)] or [
        found.values[0] if found.values else _ABSENT.get(found.kind, "absent")
    ]


# A property of an edge may share its name with one of another kind of edge.
_PYTHON: Mapping[Kind, Any] = {
    Kind.ID: str, Kind.TEXT: str, Kind.INTEGER: int, Kind.FLOAT: (int, float), Kind.BOOLEAN: bool, Kind.DATE: date,
    Kind.DATETIME: datetime,
}  # fmt: skip


def _sent(value: Any, kind: Kind) -> Any:
    """A stored value as a client writes it."""
    if kind is Kind.MONEY:
        return str(Decimal(value).scaleb(-2))
    return value.isoformat() if isinstance(value, date | datetime) else value
