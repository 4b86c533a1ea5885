"""The whole graph as values, to say that two are equal."""

from __future__ import annotations

from typing import Any

from graph.database import Database

Graph = tuple[list[str], list[str]]


async def wipe(database: Database) -> None:
    await database.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS")


async def whole_graph(database: Database, *, without: tuple[str, ...] = ()) -> Graph:
    """Every node and every relationship with all its properties but those named, in a stable order."""
    nodes = await database.run("MATCH (n) RETURN labels(n), properties(n)")
    edges = await database.run("MATCH (a)-[r]->(b) RETURN a.id, type(r), b.id, properties(r)")
    return (
        sorted(repr((sorted(labels), _known(properties, without))) for labels, properties in nodes),
        sorted(repr((start, type_, end, _known(properties, without))) for start, type_, end, properties in edges),
    )


async def counts(database: Database) -> tuple[dict[str, int], dict[str, int]]:
    """How many nodes each label has, and how many relationships each type."""
    nodes = await database.run("MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) ORDER BY label")
    edges = await database.run("MATCH ()-[r]->() RETURN type(r), count(*) ORDER BY type(r)")
    return {label: count for label, count in nodes}, {type_: count for type_, count in edges}  # noqa: C416


def _known(properties: dict[str, Any], without: tuple[str, ...]) -> list[tuple[str, str]]:
    return sorted((name, str(value)) for name, value in properties.items() if name not in without)
