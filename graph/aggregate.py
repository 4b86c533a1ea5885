"""Summaries as Cypher: one match of the set, from which every measure and every grouping is worked out.

Where several things are asked of the set, it is collected first and taken apart again by each; a single one is worked
out as the set is matched.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from graph.comparisons import render_comparison
from graph.conditions import Compare
from graph.keyset import Key
from graph.matching import reached, reached_by_any
from graph.measures import Listed, render_measure, render_measures, shown_measure
from graph.model import Kind, Property
from graph.origin import Origin
from graph.patterns import edge_name
from graph.plan import Across, Block, Search
from graph.rendering import Rendering, indent, where
from graph.sources import find
from graph.summary import Complement, Function, Grouping, GroupKey, Having, Junction, Measure, Measured, Path

# What these are of nothing is null; the others are 0.
_NULLABLE = (Function.AVG, Function.MIN, Function.MAX, Function.PERCENTILE)

Nested = Callable[[Rendering, Block, str], tuple[list[str], str]]

# How what is measured of parts becomes the measure of the whole.
_ADDED = {
    Function.COUNT: "sum({})", Function.SUM: "sum({})", Function.MIN: "min({})", Function.MAX: "max({})",
    Function.COUNT_TRUE: "sum({})", Function.COUNT_FALSE: "sum({})",
}  # fmt: skip


def render_summary(rendering: Rendering, block: Block, outer: str, guard: str, nested: Nested) -> tuple[list[str], str]:
    """The clauses that answer a block's summary, and the variable of it. `nested` renders the block of a key's record."""
    summary = block.summary
    assert summary is not None
    listed = _listed(rendering, block)
    found = find(rendering, block, outer, listed.variable, listed.edge, guard)
    lines = found.clauses()
    distinct = "DISTINCT " if found.is_distinct else ""
    parts = len(summary.groupings) + bool(summary.measures)
    result = rendering.variable(f"{block.name}Summary")
    if parts == 1:
        lines += [f"WITH {distinct}{', '.join(listed.all)}"] if distinct else []
        if summary.measures:
            return [*lines, f"RETURN [{render_measures(rendering, summary.measures, listed)}] AS {result}"], result
        more, groups = _groups(rendering, summary.groupings[0], listed, nested)
        return [*lines, *more, f"RETURN [[], {groups}] AS {result}"], result
    members = rendering.variable(f"{block.name}Set")
    member = f"[{listed.variable}, {listed.edge}]" if listed.edge else listed.variable
    lines.append(f"WITH collect({distinct}{member}) AS {members}")
    values = list[str]()
    if summary.measures:
        each, opening = _taken_apart(rendering, block, members)
        values.append(rendering.variable(f"{block.name}Aggregate"))
        measures = render_measures(rendering, summary.measures, each)
        lines += [f"CALL ({members}) {{", *indent([*opening, f"RETURN {measures} AS {values[-1]}"]), "}"]
    for grouping in summary.groupings:
        each, opening = _taken_apart(rendering, block, members)
        more, groups = _groups(rendering, grouping, each, nested)
        values.append(rendering.variable(f"{block.name}Groups"))
        lines += [f"CALL ({members}) {{", *indent([*opening, *more, f"RETURN {groups} AS {values[-1]}"]), "}"]
    values = values if summary.measures else ["[]", *values]
    return [*lines, f"RETURN [{', '.join(values)}] AS {result}"], result


def _listed(rendering: Rendering, block: Block) -> Listed:
    variable = rendering.variable(block.target.variable)
    if isinstance(block.source, Search):
        return Listed(variable, rendering.variable("hit"))
    if isinstance(block.source, Across) and block.source.relationship.edge:
        return Listed(variable, rendering.variable(edge_name(block.source.relationship)))
    return Listed(variable)


def _taken_apart(rendering: Rendering, block: Block, members: str) -> tuple[Listed, list[str]]:
    each = _listed(rendering, block)
    if not each.edge:
        return each, [f"UNWIND {members} AS {each.variable}"]
    member = rendering.variable("member")
    return each, [
        f"UNWIND {members} AS {member}",
        f"WITH {member}[0] AS {each.variable}, {member}[1] AS {each.edge}",
    ]


def _groups(rendering: Rendering, grouping: Grouping, listed: Listed, nested: Nested) -> tuple[list[str], str]:
    """The clauses behind those that bind the set, and the list of the groups' rows as an expression."""
    ways = _Ways(rendering, listed)
    lines, measured = _by_first_step(rendering, grouping, ways)
    paths = [(key.path, key.on_edge) for key in grouping.keys] + [(each.path, False) for each in grouping.records]
    lines += ways.lead(paths)
    keys = [rendering.variable(_key_name(key)) for key in grouping.keys]
    expressions = [_key(rendering, key, ways) for key in grouping.keys]
    records = [rendering.variable(each.path[-1][1].variable if each.path else "record") for each in grouping.records]
    expressions += [ways.reached[each.path].variable for each in grouping.records]
    named = [f"{text} AS {name}" for text, name in zip(expressions, [*keys, *records], strict=True)]
    if any(key.path for key in grouping.keys) and not measured:
        # Several ways may lead to one value.
        lines.append(f"WITH DISTINCT {', '.join([*listed.all, *named])}")
        named = [*keys, *records]
    measures = [rendering.variable(_measure_name(each)) for each in grouping.measures]
    texts = measured or [render_measure(rendering, each, listed) for each in grouping.measures]
    counted = [f"{text} AS {name}" for text, name in zip(texts, measures, strict=True)]
    lines += [f"WITH {', '.join([*named, *counted])}", *where([_having(rendering, grouping, measures)])]
    everything = ", ".join([*keys, *records, *measures])
    lines.append(
        f"WITH {everything} ORDER BY {_order(grouping, keys, measures)} LIMIT {rendering.value(grouping.limit)}"
    )
    shown = [_shown_key(rendering, key, name) for key, name in zip(grouping.keys, keys, strict=True)]
    shown += [shown_measure(each, name) for each, name in zip(grouping.measures, measures, strict=True)]
    for each, name in zip(grouping.records, records, strict=True):
        more, row = nested(rendering, each.block, name)
        lines += more
        shown.append(row)
    return lines, f"collect([{', '.join(shown)}])"


