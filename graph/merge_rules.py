"""How two records of one type become one: what follows from the declarations, for each property and relationship type.

A property of the kept record stays; one that it lacks is filled. Of relationships:

- plain ones are drawn once between two records, so that parallel ones unite;
- of those that a record has but one of, the kept record's stays;
- those with properties unite if what tells them apart (`Arrow.telling`) does not, and fill each other's absent values;
- those that are closed and never removed, such as jobs, unite only if nothing in them differs;
- those of types that no declaration knows are moved as they are, unless there is just the same one already.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.arrows import Arrows, is_linkable
from graph.model import Direction, Kind, Model, NodeType
from graph.prepare import settable

# What leads from and to records beside what is declared: the log, the way from a merged record to the one that was kept,
# and what unmerging has to know.
MERGED_INTO, KEPT_BEFORE, NOT_DUPLICATE_OF, OF_RECORD = "MERGED_INTO", "KEPT_BEFORE", "NOT_DUPLICATE_OF", "OF_RECORD"

# The field by which users draw NOT_DUPLICATE_OF.
NOT_DUPLICATES = "notDuplicates"

# Properties of the relationships of a merged record, which nobody sees before they are shown again: at which of its ends
# the record lies that was merged, and what another relationship was filled with from this one.
AT_START, AT_END, FILLED, FILLED_INTO = "mergedStart", "mergedEnd", "mergeFilled", "mergeFilledInto"
# Of what is remembered as KEPT_BEFORE: the type that the relationship had, and whether it began at the kept record.
FORMER_TYPE, FORMER_OUT = "mergeType", "mergeOut"
INTERNAL = ("id", "version", AT_START, AT_END, FILLED, FILLED_INTO, FORMER_TYPE, FORMER_OUT)


@dataclass(frozen=True)
class MergeRules:
    """What merging has to know of a type. Relationship types are those that Neo4j has."""

    # The stored names of each property that users give: an amount of money goes with its currency.
    groups: tuple[tuple[str, ...], ...]
    # The properties that are a record's own and never taken over.
    own: tuple[str, ...]
    single_out: tuple[str, ...]
    single_in: tuple[str, ...]
    # Without properties; without a direction; with properties, and the one that tells them apart, if any.
    plain: tuple[str, ...]
    undirected: tuple[str, ...]
    telling: tuple[tuple[str, str], ...]
    # With the property by which they are closed.
    closed_by: tuple[tuple[str, str], ...]
    # What is derived is not moved but made anew.
    derived: tuple[str, ...]


def is_mergeable(node: NodeType) -> bool:
    """Whether two records of a type may turn out to be the same: such as have a name and somebody to look after them."""
    return not node.is_abstract and not node.is_read_only and {"ownerId", "sortKey"} <= node.properties.keys()


def merged_properties(node: NodeType) -> list[str]:
    """The properties that one record may take over from another."""
    return [name for name in settable(node) if name not in _KEPT_OUT]


def rules_of(model: Model, node: NodeType) -> MergeRules:
    """What merging records of this type goes by."""
    arrows = Arrows(model)
    plain, undirected, derived = {NOT_DUPLICATE_OF}, {NOT_DUPLICATE_OF}, set[str]()
    telling, closed_by = dict[str, str](), dict[str, str]()
    for each in model.concrete:
        for relationship in each.relationships.values():
            if relationship.is_derived and len(relationship.hops) == 1:
                derived |= set(relationship.hops[0].types)
            if not is_linkable(relationship):
                continue
            arrow = arrows[each.name, relationship.name]
            if arrow.is_both:
                undirected.add(arrow.type)
            if arrow.edge is None:
                plain.add(arrow.type)
            else:
                telling[arrow.type] = next(iter(arrow.telling), "")
            if arrow.when:
                closed_by[arrow.type] = arrow.when.property
    singles = [
        each.hops[0] for each in node.relationships.values() if is_linkable(each) and not each.is_list and each.hops
    ]
    groups = tuple(stored_group(name, node.properties[name].kind) for name in merged_properties(node))
    given = {name for group in groups for name in group}
    own = {*node.properties, *node.computed, *_KEPT_OUT} - given
    return MergeRules(
        groups,
        tuple(sorted(own)),
        _types(hop.types[0] for hop in singles if hop.direction is Direction.OUT),
        _types(hop.types[0] for hop in singles if hop.direction is Direction.IN),
        _types(plain),
        _types(undirected),
        tuple(sorted(telling.items())),
        tuple(sorted(closed_by.items())),
        _types(derived),
    )


# What every record says of itself, and what companions derived amounts have.
_KEPT_OUT = (
    "id", "createdAt", "updatedAt", "createdBy", "updatedBy", "version", "ownerId", "revenueCurrency", "revenueBase",
)  # fmt: skip


def stored_group(name: str, kind: Kind) -> tuple[str, ...]:
    """The names under which a property is stored: money has two companions."""
    return (name, f"{name}Currency", f"{name}Base") if kind is Kind.MONEY else (name,)


def _types(found: object) -> tuple[str, ...]:
    return tuple(sorted(set(found)))  # type: ignore[call-overload]
