"""Relationships of a batch: which are there, which differ, which are to be drawn, and which one replaces another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from neo4j import AsyncManagedTransaction

from graph.arrows import Arrow
from graph.ids import id_for, new_id
from graph.import_history import History, Told, linking, tell, told_of_edge, type_of
from graph.lookup import gathered, native, run
from graph.model import Model, NodeType
from graph.names import name, snake
from graph.rows import Counts, counted


@dataclass(frozen=True)
class End:
    """A record at one end of a relationship."""

    id: str
    node: NodeType
    is_new: bool

    @property
    def label(self) -> str:
        """The most general label, whose constraint finds the record: the fewer statements, the less to plan."""
        return name(self.node.labels[0])


@dataclass(frozen=True)
class Edge:
    """A relationship that a row asks for. `source` is the record whose field it is, whatever the direction."""

    arrow: Arrow
    source: End
    target: End
    properties: Mapping[str, Any]
    apart: tuple[str, ...]

    @property
    def telling(self) -> tuple[Any, ...]:
        return tuple(self.properties.get(one) for one in self.apart)


@dataclass(frozen=True)
class Existing:
    """A relationship that is there; `other` is the record at the end where it was not looked for."""

    element: str
    other: str
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Replaced:
    """A relationship that gives way to another one. `own` is the record that can have but one."""

    existing: Existing
    own: End
    other_labels: tuple[str, ...]


@dataclass(frozen=True)
class Drawing:
    """What is to be done, and what that will have been."""

    new: tuple[Edge, ...]
    changed: tuple[tuple[Edge, Existing, Mapping[str, Any]], ...]
    replaced: tuple[tuple[Edge, Replaced], ...]
    # Ids of the records that a replaced relationship led to, and of those whose own relationships change.
    left: frozenset[str]
    sources: frozenset[str]
    counts: Mapping[str, Counts]


async def compare(transaction: AsyncManagedTransaction, edges: Sequence[Edge]) -> Drawing:
    """Set what is asked for against what is there."""
    new: list[Edge] = []
    changed: list[tuple[Edge, Existing, Mapping[str, Any]]] = []
    replaced: dict[str, tuple[Edge, Replaced]] = {}
    created, updated, unchanged = Counter[str](), Counter[str](), Counter[str]()
    for group in _grouped(edges).values():
        between, others = await _existing(transaction, group)
        replaced |= others
        for edge in group:
            found = _match(edge, between.get((edge.source.id, edge.target.id), ()))
            change = {} if found is None else _difference(edge, found)
            if found is None:
                new.append(edge)
            elif change:
                changed.append((edge, found, change))
            (created if found is None else updated if change else unchanged)[edge.arrow.type] += 1
    return Drawing(
        tuple(new),
        tuple(changed),
        tuple(replaced[element] for element in sorted(replaced)),
        frozenset(each.existing.other for _, each in replaced.values()),
        frozenset(edge.source.id for edge in (*new, *(edge for edge, _, _ in changed))),
        counted(created, updated, unchanged),
    )


async def draw(
    transaction: AsyncManagedTransaction, drawing: Drawing, model: Model, now: datetime, history: History | None
) -> bool:
    """Write it. False if a record that a relationship leads to has gone meanwhile."""
    if history and (drawing.replaced or drawing.changed):
        await tell(transaction, history, [*_replacements(drawing, model), *map(_change, drawing.changed)])
    if drawing.replaced:
        await run(
            transaction,
            """CYPHER 5
            UNWIND $p.elements AS element
            MATCH ()-[edge]->() WHERE elementId(edge) = element
            DELETE edge""",
            elements=[each.existing.element for _, each in drawing.replaced],
        )
    if drawing.changed:
        await run(
            transaction,
            """CYPHER 5
            UNWIND $p.rows AS row
            MATCH ()-[edge]->() WHERE elementId(edge) = row.element
            SET edge += row.change, edge.version = coalesce(edge.version, 0) + 1""",
            rows=[{"element": found.element, "change": change} for _, found, change in drawing.changed],
        )
    for group in _grouped(drawing.new).values():
        if await _create(transaction, group, now, history) != len(group):
            return False
    return True


def _replacements(drawing: Drawing, model: Model) -> Iterator[Told]:
    for edge, each in drawing.replaced:
        names = told_of_edge(edge.arrow.edge) if edge.arrow.edge else ()
        old = each.existing.properties
        yield Told(
            "UNLINK", each.own.id, each.own.node.name, [one for one in names if one in old], old, {},
            element=each.existing.element, other_id=each.existing.other, other_type=type_of(model, each.other_labels),
        )  # fmt: skip


def _change(changed: tuple[Edge, Existing, Mapping[str, Any]]) -> Told:
    edge, found, change = changed
    assert edge.arrow.edge is not None
    return Told(
        "UPDATE_EDGE", edge.source.id, edge.source.node.name,
        [one for one in told_of_edge(edge.arrow.edge) if one in change], found.properties, change,
        element=found.element, other_id=edge.target.id, other_type=edge.target.node.name,
    )  # fmt: skip


async def _create(
    transaction: AsyncManagedTransaction, group: Sequence[Edge], now: datetime, history: History | None
) -> int:
    first = group[0]
    start, end = (first.source, first.target) if first.arrow.is_out else (first.target, first.source)
    text = f"""CYPHER 5
        {"MATCH (batch:ImportBatch {id: $p.batch})" if history else ""}
        UNWIND $p.rows AS row
        MATCH (start:{start.label} {{id: row.start}})
        MATCH (end:{end.label} {{id: row.end}})
        CREATE (start)-[edge:{name(first.arrow.type)}]->(end)
        SET edge = row.properties{linking(first.arrow.edge, is_out=first.arrow.is_out) if history else ""}
        RETURN count(edge)"""
    rows = []
    for edge in group:
        ends = (edge.source.id, edge.target.id) if edge.arrow.is_out else (edge.target.id, edge.source.id)
        properties = _whole(edge, ends, now)
        row = {"start": ends[0], "end": ends[1], "properties": properties}
        rows.append({**row, **_told(edge, properties)} if history else row)
    rows.sort(key=lambda row: (row["start"], row["end"]))
    ((count,),) = await run(transaction, text, rows=rows, **(history.values if history else {}))
    return int(count)


def _told(edge: Edge, properties: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says of the change that it makes."""
    names = told_of_edge(edge.arrow.edge) if edge.arrow.edge else ()
    return {
        "change": new_id("change"),
        "names": [one for one in names if one in properties],
        "ownType": edge.source.node.name,
        "otherType": edge.target.node.name,
    }


