"""What a statement matches: nodes bound by label, the way along a relationship, and conditions on what is bound.

`bind` is the one function by which a label is bound. The reader's rights enter a statement there and nowhere else; they
are conditions themselves, which is why both live in this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from graph.comparisons import render_comparison, uses_edge
from graph.model import Direction, Hop, NodeType, Relationship
from graph.plan import (
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
from graph.reader import Action
from graph.rendering import Rendering
from graph.summary import Function, aggregated
from graph.wide_text import SIGNS, WideText, compared

EQUALITY = (Operator.EQ, Operator.IN)


@dataclass(frozen=True)
class Bound:
    """A part of a pattern, and what must be true of it besides."""

    text: str
    predicates: tuple[str, ...] = ()


def bind(rendering: Rendering, node: NodeType, variable: str, left: Condition | None = None) -> Bound:
    """Bind a variable to nodes of a type that the reader may see.

    `left` is what is left to be asked of the node for that, where it is known by which way it is reached.
    """
    rights = _rights(rendering, node, variable) if left is None else _asked(rendering, left, variable)
    return Bound(f"({variable}{_labels(rendering, node)})", rights)


def bound_already(variable: str) -> Bound:
    """A node that an earlier clause has bound, rights and all."""
    return Bound(f"({variable})")


def _labels(rendering: Rendering, node: NodeType) -> str:
    """All labels of a type; of a type without a label, those of its members, one of which must be there.

    Cypher refuses ":A:B" in a clause that has a ":C|D" anywhere inside.
    """
    if node.labels:
        return ":" + "&".join(node.labels)
    return ":" + "|".join(rendering.model.nodes[member].labels[-1] for member in node.members)


def _rights(rendering: Rendering, node: NodeType, variable: str) -> tuple[str, ...]:
    return rights_of_types(rendering, (node,), variable)


def _asked(rendering: Rendering, condition: Condition, variable: str) -> tuple[str, ...]:
    text = render_condition(rendering.trusted(), condition, variable)
    return () if text == "true" else (text,)


def _left_onward(rendering: Rendering, relationship: Relationship) -> Condition | None:
    """What is left to be asked of a record that a field of a record that is seen leads to; None for all there is."""
    return rendering.reader.onward.get((relationship.owner, relationship.name))


def bind_back(rendering: Rendering, node: NodeType, variable: str, relationship: Relationship) -> Bound:
    """Bind the owner of a relationship, whose far end is bound and seen."""
    left = rendering.reader.backward.get((relationship.owner, relationship.name))
    bound = bind(rendering, node, variable, left)
    return (
        bound
        if left is not None
        else Bound(bound.text, (*served_by_index(rendering, node, variable), *bound.predicates))
    )


def served_by_index(rendering: Rendering, node: NodeType, variable: str) -> tuple[str, ...]:
    """What lets an index serve the reader's predicate, where that asks for an owner alone: the index holds the id too.

    Without it Neo4j looks at every record of the label wherever it does not come from a record that is bound.
    """
    predicate = rendering.reader.predicate(node)
    is_served = isinstance(predicate, Compare) and predicate.property.is_indexed and predicate.operator in EQUALITY
    return (f"{variable}.id IS NOT NULL",) if is_served else ()


def rights_of_types(rendering: Rendering, types: tuple[NodeType, ...], variable: str) -> tuple[str, ...]:
    """The reader's predicate on a variable that is bound to one of some types; chosen by label if there are several."""
    if all(sees_all(rendering, node) for node in types):
        return ()
    if (log := types[0]).seen_through:
        return _rights_of_log(rendering, log, log.seen_through, variable)
    if log.name in rendering.model.logs:
        return _rights_of_former(rendering, variable)
    return _of_types(rendering, types, variable, rendering.reader.predicate)


def allowed_of_types(
    rendering: Rendering, action: Action, types: tuple[NodeType, ...], variable: str
) -> tuple[str, ...]:
    """What a record that the reader sees must satisfy besides for an action; nothing, if the reader may do it to all."""
    if may_all(rendering, action, types):
        return ()
    return _of_types(rendering, types, variable, partial(rendering.reader.allowed, action))


