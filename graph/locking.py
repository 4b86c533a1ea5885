"""Blocks of Cypher that take lists of ids, and the locks of the records that these name."""

from __future__ import annotations

from collections.abc import Iterable

from graph.names import name
from graph.rendering import indent


def block(scope: Iterable[str], lines: list[str]) -> list[str]:
    """A `CALL` of these lines, which see the variables of the scope."""
    return [f"CALL ({', '.join(sorted(set(scope)))}) {{", *indent(lines), "}"]


def records(label: str, ids: str, variable: str) -> list[str]:
    """The records of a list, each once, in the order in which everybody takes locks."""
    return [
        f"UNWIND {ids} AS id",
        "WITH DISTINCT id ORDER BY id",
        f"MATCH ({variable}:{name(label)} {{id: id}})",
    ]


def lock(label: str, ids: str) -> list[str]:
    """Take the locks of these records. Writing a property does, even if its value stays."""
    taken = [*records(label, ids, "record"), "SET record.id = record.id"]
    return block([ids], [*taken, f"RETURN count(*) AS locked{name(label)}"])
