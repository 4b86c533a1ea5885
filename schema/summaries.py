"""The inputs by which records are filtered and ordered by how many related ones there are, and by what those sum up to."""

from __future__ import annotations

from collections.abc import Iterable

from graph.model import EdgeType, Kind, NodeType, Property
from schema.comparisons import comparison
from schema.naming import prefix
from schema.types import Field, Types

_NUMBERS = (Kind.INTEGER, Kind.FLOAT, Kind.MONEY)
_TIMES = (Kind.DATE, Kind.DATETIME)
_WORDS = {"sum": "All of them added up; 0 of none.", "avg": "The mean.", "min": "The least.", "max": "The greatest."}


def add_summaries(types: Types, target: NodeType, edge: EdgeType | None) -> None:
    """Define `…AggregateWhere` and `…AggregateOrder` for related records of a type."""
    name = prefix(target.name, edge)
    own = [each for each in _summed(target.properties.values()) if not target.is_union]
    types.add("input", f"{name}AggregateWhere", [
        Field("where", f"{name}Where | None", "Of those that match; without it, of all."),
        Field("count", "IntComparison | None", "How many there are."),
        *_comparisons(types, own),
        *([Field("edge", f"{edge.name}AggregateWhere | None", "The relationship's own properties.")] if edge else []),
    ], f"Conditions on what related {target.name} records sum up to; all must hold.")  # fmt: skip
    types.add("one_of", f"{name}AggregateOrder", [
        Field("count", "Sort | None", "How many there are."),
        *_sorts(types, own),
        *([Field("edge", f"{edge.name}AggregateOrder | None", "The relationship's own properties.")] if edge else []),
    ], f"A summary of related {target.name} records to order by.")  # fmt: skip
    comparison(types, Property("count", Kind.INTEGER))


def add_edge_summaries(types: Types, edge: EdgeType) -> None:
    """Define the same for the properties of a relationship."""
    own = _summed(edge.properties.values())
    types.add("input", f"{edge.name}AggregateWhere", [*_comparisons(types, own)], "Conditions on what they sum up to.")
    types.add("one_of", f"{edge.name}AggregateOrder", [*_sorts(types, own)], "A summary to order by.")


def _summed(properties: Iterable[Property]) -> list[Property]:
    return [
        each for each in properties if each.kind in (*_NUMBERS, *_TIMES) and not each.is_list and not each.is_hidden
    ]


def _comparisons(types: Types, properties: Iterable[Property]) -> list[Field]:
    return [Field(each.name, f"{_summary_comparison(types, each)} | None") for each in properties]


def _summary_comparison(types: Types, found: Property) -> str:
    """The input that compares summaries of one kind of property; it is defined when it is first needed."""
    name = f"{found.kind.value}SummaryComparison"
    if name not in types:
        kinds = dict.fromkeys(_words(found), found.kind)
        if found.kind is Kind.INTEGER:
            kinds |= {"avg": Kind.FLOAT, "sum": Kind.FLOAT}
        fields = [
            Field(word, f"{comparison(types, Property(word, kind))} | None", _WORDS[word])
            for word, kind in kinds.items()
        ]
        types.add("input", name, fields, "Conditions on a summary; all must hold.")
    return name


def _sorts(types: Types, properties: Iterable[Property]) -> list[Field]:
    for name, words in (("SummarySort", tuple(_WORDS)), ("ExtremeSort", ("min", "max"))):
        if name not in types:
            fields = [Field(word, "Sort | None", _WORDS[word]) for word in words]
            types.add("one_of", name, fields, "Which summary to order by.")
    return [
        Field(each.name, f"{'ExtremeSort' if each.kind in _TIMES else 'SummarySort'} | None") for each in properties
    ]


def _words(found: Property) -> tuple[str, ...]:
    return ("min", "max") if found.kind in _TIMES else tuple(_WORDS)
