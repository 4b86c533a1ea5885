"""A graph as its changes tell it: each is applied to what was there before, and nothing else is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.database import Database
from graph.model import Model

_CHANGES = """CYPHER 5
MATCH (change:Change)
OPTIONAL MATCH (change)-[:HAS_VALUE]->(value:ChangeValue)
RETURN properties(change), properties(value) ORDER BY change.createdAt, change.id"""

_RECORDS = """CYPHER 5
MATCH (record) WHERE record.id IS NOT NULL AND NOT record:Change AND NOT record:ChangeValue AND NOT record:Attempt
RETURN record.id, coalesce(record.formerLabels, labels(record)), record:Deleted, properties(record)"""

_EDGES = """CYPHER 5
MATCH (start)-[edge]->(end) WHERE NOT start:Change
RETURN type(edge), start.id, end.id, properties(edge)"""


@dataclass
class Graph:
    """Records by id, as their type, their properties and whether they are deleted; relationships as what they say."""

    records: dict[str, tuple[str, dict[str, Any], bool]] = field(default_factory=dict)
    edges: list[tuple[str, str, str, dict[str, Any]]] = field(default_factory=list)

    def comparable(self) -> tuple[Any, Any]:
        return self.records, sorted(self.edges, key=repr)


async def stored(database: Database, model: Model) -> Graph:
    """What the database holds: declared properties, apart from what is derived of others and from times."""
    graph = Graph()
    for id, labels, is_deleted, properties in await database.run(_RECORDS):
        node = next(each for each in model.concrete if each.labels[-1] in labels and set(each.labels) <= set(labels))
        graph.records[id] = (node.name, _told(model, node.name, properties), is_deleted)
    for type, start, end, properties in await database.run(_EDGES):
        graph.edges.append((type, start, end, {name: properties[name] for name in properties if name != "version"}))
    return graph


async def replayed(database: Database) -> Graph:
    """What the changes tell, in the order of the feed, which has those of each record in the order of its versions."""
    rows = await database.run(_CHANGES)
    graph, versions = Graph(), dict[str, int]()
    for change, value in rows:
        assert change["recordVersion"] >= versions.get(change["recordId"], 1), change
        versions[change["recordId"]] = change["recordVersion"]
        _apply(graph, {**change, **(value or {}), "id": change["id"]})
    return graph


def _apply(graph: Graph, change: Mapping[str, Any]) -> None:
    id = change["recordId"]
    match change["operation"]:
        case "CREATE":
            assert id not in graph.records
            graph.records[id] = (change["recordType"], _new(change, {}), False)
        case "UPDATE":
            type, properties, is_deleted = graph.records[id]
            _expect(properties, change)
            graph.records[id] = (type, _new(change, properties), is_deleted)
        case "DELETE" | "RESTORE":
            type, properties, is_deleted = graph.records[id]
            assert is_deleted == (change["operation"] == "RESTORE")
            graph.records[id] = (type, properties, not is_deleted)
        case "LINK":
            own = {"id": change["edgeId"]} if change.get("edgeId") else {}
            graph.edges.append((change["edgeType"], change["fromId"], change["toId"], {**own, **_new(change, {})}))
        case "UNLINK":
            graph.edges.remove(_edge(graph, change))
        case "UPDATE_EDGE":
            found = _edge(graph, change)
            _expect(found[3], change)
            graph.edges[graph.edges.index(found)] = (*found[:3], _new(change, found[3]))
        case operation:
            raise TypeError(f"no way to replay {operation}")


def _edge(graph: Graph, change: Mapping[str, Any]) -> tuple[str, str, str, dict[str, Any]]:
    ends = change["edgeType"], change["fromId"], change["toId"]
    return next(each for each in graph.edges if each[:3] == ends and each[3].get("id") == change.get("edgeId"))


def _new(change: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    found = {**properties, **{name: change.get(f"new.{name}") for name in change["properties"]}}
    return {name: value for name, value in found.items() if value is not None}


def _expect(properties: Mapping[str, Any], change: Mapping[str, Any]) -> None:
    """What the change says was there before."""
    names: Sequence[str] = change["properties"]
    assert {name: properties.get(name) for name in names} == {name: change.get(f"old.{name}") for name in names}


def _told(model: Model, type: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties that clients write, among those that are stored."""
    own = model.nodes[type].properties
    written = {name for name, declared in own.items() if not declared.is_derived} - _KEPT
    return {name: value for name, value in properties.items() if name in written}


# What every record has of its own accord.
_KEPT = {"id", "version", "createdAt", "updatedAt", "createdBy", "updatedBy"}
