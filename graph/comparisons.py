"""Comparisons of a property with a value, as Cypher predicates.

Negation is complement: what lacks the property is kept by `ne` and `notIn`. Cypher's own null would drop it.
"""

from __future__ import annotations

from graph.conditions import All, AnyOf, Compare, CompareAggregate, Condition, Not, OfType, Operator
from graph.model import Kind

_SIMPLE = {
    Operator.EQ: "=", Operator.LT: "<", Operator.LTE: "<=", Operator.GT: ">", Operator.GTE: ">=", Operator.IN: "IN",
    Operator.CONTAINS: "CONTAINS", Operator.STARTS_WITH: "STARTS WITH", Operator.ENDS_WITH: "ENDS WITH",
}  # fmt: skip


def render_comparison(condition: Compare | CompareAggregate, left: str, value: str) -> str:
    """The predicate that compares `left`, an expression, with `value`, a parameter."""
    if isinstance(condition, Compare) and condition.is_folded:
        is_list = condition.operator in (Operator.IN, Operator.NOT_IN)
        left, value = _folded(left), f"[each IN {value} | {_folded('each')}]" if is_list else _folded(value)
    now = "date()" if condition.property.kind is Kind.DATE else "datetime()"
    match condition.operator:
        case Operator.IS_NULL:
            return f"({left} IS NULL) = {value}"
        case Operator.NE:
            return f"NOT coalesce({left} = {value}, false)"
        case Operator.NOT_IN:
            return f"NOT coalesce({left} IN {value}, false)"
        case Operator.HAS:
            return f"{value} IN {left}"
        case Operator.HAS_ANY:
            return f"any(each IN {left} WHERE each IN {value})"
        case Operator.WITHIN:
            return f"{left} >= {now} - duration({value}) AND {left} <= {now}"
        case Operator.OLDER_THAN:
            return f"{left} < {now} - duration({value})"
        case _:
            return f"{left} {_SIMPLE[condition.operator]} {value}"


def _folded(text: str) -> str:
    """A text of which case and width are gone, on both sides by the same functions, so that they agree on every letter."""
    return f"toLower(normalize({text}, NFKC))"


def uses_edge(condition: Condition) -> bool:
    """Whether a condition speaks of the relationship by which its record was reached."""
    match condition:
        case All(conditions) | AnyOf(conditions):
            return any(uses_edge(each) for each in conditions)
        case Not(inner) | OfType(_, inner):
            return uses_edge(inner)
        case Compare():
            return condition.on_edge
        case _:
            return False