def _of_types(
    rendering: Rendering, types: tuple[NodeType, ...], variable: str, predicate_of: Callable[[NodeType], Condition]
) -> tuple[str, ...]:
    # Types that stand under one predicate, such as activities of every kind, are asked about it once.
    labels: dict[Condition, tuple[str, ...]] = {}
    for member in (rendering.model.nodes[name] for node in types for name in node.members):
        predicate = predicate_of(member)
        labels[predicate] = (*labels.get(predicate, ()), member.labels[-1])
    allowed = {alike: render_condition(rendering.trusted(), each, variable) for each, alike in labels.items()}
    if len(allowed) == 1:
        return tuple(allowed.values())
    # An interface's own label does not say that a record is of one of the known types.
    is_interface = any(node.is_abstract and node.labels for node in types)
    tests = (*([_is_any(variable, allowed)] if is_interface else []), *_by_label(allowed, variable))
    return tests if len(allowed) < _MANY else (_opaque(tests),)


def _rights_of_log(rendering: Rendering, log: NodeType, relationship: Relationship, variable: str) -> tuple[str, ...]:
    """Of an entry that is about several records all must be visible, or it would tell of the hidden ones.

    What is deleted or purged has no label to be bound by, so that its entries are for administrators.
    """
    model = rendering.model
    target = model.logs.get(relationship.target) or model.nodes[relationship.target]
    end = rendering.variable("seen")
    seen = along(rendering, bound_already(variable), relationship, bound_already(end))
    unseen = f"NOT {_opaque((f'{end}{_labels(rendering, target)}', *rights_of_types(rendering, (target,), end)))}"
    own = render_condition(rendering.trusted(), rendering.reader.predicates.get(log.name, EVERYTHING), variable)
    about = f"({variable}){_arrow(relationship.hops[0], '')}()"
    return (
        own,
        f"NOT EXISTS {{ MATCH {seen.text} WHERE {' AND '.join((*seen.predicates, unseen))} }}",
        f"EXISTS {{ {about} }}",
    )


# Of so many different predicates, Neo4j's planner makes one expression.
_MANY = 4


def _opaque(tests: Iterable[str]) -> str:
    """Tests that the planner leaves together, as one that is true or false.

    It looks for the best place of each test and each pattern in it again and again, with every way to begin a match: with
    the rights of all types in a statement that takes many times as long as to run it.
    """
    return f"coalesce({' AND '.join(tests)}, false)"


def _rights_of_former(rendering: Rendering, variable: str) -> tuple[str, ...]:
    """A record that was is seen by who could see it: its properties and relationships are still there to be tested."""
    types: dict[Condition, list[str]] = {}
    for node in rendering.model.concrete:
        types.setdefault(rendering.reader.predicate(node), []).append(f"'{node.name}'")
    tests = []
    for predicate, names in types.items():
        was = f"{variable}.formerType IN [{', '.join(names)}]"
        own = render_condition(rendering.trusted(), predicate, variable)
        tests.append(was if own == "true" else f"{was} AND {_operand(own)}")
    return (f"({' OR '.join(f'({test})' for test in tests)})",)


def _is_any(variable: str, predicates: Iterable[tuple[str, ...]]) -> str:
    return f"{variable}:{'|'.join(label for labels in predicates for label in labels)}"


def _by_label(predicates: Mapping[tuple[str, ...], str], variable: str) -> list[str]:
    """For a variable that has one of some labels, the predicate of each.

    Neo4j turns `a AND b OR c AND d` into all four pairs, and plans what is in them as often. So it is told
    `(NOT a OR b) AND (NOT c OR d)` in the first place.
    """
    tests = ((f"NOT {_is_any(variable, [labels])}", text) for labels, text in predicates.items())
    return [test if text == "false" else f"({test} OR {_operand(text)})" for test, text in tests if text != "true"]


def _operand(text: str) -> str:
    """A predicate as it stands beside an OR."""
    return f"({text})" if " AND " in text else text


def sees_all(rendering: Rendering, node: NodeType) -> bool:
    """Whether the reader may see every record of a type; or, of a log, every entry."""
    reader = rendering.reader
    if node.seen_through:
        return node.name in reader.whole_logs or (reader.is_administrator and node.name not in reader.predicates)
    members = rendering.model.concrete if node.name in rendering.model.logs else _members(rendering, node)
    return all(rendering.reader.predicate(member) == EVERYTHING for member in members)


