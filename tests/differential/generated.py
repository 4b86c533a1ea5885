"""Operations by hypothesis-graphql over the real schema, for the awkward graph: what they print is valid in that schema.

hypothesis-graphql draws every argument of a field, knows nothing of `@oneOf`, and follows inputs that contain
themselves until it has enough of it. So it is given the schema with scalars instead of inputs, each of which has a
strategy of its own, and with nothing but what one may ask at once: no cursors, which must exist, and no `last`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any, cast

import hypothesis_graphql
from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DefinitionNode,
    DirectiveNode,
    DocumentNode,
    FieldDefinitionNode,
    FieldNode,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLSchema,
    InputObjectTypeDefinitionNode,
    InterfaceTypeDefinitionNode,
    NameNode,
    ObjectTypeDefinitionNode,
    OperationDefinitionNode,
    ScalarTypeDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    build_ast_schema,
    get_named_type,
    parse,
    parse_type,
    print_ast,
    value_to_literal,
)
from hypothesis import strategies as st
from hypothesis_graphql import nodes

from resolvers.api import Connection, RootKind
from tests.asking import whole_api
from tests.awkward import awkward_graph
from tests.differential.reference import NOT_WALKED
from tests.questions import Drawing

# Arguments that are left out, and the scalar that an argument of another name or type becomes.
_UNASKED = ("after", "last", "before")
_NEVER_NULL = ("where", "limit", "via")
_SIZE, _SHARE, _SEARCHED = "Size", "Share", "Searched"

# How many selection sets are kept of an operation: Neo4j plans each for 35 to 50 ms, and more on an abstract type.
_MOST = 12


@dataclass(frozen=True)
class Operation:
    """What a client might send."""

    text: str
    variables: dict[str, Any]


@st.composite
def operations(draw: st.DrawFn) -> Operation:
    """An operation with `@skip` and `@include` here and there, by variables or by literals."""
    document = draw(_documents())
    (operation,) = document.definitions
    assert isinstance(operation, OperationDefinitionNode)
    variables: dict[str, bool] = {}

    left = _MOST

    def directed(selections: SelectionSetNode) -> SelectionSetNode:
        kept = tuple(each for node in selections.selections if (each := one(node)))
        return SelectionSetNode(selections=kept or (FieldNode(name=NameNode(value="__typename"), directives=()),))

    def one(node: Any) -> Any:
        nonlocal left
        left -= bool(node.selection_set)
        if left < 0 and node.selection_set:
            return None
        below = directed(node.selection_set) if node.selection_set else None
        directives = (_directive(draw, variables),) if draw(st.integers(0, 15)) == 15 else ()
        return replace(node, selection_set=below, directives=directives)

    selections = directed(operation.selection_set)
    declared = tuple(
        VariableDefinitionNode(variable=_variable(name), type=parse_type("Boolean!"), directives=())
        for name in variables
    )
    asked = replace(operation, selection_set=selections, variable_definitions=declared)
    return Operation(print_ast(DocumentNode(definitions=(asked,))), variables)


def _directive(draw: st.DrawFn, variables: dict[str, bool]) -> DirectiveNode:
    word, value = draw(st.sampled_from(("skip", "include"))), draw(st.booleans())
    if draw(st.booleans()):
        found: ValueNode = BooleanValueNode(value=value)
    else:
        variables[f"is{value}"] = value
        found = _variable(f"is{value}")
    argument = ArgumentNode(name=NameNode(value="if"), value=found)
    return DirectiveNode(name=NameNode(value=word), arguments=(argument,))


def _variable(name: str) -> VariableNode:
    return VariableNode(name=NameNode(value=name))


@cache
def _documents() -> st.SearchStrategy[DocumentNode]:
    """Every root field as often as any other: left to itself, hypothesis-graphql asks for `node` most of the time."""
    schema = _trimmed()
    assert schema.query_type
    scalars = _scalars(schema)

    def of(root: str) -> st.SearchStrategy[DocumentNode]:
        found: st.SearchStrategy[DocumentNode] = hypothesis_graphql.queries(
            schema, fields=(root,), custom_scalars=scalars, print_ast=lambda document: document, allow_x00=False
        )
        return found

    return st.sampled_from(sorted(schema.query_type.fields)).flatmap(cache(of))


@cache
def _trimmed() -> GraphQLSchema:
    """The schema without inputs and descriptions, and without what writes or goes on."""
    definitions: list[DefinitionNode] = []
    made = {_SIZE, _SHARE, _SEARCHED}
    for node in parse(whole_api().sdl, no_location=True).definitions:
        match node:
            case InputObjectTypeDefinitionNode():
                made.add(node.name.value)
            case ObjectTypeDefinitionNode() if node.name.value in ("Mutation", "Subscription"):
                pass
            case ObjectTypeDefinitionNode() | InterfaceTypeDefinitionNode():
                fields = tuple(
                    _field(node.name.value, each, made)
                    for each in node.fields or ()
                    if each.name.value not in NOT_WALKED
                )
                definitions.append(replace(node, description=None, fields=fields))
            case _:
                definitions.append(node)
    definitions += [ScalarTypeDefinitionNode(name=NameNode(value=name), directives=()) for name in sorted(made)]
    return build_ast_schema(DocumentNode(definitions=tuple(definitions)))


def _field(owner: str, node: FieldDefinitionNode, made: set[str]) -> FieldDefinitionNode:
    arguments = []
    for argument in node.arguments or ():
        name, type_ = argument.name.value, print_ast(argument.type)
        if name in _UNASKED and any(each.name.value == "first" for each in node.arguments or ()):
            continue
        if name in _NEVER_NULL:
            # Null is refused there.
            type_ = f"{type_.rstrip('!')}!"
        if type_.startswith("Int"):
            type_ = type_.replace("Int", _SIZE)
        elif type_.startswith("Float"):
            type_ = type_.replace("Float", _SHARE)
        elif name == "text":
            type_ = f"{_SEARCHED}!"
        elif name == "orderBy":
            made.add(type_ := f"{type_.strip('[]!')}s")
        elif name == "id" and owner == "Query":
            made.add(type_ := f"{node.name.value}Id")
            type_ += "!"
        arguments.append(replace(argument, description=None, default_value=None, type=parse_type(type_)))
    return replace(node, description=None, arguments=tuple(arguments))


# --- strategies of the scalars ----------------------------------------------------------------------------------------


def _scalars(schema: GraphQLSchema) -> dict[str, st.SearchStrategy[ValueNode]]:
    found: dict[str, st.SearchStrategy[ValueNode]] = {
        _SIZE: st.integers(0, 4).map(nodes.Int),
        _SHARE: st.sampled_from((0.0, 0.25, 0.5, 1.0)).map(nodes.Float),
        _SEARCHED: st.sampled_from(("ada", "a", "bob", "王", "User1", "")).map(nodes.String),
        "ID": st.sampled_from([record.id for record in awkward_graph().records]).map(nodes.String),
        "DateTime": st.just(nodes.String("2025-01-01T00:00:00Z")),
        "Date": st.just(nodes.String("2025-01-01")),
        "Decimal": st.just(nodes.String("1.00")),
        "Currency": st.just(nodes.String("EUR")),
        "Duration": st.just(nodes.String("P30D")),
    }
    api = whole_api()
    for field, root in api.roots.items():
        if root.kind in (RootKind.ONE, RootKind.NEIGHBOURS):
            ids = [record.id for name in root.target.members for record in awkward_graph().of(api.model.nodes[name])]
            found[f"{field}Id"] = st.sampled_from(ids).map(nodes.String)
    for name, connection in api.connections.items():
        prefix = name.removesuffix("Connection")
        found[f"{prefix}Where"] = _filters(f"{prefix}Where", connection)
        found[f"{prefix}Orders"] = _orders(f"{prefix}Order", connection)
    found["SearchWhere"] = _searched_filters()
    return {name: each for name, each in found.items() if name in schema.type_map}


@st.composite
def _filters(draw: st.DrawFn, name: str, connection: Connection) -> ValueNode:
    """Most often everything, since a filter that is made up seldom leaves a record."""
    is_asked = draw(st.integers(0, 3)) == 3
    return _literal(Drawing(draw).where(connection.target, connection.edge, 2) if is_asked else {}, name)


@st.composite
def _searched_filters(draw: st.DrawFn) -> ValueNode:
    """What is found is filtered by the type that it turns out to be."""
    connections = whole_api().connections
    fields = cast("GraphQLInputObjectType", whole_api().schema.type_map["SearchWhere"]).fields
    found = {name: get_named_type(each.type).name.replace("Where", "Connection") for name, each in fields.items()}
    field = draw(st.sampled_from(sorted(name for name in found if found[name] in connections)))
    connection = connections[found[field]]
    value = Drawing(draw).where(connection.target, connection.edge, 2) if draw(st.booleans()) else {}
    return _literal({field: value}, "SearchWhere")


@st.composite
def _orders(draw: st.DrawFn, name: str, connection: Connection) -> ValueNode:
    orders = Drawing(draw).order_by(connection.target, connection.edge) if draw(st.booleans()) else []
    return nodes.List([_literal(each, name) for each in orders])


def _literal(value: Any, name: str) -> ValueNode:
    found = value_to_literal(value, cast("GraphQLInputType", whole_api().schema.type_map[name]))
    assert found is not None
    return found
