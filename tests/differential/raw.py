"""The data that a row stands for, as graphql-core would have been given it: nothing is checked, nothing is completed.

The walk follows the parts of a plan's shape, which are matched by their kind; a part of another kind is an error, so
that what is added to the plan is added here as well.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from resolvers.aggregates import AmountShape
from resolvers.connection import ConnectionShape, CursorShape, Part
from resolvers.neighbour_fields import TotalShape
from resolvers.request import Request
from resolvers.shape import (
    AbstractShape,
    AtShape,
    ConstantShape,
    LeafShape,
    ListShape,
    LocationShape,
    MoneyShape,
    NullableShape,
    ObjectShape,
)


def raw(part: Any, value: Any, request: Request) -> Any:
    """What a part of a row holds: maps by response key, lists, and values as they are stored."""
    match part:
        case ObjectShape(entries):
            return {
                entry.key: raw(entry.complete, value if entry.position is None else value[entry.position], request)
                for entry in entries
            }
        case ListShape(item):
            return [raw(item, each, request) for each in value]
        case NullableShape(inner):
            return None if value is None else raw(inner, value, request)
        case AtShape(position, inner):
            return raw(inner, value[position], request)
        case ConstantShape(constant):
            return constant
        case AmountShape(position, None, parts):
            minor = None if value[position] is None else round(Decimal(value[position]))
            return _money(minor, request.base_currency, parts, lambda _: request.base_exponent)
        case AbstractShape(position, members):
            name = value[position]
            known = raw(members[name], value, request) if name in members else {}
            return {**known, "__typename": name}
        case LeafShape(is_list=is_list):
            # An absent list is stored as no property at all.
            return [] if is_list and value is None else value
        case MoneyShape(amount, currency, parts, exponent):
            return _money(value[amount] if amount is not None else None, value[currency], parts, exponent)
        case LocationShape(parts):
            if value is None or value[0] is None:
                return None
            return _named(parts, {"latitude": value[0], "longitude": value[1]})
        case TotalShape(inner):
            return raw(inner, [TotalShape.total(value)], request)
        case CursorShape(cursor):
            return cursor.encode(value[-len(cursor.keys) :])
        case ConnectionShape():
            return _connection(part, value, request)
        case _:
            raise TypeError(f"it is not known what a {type(part).__name__} holds; say it in {__name__}")


def _money(minor: int | None, code: str | None, parts: list[tuple[str, str]], exponent: Callable[[str], int]) -> Any:
    if minor is None or code is None:
        return None
    return _named(parts, {"amount": f"{Decimal(minor).scaleb(-exponent(code)):f}", "currency": code})


def _connection(part: ConnectionShape, value: Any, request: Request) -> dict[str, Any]:
    whole: Any
    whole, rows = value if part.has_whole else (None, value)
    size = part.limit.size(request)
    shown = (rows or [])[:size]
    has_more = len(rows or []) > size
    if part.is_backward:
        shown.reverse()
    found: dict[str, Any] = {}
    for kind, key, how in part.parts:
        match kind:
            case Part.NODES | Part.EDGES:
                found[key] = raw(how, shown, request)
            case Part.COUNT:
                found[key] = whole[0][0] if part.has_summary else whole
            case Part.SUMMARY:
                found[key] = raw(how, whole, request)
            case Part.PAGE_INFO:
                cursors = [raw(CursorShape(part.cursor), row, request) for row in shown] if part.has_cursor else []
                info = {
                    "hasNextPage": part.is_continued if part.is_backward else has_more,
                    "hasPreviousPage": has_more if part.is_backward else part.is_continued,
                    "startCursor": cursors[0] if cursors else None,
                    "endCursor": cursors[-1] if cursors else None,
                }
                found[key] = _named(how, info)
            case Part.TYPENAME:
                pass
    return found


def _named(parts: list[tuple[str, str]], values: dict[str, Any]) -> dict[str, Any]:
    """Values under the response keys that show them; graphql-core knows the names of types by itself."""
    return {key: values[name] for key, name in parts if name != "__typename"}
