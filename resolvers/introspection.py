"""What the schema tells about itself: answered by graphql-core, without the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    execute_sync,
)

from resolvers.document import Document
from resolvers.selection import Selection


def introspect(
    schema: GraphQLSchema,
    document: Document,
    operation: OperationDefinitionNode,
    variables: Mapping[str, Any],
    sent: Mapping[str, Any],
) -> tuple[dict[str, Any], list[GraphQLError]]:
    """The values of an operation's `__schema` and `__type` fields by response key; empty if it has none.

    `variables` are coerced; `sent` are the same as they came from the client, which graphql-core coerces itself.
    """
    nodes = introspection_nodes(schema, document, operation, variables)
    if not nodes:
        return {}, []
    # The operation is run again with nothing but these fields, which may come from any of its fragments.
    alone = _with_selection(operation, nodes)
    fragments = tuple(document.fragments.values())
    node = DocumentNode(definitions=(alone, *fragments))
    result = execute_sync(schema, node, variable_values=dict(sent))
    assert isinstance(result, ExecutionResult)
    return result.data or {}, result.errors or []


def introspection_nodes(
    schema: GraphQLSchema, document: Document, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> list[FieldNode]:
    query = schema.query_type
    assert query is not None
    fields = Selection(schema, document.fragments, variables).fields_of_sets(query, [operation.selection_set])
    return [node for nodes in fields.values() for node in nodes if node.name.value in ("__schema", "__type")]


def _with_selection(operation: OperationDefinitionNode, nodes: list[FieldNode]) -> OperationDefinitionNode:
    return OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=tuple(nodes)),
    )