def may_all(rendering: Rendering, action: Action, types: tuple[NodeType, ...]) -> bool:
    """Whether the reader may do something to every record of some types that it sees."""
    members = (member for node in types for member in _members(rendering, node))
    return all(rendering.reader.allowed(action, member) == EVERYTHING for member in members)


def _members(rendering: Rendering, node: NodeType) -> tuple[NodeType, ...]:
    return tuple(rendering.model.nodes[name] for name in node.members)


def along(
    rendering: Rendering,
    start: Bound,
    relationship: Relationship,
    end: Bound,
    edge: str = "",
    left: Condition | None = None,
) -> Bound:
    """The pattern of a relationship between two ends, whichever of them is bound already.

    `edge` is the variable of the last relationship, needed where the edge's properties are; it may be empty. `left` is
    what is left to be asked of every node that is passed, where that is known.
    """
    if relationship.when and not edge:
        edge = rendering.variable(edge_name(relationship))
    text, predicates = start.text, list(start.predicates)
    for hop in relationship.hops[:-1]:
        (label,) = hop.labels
        node = rendering.model.nodes[label]
        # A node that is only passed needs no name, unless the reader's rights speak of it.
        is_seen = sees_all(rendering, node) or left == EVERYTHING
        passed = bind(rendering, node, "" if is_seen else rendering.variable(node.variable), left)
        text += _arrow(hop, "") + passed.text
        predicates += passed.predicates
    text += _arrow(relationship.hops[-1], edge) + end.text
    return Bound(text, (*predicates, *end.predicates, *_presence(relationship, edge)))


def edge_name(relationship: Relationship) -> str:
    """What a relationship is called in a statement: WORKS_AT is worksAt."""
    first, *others = relationship.hops[-1].types[0].lower().split("_")
    return first + "".join(word.capitalize() for word in others)


def _arrow(hop: Hop, edge: str) -> str:
    left = "<-" if hop.direction is Direction.IN else "-"
    right = "->" if hop.direction is Direction.OUT else "-"
    return f"{left}[{edge}:{'|'.join(hop.types)}{'*0..1' if hop.is_optional else ''}]{right}"


def _presence(relationship: Relationship, edge: str) -> tuple[str, ...]:
    """The relationship's own `when`. An optional hop binds a list of at most one edge."""
    if relationship.when is None:
        return ()
    test = f"{relationship.when.property} IS {'NULL' if relationship.when.is_null else 'NOT NULL'}"
    is_optional = relationship.hops[-1].is_optional
    return (f"all(each IN {edge} WHERE each.{test})",) if is_optional else (f"{edge}.{test}",)


def render_condition(rendering: Rendering, condition: Condition, variable: str, edge: str = "") -> str:
    """A predicate on a bound variable; `true` for a condition that asks nothing.

    `not` and `all` are complements: a predicate that Cypher holds to be null counts as false before it is negated.
    """
    match condition:
        case All(conditions):
            parts = [render_condition(rendering, each, variable, edge) for each in conditions]
            return " AND ".join(part for part in parts if part != "true") or "true"
        case AnyOf(conditions):
            if len(conditions) > 1 and all(isinstance(each, OfType) for each in conditions):
                return _render_members(rendering, conditions, variable, edge)
            parts = [_operand(render_condition(rendering, each, variable, edge)) for each in conditions]
            return f"({' OR '.join(parts)})" if parts else "false"
        case Not(inner):
            return f"NOT coalesce({render_condition(rendering, inner, variable, edge)}, false)"
        case Compare():
            left = f"{edge if condition.on_edge else variable}.{condition.property.name}"
            if isinstance(condition.value, WideText):
                return compared(rendering, left, SIGNS[condition.operator], condition.value)
            return render_comparison(condition, left, rendering.value(condition.value))
        case Related():
            return _render_related(rendering, condition, variable)
        case CompareAggregate(aggregate):
            left = render_aggregate(rendering, aggregate, variable)
            return render_comparison(condition, left, rendering.value(condition.value))
        case OfType(node, inner):
            rest = render_condition(rendering, inner, variable, edge)
            test = f"{variable}:{node.labels[-1]}"
            return test if rest == "true" else f"({test} AND {rest})"
        case _:
            raise TypeError(f"no Cypher for {type(condition).__name__}")