def _whole(edge: Edge, ends: tuple[str, str], now: datetime) -> dict[str, Any]:
    if edge.arrow.edge is None:
        return {}
    key = ":".join((edge.arrow.type, *ends, *map(str, edge.telling)))
    given = {one: value for one, value in edge.properties.items() if value is not None}
    return {"id": id_for(snake(edge.arrow.edge.name), key, now), **given, "version": 1}


def _grouped(edges: Sequence[Edge]) -> dict[tuple[Any, ...], list[Edge]]:
    """Edges of one type between the same labels, without repetitions; of several to one place the last one counts."""
    groups: dict[tuple[Any, ...], dict[tuple[Any, ...], Edge]] = {}
    for edge in edges:
        arrow = edge.arrow
        place = (arrow.type, arrow.is_out, arrow.is_single, arrow.is_single_back, edge.source.label, edge.target.label)
        if arrow.is_single:
            same: tuple[Any, ...] = (edge.source.id,)
        elif arrow.is_single_back:
            same = (edge.target.id,)
        else:
            same = (edge.source.id, edge.target.id, edge.telling)
        groups.setdefault(place, {})[same] = edge
    return {place: list(group.values()) for place, group in groups.items()}


async def _existing(
    transaction: AsyncManagedTransaction, group: Sequence[Edge]
) -> tuple[dict[tuple[str, str], list[Existing]], dict[str, tuple[Edge, Replaced]]]:
    """What is drawn between the ends of each edge, and what it replaces, by its element id."""
    between: dict[tuple[str, str], list[Existing]] = {}
    replaced: dict[str, tuple[Edge, Replaced]] = {}
    arrow = group[0].arrow
    wanted = {(edge.source.id, edge.target.id) for edge in group}
    if arrow.is_single or arrow.is_single_back:
        side = "source" if arrow.is_single else "target"
        edges = {end.id: edge for edge in group if not (end := getattr(edge, side)).is_new}
        ids = sorted(edges)
        for own, other, element, properties, labels in await _around(transaction, group[0], side, ids) if ids else ():
            pair = (own, other) if arrow.is_single else (other, own)
            existing = Existing(element, other, native(properties))
            if pair in wanted:
                between.setdefault(pair, []).append(existing)
            else:
                edge = edges[own]
                replaced[element] = (edge, Replaced(existing, getattr(edge, side), tuple(labels)))
        return between, replaced
    pairs = sorted(
        {(edge.source.id, edge.target.id) for edge in group if not (edge.source.is_new or edge.target.is_new)}
    )
    for source, target, element, properties in await _pairs(transaction, group[0], pairs) if pairs else ():
        between.setdefault((source, target), []).append(Existing(element, target, native(properties)))
    return between, replaced


async def _around(transaction: AsyncManagedTransaction, edge: Edge, side: str, ids: list[str]) -> list[list[Any]]:
    is_out = edge.arrow.is_out == (side == "source")
    own = edge.source if side == "source" else edge.target
    text = f"""CYPHER 5
        UNWIND $p.ids AS id
        MATCH (own:{own.label} {{id: id}}){_drawn(edge.arrow.type, is_out)}(other)
        RETURN collect([own.id, other.id, elementId(edge), properties(edge), labels(other)])"""
    return await gathered(transaction, text, ids=ids)


async def _pairs(transaction: AsyncManagedTransaction, edge: Edge, pairs: list[tuple[str, str]]) -> list[list[Any]]:
    text = f"""CYPHER 5
        UNWIND $p.pairs AS pair
        MATCH (source:{edge.source.label} {{id: pair[0]}})
        MATCH (target:{edge.target.label} {{id: pair[1]}})
        MATCH (source){_drawn(edge.arrow.type, edge.arrow.is_out)}(target)
        RETURN collect([source.id, target.id, elementId(edge), properties(edge)])"""
    return await gathered(transaction, text, pairs=[list(pair) for pair in pairs])


def _drawn(type: str, is_out: bool) -> str:
    return f"-[edge:{name(type)}]->" if is_out else f"<-[edge:{name(type)}]-"


def _match(edge: Edge, existing: Sequence[Existing]) -> Existing | None:
    """The one that is told apart by the same values."""
    for one in existing:
        if all(one.properties.get(key) == edge.properties.get(key) for key in edge.apart):
            return one
    # Where there can be but one, whatever its id, it is that.
    is_only = edge.apart == ("id",) and (edge.arrow.is_single or edge.arrow.is_single_back)
    return existing[0] if existing and is_only else None


def _difference(edge: Edge, found: Existing) -> dict[str, Any]:
    return {key: value for key, value in edge.properties.items() if key != "id" and found.properties.get(key) != value}
