"""Measures of a set of records as Cypher expressions."""

from __future__ import annotations

from dataclasses import dataclass

from graph.model import Kind
from graph.rendering import Rendering
from graph.summary import Function, Measure, aggregated

_FUNCTIONS = {
    Function.COUNT: "count({})", Function.DISTINCT: "count(DISTINCT {})", Function.SUM: "sum({})",
    Function.AVG: "avg({})", Function.MIN: "min({})", Function.MAX: "max({})",
    Function.COUNT_TRUE: "count(CASE WHEN {} THEN 1 END)", Function.COUNT_FALSE: "count(CASE WHEN NOT {} THEN 1 END)",
}  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """The variables of one member of the set: its record, and its relationship if that has properties."""

    variable: str
    edge: str = ""

    @property
    def all(self) -> list[str]:
        return [self.variable, *([self.edge] if self.edge else [])]


def render_measures(rendering: Rendering, measures: tuple[Measure, ...], listed: Listed) -> str:
    """The list of all measures, each as it is sent."""
    return f"[{', '.join(shown_measure(each, render_measure(rendering, each, listed)) for each in measures)}]"


def render_measure(rendering: Rendering, measure: Measure, listed: Listed) -> str:
    if measure.property is None:
        return "count(*)"
    name = f"{listed.edge if measure.on_edge else listed.variable}.{measure.property.name}"
    # The least and the greatest of texts and numbers would be found without a complaint.
    is_careful = rendering.is_careful or measure.function in (Function.MIN, Function.MAX)
    value = aggregated(measure.property, name, is_careful=is_careful)
    if measure.function is Function.PERCENTILE:
        assert measure.argument is not None
        return f"percentileCont({value}, {rendering.value(measure.argument)})"
    return _FUNCTIONS[measure.function].format(value)


def shown_measure(measure: Measure, text: str) -> str:
    is_time = measure.property is not None and measure.property.kind in (Kind.DATE, Kind.DATETIME)
    return f"toString({text})" if is_time and measure.function in (Function.MIN, Function.MAX) else text
