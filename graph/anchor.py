"""Where a statement starts.

Neo4j starts a filter on related records at the records filtered, and tests each. Where a chain of "some related record"
ends in a property by which an index finds few, it is far cheaper to start there and to walk back. How few, the kind of
condition tells: a unique key is better than an equality on an indexed property, which is better than a bounded range of
one, which is better than the label. So:

1. Every chain of `some` is ranked by the best condition at its end, and so are the records themselves.
2. The best chain is walked from its end if it is better than what the records themselves offer: one MATCH per field, and
   distinct nodes after each. Of equals, the shorter one and then the first is taken.
3. Else the records are the start.

A range that is open on one side is no start: "since last year" holds for most orders, and reading records in the order
of their page and testing each soon fills it.

One MATCH per field, since one MATCH never uses a relationship twice, while nested EXISTS may.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

from graph.conditions import All, Compare, Condition, Operator, Quantifier, Related

Chain = tuple[Related, ...]

_EQUALITY = (Operator.EQ, Operator.IN)
_BOUNDED = (Operator.WITHIN, Operator.STARTS_WITH)
_LOWER, _UPPER = (Operator.GT, Operator.GTE), (Operator.LT, Operator.LTE)


class _Rank(IntEnum):
    """How well an index finds the records; lower is better."""

    UNIQUE = 1
    EQUALITY = 2
    RANGE = 3
    LABEL = 4


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    """The conditions that must all hold, with nested `and`s flattened."""
    if isinstance(condition, All):
        return tuple(inner for each in condition.conditions for inner in conjuncts(each))
    return (condition,)


def find_anchor(condition: Condition) -> Chain:
    """The chain of related records from whose end the records are best found; empty if they are the start."""
    own = _rank(conjuncts(condition))
    chains = sorted(_chains(condition), key=lambda found: (found[0], len(found[1])))
    return chains[0][1] if chains and chains[0][0] < own else ()


def without(condition: Condition, anchored: Related) -> All:
    """What remains to be tested when one of the conditions is satisfied by where the statement started."""
    return All(tuple(each for each in conjuncts(condition) if each is not anchored))


def _chains(condition: Condition) -> Iterator[tuple[_Rank, Chain]]:
    """Every chain that an index serves at its end."""
    for each in conjuncts(condition):
        if not isinstance(each, Related) or each.quantifier is not Quantifier.SOME or each.relationship.reference:
            continue
        rank = _rank(conjuncts(each.condition))
        if rank is not _Rank.LABEL:
            yield rank, (each,)
        for deeper, chain in _chains(each.condition):
            yield deeper, (each, *chain)


def _rank(conditions: tuple[Condition, ...]) -> _Rank:
    """The best that an index can do for conditions that must all hold."""
    found, bounds = _Rank.LABEL, dict[str, set[bool]]()
    for each in conditions:
        # No index holds folded texts.
        if not isinstance(each, Compare) or each.on_edge or each.is_folded:
            continue
        property, operator = each.property, each.operator
        if operator in _EQUALITY and (property.is_unique or property.is_indexed):
            found = min(found, _Rank.UNIQUE if property.is_unique else _Rank.EQUALITY)
        elif operator in _BOUNDED and property.is_indexed:
            found = min(found, _Rank.RANGE)
        elif operator in _LOWER + _UPPER and property.is_indexed:
            bounds.setdefault(property.name, set()).add(operator in _LOWER)
    return min(found, _Rank.RANGE) if any(len(sides) > 1 for sides in bounds.values()) else found
