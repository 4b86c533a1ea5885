"""What is written at a time: records of one type, or relationships of one kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

ROWS_PER_BATCH = 4_000


@dataclass(frozen=True)
class Records:
    """Nodes of one type. Of each row, what `instants` names is a text that is to be stored as an instant."""

    type: str
    labels: tuple[str, ...]
    rows: list[dict[str, Any]]
    instants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edges:
    """Relationships of one type between records of two labels: `[start id, end id, properties]`."""

    type: str
    start: str
    end: str
    rows: list[list[Any]]
    instants: tuple[str, ...] = ()


Batch = Records | Edges


def in_batches(small: Iterator[Batch]) -> Iterator[Batch]:
    """Gather what is alike into large batches; records go out before the relationships between them."""
    records, edges = dict[str, Records](), dict[tuple[str, str, str], Edges]()
    count = 0
    for batch in small:
        match batch:
            case Records():
                records.setdefault(batch.type, Records(batch.type, batch.labels, [], batch.instants)).rows.extend(
                    batch.rows
                )
            case Edges():
                key = (batch.type, batch.start, batch.end)
                edges.setdefault(key, Edges(*key, [], batch.instants)).rows.extend(batch.rows)
        count += len(batch.rows)
        if count > 10 * ROWS_PER_BATCH:
            yield from records.values()
            yield from edges.values()
            records, edges, count = {}, {}, 0
    yield from records.values()
    yield from edges.values()
