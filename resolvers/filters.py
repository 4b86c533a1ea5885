"""From a `where` argument to a condition of the plan."""

from __future__ import annotations

from dataclasses import dataclass, replace

from graph.conditions import (
    EVERYTHING,
    All,
    AnyOf,
    Compare,
    CompareAggregate,
    Condition,
    Not,
    OfType,
    Operator,
    Quantifier,
    Related,
    RelatedAggregate,
)
from graph.errors import BadInput, TooComplex
from graph.model import EdgeType, Kind, Model, NodeType, Property, Relationship
from graph.origin import Origin
from graph.summary import Function
from graph.wide_text import SIGNS, WideText, widened, width_of
from resolvers.arguments import Leaf, Tree
from resolvers.glances import Glances
from resolvers.origins import Amount, Operand
from resolvers.request import LIMITS

# What a filter says that is not the name of a field or of a union's member.
_WORDS = ("and", "or", "not", "edge")


@dataclass(frozen=True)
class Filters:
    """Reads `where` arguments against a model. Which characters a text has that others are compared with is looked at."""

    model: Model
    glances: Glances

    def condition(self, tree: Tree, target: NodeType, edge: EdgeType | None, where: str = "where") -> Condition:
        """The condition that a filter puts on records of a type which were reached over an edge, or directly."""
        return self._all(tree, target, edge, where, 1)

    def _all(self, tree: Tree, target: NodeType, edge: EdgeType | None, where: str, depth: int) -> Condition:
        if depth > LIMITS.filter_depth:
            raise TooComplex(f"The filter is nested more than {LIMITS.filter_depth} levels deep; ask a simpler one.")
        if tree is None:
            raise BadInput(f"{where} is null; leave it out, or write {{}} for no condition.")
        assert isinstance(tree, dict)
        parts = {key: self._part(key, each, target, edge, f"{where}.{key}", depth) for key, each in tree.items()}
        members = tuple(parts.pop(key) for key in tuple(parts) if target.is_union and key not in _WORDS)
        # No record is of two members, so the members that are named are alternatives.
        together = (*parts.values(), *([AnyOf(members)] if len(members) > 1 else members))
        return together[0] if len(together) == 1 else All(together)

    def _part(self, key: str, tree: Tree, target: NodeType, edge: EdgeType | None, where: str, depth: int) -> Condition:
        match key:
            case "and":
                return All(self._list(tree, target, edge, where, depth))
            case "or":
                return AnyOf(self._list(tree, target, edge, where, depth))
            case "not":
                return Not(self._all(tree, target, edge, where, depth + 1))
            case "edge" if edge:
                return self._comparisons_of(tree, edge, where)
        if target.is_union:
            member = next(each for each in map(self.model.nodes.__getitem__, target.members) if each.variable == key)
            return OfType(member, self._all(tree, member, None, where, depth + 1))
        if key in target.relationships:
            return self._related(tree, target.relationships[key], where, depth)
        return self._comparisons(tree, target.properties[key], where)

    def _list(
        self, tree: Tree, target: NodeType, edge: EdgeType | None, where: str, depth: int
    ) -> tuple[Condition, ...]:
        if tree is None:
            raise BadInput(f"{where} is null; leave it out, or write [].")
        assert isinstance(tree, list)
        return tuple(self._all(each, target, edge, f"{where}[{i}]", depth + 1) for i, each in enumerate(tree))

    def _related(self, tree: Tree, relationship: Relationship, where: str, depth: int) -> Condition:
        target, edge = self.model.nodes[relationship.target], relationship.edge
        if not relationship.is_list:
            if tree is None:
                return Not(Related(relationship, target, Quantifier.SOME, EVERYTHING))
            inner = self._all(tree, target, edge, where, depth + 1)
            return Related(relationship, target, Quantifier.SOME, inner)
        if tree is None:
            raise BadInput(f"{where} is null; ask {{none: {{}}}} for records that have none.")
        assert isinstance(tree, dict)
        summaries = tree.get("aggregate", [])
        if summaries is None:
            raise BadInput(f"{where}.aggregate is null; leave it out.")
        assert isinstance(summaries, list)
        return All(
            (
                *(
                    Related(
                        relationship,
                        target,
                        Quantifier(word),
                        self._all(each, target, edge, f"{where}.{word}", depth + 1),
                    )
                    for word, each in tree.items()
                    if word != "aggregate"
                ),
                *(
                    self._aggregate(each, relationship, f"{where}.aggregate[{index}]", depth + 1)
                    for index, each in enumerate(summaries)
                ),
            )
        )

    def _aggregate(self, tree: Tree, relationship: Relationship, where: str, depth: int) -> Condition:
        """Conditions on what the related records that match sum up to."""
        assert isinstance(tree, dict)
        target, edge = self.model.nodes[relationship.target], relationship.edge
        chosen = self._all(tree.get("where", {}), target, edge, f"{where}.where", depth)
        parts: list[Condition] = []
        for key, each in tree.items():
            if key == "where":
                continue
            if each is None:
                raise BadInput(f"{where}.{key} is null; leave it out.")
            if key == "count":
                aggregate, kind = aggregate_of(relationship, target, Function.COUNT, None, chosen)
                parts.append(self._compare_aggregate(each, aggregate, kind, f"{where}.{key}"))
                continue
            on_edge = key == "edge"
            for name, words in (each if on_edge else {key: each}).items():  # type: ignore[union-attr]
                found = (edge.properties if edge and on_edge else target.properties)[name]
                place = f"{where}.{'edge.' if on_edge else ''}{name}"
                if words is None:
                    raise BadInput(f"{place} is null; leave it out.")
                for word, comparison in words.items():  # type: ignore[union-attr]
                    aggregate, kind = aggregate_of(relationship, target, Function(word), found, chosen, on_edge=on_edge)
                    parts.append(self._compare_aggregate(comparison, aggregate, kind, f"{place}.{word}"))
        return All(tuple(parts))

    def _compare_aggregate(self, tree: Tree, aggregate: RelatedAggregate, shown: Property, where: str) -> Condition:
        if tree is None:
            raise BadInput(f"{where} is null; leave it out.")
        assert isinstance(tree, dict)
        if "currency" in tree:
            raise BadInput(f"{where}.currency: sums are in the base currency; choose the currency in `where`.")
        compared = self._comparisons(tree, shown, where)
        assert isinstance(compared, All)
        return All(
            tuple(
                CompareAggregate(aggregate, each.property, each.operator, each.value)
                for each in compared.conditions
                if isinstance(each, Compare)
            )
        )

    def _comparisons_of(self, tree: Tree, edge: EdgeType, where: str) -> Condition:
        if tree is None:
            raise BadInput(f"{where} is null; leave it out.")
        assert isinstance(tree, dict)
        parts = (self._comparisons(each, edge.properties[key], f"{where}.{key}", True) for key, each in tree.items())
        return All(tuple(parts))

    def _comparisons(self, tree: Tree, found: Property, where: str, on_edge: bool = False) -> Condition:
        if tree is None:
            raise BadInput(f"{where} is null; ask {{isNull: true}} for what is absent.")
        assert isinstance(tree, dict)
        parts = (self._comparison(word, each, found, f"{where}.{word}", on_edge) for word, each in tree.items())
        return All(tuple(parts))

    def _comparison(self, word: str, tree: Tree, found: Property, where: str, on_edge: bool) -> Condition:
        if word == "currency":
            return self._comparisons(tree, companion(found, "Currency", Kind.TEXT), where, on_edge)
        if tree is None:
            raise BadInput(f"{where} is null; ask {{isNull: true}} for what is absent.")
        if word == "folded":
            assert isinstance(tree, dict)
            return All(
                tuple(
                    _folded(self._comparison(key, each, found, f"{where}.{key}", on_edge)) for key, each in tree.items()
                )
            )
        assert isinstance(tree, Leaf)
        if found.kind is Kind.MONEY and word != "isNull":
            base = companion(found, "Base", Kind.MONEY)
            return Compare(base, Operator(word), Amount(tree, base.name, where), on_edge)
        operand: Origin = Operand(tree, found.name, where)
        if found.kind is Kind.TEXT and Operator(word) in SIGNS:
            operand = widened(operand, self.glances.at(lambda variables: width_of(tree.value(variables))))
        return Compare(found, Operator(word), operand, on_edge)