def _by_first_step(rendering: Rendering, grouping: Grouping, ways: _Ways) -> tuple[list[str], list[str]]:
    """Clauses that measure per record of the first step, of which there are few, and how these measures add up.

    So the rest of the way is gone once for each of those, and not for each record of the set: once per product instead
    of once per line. It takes ways on which every step leads to one record, and measures that add up. What that first
    record must be to be seen is asked once for each as well.
    """
    paths = [key.path for key in grouping.keys] + [each.path for each in grouping.records]
    leads_to_one = all(step and not step.is_list for path in paths for step, _ in path)
    first = paths[0][:1]
    if not leads_to_one or any(len(path) < 2 or path[:1] != first for path in paths):
        return [], []
    if not grouping.measures or any(each.function not in _ADDED for each in grouping.measures):
        return [], []
    lines = ways.lead([(first, False)], asks_later=True)
    parts = [(rendering.variable(_measure_name(each)), each) for each in grouping.measures]
    measured = [f"{render_measure(rendering, each, ways.listed)} AS {name}" for name, each in parts]
    lines.append(f"WITH {', '.join([ways.reached[first].variable, *measured])}")
    return lines, [_ADDED[each.function].format(name) for name, each in parts]


def _key_name(key: GroupKey) -> str:
    if not key.path:
        return key.property.name
    relationship, node = key.path[-1]
    return _camel(relationship.name if relationship else node.variable, key.property.name)


def _measure_name(measure: Measure) -> str:
    return _camel(measure.function.value, measure.property.name) if measure.property else "count"


def _camel(first: str, second: str) -> str:
    return first + second[0].upper() + second[1:]


