"""How many records came in a statement's row: what an operation really cost, in the points of `resolvers/cost.py`.

For each plan one function is made of smaller ones. It looks only at those places of a row where records are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graph.plan import Alike, Block, Column, Duplicates, Guarded, Item, Neighbours, Operation, Path, Table

# From the value of a block to the number of records in it.
Count = Callable[[Any], int]


def actual_cost(operation: Operation) -> Count:
    """Counts the records of a plan's row. A count or a summary is worth one record, and so is a record that is absent."""
    counts = [_of_block(block) for block in operation.blocks]
    if len(counts) == 1:
        (only,) = counts
        return lambda row: only(row[0])

    def count(row: Any) -> int:
        found = 0
        for each, value in zip(counts, row, strict=True):
            found += each(value)
        return found

    return count


def _of_block(item: Item | Column) -> Count:
    match item:
        case Block(has_rows=False):
            return _one
        case Block():
            rows = _of_rows(item) if item.is_list or item.page is not None else _of_record(item)
            if item.counts or item.summary:
                return lambda value: rows(value[1])
            return rows
        case Guarded(block=block):
            return _of_block(block)
        case Table(is_list=True):
            return _length
        case Neighbours() | Duplicates() | Alike() | Path():
            # Each of their rows stands for a record or two, and there are few of them.
            return _length
        case _:
            return _one


def _of_rows(block: Block) -> Count:
    nested = _nested(block)
    if not nested:
        return _length
    if all(count is _length for _, count in nested):
        positions = [at for at, _ in nested]

        def lengths(rows: Any) -> int:
            found = len(rows) if rows else 0
            for at in positions:
                for row in rows or ():
                    inner = row[at]
                    found += len(inner) if inner.__class__ is list else 1
            return found

        # This is for every row of every answer, so nothing is called for one.
        return lengths
    return lambda rows: len(rows) + sum(count(row[at]) for row in rows for at, count in nested) if rows else 0


def _of_record(block: Block) -> Count:
    nested = _nested(block)
    return lambda row: 1 + sum(count(row[at]) for at, count in nested) if row else 1


def _nested(block: Block) -> list[tuple[int, Count]]:
    """The positions of a record's row where more records are."""
    return [(at, _of_block(item)) for at, item in enumerate(block.items) if isinstance(item, Block | Guarded | Table)]


def _one(_: Any) -> int:
    return 1


def _length(rows: Any) -> int:
    return len(rows) if isinstance(rows, list) else 1
