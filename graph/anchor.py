"""Where a statement starts.

Neo4j starts a filter on related records at the records filtered, and tests each. Where a chain of "some related record"
ends in a property that is found by equality through an index, it is far cheaper to start there and to walk back. So:

1. If the records themselves have an indexed equality, they are the start.
2. Else the chain that ends in a unique key, else the first that ends in an indexed equality, is walked from its end:
   one MATCH per field, and distinct nodes after each.
3. Else the records are the start.

One MATCH per field, since one MATCH never uses a relationship twice, while nested EXISTS may.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph.plan import All, Compare, Condition, Operator, Quantifier, Related

Chain = tuple[Related, ...]


def conjuncts(condition: Condition) -> tuple[Condition, ...]:
    """The conditions that must all hold, with nested `and`s flattened."""
    if isinstance(condition, All):
        return tuple(inner for each in condition.conditions for inner in conjuncts(each))
    return (condition,)


def find_anchor(condition: Condition) -> Chain:
    """The chain of related records from whose end the records are best found; empty if they are the start."""
    if any(_rank(each) for each in conjuncts(condition)):
        return ()
    chains = sorted(_chains(condition), key=lambda found: found[0])
    return chains[0][1] if chains else ()


def without(condition: Condition, anchored: Related) -> All:
    """What remains to be tested when one of the conditions is satisfied by where the statement started."""
    return All(tuple(each for each in conjuncts(condition) if each is not anchored))


def _chains(condition: Condition) -> Iterator[tuple[int, Chain]]:
    """Every chain that ends in an indexed equality, with its rank; lower is better."""
    for each in conjuncts(condition):
        if not isinstance(each, Related) or each.quantifier is not Quantifier.SOME or each.relationship.reference:
            continue
        ranks = [rank for inner in conjuncts(each.condition) if (rank := _rank(inner))]
        if ranks:
            yield min(ranks), (each,)
        else:
            for rank, chain in _chains(each.condition):
                yield rank, (each, *chain)


def _rank(condition: Condition) -> int:
    """1 for an equality on a unique key, 2 on an indexed property, 0 for anything else."""
    # No index holds folded texts.
    if not isinstance(condition, Compare) or condition.on_edge or condition.is_folded:
        return 0
    if condition.operator not in (Operator.EQ, Operator.IN):
        return 0
    return 1 if condition.property.is_unique else 2 if condition.property.is_indexed else 0
