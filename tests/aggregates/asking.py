"""Summaries as GraphQL, and their answers as plain values that compare with those of the oracle."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from graph.model import Kind
from graph.reader import ADMINISTRATOR, Reader
from tests.aggregates.oracle import Key, Measure, groups_of, has, ordered, start_of
from tests.aggregates.questions import Grouping, Summary, field_of
from tests.asking import Ask
from tests.oracle import Oracle

_LEAVES = {Kind.DATETIME: "{ date start }"}


@dataclass
class Asked:
    """One summary as an operation."""

    summary: Summary
    variables: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        connection = self.summary.connection
        self.variables["where"] = connection.where
        declared = [f"$where: {connection.prefix}Where"]
        parts = ["totalCount", f"aggregate {{ count {_measures(self.summary.measures)} }}"]
        for i, grouping in enumerate(self.summary.groupings):
            self.variables |= {
                f"by{i}": [written for _, written in grouping.by], f"having{i}": grouping.having,
                f"orderBy{i}": [_order(what, way) for what, way in grouping.order_by], f"first{i}": grouping.first,
            }  # fmt: skip
            declared += [
                f"$by{i}: [{connection.prefix}GroupBy!]!", f"$having{i}: {connection.prefix}Having!",
                f"$orderBy{i}: [{connection.prefix}GroupOrder!]!", f"$first{i}: Int",
            ]  # fmt: skip
            keys = " ".join(f"k{n}: key {_key(key)}" for n, key in enumerate(grouping.keys))
            parts.append(
                f"g{i}: groupBy(by: $by{i}, having: $having{i}, orderBy: $orderBy{i}, first: $first{i}) {{ hasMore "
                f"groups {{ {keys} count aggregate {{ count {_measures(grouping.measures)} }} }} }}"
            )
        list_ = f"list: {connection.field}(where: $where) {{ {' '.join(parts)} }}"
        if connection.record is None:
            return f"query ({', '.join(declared)}) {{ {list_} }}"
        one = connection.owner[0].lower() + connection.owner[1:]
        return f'query ({", ".join(declared)}) {{ one: {one}(id: "{connection.record}") {{ {list_} }} }}'


def _measures(measures: list[Measure]) -> str:
    return " ".join(_measure(f"m{i}", measure) for i, measure in enumerate(measures))


def _measure(alias: str, measure: Measure) -> str:
    if not measure.declared.name:
        return ""
    argument = f"(p: {measure.p})" if measure.p is not None else ""
    is_amount = measure.declared.kind is Kind.MONEY and measure.function not in ("count", "distinct")
    inner = (
        f"{measure.declared.name} {{ v: {measure.function}{argument}{' { amount currency }' if is_amount else ''} }}"
    )
    return f"{alias}: edge {{ of: {inner} }}" if measure.on_edge else f"{alias}: {inner}"


def _key(key: Key) -> str:
    names = [field_of(step) for step in key.path] + (["edge"] if key.on_edge else [])
    text = f"{{ v: {key.declared.name} {_LEAVES.get(key.declared.kind, '')} }}"
    for name in reversed(names):
        text = f"{{ v: {name} {text} }}"
    return text


def _order(what: Measure | str, way: str) -> dict[str, Any]:
    if isinstance(what, str):
        return {what: way}
    which: Any = way if what.p is None else {"p": what.p, "sort": way}
    written = {what.declared.name: {what.function: which}}
    return {"edge": written} if what.on_edge else written


async def answered(ask: Ask, summary: Summary, reader: Reader = ADMINISTRATOR) -> Any:
    """The answer; None if the record that the connection belongs to cannot be seen."""
    asked = Asked(summary)
    data = await ask.data(asked.text, asked.variables, reader)
    owner = data if summary.connection.record is None else data["one"]
    if owner is None:
        return None
    found = owner["list"]
    whole = [_shown(found["aggregate"], f"m{i}", each) for i, each in enumerate(summary.measures)]
    return [
        [found["totalCount"], found["aggregate"]["count"]], whole,
        *([_groups(found[f"g{i}"], grouping) for i, grouping in enumerate(summary.groupings)]),
    ]  # fmt: skip


def _groups(found: dict[str, Any], grouping: Grouping) -> Any:
    rows = []
    for group in found["groups"]:
        keys = [_shown_key(group[f"k{i}"], key) for i, key in enumerate(grouping.keys)]
        measures = [_shown(group["aggregate"], f"m{i}", each) for i, each in enumerate(grouping.measures)]
        rows.append([keys, group["count"], group["aggregate"]["count"], measures])
    return [found["hasMore"], rows]


def _shown(aggregate: dict[str, Any], alias: str, measure: Measure) -> Any:
    if not measure.declared.name:
        return None
    found = aggregate[alias]["of"]["v"] if measure.on_edge else aggregate[alias]["v"]
    if isinstance(found, dict):
        assert found["currency"] == "USD"
        return float(Decimal(found["amount"]) * 100)
    return _time(found, measure.declared.kind) if measure.function in ("min", "max") else found


def _shown_key(found: Any, key: Key) -> Any:
    for _ in range(len(key.path) + key.on_edge + 1):
        found = found["v"]
    if isinstance(found, dict):
        return [found["date"], datetime.fromisoformat(found["start"])]
    return _time(found, key.declared.kind)


def _time(found: Any, kind: Kind) -> Any:
    if found is None or kind not in (Kind.DATE, Kind.DATETIME):
        return found
    return date.fromisoformat(found) if kind is Kind.DATE else datetime.fromisoformat(found)


# --- what it should be ----------------------------------------------------------------------------------------------


def expected(oracle: Oracle, summary: Summary) -> Any:
    """The answer as the oracle knows it, in the same form; None if the record cannot be seen."""
    connection = summary.connection
    if connection.record and not oracle.sees(oracle.dump.by_id[connection.record]):
        return None
    listed = connection.listed(oracle)
    whole = [_close(each, each.of(listed)) if each.declared.name else None for each in summary.measures]
    edge = connection.edge.properties if connection.edge else {}
    found: list[Any] = [[len(listed)] * 2, whole]
    for grouping in summary.groupings:
        groups = groups_of(oracle, listed, grouping.keys)
        kept = [each for each in groups if has(each, grouping.having, connection.target.properties, edge)]
        rows = []
        for group in ordered(kept, grouping.order_by)[: grouping.first]:
            keys = [_expected_key(value, key) for value, key in zip(group.keys, grouping.keys, strict=True)]
            measures = [
                _close(each, each.of(group.members)) if each.declared.name else None for each in grouping.measures
            ]
            rows.append([keys, len(group.members), len(group.members), measures])
        found.append([len(kept) > grouping.first, rows])
    return found


def _expected_key(value: Any, key: Key) -> Any:
    if value is None or key.declared.kind is not Kind.DATETIME:
        return value
    zone = key.zone or "UTC"
    local = local_date(value, zone)
    return [local.isoformat(), start_of(value, zone)]


def local_date(value: Any, zone: str) -> date:
    return value.astimezone(ZoneInfo(zone)).date() if isinstance(value, datetime) else value


def _close(measure: Measure, value: Any) -> Any:
    """Numbers as near as their kind allows: floats are added in any order, amounts are rounded to a minor unit."""
    if value is None or measure.declared.kind not in (Kind.INTEGER, Kind.FLOAT, Kind.MONEY):
        return value
    is_amount = measure.declared.kind is Kind.MONEY
    return pytest.approx(float(value), rel=1e-9, abs=0.5 + 1e-9 if is_amount else 1e-9)
