"""From a row to the response: what each part of a plan's rows becomes.

Values are completed as the GraphQL specification says (6.4.3): one that does not fit its type is a field error, and a
null where none may be moves up to the nearest field that may be null. Almost every answer is without such an error.
So a plan's shape is made into one function that stops at the first error (`shape_function.py`); only where it does,
the row is completed again by the parts themselves, which keep account of every error and of where it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    FieldNode,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLScalarType,
    GraphQLString,
)

from resolvers.request import Request
from resolvers.selection import Fielded


@dataclass
class Shaping:
    """One response in the making: its request, where in the response we are, and the errors met."""

    request: Request
    path: list[str | int] = field(default_factory=list)
    errors: list[GraphQLError] = field(default_factory=list)


class FieldError(Exception):
    """A value that cannot be shown. `path` is where, once that is known."""

    def __init__(self, message: str, nodes: list[FieldNode]) -> None:
        super().__init__(message)
        self.nodes = nodes
        self.path: list[str | int] | None = None


# Completes a part of a row. May raise `FieldError`.
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

    def null_error(self) -> FieldError:
        return FieldError(f"Cannot return null for non-nullable field {self.non_null}.", self.nodes)


def entry_of(key: str, position: int | None, complete: Complete, type_: Fielded, nodes: list[FieldNode]) -> Entry:
    """The entry of a field, whose type says whether it may be null."""
    name = nodes[0].name.value
    is_non_null = isinstance(type_.fields[name].type, GraphQLNonNull)
    return Entry(key, position, complete, nodes, f"{type_.name}.{name}" if is_non_null else None)


@dataclass(frozen=True)
class ObjectShape:
    """An object, from a row. Its keys are in the order of the selection."""

    entries: list[Entry]

    def __call__(self, row: Any, shaping: Shaping) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for entry in self.entries:
            shaping.path.append(entry.key)
            try:
                value = entry.complete(row if entry.position is None else row[entry.position], shaping)
                if value is None and entry.non_null:
                    raise entry.null_error()
                result[entry.key] = value
            except FieldError as error:
                if error.path is None:
                    error.path = list(shaping.path)
                if entry.non_null:
                    raise
                shaping.errors.append(located(error, shaping))
                result[entry.key] = None
            finally:
                shaping.path.pop()
        return result


def located(error: FieldError, shaping: Shaping) -> GraphQLError:
    return GraphQLError(str(error), error.nodes, path=error.path or list(shaping.path))


@dataclass(frozen=True)
class ListShape:
    """A list of non-null items, from a list of rows."""

    item: Complete

    def __call__(self, rows: Any, shaping: Shaping) -> list[Any]:
        result = []
        for index, row in enumerate(rows):
            with within(shaping, index):
                result.append(self.item(row, shaping))
        return result


@contextmanager
def within(shaping: Shaping, step: str | int) -> Iterator[None]:
    """One step further down the path."""
    shaping.path.append(step)
    try:
        yield
    except FieldError as error:
        if error.path is None:
            error.path = list(shaping.path)
        raise
    finally:
        shaping.path.pop()


@dataclass(frozen=True)
class NullableShape:
    inner: Complete

    def __call__(self, row: Any, shaping: Shaping) -> Any:
        return None if row is None else self.inner(row, shaping)


@dataclass(frozen=True)
class AtShape:
    """What stands at one position of a row."""

    position: int
    inner: Complete

    def __call__(self, row: Any, shaping: Shaping) -> Any:
        return self.inner(row[self.position], shaping)


@dataclass(frozen=True)
class ConstantShape:
    value: Any

    def __call__(self, row: Any, shaping: Shaping) -> Any:
        return self.value


@dataclass(frozen=True)
class AbstractShape:
    """An object of the type that the row names."""

    position: int
    members: Mapping[str, Complete]
    nodes: list[FieldNode]

    def __call__(self, row: Any, shaping: Shaping) -> Any:
        return self.members.get(row[self.position], self.unknown)(row, shaping)

    def unknown(self, row: Any, shaping: Shaping | None = None) -> Any:
        raise FieldError(
            f"A record is of none of the types that it may have here: {', '.join(self.members)}.", self.nodes
        )


@dataclass(frozen=True)
class MoneyShape:
    """Money from its two positions; `parts` are response keys with the field that each shows."""

    amount: int | None
    currency: int
    parts: list[tuple[str, str]]
    exponent: Callable[[str], int]
    nodes: list[FieldNode]

    def __call__(self, row: Any, shaping: Shaping) -> dict[str, Any] | None:
        minor, code = (row[self.amount] if self.amount is not None else None), row[self.currency]
        if minor is None or code is None:
            return None
        shown = {"amount": self.text(minor, code), "currency": code, "__typename": "Money"}
        return {key: shown[name] for key, name in self.parts}

    def text(self, minor: int, code: str) -> str:
        """An amount of minor units in units of its currency."""
        try:
            digits = self.exponent(code)
        except ValueError:
            raise FieldError(f"Currency cannot represent value: {code!r}", self.nodes) from None
        if not digits:
            return str(minor)
        units, rest = divmod(abs(minor), 10**digits)
        return f"{'-' if minor < 0 else ''}{units}.{rest:0{digits}d}"


@dataclass(frozen=True)
class LocationShape:
    """A place from its latitude and longitude."""

    parts: list[tuple[str, str]]

    def __call__(self, value: Any, shaping: Shaping) -> dict[str, Any] | None:
        if value is None or value[0] is None:
            return None
        shown = {"latitude": value[0], "longitude": value[1], "__typename": "Location"}
        return {key: shown[name] for key, name in self.parts}


@dataclass(frozen=True)
class LeafShape:
    """A scalar or an enum's value, or a list of such; `check` is None for types whose stored form clients see."""

    check: Callable[[Any], Any] | None
    is_list: bool
    # The type's name, and of an enum its values.
    type_name: str = ""
    values: frozenset[str] = frozenset()

    def __call__(self, value: Any, shaping: Shaping) -> Any:
        if self.is_list:
            # A stored list has no nulls in it; a list that is absent is empty.
            return ListShape(self._one)(value or (), shaping) if self.check else value or []
        return self._one(value, shaping)

    def _one(self, value: Any, shaping: Shaping) -> Any:
        return value if value is None or self.check is None else self.check(value)


