"""The document of an export: the client's own, with the page of its root field in our hands.

{ companies(first: 3) { totalCount nodes { name } } }

becomes

{ companies(first: 200) { nodes { name } guanxi_more: pageInfo { hasNextPage endCursor } } }

and, for each page but the first, the same with `after: $guanxi_after`. What counts or sums up the whole list is left out:
it is no row. A list within a row shows 100 records unless it says how many, and is watched for having more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    IntValueNode,
    NamedTypeNode,
    NameNode,
    Node,
    OperationDefinitionNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    is_list_type,
    parse,
    print_ast,
    separate_operations,
    visit,
)
from graphql.type import get_nullable_type

from graph.errors import BadInput
from resolvers.api import API
from resolvers.document import Document

# No field and no variable of a client begins like this.
MORE, AFTER = "guanxi_more", "guanxi_after"
# How many records a list within a row shows.
NESTED = 100

_ROWS = ("nodes", "edges")
_OF_THE_WHOLE = ("totalCount", "pageInfo", "aggregate", "groupBy")
_BACKWARD = ("last", "before")


@dataclass(frozen=True, eq=False)
class Paged:
    """The texts for the first page and for every other one, and where in their answers the rows are."""

    node: DocumentNode
    first: str
    next: str
    # The response keys of the root field and, of a connection, of its list of rows.
    key: str
    rows_key: str
    is_connection: bool
    # Whether lists within the rows are watched for having more than they show.
    has_nested: bool
    variables: frozenset[str]


def paged(
    api: API, document: Document, operation: OperationDefinitionNode, given: Mapping[str, Any], size: int
) -> Paged:
    """The document with pages of this size. Raises `BadInput` if it has no single list of rows."""
    name = operation.name.value if operation.name else ""
    alone = separate_operations(document.node)[name]
    root = _root(operation)
    query = api.schema.query_type
    assert query is not None
    definition = query.fields[root.name.value]
    if any(argument.name.value in _BACKWARD for argument in root.arguments or ()):
        raise BadInput(f"{root.name.value}: an export goes forward; leave out `last` and `before`.")
    rows = _selected_rows(root) if is_connection(definition) else []
    if len(rows) > 1:
        raise BadInput(f"{root.name.value}: an export has one list of rows; select `nodes` or `edges`, and not both.")
    editor = _Editor(api.schema, root, bool(rows), size, given)
    edited: DocumentNode = visit(alone, TypeInfoVisitor(editor.types, editor))
    first = _tidied(edited)
    key = (root.alias or root.name).value
    following = _tidied(_continued(first, key)) if rows else first
    return Paged(
        first,
        print_ast(first),
        print_ast(following),
        key,
        (rows[0].alias or rows[0].name).value if rows else "",
        bool(rows),
        editor.has_nested,
        frozenset(_variables(first)),
    )


def is_connection(definition: GraphQLField) -> bool:
    """Whether the field lists records page by page."""
    type_ = get_named_type(definition.type)
    return isinstance(type_, GraphQLObjectType) and type_.name.endswith("Connection") and "pageInfo" in type_.fields


def _root(operation: OperationDefinitionNode) -> FieldNode:
    selections = operation.selection_set.selections
    found = [each for each in selections if isinstance(each, FieldNode)]
    if len(selections) != 1 or len(found) != 1 or found[0].name.value.startswith("__"):
        raise BadInput("An export is of one field of the query, written in the operation itself; select just that one.")
    return found[0]


def _selected_rows(root: FieldNode) -> list[FieldNode]:
    selections = root.selection_set.selections if root.selection_set else ()
    found = [each for each in selections if isinstance(each, FieldNode) and each.name.value in _ROWS]
    if not found and any(not isinstance(each, FieldNode) for each in selections):
        raise BadInput(f"{root.name.value}: write `nodes` or `edges` in the field itself, and not in a fragment.")
    return found


class _Editor(Visitor):
    """Gives the root field pages of our size, and every list within it a size that is known."""

    def __init__(
        self, schema: GraphQLSchema, root: FieldNode, is_paged: bool, size: int, given: Mapping[str, Any]
    ) -> None:
        super().__init__()
        self.types = TypeInfo(schema)
        self.has_nested = False
        self._root, self._is_paged, self._size, self._given = root, is_paged, size, given

    def leave_field(self, node: FieldNode, *_: Any) -> FieldNode | None:
        definition = self.types.get_field_def()
        if definition is None or not is_connection(definition) or node.selection_set is None:
            return None
        if self._is_root(node):
            if not self._is_paged:
                return None
            kept = [each for each in node.selection_set.selections if not _is_of_the_whole(each)]
            return _edited(node, self._size, kept, ("hasNextPage", "endCursor"))
        shown = [each for each in node.selection_set.selections if isinstance(each, FieldNode)]
        if any(self._is_given(argument) for argument in node.arguments or ()) or not any(
            each.name.value in _ROWS for each in shown
        ):
            return None
        self.has_nested = True
        return _edited(node, NESTED, list(node.selection_set.selections), ("hasNextPage",))

    def _is_root(self, node: FieldNode) -> bool:
        parent = self.types.get_parent_type()
        return parent is not None and parent is self.types._schema.query_type and node.loc == self._root.loc

    def _is_given(self, argument: ArgumentNode) -> bool:
        if argument.name.value not in ("first", "last"):
            return False
        return not (isinstance(argument.value, VariableNode) and argument.value.name.value not in self._given)


def _is_of_the_whole(selection: Node) -> bool:
    return isinstance(selection, FieldNode) and selection.name.value in _OF_THE_WHOLE


def _edited(node: FieldNode, size: int, selections: list[Any], wanted: tuple[str, ...]) -> FieldNode:
    arguments = [each for each in node.arguments or () if each.name.value != "first"]
    arguments.append(ArgumentNode(name=NameNode(value="first"), value=IntValueNode(value=str(size))))
    more = FieldNode(
        alias=NameNode(value=MORE),
        name=NameNode(value="pageInfo"),
        arguments=(),
        directives=(),
        selection_set=SelectionSetNode(
            selections=tuple(FieldNode(name=NameNode(value=each), arguments=(), directives=()) for each in wanted)
        ),
    )
    return FieldNode(
        alias=node.alias,
        name=node.name,
        arguments=tuple(arguments),
        directives=node.directives,
        selection_set=SelectionSetNode(selections=(*selections, more)),
        loc=node.loc,
    )


def _continued(document: DocumentNode, key: str) -> DocumentNode:
    """The same, beginning behind a cursor that a variable holds."""

    class Continuing(Visitor):
        def enter_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> OperationDefinitionNode:
            variable = VariableNode(name=NameNode(value=AFTER))
            declared = VariableDefinitionNode(
                variable=variable, type=NamedTypeNode(name=NameNode(value="String")), directives=()
            )
            selections = tuple(_from(each, key, variable) for each in node.selection_set.selections)
            return OperationDefinitionNode(
                operation=node.operation,
                name=node.name,
                variable_definitions=(*(node.variable_definitions or ()), declared),
                directives=node.directives,
                selection_set=SelectionSetNode(selections=selections),
            )

    continued: DocumentNode = visit(document, Continuing())
    return continued


def _from(selection: Any, key: str, variable: VariableNode) -> Any:
    if not isinstance(selection, FieldNode) or (selection.alias or selection.name).value != key:
        return selection
    arguments = [each for each in selection.arguments or () if each.name.value != "after"]
    return FieldNode(
        alias=selection.alias,
        name=selection.name,
        arguments=(*arguments, ArgumentNode(name=NameNode(value="after"), value=variable)),
        directives=selection.directives,
        selection_set=selection.selection_set,
    )


def _tidied(document: DocumentNode) -> DocumentNode:
    """Without the definitions of variables that nothing uses any more, which would not be valid."""
    used = _variables(document)

    class Tidying(Visitor):
        def leave_operation_definition(self, node: OperationDefinitionNode, *_: Any) -> OperationDefinitionNode:
            kept = tuple(each for each in node.variable_definitions or () if each.variable.name.value in used)
            return OperationDefinitionNode(
                operation=node.operation,
                name=node.name,
                variable_definitions=kept,
                directives=node.directives,
                selection_set=node.selection_set,
            )

    tidied: DocumentNode = visit(document, Tidying())
    # Fragments that only what was left out had spread are left out as well.
    (alone,) = separate_operations(parse(print_ast(tidied))).values()
    return alone


def _variables(document: DocumentNode) -> set[str]:
    found: set[str] = set()

    class Reading(Visitor):
        def enter_variable_definition(self, *_: Any) -> Any:
            return False

        def enter_variable(self, node: VariableNode, *_: Any) -> None:
            found.add(node.name.value)

    visit(document, Reading())
    return found


def fragments_of(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}


def is_list(definition: GraphQLField) -> bool:
    return is_list_type(get_nullable_type(definition.type))
