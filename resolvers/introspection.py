"""What the schema tells about itself: answered by graphql-core, without the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def introspect(
    schema: GraphQLSchema,
    document: Document,
    operation: OperationDefinitionNode,
    nodes: Sequence[FieldNode],
    sent: Mapping[str, Any],
) -> tuple[dict[str, Any], list[GraphQLError]]:
    """The values of an operation's `__schema` and `__type` fields, which `nodes` are, by response key.

    `sent` are the variables as they came from the client, since graphql-core coerces them itself.
    """
    if not nodes:
        return {}, []
    # The operation is run again with nothing but these fields, which may come from any of its fragments.
    alone = _with_selection(operation, nodes)
    fragments = tuple(document.fragments.values())
    node = DocumentNode(definitions=(alone, *fragments))
    result = execute_sync(schema, node, variable_values=dict(sent))
    assert isinstance(result, ExecutionResult)
    return result.data or {}, result.errors or []


def _with_selection(operation: OperationDefinitionNode, nodes: Sequence[FieldNode]) -> OperationDefinitionNode:
    return OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=tuple(nodes)),
    )
