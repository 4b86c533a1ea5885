"""What the types around a connection are called."""

from __future__ import annotations

from graph.model import EdgeType


def prefix(target: str, edge: EdgeType | None) -> str:
    """By the edge's name, if it has one, and the target's."""
    return (edge.name if edge else "") + target
