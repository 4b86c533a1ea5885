"""A plan's shape as one Python function, made once and used for every row.

Calling a part for every value of a row costs more than all the rest of an answer. So the parts are written out as one
expression per object, in which positions and response keys are constants:

    def shape(row, request):
        size1 = limit1.size(request)
        def connection2(value):
            page = value if len(value) <= size1 else value[:size1]
            return {"nodes": [{"name": row3[0], "website": row3[1]} for row3 in page]}
        return {"companies": connection2(row[0])}

A value that does not fit raises `FieldError`: then the parts themselves complete the row once more, with care.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property
from typing import Any

from graphql import GraphQLError

from resolvers.connection import ConnectionShape, Part
from resolvers.request import Request
from resolvers.shape import (
    AbstractShape,
    AtShape,
    Complete,
    ConstantShape,
    Entry,
    FieldError,
    LeafShape,
    ListShape,
    LocationShape,
    MoneyShape,
    NullableShape,
    ObjectShape,
    Shaping,
    located,
)


class RowShape:
    """How a plan's row becomes the response's data."""

    def __init__(self, complete: Complete) -> None:
        self._complete = complete

    @cached_property
    def _function(self) -> Callable[[Any, Shaping], Any]:
        return _Writer().function(self._complete)

    def shape(self, row: Any, request: Request) -> tuple[Any, list[GraphQLError]]:
        """The response's data, and the field errors in it."""
        shaping = Shaping(request)
        try:
            data = self._function(row, shaping)
            if not shaping.errors:
                return data, []
        except FieldError:
            pass
        shaping = Shaping(request)
        try:
            return self._complete(row, shaping), shaping.errors
        except FieldError as error:
            return None, [*shaping.errors, located(error, shaping)]


