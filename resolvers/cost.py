"""What a request may cost, before it is run: how many records it reads at most."""

from __future__ import annotations

from collections.abc import Iterable

from graph.duplicates import PAIRS
from graph.errors import TooComplex
from graph.plan import Block, Column, Duplicates, Guarded, Item, Neighbours, Operation, Path, Table
from graph.summary import Grouping
from resolvers.request import LIMITS, Request


def check_cost(operation: Operation, request: Request) -> None:
    """Refuse a request whose pages, multiplied along the selection, come to more records than one request may read."""
    found = _of_items(operation.blocks, request)
    if found > LIMITS.records:
        raise TooComplex(
            f"The request may read up to {found:,} records; at most {LIMITS.records:,} are read at once. "
            "Ask for smaller pages, or for fewer lists within lists."
        )


def _of_items(items: Iterable[Item | Column], request: Request) -> int:
    return sum(_of_item(item, request) for item in items)


def _of_item(item: Item | Column, request: Request) -> int:
    match item:
        case Guarded():
            return _of_item(item.block, request)
        case Path():
            return (item.hops + 1) * (1 + _of_items(item.nodes.items, request))
        case Duplicates():
            return PAIRS * sum(1 + _of_items(each.items, request) for each in (item.one, item.other) if each)
        case Neighbours():
            return _of_item(item.page, request) + (_of_item(item.record, request) if item.record else 0)
        case Table():
            return _rows(item.is_list) * (1 + _of_items(item.items, request))
        case Block(page=None):
            return _rows(item.is_list) * (1 + _of_items(item.items, request))
        case Block(page=page) if page is not None:
            # The size is looked at in any case, since a size that will not do is refused even where no record is shown.
            limit: int = page.limit(request)
            rows = limit * (1 + _of_items(item.items, request)) if item.has_rows else 1
            groupings = item.summary.groupings if item.summary else ()
            return rows + sum(_of_grouping(grouping, request) for grouping in groupings)
        case _:
            return 0


def _of_grouping(grouping: Grouping, request: Request) -> int:
    limit: int = grouping.limit(request)
    return limit * (1 + _of_items((record.block for record in grouping.records), request))


def _rows(is_list: bool) -> int:
    """Of a list without a page nobody knows how long it is."""
    return LIMITS.default_page if is_list else 1