def _render_members(rendering: Rendering, conditions: Iterable[Condition], variable: str, edge: str) -> str:
    predicates: dict[tuple[str, ...], list[str]] = {}
    for each in conditions:
        assert isinstance(each, OfType)
        rest = render_condition(rendering, each.condition, variable, edge)
        predicates.setdefault((each.type.labels[-1],), []).append(_operand(rest))
    texts = {labels: "true" if "true" in found else " OR ".join(found) for labels, found in predicates.items()}
    return " AND ".join([_is_any(variable, texts), *_by_label(texts, variable)])


def _render_related(rendering: Rendering, condition: Related, variable: str) -> str:
    relationship = condition.relationship
    # `all` holds where no related record is a counter-example, and what makes the condition null is one.
    is_counter = condition.quantifier is Quantifier.ALL
    body, end, _ = _related(
        rendering, relationship, condition.target, condition.condition, variable, is_counter=is_counter
    )
    match condition.quantifier:
        case Quantifier.SOME:
            return f"EXISTS {{ {body} }}"
        case Quantifier.NONE | Quantifier.ALL:
            return f"NOT EXISTS {{ {body} }}"
        case Quantifier.SINGLE:
            return f"{_count(relationship, body, end)} = 1"


def _count(relationship: Relationship, body: str, end: str) -> str:
    """How many a connection would list of what a MATCH of related records finds."""
    return f"COUNT {{ {body}{f' RETURN DISTINCT {end}' if relationship.is_distinct else ''} }}"


def _related(
    rendering: Rendering,
    relationship: Relationship,
    target: NodeType,
    condition: Condition,
    variable: str,
    *,
    names_edge: bool = False,
    is_counter: bool = False,
) -> tuple[str, str, str]:
    """The MATCH of related records that satisfy a condition, or do not; the record's variable, and the edge's if named."""
    end = rendering.variable(target.variable)
    edge = rendering.variable(edge_name(relationship)) if names_edge or uses_edge(condition) else ""
    found = reached(rendering, variable, relationship, target, end, edge)
    own = render_condition(rendering, condition, end, edge)
    if is_counter:
        own = f"NOT coalesce({own}, false)"
    predicates = " AND ".join(part for part in (*found.predicates, own) if part != "true")
    return f"MATCH {found.text}" + (f" WHERE {predicates}" if predicates else ""), end, edge


def render_aggregate(rendering: Rendering, aggregate: RelatedAggregate, variable: str) -> str:
    """An aggregate of what is related to a bound record, as an expression. It counts what a connection would list."""
    relationship = aggregate.relationship
    body, end, edge = _related(
        rendering, relationship, aggregate.target, aggregate.condition, variable, names_edge=aggregate.on_edge
    )
    if aggregate.function is Function.COUNT:
        return _count(relationship, body, end)
    assert aggregate.property is not None
    distinct = f" WITH DISTINCT {end}" if relationship.is_distinct else ""
    is_careful = rendering.is_careful or aggregate.function in (Function.MIN, Function.MAX)
    name = f"{edge if aggregate.on_edge else end}.{aggregate.property.name}"
    value = aggregated(aggregate.property, name, is_careful=is_careful)
    return f"head(COLLECT {{ {body}{distinct} RETURN {aggregate.function.value}({value}) }})"


def reached(
    rendering: Rendering, start: str, relationship: Relationship, target: NodeType, end: str, edge: str = ""
) -> Bound:
    """The pattern that leads from a bound record to its related ones, over a relationship or by an id it holds."""
    left = _left_onward(rendering, relationship)
    bound = bind(rendering, target, end, left)
    if relationship.reference:
        bound = Bound(bound.text, (f"{end}.id = {start}.{relationship.reference}", *bound.predicates))
    if not relationship.hops:
        return bound
    return along(rendering, bound_already(start), relationship, bound, edge, left)


def reached_by_any(
    rendering: Rendering, start: str, relationship: Relationship, target: NodeType, end: str
) -> tuple[str, tuple[str, ...]] | None:
    """The pattern that leads to whatever a plain relationship leads to, and what makes that a related record.

    None if more must be known on the way, as where nodes are passed or the relationship's own properties count.
    """
    if relationship.reference or len(relationship.hops) != 1 or relationship.when or relationship.hops[0].is_optional:
        return None
    bound = bind(rendering, target, end, _left_onward(rendering, relationship))
    way = along(rendering, bound_already(start), relationship, bound_already(end))
    return way.text, (f"{end}{_labels(rendering, target)}", *bound.predicates)
