"""What a statement matches: nodes bound by label, the way along a relationship, and conditions on what is bound.

`bind` is the one function by which a label is bound. The reader's rights enter a statement there and nowhere else; they
are conditions themselves, which is why both live in this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from graph.comparisons import render_comparison, uses_edge
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
from graph.model import NodeType, Relationship
from graph.patterns import Bound, bound_already, edge_name, render_arrow, render_labels, render_when
from graph.predicates import by_label, is_any, opaque, operand
from graph.reader import Action
from graph.rendering import Rendering
from graph.summary import Function, aggregated
from graph.unrestricted import may_all, sees_all
from graph.wide_text import SIGNS, WideText, compared

EQUALITY = (Operator.EQ, Operator.IN)


def bind(rendering: Rendering, node: NodeType, variable: str, left: Condition | None = None) -> Bound:
    """Bind a variable to nodes of a type that the reader may see.

    `left` is what is left to be asked of the node for that, where it is known by which way it is reached.
    """
    rights = _rights(rendering, node, variable) if left is None else _asked(rendering, left, variable)
    return Bound(f"({variable}{render_labels(rendering, node)})", rights)


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
    tests = (*([is_any(variable, allowed)] if is_interface else []), *by_label(allowed, variable))
    return tests if len(allowed) < _MANY else (opaque(tests),)


def _rights_of_log(rendering: Rendering, log: NodeType, relationship: Relationship, variable: str) -> tuple[str, ...]:
    """Of an entry that is about several records all must be visible, or it would tell of the hidden ones.

    What is deleted or purged has no label to be bound by, so that its entries are for administrators.
    """
    model = rendering.model
    target = model.logs.get(relationship.target) or model.nodes[relationship.target]
    end = rendering.variable("seen")
    seen = along(rendering, bound_already(variable), relationship, bound_already(end))
    unseen = f"NOT {opaque((f'{end}{render_labels(rendering, target)}', *rights_of_types(rendering, (target,), end)))}"
    own = render_condition(rendering.trusted(), rendering.reader.predicates.get(log.name, EVERYTHING), variable)
    about = f"({variable}){render_arrow(relationship.hops[0], '')}()"
    return (
        own,
        f"NOT EXISTS {{ MATCH {seen.text} WHERE {' AND '.join((*seen.predicates, unseen))} }}",
        f"EXISTS {{ {about} }}",
    )


# Of so many different predicates, Neo4j's planner makes one expression.
_MANY = 4


def _rights_of_former(rendering: Rendering, variable: str) -> tuple[str, ...]:
    """A record that was is seen by who could see it: its properties and relationships are still there to be tested."""
    types: dict[Condition, list[str]] = {}
    for node in rendering.model.concrete:
        types.setdefault(rendering.reader.predicate(node), []).append(f"'{node.name}'")
    tests = []
    for predicate, names in types.items():
        was = f"{variable}.formerType IN [{', '.join(names)}]"
        own = render_condition(rendering.trusted(), predicate, variable)
        tests.append(was if own == "true" else f"{was} AND {operand(own)}")
    return (f"({' OR '.join(f'({test})' for test in tests)})",)


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
        text += render_arrow(hop, "") + passed.text
        predicates += passed.predicates
    text += render_arrow(relationship.hops[-1], edge) + end.text
    return Bound(text, (*predicates, *end.predicates, *render_when(relationship, edge)))


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
            parts = [operand(render_condition(rendering, each, variable, edge)) for each in conditions]
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
        predicates.setdefault((each.type.labels[-1],), []).append(operand(rest))
    texts = {labels: "true" if "true" in found else " OR ".join(found) for labels, found in predicates.items()}
    return " AND ".join([is_any(variable, texts), *by_label(texts, variable)])


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
    return way.text, (f"{end}{render_labels(rendering, target)}", *bound.predicates)
