"""What is asked of a record in every position: all its plain values, and who is at the other end. From the schema."""

from __future__ import annotations

from functools import cache

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from graph.model import NodeType, Relationship
from tests.asking import whole_api

_ENTRY = """id operation recordId recordType recordVersion properties requestId edgeType edgeId fromId toId
    otherId otherType values { property old new }"""
# Of a record's own history everybody knows what it is about.
HISTORY = f"{{ {_ENTRY} }}"
CHANGE = f"{{ {_ENTRY} createdBy {{ id }} record {{ __typename id }} other {{ __typename id }} }}"


@cache
def leaves(type_name: str, *, depth: int = 1) -> str:
    """The fields of a type that are values, or small objects of values such as an amount of money."""
    type_ = whole_api().schema.type_map[type_name]
    if isinstance(type_, GraphQLUnionType):
        members = " ".join(f"... on {each.name} {{ {leaves(each.name)} }}" for each in type_.types)
        return f"__typename {members}"
    assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
    found = ["__typename"] if isinstance(type_, GraphQLInterfaceType) else []
    for name, field in type_.fields.items():
        if any(map(is_required_argument, field.args.values())) or field.deprecation_reason:
            continue
        if is_leaf_type(get_named_type(field.type)):
            found.append(name)
        elif depth and _is_value(field):
            found.append(f"{name} {{ {leaves(get_named_type(field.type).name, depth=0)} }}")
    return " ".join(found)


def _is_value(field: GraphQLField) -> bool:
    """Whether a field leads to an object that is no record and has nothing but values."""
    type_ = get_named_type(field.type)
    if not isinstance(type_, GraphQLObjectType) or type_.name in whole_api().model.nodes:
        return False
    return not field.args and all(is_leaf_type(get_named_type(each.type)) for each in type_.fields.values())


def whole(node: NodeType) -> str:
    """What is asked of a record: all its values."""
    return f"{{ {leaves(node.name)} }}"


def who(node: NodeType) -> str:
    """What is asked of a record beside others: which it is."""
    if node.is_union:
        return "{ __typename " + " ".join(f"... on {name} {{ id }}" for name in node.members) + " }"
    return "{ __typename id }" if node.is_abstract else "{ id }"


def related(relationship: Relationship, target: NodeType, *, counts: bool = True) -> str:
    """A field that leads to other records, with what is told of the way there."""
    if not relationship.is_list:
        return f"{relationship.name} {who(target)}"
    edge = ""
    if relationship.edge:
        type_ = whole_api().schema.type_map[f"{relationship.edge.name}{target.name}Edge"]
        assert isinstance(type_, GraphQLObjectType)
        edge = " ".join(name for name, field in type_.fields.items() if is_leaf_type(get_named_type(field.type)))
    total = "totalCount" if counts else ""
    return f"{relationship.name}(first: 50) {{ {total} edges {{ {edge} cursor node {who(target)} }} }}"
