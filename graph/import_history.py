"""What an import writes down of its changes: `Change` nodes, in the transaction that makes the changes.

(:Change)-[:OF_RECORD]->(record)         what was changed; of a relationship, both its ends
(:Change)-[:HAS_VALUE]->(:ChangeValue)   its values, where they are personal
(:Change)-[:IN_BATCH]->(:ImportBatch)-[:OF_RUN]->(:ImportRun)

A batch is one transaction, so that a run can be undone batch by batch, the last one first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from neo4j import AsyncManagedTransaction

from graph.ids import new_id
from graph.lookup import run
from graph.model import EdgeType, Kind, Model, NodeType, Property
from graph.names import name

# What every change has. The time is when it is written, at the end of its transaction: a batch may take longer than
# subscribers wait for what comes late.
_STAMP = """version: 1, createdAt: datetime.realtime('Z'), updatedAt: datetime.realtime('Z'),
            requestId: $p.run, createdBy: $p.by"""


@dataclass(frozen=True)
class History:
    """One batch of a run: whose changes are written down, and under which batch."""

    run: str
    by: str | None
    batch: str

    @property
    def values(self) -> dict[str, Any]:
        """What the statements need to know of it."""
        return {"run": self.run, "by": self.by, "batch": self.batch}


async def open_batch(
    transaction: AsyncManagedTransaction, run_id: str, by: str | None, *, created: int = 0, updated: int = 0
) -> History:
    """Begin a batch of a run, which makes and changes so many records."""
    history = History(run_id, by, new_id("import_batch"))
    await run(
        transaction,
        """CYPHER 5
        MATCH (run:ImportRun {id: $p.run})
        CREATE (:ImportBatch {id: $p.batch, created: $p.created, updated: $p.updated})-[:OF_RUN]->(run)""",
        created=created,
        updated=updated,
        **history.values,
    )
    return history


@lru_cache
def told(node: NodeType) -> tuple[str, ...]:
    """The stored properties of a record whose changes are told, in the order of their declaration."""
    return tuple(one for declared in node.properties.values() if _is_told(declared) for one in _stored(declared))


@lru_cache
def told_of_edge(edge: EdgeType) -> tuple[str, ...]:
    return tuple(one for declared in edge.properties.values() if _is_told(declared) for one in _stored(declared))


def _is_told(declared: Property) -> bool:
    return not (declared.is_derived or declared.is_hidden or declared.name == "id")


def _stored(declared: Property) -> tuple[str, ...]:
    kept = declared.name
    return (kept, f"{kept}Currency", f"{kept}Base") if declared.kind is Kind.MONEY else (kept,)


def is_personal(node: NodeType, property: str) -> bool:
    """Whether a stored property says something of a person. Amounts and their companions do not."""
    declared = node.properties.get(property)
    return declared is not None and declared.is_personal


def creation(node: NodeType) -> str:
    """The part of a statement that tells of a new `record`; its `row` has the change's id and the names."""
    personal = [one for one in told(node) if is_personal(node, one)]
    public = [one for one in told(node) if not is_personal(node, one)]
    text = f"""
        CREATE (change:Change {{id: row.change, operation: 'CREATE', recordId: record.id, recordType: '{name(node.name)}',
            recordVersion: 1, properties: row.names, {_STAMP}{_new(public, "record")}}})
        CREATE (change)-[:OF_RECORD]->(record)
        CREATE (change)-[:IN_BATCH]->(batch)"""
    return text + _value(personal, "record") if personal else text


def linking(edge: EdgeType | None, *, is_out: bool) -> str:
    """The part of a statement that tells of a new `edge` from `start` to `end`."""
    own, other = ("start", "end") if is_out else ("end", "start")
    names = list(told_of_edge(edge)) if edge else []
    return f"""
        CREATE (change:Change {{id: row.change, operation: 'LINK', recordId: {own}.id, recordType: row.ownType,
            otherId: {other}.id, otherType: row.otherType, edgeType: type(edge), edgeId: edge.id, fromId: start.id,
            toId: end.id, properties: row.names, {_STAMP}{_new(names, "edge")}}})
        CREATE (change)-[:OF_RECORD]->(start)
        CREATE (change)-[:OF_RECORD]->(end)
        CREATE (change)-[:IN_BATCH]->(batch)"""