def leaf_shape(type_: GraphQLNamedType, nodes: list[FieldNode], is_list: bool) -> LeafShape:
    values = frozenset(type_.values) if isinstance(type_, GraphQLEnumType) else frozenset[str]()
    return LeafShape(_check(type_, nodes), is_list, type_.name, values)


def _check(type_: GraphQLNamedType, nodes: list[FieldNode]) -> Callable[[Any], Any] | None:
    """The check of one value, which answers what is shown."""
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
                fits = type(value) is int and -(2**31) <= value < 2**31
                return value if fits else _coerced(GraphQLInt, value, nodes)

            return integer
        case "Float":

            def number(value: Any) -> Any:
                fits = type(value) is float and math.isfinite(value)
                return value if fits else _coerced(GraphQLFloat, value, nodes)

            return number
        case "DateTime":
            return _with_seconds
        case "ID" | "String" | "Boolean":
            kind, declared = _EXACT[type_.name]
            return lambda value: value if type(value) is kind else _coerced(declared, value, nodes)
        case _:
            return None


_EXACT = {"ID": (str, GraphQLID), "String": (str, GraphQLString), "Boolean": (bool, GraphQLBoolean)}


def _coerced(type_: GraphQLScalarType, value: Any, nodes: list[FieldNode]) -> Any:
    """A value that is not of its type, as graphql-core shows it, or in the words with which it refuses it."""
    try:
        return type_.coerce_output_value(value)
    except GraphQLError as error:
        raise FieldError(error.message, nodes) from None


def _with_seconds(instant: str) -> str:
    """Neo4j leaves out seconds that are zero; RFC 3339 has them always.

    >>> _with_seconds("2024-05-01T08:00Z")
    '2024-05-01T08:00:00Z'
    """
    return instant if instant[16:17] == ":" else f"{instant[:16]}:00{instant[16:]}"
