"""The variables of a request as their types want them (GraphQL specification 6.1.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    OperationDefinitionNode,
    get_nullable_type,
    get_variable_values,
    is_input_type,
    type_from_ast,
)

from graph.errors import TooComplex
from resolvers.request import LIMITS, InvalidRequest

Test = Callable[[Any], bool]

# Values that graphql-core's own scalars take as they are.
_PLAIN: dict[str, Test] = {
    "Boolean": lambda value: type(value) is bool,
    "ID": lambda value: type(value) is str,
    "Int": lambda value: type(value) is int and -(2**31) <= value < 2**31,
    "String": lambda value: type(value) is str,
}
DEEP = ("nested too deeply", "maximum recursion depth")


class Coercion:
    """Coerces the variables of one operation. Raises `InvalidRequest` with every mistake, or `TooComplex`.

    graphql-core takes longer over one id than it takes us to bind a statement. So values that are what their types want,
    such as ids that are texts, are only looked at; where anything else is found, graphql-core does all of it.
    """

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._schema, self._definitions = schema, operation.variable_definitions or ()
        # Of each variable: its name, whether a value is as it should be, the values of an enum by their names, and
        # whether it may be absent.
        self._tests: list[tuple[str, Test, dict[str, Any], bool]] = []
        for each in self._definitions:
            type_ = type_from_ast(schema, each.type)
            assert type_ is not None and is_input_type(type_)
            is_optional = each.default_value is None and not isinstance(type_, GraphQLNonNull)
            self._tests.append((each.variable.name.value, _test(type_), _values(type_), is_optional))

    def __call__(self, given: Mapping[str, Any], *, hides_names: bool = False) -> dict[str, Any]:
        found = {}
        for name, fits, values, is_optional in self._tests:
            if name in given:
                value = given[name]
                if values and type(value) is str and value in values:
                    found[name] = values[value]
                elif fits(value):
                    found[name] = value
                else:
                    return self._coerced(given, hides_names)
            elif not is_optional:
                return self._coerced(given, hides_names)
        return found

    def _coerced(self, given: Mapping[str, Any], hides_names: bool) -> dict[str, Any]:
        try:
            found = get_variable_values(
                self._schema, self._definitions, dict(given), max_errors=LIMITS.errors, hide_suggestions=hides_names
            )
        except RecursionError:
            raise TooComplex("The variables are nested too deeply.") from None
        if isinstance(found, list):
            if any(word in error.message for error in found for word in DEEP):
                raise TooComplex("The variables are nested too deeply.")
            raise InvalidRequest(found)
        return found.coerced


def _values(type_: GraphQLInputType) -> dict[str, Any]:
    """The values of an enum by their names; of any other type none."""
    enum = get_nullable_type(type_)
    return {name: enum.coerce_input_value(name) for name in enum.values} if isinstance(enum, GraphQLEnumType) else {}


def _test(type_: GraphQLInputType) -> Test:
    """Whether a value is one that its type takes as it is."""
    match type_:
        case GraphQLNonNull():
            return _non_null(type_.of_type)
        case _:
            test = _non_null(type_)
            return lambda value: value is None or test(value)


def _non_null(type_: Any) -> Test:
    match type_:
        case GraphQLList(of_type=of_type):
            test = _test(of_type)
            return lambda value: type(value) is list and all(map(test, value))
        case _:
            return _PLAIN.get(type_.name, lambda _: False)