def _folded(condition: Condition) -> Compare:
    assert isinstance(condition, Compare)
    # Folded texts on both sides are of one kind, which is compared by units alone.
    value = condition.value.origin if isinstance(condition.value, WideText) else condition.value
    return replace(condition, value=value, is_folded=True)


def aggregate_of(
    relationship: Relationship, target: NodeType, function: Function, found: Property | None,
    condition: Condition = EVERYTHING, *, on_edge: bool = False,
) -> tuple[RelatedAggregate, Property]:  # fmt: skip
    """An aggregate of related records, and the property that it is like: of which kind, and whether it may be absent."""
    if found is None:
        return RelatedAggregate(relationship, target, function, condition), Property(
            "count", Kind.INTEGER, is_required=True
        )
    stored = companion(found, "Base", Kind.MONEY) if found.kind is Kind.MONEY else found
    is_sum = function is Function.SUM
    kind = Kind.FLOAT if found.kind is Kind.INTEGER and function in (Function.AVG, Function.SUM) else found.kind
    shown = Property(f"{found.name}_{function.value}", kind, is_required=is_sum)
    return RelatedAggregate(relationship, target, function, condition, stored, on_edge), shown


def companion(found: Property, suffix: str, kind: Kind) -> Property:
    """A property that is stored beside a money amount: its currency, or its worth in the base currency."""
    return replace(found, name=f"{found.name}{suffix}", kind=kind, is_unique=False, is_indexed=False)
