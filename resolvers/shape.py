"""From a row to the response. The functions are made with the plan and know the positions of its rows.

They complete values as the GraphQL specification says (6.4.3): a value that does not fit its type is a field error, and
a null where none may be moves up to the nearest field that may be null. Almost every answer is without such an error,
so a row is shaped without watching for one first, and once more with care if there was.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from graphql import FieldNode, GraphQLEnumType, GraphQLError, GraphQLNamedType, GraphQLNonNull, GraphQLObjectType

from resolvers.request import Request


@dataclass
class Shaping:
    """One response in the making: its request, and once it is made with care, where it is and the errors met."""

    request: Request
    is_careful: bool = False
    path: list[str | int] = field(default_factory=list)
    errors: list[GraphQLError] = field(default_factory=list)


class FieldError(Exception):
    """A value that cannot be shown. `path` is where, if the shaping was careful."""

    def __init__(self, message: str, nodes: list[FieldNode]) -> None:
        super().__init__(message)
        self.nodes = nodes
        self.path: list[str | int] | None = None


Complete = Callable[[Any, Shaping], Any]


@dataclass(frozen=True)
class Entry:
    """One response key of an object: the position of its value in the row, or None if the whole row is its value."""

    key: str
    position: int | None
    complete: Complete
    nodes: list[FieldNode]
    # "Company.name" for a field that must not be null; None for one that may be.
    non_null: str | None = None


def entry_of(
    key: str, position: int | None, complete: Complete, type_: GraphQLObjectType, nodes: list[FieldNode]
) -> Entry:
    """The entry of a field, whose type says whether it may be null."""
    name = nodes[0].name.value
    is_non_null = isinstance(type_.fields[name].type, GraphQLNonNull)
    return Entry(key, position, complete, nodes, f"{type_.name}.{name}" if is_non_null else None)


def shape_row(complete: Complete, row: Any, request: Request) -> tuple[Any, list[GraphQLError]]:
    """The response's data, and the field errors in it."""
    try:
        return complete(row, Shaping(request)), []
    except FieldError:
        shaping = Shaping(request, is_careful=True)
    try:
        return complete(row, shaping), shaping.errors
    except FieldError as error:
        return None, [*shaping.errors, _located(error, shaping)]


def complete_object(entries: list[Entry]) -> Complete:
    """An object, from a row. Its keys are in the order of the selection."""

    def complete(row: Any, shaping: Shaping) -> dict[str, Any]:
        if shaping.is_careful:
            return carefully(row, shaping)
        return {entry.key: _value(entry, row, shaping) for entry in entries}

    def carefully(row: Any, shaping: Shaping) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for entry in entries:
            shaping.path.append(entry.key)
            try:
                result[entry.key] = _value(entry, row, shaping)
            except FieldError as error:
                if error.path is None:
                    error.path = list(shaping.path)
                if entry.non_null:
                    raise
                shaping.errors.append(_located(error, shaping))
                result[entry.key] = None
            finally:
                shaping.path.pop()
        return result

    return complete


def _value(entry: Entry, row: Any, shaping: Shaping) -> Any:
    value = entry.complete(row if entry.position is None else row[entry.position], shaping)
    if value is None and entry.non_null:
        raise FieldError(f"Cannot return null for non-nullable field {entry.non_null}.", entry.nodes)
    return value


def _located(error: FieldError, shaping: Shaping) -> GraphQLError:
    return GraphQLError(str(error), error.nodes, path=error.path or list(shaping.path))


def complete_list(item: Complete) -> Complete:
    """A list of non-null items, from a list of rows."""

    def complete(rows: Any, shaping: Shaping) -> list[Any]:
        if not shaping.is_careful:
            return [item(row, shaping) for row in rows]
        result = []
        for index, row in enumerate(rows):
            with within(shaping, index):
                result.append(item(row, shaping))
        return result

    return complete


@contextmanager
def within(shaping: Shaping, step: str | int) -> Iterator[None]:
    """One step further down the path, for a shaping with care."""
    shaping.path.append(step)
    try:
        yield
    except FieldError as error:
        if error.path is None:
            error.path = list(shaping.path)
        raise
    finally:
        shaping.path.pop()


def complete_nullable(inner: Complete) -> Complete:
    return lambda row, shaping: None if row is None else inner(row, shaping)


def complete_constant(value: Any) -> Complete:
    return lambda row, shaping: value


def complete_abstract(position: int, members: dict[str, Complete]) -> Complete:
    """An object of the type that the row names."""
    return lambda row, shaping: members[row[position]](row, shaping)


def complete_money(
    amount: int | None, currency: int, parts: list[tuple[str, str]], exponent: Callable[[str], int]
) -> Complete:
    """Money from its two positions; `parts` are response keys with the field that each shows."""

    def complete(row: Any, shaping: Shaping) -> dict[str, Any] | None:
        minor, code = (row[amount] if amount is not None else None), row[currency]
        if minor is None or code is None:
            return None
        shown = {"amount": str(Decimal(minor).scaleb(-exponent(code))), "currency": code, "__typename": "Money"}
        return {key: shown[name] for key, name in parts}

    return complete


def complete_location(parts: list[tuple[str, str]]) -> Complete:
    def complete(value: Any, shaping: Shaping) -> dict[str, Any] | None:
        if value is None or value[0] is None:
            return None
        shown = {"latitude": value[0], "longitude": value[1], "__typename": "Location"}
        return {key: shown[name] for key, name in parts}

    return complete


def complete_leaf(type_: GraphQLNamedType, nodes: list[FieldNode], is_list: bool) -> Complete:
    """A scalar or an enum's value, or a list of such."""
    scalar = _leaf(type_, nodes)
    if scalar is None:
        # A stored list has no nulls in it; a list that is absent is empty.
        return (lambda value, shaping: value or []) if is_list else (lambda value, shaping: value)
    if is_list:
        return lambda value, shaping: [scalar(each) for each in value or []]
    return lambda value, shaping: None if value is None else scalar(value)


def _leaf(type_: GraphQLNamedType, nodes: list[FieldNode]) -> Callable[[Any], Any] | None:
    """The check of one value; None for types whose stored form is what clients see."""
    if isinstance(type_, GraphQLEnumType):
        values = frozenset(type_.values)

        def enum(value: Any) -> Any:
            if value not in values:
                raise FieldError(f"Enum '{type_.name}' cannot represent value: {value!r}", nodes)
            return value

        return enum
    match type_.name:
        case "Int":

            def integer(value: Any) -> Any:
                if not isinstance(value, int) or not -(2**31) <= value < 2**31:
                    raise FieldError(f"Int cannot represent non 32-bit signed integer value: {value!r}", nodes)
                return value

            return integer
        case "Float":

            def number(value: Any) -> Any:
                if not math.isfinite(value):
                    raise FieldError(f"Float cannot represent non numeric value: {value!r}", nodes)
                return value

            return number
        case "DateTime":
            return _with_seconds
        case "ID":
            return str
        case _:
            return None


def _with_seconds(instant: str) -> str:
    """Neo4j leaves out seconds that are zero; RFC 3339 has them always.

    >>> _with_seconds("2024-05-01T08:00Z")
    '2024-05-01T08:00:00Z'
    """
    return instant if instant[16:17] == ":" else f"{instant[:16]}:00{instant[16:]}"