@dataclass
class _Ways:
    """The related records that keys speak of. Paths that begin alike share their beginning."""

    rendering: Rendering
    listed: Listed
    reached: dict[Path, Listed] = field(default_factory=dict)
    # What is still to be asked of what a path has reached, before anything is reached from there.
    asked_later: dict[Path, tuple[str, ...]] = field(default_factory=dict)

    def lead(self, paths: list[tuple[Path, bool]], *, asks_later: bool = False) -> list[str]:
        """The clauses that lead along all paths; with each is said whether its last relationship is asked for.

        With `asks_later` whatever a plain relationship leads to is taken for now, seen or not: paths that go on from there
        ask for it.
        """
        self.reached[()] = self.listed
        with_edge = {path for path, on_edge in paths if on_edge}
        lines = list[str]()
        for path, _ in paths:
            for length in range(1, len(path) + 1):
                if path[:length] not in self.reached:
                    lines += self._step(path[:length], path[:length] in with_edge, asks_later)
        return lines

    def _step(self, path: Path, has_edge: bool, asks_later: bool) -> list[str]:
        relationship, node = path[-1]
        start = self.reached[path[:-1]].variable
        end = self.rendering.variable(node.variable)
        if relationship is None:
            self.reached[path] = Listed(end)
            return [f"WITH *, CASE WHEN {start}:{node.labels[-1]} THEN {start} END AS {end}"]
        edge = self.rendering.variable(edge_name(relationship)) if has_edge else ""
        self.reached[path] = Listed(end, edge)
        if asks_later and (plain := reached_by_any(self.rendering, start, relationship, node, end)):
            way, self.asked_later[path] = plain
            return [f"OPTIONAL MATCH {way}"]
        found = reached(self.rendering, start, relationship, node, end, edge)
        return [f"OPTIONAL MATCH {found.text}", *where((*self.asked_later.get(path[:-1], ()), *found.predicates))]


def _key(rendering: Rendering, key: GroupKey, ways: _Ways) -> str:
    end = ways.reached[key.path]
    value = f"{end.edge if key.on_edge else end.variable}.{key.property.name}"
    if key.unit is None:
        return value
    if key.zone is None:
        return f"CASE WHEN {value} IS NOT NULL THEN date.truncate('{key.unit}', {value}) END"
    local = _local(rendering, key.zone, value)
    if key.unit == "hour":
        # Where clocks are set back an hour comes twice, of which Neo4j's own truncation and its zoned instants make one.
        # The time on the clock is right in both, so it is subtracted from the instant in UTC.
        parts = f"minutes: {local}.minute, seconds: {local}.second, nanoseconds: {local}.nanosecond"
        text = f"{value} - duration({{{parts}}})"
    else:
        text = f"date.truncate('{key.unit}', {local})"
    return f"CASE WHEN {value} IS NOT NULL THEN {text} END"


def _shown_key(rendering: Rendering, key: GroupKey, name: str) -> str:
    if key.unit is None:
        return name
    if key.zone is None:
        return f"toString({name})"
    if key.unit == "hour":
        day, start = f"date({_local(rendering, key.zone, name)})", name
    else:
        midnight = f"datetime({{date: {name}, timezone: {rendering.value(key.zone)}}})"
        day, start = name, f"datetime({{datetime: {midnight}, timezone: 'Z'}})"
    return f"CASE WHEN {name} IS NOT NULL THEN [toString({day}), toString({start})] END"


def _local(rendering: Rendering, zone: Origin, instant: str) -> str:
    return f"datetime({{datetime: {instant}, timezone: {rendering.value(zone)}}})"


def _having(rendering: Rendering, grouping: Grouping, measures: list[str]) -> str:
    def text(condition: Having) -> str:
        match condition:
            case Measured(position, operator, value):
                # Only the kind of what is compared matters here.
                found = grouping.measures[position].property or Property("count", Kind.INTEGER)
                compare = Compare(found, operator, value)
                return render_comparison(compare, measures[position], rendering.value(value))
            case Complement(inner):
                return f"NOT coalesce({text(inner)}, false)"
            case Junction(word, conditions):
                nothing = "true" if word == "AND" else "false"
                parts = [part for each in conditions if (part := text(each)) != "true" or word == "OR"]
                return parts[0] if len(parts) == 1 else f"({f' {word} '.join(parts)})" if parts else nothing
            case _:
                raise TypeError(f"no Cypher for {type(condition).__name__}")

    return text(grouping.having)


def _order(grouping: Grouping, keys: list[str], measures: list[str]) -> str:
    texts = list[str]()
    for order in grouping.order:
        names = keys if order.position is None else [measures[order.position]]
        may_be_null = order.position is None or grouping.measures[order.position].function in _NULLABLE
        texts += [Key(name, Kind.TEXT, order.is_descending, order.nulls_first, may_be_null).order for name in names]
    by_keys = any(order.position is None for order in grouping.order)
    return ", ".join([*texts, *([] if by_keys else keys)])