class _Writer:
    """Writes one function. What is no literal in it is a constant of its globals.

    Every text that stands for a value is a name, or a name with one position: nothing that is costly to repeat.
    """

    def __init__(self) -> None:
        self._globals: dict[str, Any] = {"isfinite": math.isfinite}
        self._lines: list[str] = []
        self._count = 0
        # The function of a part that was written already. What an interface declares is one part for all its members:
        # written out for each of them, it would multiply with every interface within an interface.
        self._written: dict[int, str] = {}

    def function(self, complete: Complete) -> Callable[[Any, Shaping], Any]:
        result = self._expression(complete, "row")
        body = [*self._lines, f"return {result}"]
        text = "\n    ".join(["def shape(row, shaping):", *body])
        # The text is made of positions, of names made here, and of response keys as string literals.
        exec(compile(text, "<shape>", "exec"), self._globals)  # noqa: S102
        made: Callable[[Any, Shaping], Any] = self._globals["shape"]
        return made

    def _name(self, kind: str) -> str:
        self._count += 1
        return f"{kind}{self._count}"

    def _constant(self, kind: str, value: Any) -> str:
        name = self._name(kind)
        self._globals[name] = value
        return name

    def _expression(self, complete: Complete, value: str) -> str:
        match complete:
            case ObjectShape():
                return self._object(complete, value)
            case ListShape(item):
                row = self._name("row")
                return f"[{self._expression(item, row)} for {row} in {value}]"
            case NullableShape(inner):
                return f"(None if {value} is None else {self._expression(inner, value)})"
            case AtShape(position, inner):
                return self._expression(inner, f"{value}[{position}]")
            case ConstantShape(constant):
                return repr(constant)
            case AbstractShape():
                return self._abstract(complete, value)
            case MoneyShape():
                return self._money(complete, value)
            case LocationShape(parts):
                shown = {"latitude": f"{value}[0]", "longitude": f"{value}[1]", "__typename": "'Location'"}
                return f"(None if {value} is None or {value}[0] is None else {_display(parts, shown)})"
            case LeafShape():
                return self._leaf(complete, value)
            case ConnectionShape():
                return self._connection(complete, value)
            case _:
                return f"{self._constant('complete', complete)}({value}, shaping)"

    def _object(self, shape: ObjectShape, row: str) -> str:
        if "[" in row:
            # Looked up once, not for every key.
            return f"{self._once(shape, 'object', lambda inner: [f'return {self._object(shape, inner)}'])}({row})"
        return f"{{{', '.join(f'{entry.key!r}: {self._entry(entry, row)}' for entry in shape.entries)}}}"

    def _once(self, part: Complete, kind: str, body: Callable[[str], list[str]]) -> str:
        """The name of the function of a part, which is written where the part is met for the first time."""
        if id(part) not in self._written:
            name, argument = self._name(kind), self._name("value")
            self._lines += [f"def {name}({argument}):", *(f"    {line}" for line in body(argument))]
            self._written[id(part)] = name
        return self._written[id(part)]

    def _entry(self, entry: Entry, row: str) -> str:
        value = row if entry.position is None else f"{row}[{entry.position}]"
        if entry.non_null and isinstance(entry.complete, LeafShape) and not entry.complete.is_list:
            test = self._fits(entry.complete, value)
            return f"({value} if {test} else {self._constant('check', _checked(entry, entry.complete))}({value}))"
        value = self._expression(entry.complete, value)
        if entry.non_null is None or _is_never_null(entry.complete):
            return value
        name, error = self._name("value"), self._constant("null", _raising(entry))
        return f"({name} if ({name} := {value}) is not None else {error}())"

    def _abstract(self, shape: AbstractShape, row: str) -> str:
        def body(argument: str) -> list[str]:
            functions = [f"{name!r}: {self._member(member)}" for name, member in shape.members.items()]
            table, unknown = self._name("members"), self._constant("unknown", shape.unknown)
            self._lines.append(f"{table} = {{{', '.join(functions)}}}")
            return [f"return {table}.get({argument}[{shape.position}], {unknown})({argument})"]

        return f"{self._once(shape, 'abstract', body)}({row})"

    def _member(self, member: Complete) -> str:
        return self._once(member, "member", lambda argument: [f"return {self._expression(member, argument)}"])

    def _money(self, money: MoneyShape, row: str) -> str:
        if money.amount is None:
            return "None"
        amount, currency = f"{row}[{money.amount}]", f"{row}[{money.currency}]"
        text = self._constant("text", money.text)
        shown = {"amount": f"{text}({amount}, {currency})", "currency": currency, "__typename": "'Money'"}
        return f"(None if {amount} is None or {currency} is None else {_display(money.parts, shown)})"

    def _leaf(self, leaf: LeafShape, value: str) -> str:
        if leaf.check is None:
            return f"({value} or [])" if leaf.is_list else value
        name = self._constant("check", leaf.check)
        if leaf.is_list:
            each = self._name("each")
            return f"[{name}({each}) for {each} in {value} or ()]"
        return f"({value} if {value} is None or {self._fits(leaf, value)} else {name}({value}))"

    def _fits(self, leaf: LeafShape, value: str) -> str:
        """A quick test that a value is there and is shown as it is; what fails it is checked by a call."""
        match leaf.type_name:
            case "ID" | "String":
                return f"{value}.__class__ is str"
            case "Boolean":
                return f"{value}.__class__ is bool"
            case "Int":
                return f"{value}.__class__ is int and -2147483648 <= {value} <= 2147483647"
            case "Float":
                return f"{value}.__class__ is float and isfinite({value})"
            case "DateTime":
                return f"{value} is not None and {value}[16:17] == ':'"
            case _ if leaf.values:
                return f"{value} in {self._constant('values', leaf.values)}"
            case _:
                return f"{value} is not None"

    def _connection(self, shape: ConnectionShape, value: str) -> str:
        return f"{self._once(shape, 'connection', lambda argument: self._page(shape, argument))}({value})"

    def _page(self, shape: ConnectionShape, value: str) -> list[str]:
        size, whole, rows, page = (self._name(kind) for kind in ("size", "whole", "rows", "page"))
        self._lines.append(f"{size} = {self._constant('limit', shape.limit)}.size(shaping.request)")
        lines = [f"{whole}, {rows} = {value}" if shape.has_whole else f"{rows} = {value}"]
        lines.append(f"{rows} = {rows} or []")
        lines.append(f"{page} = {rows} if len({rows}) <= {size} else {rows}[:{size}]")
        if shape.is_backward:
            lines.append(f"{page} = {page}[::-1]")
        shown = []
        for part, key, how in shape.parts:
            match part:
                case Part.NODES | Part.EDGES:
                    text = self._expression(how, page)
                case Part.PAGE_INFO:
                    text = f"{self._constant('info', shape.page_info)}({how!r}, {page}, len({rows}) > {size})"
                case Part.COUNT:
                    text = f"{whole}[0][0]" if shape.has_summary else whole
                case Part.SUMMARY:
                    text = self._expression(how, whole)
                case Part.TYPENAME:
                    text = repr(shape.type_name)
            shown.append(f"{key!r}: {text}")
        return [*lines, f"return {{{', '.join(shown)}}}"]


def _display(parts: list[tuple[str, str]], shown: dict[str, str]) -> str:
    return f"{{{', '.join(f'{key!r}: {shown[name]}' for key, name in parts)}}}"


def _is_never_null(complete: Complete) -> bool:
    match complete:
        case ObjectShape() | ListShape() | AbstractShape() | ConnectionShape():
            return True
        case ConstantShape(value):
            return value is not None
        case LeafShape(is_list=True):
            return True
        case _:
            return False


def _raising(entry: Entry) -> Callable[[], Any]:
    def null() -> Any:
        raise entry.null_error()

    return null


def _checked(entry: Entry, leaf: LeafShape) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if value is None:
            raise entry.null_error()
        return value if leaf.check is None else leaf.check(value)

    return check
