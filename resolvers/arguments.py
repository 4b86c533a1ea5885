"""The arguments of a field, as a tree whose leaves say where their values come from.

The keys of inputs make the shape of a plan, so they are looked at; the values at the leaves are not, so that one plan
serves every request of the same shape.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLInputType,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.values import VariableValues, get_argument_values
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal

from graph.errors import BadInput
from resolvers.request import Request

Get = Callable[[Mapping[str, Any]], Any]


@dataclass(frozen=True, eq=False)
class Leaf:
    """A scalar, or a list of scalars, of the request. Each leaf is equal to itself alone, whatever its value."""

    value: Get

    def __call__(self, request: Request) -> Any:
        return self.value(request.variables)


# `None` stands for an explicit null; what is absent has no key.
Tree = dict[str, "Tree"] | list["Tree"] | Leaf | None


def arguments_of(definition: GraphQLField, node: FieldNode, variables: Mapping[str, Any]) -> dict[str, Tree]:
    """The arguments that were given or have a default."""
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    found: dict[str, Tree] = {}
    for name, argument in definition.args.items():
        if name in given and not _is_absent(given[name], variables):
            found[name] = _of_literal(given[name], argument.type, variables)
        elif (default := coerce_default_value(argument)) is not Undefined:
            found[name] = _of_value(default, argument.type, _constant(default))
    return found


def argument_values(definition: GraphQLField, node: FieldNode, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments' values themselves, for what writes. Raises `BadInput` for a null where none may be."""
    try:
        return get_argument_values(definition, node, VariableValues({}, dict(variables)))
    except GraphQLError as error:
        raise BadInput(error.message) from None


def _is_absent(node: ValueNode, variables: Mapping[str, Any]) -> bool:
    return isinstance(node, VariableNode) and node.name.value not in variables


def _of_literal(node: ValueNode, declared: GraphQLInputType, variables: Mapping[str, Any]) -> Tree:
    type_ = get_nullable_type(declared)
    if isinstance(node, VariableNode):
        name = node.name.value
        value = variables.get(name)
        if value is None and is_non_null_type(declared):
            # GraphQL spec 6.4.1: a nullable variable with a default may stand here, and may be null all the same.
            raise BadInput(f"${name} is null where a {declared} must be; give a value.")
        return _of_value(value, declared, lambda given: given.get(name))
    if isinstance(node, NullValueNode):
        return None
    if is_list_type(type_) and is_input_object_type(get_named_type(type_)):
        # GraphQL spec 3.11: a single value stands for a list of one.
        nodes = node.values if isinstance(node, ListValueNode) else (node,)
        return [_of_literal(each, type_.of_type, variables) for each in nodes if not _is_absent(each, variables)]
    if is_input_object_type(type_):
        assert isinstance(node, ObjectValueNode)
        fields = {field.name.value: field.value for field in node.fields if not _is_absent(field.value, variables)}
        tree: dict[str, Tree] = {}
        for key, each in type_.fields.items():
            if key in fields:
                tree[key] = _of_literal(fields[key], each.type, variables)
            elif (default := coerce_default_value(each)) is not Undefined:
                tree[key] = _of_value(default, each.type, _constant(default))
        return tree
    if _has_variable(node):
        assert isinstance(node, ListValueNode) and is_list_type(type_)
        items = [_of_literal(each, type_.of_type, variables) for each in node.values]
        return Leaf(lambda given: [each.value(given) if isinstance(each, Leaf) else None for each in items])
    return Leaf(_constant(coerce_input_literal(node, declared)))


def _has_variable(node: ValueNode) -> bool:
    if isinstance(node, ListValueNode):
        return any(_has_variable(each) for each in node.values)
    return isinstance(node, VariableNode)


def _of_value(value: Any, declared: GraphQLInputType, get: Get) -> Tree:
    """The tree of a value that is coerced already, whose leaves find themselves again in another request's value."""
    type_ = get_nullable_type(declared)
    if value is None:
        return None
    if is_list_type(type_) and is_input_object_type(get_named_type(type_)):
        return [_of_value(each, type_.of_type, _inside(get, index)) for index, each in enumerate(value)]
    if is_input_object_type(type_):
        return {key: _of_value(each, type_.fields[key].type, _inside(get, key)) for key, each in value.items()}
    return Leaf(get)


def _constant(value: Any) -> Get:
    return lambda _: value


def _inside(get: Get, key: str | int) -> Get:
    return lambda given: get(given)[key]


def checked_text(value: Any, where: str) -> Any:
    """The value, if the database can hold it. Raises `BadInput` for text with a NUL or half a surrogate pair."""
    if isinstance(value, list):
        return [checked_text(each, where) for each in value]
    if isinstance(value, str):
        if "\0" in value:
            raise BadInput(f"{where} holds a NUL character, which no stored text has.")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise BadInput(f"{where} holds half of a surrogate pair, which is no text.") from None
    return value
