"""A graph that is made from the model itself, as awkward as the model allows.

It has records of every type and relationships of every kind, with ties, absent values, several relationships between
the same two records, records that lead to themselves, and references to records that are gone. A type that is declared
tomorrow is in it without a change here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from random import Random
from typing import Any

from neo4j.spatial import WGS84Point

from graph import ids
from graph.database import Database
from graph.indexes import reconcile
from graph.model import Direction, Kind, Model, NodeType, Property
from tests.asking import whole_api
from tests.contents import hold
from tests.dump import Dump, Edge, Record
from tests.oracle import Oracle

NOW = datetime(2025, 6, 1, tzinfo=UTC)
# The first seed whose graph is complete, as of this writing; the search goes on from here when the model grows.
FIRST_SEED = 41

RECORDS_PER_TYPE = 8
RECORDS_PER_KIND_OF_ACTIVITY = 3

# Neo4j 5.26 sorts texts by code points and compares them with a parameter by UTF-16 units. So beside 🜚, which UTF-16
# spells in two units, no text here begins with one of the characters from U+E000 to U+FFFF.
_TEXTS = ("ada", "Ada", "Ädå", "bob", "O'Brien \\ \"`$p", "王芳", "李娜", "🜚", "a_b%c.*")


@cache
def awkward_graph() -> Dump:
    """The graph, which is the same in every run. Every field of every type leads somewhere in it."""
    model = whole_api().model
    graphs = (_Maker(model, Random(seed)).make() for seed in count(FIRST_SEED))  # noqa: S311 - it keeps no secret.
    return next(graph for graph in graphs if _is_complete(graph))


def _is_complete(graph: Dump) -> bool:
    oracle = Oracle(graph)
    return all(
        any(oracle.related(record, relationship) for record in graph.of(node))
        for node in graph.model.concrete
        for relationship in node.relationships.values()
    )


async def hold_awkward(database: Database) -> Dump:
    """Make the database hold the awkward graph and nothing else."""
    graph = awkward_graph()

    await hold(database, "awkward", lambda: load_dump(database, graph))
    return graph


async def load_dump(database: Database, graph: Dump) -> None:
    """Write a graph as it is into a database that is empty."""
    await reconcile(graph.model, database)
    for node in graph.model.concrete:
        rows = [record.properties for record in graph.of(node)]
        await database.run(f"UNWIND $rows AS row CREATE (n:{':'.join(node.labels)}) SET n = row", rows=rows)
    for name in sorted({edge.type for edge in graph.edges}):
        edges = [(each.start.id, each.end.id, each.properties) for each in graph.edges if each.type == name]
        text = "UNWIND $rows AS row MATCH (a {id: row[0]}), (b {id: row[1]})"
        await database.run(f"{text} CREATE (a)-[r:{name}]->(b) SET r = row[2]", rows=edges)


@dataclass(frozen=True)
class _Arrow:
    """A relationship from records of one type, whatever fields it is seen through."""

    type: str
    start: str
    ends: frozenset[str]
    is_single: bool
    is_single_back: bool
    properties: Mapping[str, Property] | None


@dataclass
class _Maker:
    """Draws the graph."""

    model: Model
    random: Random
    records: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    edges: list[tuple[str, str, str, dict[str, Any]]] = field(default_factory=list)

    def make(self) -> Dump:
        for node in self.model.concrete:
            is_activity = node.id_prefix == "activity"
            for number in range(RECORDS_PER_KIND_OF_ACTIVITY if is_activity else RECORDS_PER_TYPE):
                self.records[node.name].append(self._record(node, number))
        for arrow in _arrows(self.model):
            self._draw(arrow)
        made = {found["id"]: Record(name, self._computed(name, found)) for name, found in self._all()}
        edges = (Edge(name, made[start], made[end], values) for name, start, end, values in self.edges)
        return Dump(self.model, tuple(made.values()), tuple(edges))

    def _all(self) -> Iterator[tuple[str, dict[str, Any]]]:
        return ((name, found) for name, records in self.records.items() for found in records)

    def _computed(self, name: str, record: dict[str, Any]) -> dict[str, Any]:
        computed = self.model.nodes[name].compute(record)
        # Two addresses, or two grants, may be alike here, which an import would have made one.
        properties = self.model.nodes[name].properties
        unique = {key: record["id"] for key in computed if properties[key].is_unique}
        return {**record, **{key: value for key, value in computed.items() if value is not None}, **unique}

    def _record(self, node: NodeType, number: int) -> dict[str, Any]:
        record: dict[str, Any] = {"id": ids.id_for(node.id_prefix, f"{node.name}{number}", NOW)}
        references = {each.reference for each in node.relationships.values() if each.reference}
        for found in node.properties.values():
            if found.name in references:
                record |= self._reference(found.name)
            elif found.name not in ("id", "ownerId", *node.computed):
                record |= self._value(found, f"{node.name}{number}")
        return record

    def _reference(self, name: str) -> dict[str, Any]:
        # The last two are users that are gone.
        number = self.random.randrange(RECORDS_PER_TYPE + 2)
        return {name: ids.id_for("user", f"User{number}", NOW)} if self.random.random() < 0.7 else {}

    def _value(self, found: Property, unique: str) -> dict[str, Any]:
        if not found.is_required and self.random.random() < 0.4:
            return {}
        if found.is_list:
            return {found.name: self.random.sample(_TEXTS, self.random.randrange(3))}
        match found.kind:
            case Kind.MONEY:
                return self._money(found.name)
            case Kind.TEXT if found.is_unique:
                return {found.name: f"{self.random.choice(_TEXTS)}-{unique}"}
            case _:
                return {found.name: self._scalar(found)}

    def _money(self, name: str) -> dict[str, Any]:
        currency = self.random.choice(("USD", "EUR", "CNY"))
        amount = self.random.choice((0, 100, 250, 100_000, -50))
        # Nobody knew the rate of CNY, so such an amount has no worth in the base currency.
        rate = {"USD": 1, "EUR": 2}.get(currency)
        return {name: amount, f"{name}Currency": currency} | ({f"{name}Base": amount * rate} if rate else {})

    def _scalar(self, found: Property) -> Any:
        choose = self.random.choice
        match found.kind:
            case Kind.TEXT:
                return choose(_TEXTS)
            case Kind.ENUM:
                return choose(found.values)
            case Kind.INTEGER:
                return choose((-1, 0, 1, 2, 2))
            case Kind.FLOAT:
                return choose((-0.5, 0.0, 1.0, 2.5, 1e300))
            case Kind.BOOLEAN:
                return choose((True, False))
            case Kind.DATE:
                return date(2024, 2, 28) + timedelta(days=self.random.randrange(3))
            case Kind.DATETIME:
                later = (timedelta(), timedelta(seconds=1), timedelta(microseconds=1), timedelta(days=40))
                return datetime(2024, 2, 28, 23, 59, tzinfo=UTC) + choose(later)
            case Kind.POINT:
                return WGS84Point((self.random.uniform(-180, 180), self.random.uniform(-90, 90)))
            case kind:
                raise TypeError(f"no awkward {kind}")

    def _draw(self, arrow: _Arrow) -> None:
        ends = [record for name in sorted(arrow.ends) for record in self.records[name]]
        used = {end for name, _, end, _ in self.edges if name == arrow.type and arrow.is_single_back}
        for start in self.records[arrow.start]:
            count = self.random.choice((0, 1, 1, 1) if arrow.is_single else (0, 1, 2, 3, 5))
            # Only a relationship with properties, which make a difference, is drawn twice between two records.
            choose = self.random.sample if arrow.properties is None else self.random.choices
            for end in choose(ends, k=count):
                if arrow.is_single_back and end["id"] in used:
                    continue
                used.add(end["id"])
                self.edges.append((arrow.type, start["id"], end["id"], self._edge(arrow)))
                if arrow.type == "OWNED_BY":
                    start["ownerId"] = end["id"]

    def _edge(self, arrow: _Arrow) -> dict[str, Any]:
        if arrow.properties is None:
            return {}
        values: dict[str, Any] = {"id": ids.id_for("edge", str(len(self.edges)), NOW)}
        for found in arrow.properties.values():
            values |= {} if found.name == "id" else self._value(found, values["id"])
        return values


def _arrows(model: Model) -> Iterator[_Arrow]:
    """Every relationship that fields of one hop show, once for each type that it starts from."""
    ends: dict[tuple[str, str], set[str]] = defaultdict(set)
    single: set[tuple[str, str]] = set()
    single_back: set[tuple[str, str]] = set()
    properties: dict[str, Mapping[str, Property]] = {}
    for node in model.concrete:
        for relationship in node.relationships.values():
            if len(relationship.hops) != 1 or relationship.is_path:
                continue
            (hop,) = relationship.hops
            (name,) = hop.types
            if relationship.edge:
                properties[name] = relationship.edge.properties
            is_out = hop.direction is not Direction.IN
            for target in (member for label in hop.labels for member in model.nodes[label].members):
                start, end = (node.name, target) if is_out else (target, node.name)
                ends[name, start].add(end)
                if not relationship.is_list:
                    (single if is_out else single_back).add((name, start))
    for (name, start), found in sorted(ends.items()):
        yield _Arrow(
            name, start, frozenset(found), (name, start) in single, (name, start) in single_back, properties.get(name)
        )
