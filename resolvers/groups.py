"""From the arguments of a `groupBy` to the plan of its groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import FieldNode

from graph.conditions import Operator
from graph.errors import BadInput, TooComplex
from graph.model import EdgeType, Kind, Model, NodeType, Property
from graph.origin import Origin
from graph.plan import Block, FromColumn, Item
from graph.summary import (
    Complement,
    Function,
    Grouping,
    GroupKey,
    GroupOrder,
    Having,
    Junction,
    KeyRecord,
    Measure,
    Measured,
    Path,
)
from resolvers.arguments import Leaf, Tree
from resolvers.filters import companion
from resolvers.origins import Amount, Operand, Percentile, TimeZone
from resolvers.request import LIMITS
from resolvers.shape import Complete, NullableShape

if TYPE_CHECKING:
    from resolvers.planner import Planner


@dataclass(frozen=True)
class KeyPlace:
    """Where a key is looked for: at a record, at the end of a path from it, or at the relationship that leads there."""

    target: NodeType
    edge: EdgeType | None
    path: Path = ()
    on_edge: bool = False

    @property
    def properties(self) -> Mapping[str, Property]:
        return self.edge.properties if self.on_edge and self.edge else self.target.properties

    def further(self, name: str, model: Model) -> KeyPlace | None:
        """The place that a field leads to, if it is no property."""
        if self.on_edge:
            return None
        if name == "edge" and self.edge:
            return KeyPlace(self.target, self.edge, self.path, True)
        if self.target.is_union:
            members = (model.nodes[member] for member in self.target.members)
            member = next((each for each in members if each.variable == name), None)
            return KeyPlace(member, None, (*self.path, (None, member))) if member else None
        if name not in self.target.relationships:
            return None
        relationship = self.target.relationships[name]
        node = model.nodes[relationship.target]
        return KeyPlace(node, relationship.edge, (*self.path, (relationship, node)))

    def shown(self, name: str) -> str:
        """A field of this place as a client writes it: `customer.owner.name`."""
        names = [relationship.name if relationship else node.variable for relationship, node in self.path]
        return ".".join([*names, *(["edge"] if self.on_edge else []), name])


@dataclass
class Groups:
    """One `groupBy`: its keys are known from the start, its measures and records are gathered as they are asked for."""

    planner: Planner
    where: str
    target: NodeType
    edge: EdgeType | None
    arguments: Mapping[str, Tree]
    keys: list[GroupKey] = field(default_factory=list)
    # The count comes first, as it sorts the groups unless something else does.
    measures: list[Measure] = field(default_factory=lambda: [Measure()])
    records: list[KeyRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        by = self.arguments["by"]
        assert isinstance(by, list)
        if not by:
            raise BadInput(f"{self.where}.by is empty; name what to group by, or ask `aggregate` of the whole.")
        if len(by) > LIMITS.group_keys:
            raise TooComplex(f"{self.where}.by has {len(by)} keys; at most {LIMITS.group_keys} are grouped by.")
        for i, tree in enumerate(by):
            key = self._key(tree, KeyPlace(self.target, self.edge), f"{self.where}.by[{i}]")
            self.keys.append(key)

    def grouping(self, limit: Origin) -> Grouping:
        """The whole of it, once everything has been gathered. Its rows are keys, measures and records, in this order."""
        having = self.arguments.get("having", {})
        order_by = self.arguments.get("orderBy")
        conditions = self._having(having, f"{self.where}.having", 1)
        orders = self._orders(order_by)
        name = self.where.split(".")[0]
        keys, records = tuple(self.keys), tuple(self.records)
        return Grouping(name, keys, tuple(self.measures), records, conditions, orders, limit)

    # --- keys -------------------------------------------------------------------------------------------------------

    def _key(self, tree: Tree, place: KeyPlace, where: str) -> GroupKey:
        if len(place.path) > LIMITS.filter_depth:
            raise TooComplex(f"{where} leads over more than {LIMITS.filter_depth} records.")
        if not isinstance(tree, dict) or len(tree) != 1:
            raise BadInput(f"{where} must name exactly one key to group by.")
        ((name, inner),) = tree.items()
        if inner is None:
            raise BadInput(f"{where}.{name} is null; say what to group by.")
        if further := place.further(name, self.planner.api.model):
            return self._key(inner, further, f"{where}.{name}")
        found = place.properties[name]
        unit, zone = None, None
        if isinstance(inner, dict):
            leaf = inner["truncate"]
            assert isinstance(leaf, Leaf)
            unit = str(self.planner.glances.at(leaf.value)).lower()
            if found.kind is Kind.DATETIME:
                given = inner.get("timeZone")
                zone = TimeZone(given if isinstance(given, Leaf) else None, f"{where}.{name}.timeZone")
        if found.kind is Kind.MONEY:
            found = companion(found, "Currency", Kind.TEXT)
        if any(place.path == key.path and (found, place.on_edge) == (key.property, key.on_edge) for key in self.keys):
            raise BadInput(f"{where} groups by {place.shown(name)} a second time; name each key once.")
        return GroupKey(found, place.on_edge, place.path, unit, zone)

    def key_at(self, place: KeyPlace, name: str) -> int:
        """The position of a key that is asked for. Raises `BadInput` if the groups are not by it."""
        found = place.properties[name]
        position = self._position(place.path, found, place.on_edge)
        if position is None:
            raise BadInput(
                f"{self.where} is not by {place.shown(name)}; add it to `by`, or do not ask for it in `key`."
            )
        return position

    def own_key(self, found: Property, on_edge: bool) -> int | None:
        """The position of a key of the set's own records, if the groups are by it."""
        return self._position((), found, on_edge)

    def _position(self, path: Path, found: Property, on_edge: bool) -> int | None:
        if found.kind is Kind.MONEY:
            found = companion(found, "Currency", Kind.TEXT)
        wanted = (path, found, on_edge)
        return next((i for i, key in enumerate(self.keys) if (key.path, key.property, key.on_edge) == wanted), None)

    def record(self, place: KeyPlace, nodes: list[FieldNode], depth: int) -> Complete:
        """The record whose id is a key, with what is asked of it, from a group's row."""
        if self._position(place.path, place.target.properties["id"], False) is None:
            asked = place.shown("id")
            raise BadInput(
                f"{self.where} is not by {asked}, so a group has no {place.shown('node')}; add {asked} to `by`."
            )
        self.planner.count_block()
        items: list[Item] = []
        complete = NullableShape(self.planner.record(place.target, nodes, items, depth))
        block = Block(place.target.variable, FromColumn("key", False), place.target, tuple(items))
        self.records.append(KeyRecord(place.path, block))
        index = len(self.records) - 1
        # Records come behind the measures, of which there may be more to come.
        return lambda row, shaping: complete(row[len(self.keys) + len(self.measures) + index], shaping)

    # --- measures ---------------------------------------------------------------------------------------------------

    def measured(self, measure: Measure) -> int:
        """The position of a measure in a group's row; it is added if it is not there already."""
        return len(self.keys) + self._measured(measure)

    def _measured(self, measure: Measure) -> int:
        if measure not in self.measures:
            self.measures.append(measure)
        return self.measures.index(measure)

    def _having(self, tree: Tree, where: str, depth: int) -> Having:
        if depth > LIMITS.filter_depth:
            raise TooComplex(f"{where} is nested more than {LIMITS.filter_depth} levels deep; ask a simpler one.")
        if not isinstance(tree, dict):
            raise BadInput(f"{where} is null; leave it out, or write {{}} for no condition.")
        return Junction("AND", tuple(self._part(key, each, f"{where}.{key}", depth) for key, each in tree.items()))

    def _part(self, key: str, tree: Tree, where: str, depth: int) -> Having:
        if tree is None:
            raise BadInput(f"{where} is null; leave it out.")
        match key:
            case "and" | "or":
                assert isinstance(tree, list)
                parts = tuple(self._having(each, f"{where}[{i}]", depth + 1) for i, each in enumerate(tree))
                return Junction("AND" if key == "and" else "OR", parts)
            case "not":
                return Complement(self._having(tree, where, depth + 1))
            case "count":
                return self._compared(tree, Measure(), where)
            case "edge" if self.edge:
                assert isinstance(tree, dict)
                properties = self.edge.properties
                found = [
                    self._functions(each, properties[name], True, f"{where}.{name}") for name, each in tree.items()
                ]
                return Junction("AND", tuple(found))
            case _:
                return self._functions(tree, self.target.properties[key], False, where)

    def _functions(self, tree: Tree, found: Property, on_edge: bool, where: str) -> Having:
        if not isinstance(tree, dict):
            raise BadInput(f"{where} is null; leave it out.")
        parts = list[Having]()
        for name, each in tree.items():
            inner, argument = self._percentile(each, f"{where}.{name}") if name == "percentile" else (each, None)
            measure = Measure(Function(name), _compared(found), on_edge, argument)
            parts.append(self._compared(inner, measure, f"{where}.{name}"))
        return Junction("AND", tuple(parts))

    def _percentile(self, tree: Tree, where: str) -> tuple[Tree, Percentile]:
        """What is said of a percentile, and which one it is said of."""
        if not isinstance(tree, dict):
            raise BadInput(f"{where} is null; leave it out.")
        inner, leaf = dict(tree), tree["p"]
        del inner["p"]
        assert isinstance(leaf, Leaf)
        return inner, Percentile(leaf, f"{where}.p")

    def _compared(self, tree: Tree, measure: Measure, where: str) -> Having:
        if not isinstance(tree, dict):
            raise BadInput(f"{where} is null; leave it out.")
        position = self._measured(measure)
        return Junction(
            "AND",
            tuple(
                Measured(position, Operator(word), self._operand(each, measure, f"{where}.{word}"))
                for word, each in tree.items()
            ),
        )

    def _operand(self, tree: Tree, measure: Measure, where: str) -> Origin:
        if not isinstance(tree, Leaf):
            raise BadInput(f"{where} is null; leave it out.")
        is_amount = measure.property and measure.property.kind is Kind.MONEY and measure.function in _IN_ITS_KIND
        return Amount(tree, "amount", where) if is_amount else Operand(tree, measure.function.value, where)

    # --- orders -----------------------------------------------------------------------------------------------------

    def _orders(self, tree: Tree) -> tuple[GroupOrder, ...]:
        """The largest groups first, unless told otherwise."""
        if not tree:
            return (GroupOrder(0, True, False),)
        assert isinstance(tree, list)
        if len(tree) > LIMITS.order_keys:
            raise TooComplex(f"{self.where}.orderBy has {len(tree)} keys; at most {LIMITS.order_keys} are sorted by.")
        return tuple(self._order(each, f"{self.where}.orderBy[{i}]") for i, each in enumerate(tree))

    def _order(self, tree: Tree, where: str) -> GroupOrder:
        names, inner, argument = list[str](), tree, None
        while not isinstance(inner, Leaf):
            if names and names[-1] == "percentile":
                inner, argument = self._percentile(inner, ".".join([where, *names]))
            if not isinstance(inner, dict) or len(inner) != 1:
                raise BadInput(f"{'.'.join([where, *names])} must name exactly one thing to sort by, ASC or DESC.")
            ((name, inner),) = inner.items()
            names += [name] if argument is None else []
        way: Any = self.planner.glances.at(inner.value)
        word = str(getattr(way, "value", way))
        position = None if names == ["keys"] else self._measured(self._sorted(names, argument))
        return GroupOrder(position, word.startswith("DESC"), word.endswith("NULLS_FIRST"))

    def _sorted(self, names: list[str], argument: Percentile | None) -> Measure:
        if names == ["count"]:
            return Measure()
        on_edge = names[0] == "edge" and self.edge is not None
        properties = self.edge.properties if on_edge and self.edge else self.target.properties
        return Measure(Function(names[-1]), _compared(properties[names[-2]]), on_edge, argument)


_IN_ITS_KIND = (Function.SUM, Function.AVG, Function.MIN, Function.MAX, Function.PERCENTILE)


def _compared(found: Property) -> Property:
    """Money is compared by its worth in the base currency."""
    return companion(found, "Base", Kind.MONEY) if found.kind is Kind.MONEY else found
