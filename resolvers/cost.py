"""What a request may cost, before it is run: how many records it reads at most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, ListValueNode, ObjectValueNode, OperationDefinitionNode

from graph.duplicates import PAIRS
from graph.errors import TooComplex
from graph.plan import (
    Access,
    Alike,
    Block,
    Column,
    Duplicates,
    Guarded,
    Item,
    Neighbours,
    Operation,
    Path,
    Table,
    Viewer,
)
from graph.summary import Grouping
from resolvers.request import LIMITS, Request

# A record that is written, in records that are read.
_WRITE = 10


@dataclass(frozen=True)
class Cost:
    """Records that are read in any case, and pages: how many records each has, and what each of these costs besides.

    It is worked out once for a plan. Of a page that is not read, only the size is looked at, since a size that will not
    do is refused even where no record is shown.
    """

    records: int
    pages: tuple[CostOfPage, ...] = ()

    def of(self, request: Request) -> int:
        found = self.records
        for size, each in self.pages:
            count = size(request)
            if each is not None:
                found += count * (1 + (each.of(request) if each.pages else each.records))
        return found


CostOfPage = tuple[Callable[[Request], int], Cost | None]


def check_cost(cost: Cost, request: Request) -> int:
    """How many records a request may read, by its pages, multiplied along the selection.

    Raises `TooComplex` for more than one request may read.
    """
    found = cost.of(request)
    if found > LIMITS.records:
        raise TooComplex(
            f"The request may read up to {found:,} records; at most {LIMITS.records:,} are read at once. "
            "Ask for smaller pages, or for fewer lists within lists."
        )
    return found


def write_cost(operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> int:
    """What a mutation costs: as much as reading ten records for each field, and for each object that it is given."""
    objects = len(operation.selection_set.selections)
    inner: list[Any] = list(variables.values())
    while inner:
        match inner.pop():
            case dict() as found:
                objects += 1
                inner += found.values()
            case list() as found:
                inner += found
    nodes: list[Any] = [
        argument.value
        for field in operation.selection_set.selections
        if isinstance(field, FieldNode)
        for argument in field.arguments or ()
    ]
    while nodes:
        match nodes.pop():
            case ObjectValueNode(fields=fields):
                objects += 1
                nodes += [each.value for each in fields]
            case ListValueNode(values=values):
                nodes += values
    return _WRITE * objects


def cost_of(operation: Operation) -> Cost:
    """The cost of a plan, but for the sizes of its pages, which each request brings."""
    return _sum(operation.blocks)


def _sum(items: Iterable[Item | Column]) -> Cost:
    found = [_of_item(item) for item in items]
    return Cost(sum(each.records for each in found), tuple(page for each in found for page in each.pages))


def _of_item(item: Item | Column) -> Cost:
    match item:
        case Guarded():
            return _of_item(item.block)
        case Path(hops=hops):
            return Cost(0, ((lambda _: hops + 1, _sum(item.nodes.items)),))
        case Access():
            return Cost(1)
        case Viewer():
            return _sum(item.blocks)
        case Alike():
            return Cost(0, ((lambda _: PAIRS, _sum(each for each in (item.record, item.owner) if each)),))
        case Duplicates():
            rows = _sum(each for each in (item.one, item.other) if each)
            return Cost(0, ((lambda _: PAIRS, rows),))
        case Neighbours():
            return _sum([item.page, *([item.record] if item.record else [])])
        case Table() | Block(page=None):
            return _listed(item.is_list, _sum(item.items))
        case Block(page=page) if page is not None:
            groupings = item.summary.groupings if item.summary else ()
            own: CostOfPage = (page.limit, _sum(item.items) if item.has_rows else None)
            pages = (own, *map(_of_grouping, groupings))
            return Cost(0 if item.has_rows else 1, pages)
        case _:
            return Cost(0)


def _of_grouping(grouping: Grouping) -> CostOfPage:
    return grouping.limit, _sum(record.block for record in grouping.records)


def _listed(is_list: bool, each: Cost) -> Cost:
    """Of a list without a page nobody knows how long it is."""
    if is_list:
        return Cost(0, ((lambda _: LIMITS.default_page, each),))
    return Cost(1 + each.records, each.pages)
