"""What a reader may have as a file: of the records that it sees those that it may export, and no types of which it may none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    separate_operations,
    visit,
)

from graph.conditions import EVERYTHING, NOTHING, All, Condition
from graph.errors import Forbidden
from graph.model import NodeType
from graph.reader import Action, Reader
from resolvers.api import API


def exporting(api: API, document: DocumentNode, operation: OperationDefinitionNode, reader: Reader) -> Reader:
    """The reader for whom an export is read: it sees what it may export, in every place of the document.

    Raises `Forbidden` if a field of the document leads to records of which the reader may export none.
    """
    conditions = {node.name: reader.allowed(Action.EXPORT, node) for node in api.model.concrete}
    if all(condition == EVERYTHING for condition in conditions.values()):
        return reader
    visitor = _Exported(api, reader)
    name = operation.name.value if operation.name else ""
    visit(separate_operations(document)[name], TypeInfoVisitor(visitor.types, visitor))
    predicates = {
        node.name: _both(reader.predicate(node), conditions[node.name])
        for node in api.model.concrete
        if conditions[node.name] != EVERYTHING
    }
    # What is left to be asked of a record that a field leads to counts on the predicates that there were.
    return replace(reader, predicates={**reader.predicates, **predicates}, onward={}, backward={})


def _both(seen: Condition, exported: Condition) -> Condition:
    if NOTHING in (seen, exported):
        return NOTHING
    return exported if seen in (EVERYTHING, exported) else All((seen, exported))


class _Exported(Visitor):
    """Refuses what leads to records that may not be exported."""

    def __init__(self, api: API, reader: Reader) -> None:
        super().__init__()
        self._api, self._reader = api, reader
        self.types = TypeInfo(api.schema)

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        definition = self.types.get_field_def()
        if definition is not None:
            self._check(str(get_named_type(definition.type)), node)

    def enter_inline_fragment(self, node: Any, *_: Any) -> None:
        self._check(str(self.types.get_type()), node)

    enter_fragment_definition = enter_inline_fragment

    def _check(self, name: str, node: Any) -> None:
        connection = self._api.connections.get(name)
        target = connection.target if connection else self._api.model.nodes.get(name)
        if target is not None and not any(self._may(member) for member in target.members):
            raise Forbidden(f"You may not export {target.name} records, to which the export leads.")

    def _may(self, member: str) -> bool:
        found: NodeType | None = self._api.model.nodes.get(member)
        return found is None or self._reader.allowed(Action.EXPORT, found) != NOTHING