def _new(names: Sequence[str], variable: str) -> str:
    return "".join(f", `new.{name(one)}`: {variable}.{name(one)}" for one in names)


def _value(names: Sequence[str], variable: str) -> str:
    return f"""
        CREATE (change)-[:HAS_VALUE]->(:ChangeValue {{id: change.id{_new(names, variable)}}})"""


def named(node: NodeType, values: Mapping[str, Any]) -> list[str]:
    return [one for one in told(node) if one in values]


@dataclass(frozen=True)
class Told:
    """A change of something that is there: of a record, by its label and id, or of a relationship, by its element id."""

    operation: str
    record_id: str
    record_type: str
    properties: Sequence[str]
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    label: str = ""
    version: int | None = None
    personal: frozenset[str] = frozenset()
    element: str | None = None
    other_id: str | None = None
    other_type: str | None = None

    def row(self) -> dict[str, Any]:
        public, personal = self._values(is_personal=False), self._values(is_personal=True)
        plain = {
            "id": new_id("change"),
            "operation": self.operation,
            "recordId": self.record_id,
            "recordType": self.record_type,
            "recordVersion": self.version,
            "otherId": self.other_id,
            "otherType": self.other_type,
            "properties": list(self.properties),
        }
        return {
            "id": self.record_id,
            "element": self.element,
            "change": {key: value for key, value in plain.items() if value is not None} | public,
            "personal": personal,
        }

    def _values(self, *, is_personal: bool) -> dict[str, Any]:
        return {
            f"{when}.{one}": values[one]
            for when, values in (("old", self.old), ("new", self.new))
            for one in self.properties
            if values.get(one) is not None and (one in self.personal) is is_personal
        }


def update_of(
    node: NodeType, record_id: str, stored: Mapping[str, Any], change: Mapping[str, Any], version: int
) -> Told | None:
    """The change of a record's own properties; None if none of those that are told changes."""
    names = named(node, change)
    if not names:
        return None
    personal = frozenset(one for one in names if is_personal(node, one))
    return Told("UPDATE", record_id, node.name, names, stored, change, node.labels[0], version, personal)


def type_of(model: Model, labels: Sequence[str]) -> str:
    """The concrete type of a record that has these labels; as they are, of a deleted one."""
    found = [each.name for each in model.concrete if each.labels and each.labels[-1] in labels]
    return found[0] if found else max(labels, default="")


async def tell(transaction: AsyncManagedTransaction, history: History, changes: Sequence[Told]) -> None:
    """Write down changes of records and of relationships that are still there."""
    records: dict[str, list[dict[str, Any]]] = {}
    edges: list[dict[str, Any]] = []
    for change in changes:
        if change.element is None:
            records.setdefault(change.label, []).append(change.row())
        else:
            edges.append(change.row())
    for label, rows in records.items():
        text = f"""CYPHER 5
            MATCH (batch:ImportBatch {{id: $p.batch}})
            UNWIND $p.rows AS row
            MATCH (record:{name(label)} {{id: row.id}})
            CREATE (change:Change {{{_STAMP}}}) SET change += row.change
            CREATE (change)-[:OF_RECORD]->(record)
            CREATE (change)-[:IN_BATCH]->(batch){_PERSONAL}"""
        await run(transaction, text, rows=rows, **history.values)
    if edges:
        text = f"""CYPHER 5
            MATCH (batch:ImportBatch {{id: $p.batch}})
            UNWIND $p.rows AS row
            MATCH (start)-[edge]->(end) WHERE elementId(edge) = row.element
            CREATE (change:Change {{edgeType: type(edge), edgeId: edge.id, fromId: start.id, toId: end.id, {_STAMP}}})
            SET change += row.change
            CREATE (change)-[:OF_RECORD]->(start)
            CREATE (change)-[:OF_RECORD]->(end)
            CREATE (change)-[:IN_BATCH]->(batch){_PERSONAL}"""
        await run(transaction, text, rows=edges, **history.values)


_PERSONAL = """
            WITH change, row WHERE size(keys(row.personal)) > 0
            CREATE (change)-[:HAS_VALUE]->(value:ChangeValue {id: change.id})
            SET value += row.personal"""
