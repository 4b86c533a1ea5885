"""What the schema tells about itself: answered by graphql-core, without the database, as far as the reader can use it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    OperationDefinitionNode,
    SelectionSetNode,
    execute_sync,
)

from graph.reader import Reader
from resolvers.api import API
from resolvers.document import Document
from resolvers.visible import Visible

T = TypeVar("T")
Told = tuple[dict[str, Any], list[GraphQLError]]

# The whole schema takes the better part of a second and some megabytes, so the last answers and views are kept.
_ANSWERS, _VIEWS = 8, 16


@dataclass(eq=False)
class Introspection:
    """Answers what operations ask of one schema. Readers with the same rights are told the same."""

    api: API
    _answers: OrderedDict[Hashable, Told] = field(default_factory=OrderedDict)
    _views: OrderedDict[Hashable, Visible] = field(default_factory=OrderedDict)

    def __call__(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        nodes: Sequence[FieldNode],
        sent: Mapping[str, Any],
        reader: Reader,
    ) -> Told:
        """The values of an operation's `__schema` and `__type` fields, which `nodes` are, by response key.

        `sent` are the variables as they came from the client, since graphql-core coerces them itself.
        """
        if not nodes:
            return {}, []
        values = orjson.dumps(sent, default=repr, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
        key = (document, id(operation), tuple(map(id, nodes)), values, reader.shape)
        return _kept(self._answers, _ANSWERS, key, lambda: self._told(document, operation, nodes, sent, reader))

    def _told(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        nodes: Sequence[FieldNode],
        sent: Mapping[str, Any],
        reader: Reader,
    ) -> Told:
        # The operation is run again with nothing but these fields, which may come from any of its fragments.
        alone = _with_selection(operation, nodes)
        fragments = tuple(document.fragments.values())
        node = DocumentNode(definitions=(alone, *fragments))
        view = self._view(reader)
        result = execute_sync(
            self.api.schema, node, variable_values=dict(sent), middleware=[_only(view)] if view else None
        )
        assert isinstance(result, ExecutionResult)
        return result.data or {}, result.errors or []

    def _view(self, reader: Reader) -> Visible | None:
        """What the reader can use; None, if that is everything."""
        if reader.is_administrator and not reader.fields and not reader.actions:
            return None
        return _kept(self._views, _VIEWS, reader.shape, lambda: Visible(self.api, reader))


def _kept(kept: OrderedDict[Hashable, T], count: int, key: Hashable, make: Callable[[], T]) -> T:
    if key not in kept:
        kept[key] = make()
        while len(kept) > count:
            kept.popitem(last=False)
    kept.move_to_end(key)
    return kept[key]


def _only(view: Visible) -> Callable[..., Any]:
    """What stands between graphql-core's own resolvers of the schema and their answers: it leaves out what is not shown."""

    def resolve(next_: Callable[..., Any], source: Any, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
        found = next_(source, info, **arguments)
        if found is None:
            return None
        match info.parent_type.name, info.field_name:
            case "__Schema", "types":
                return [each for each in found if view.shows(each)]
            case "__Type", "fields" | "inputFields":
                return [(name, each) for name, each in found if view.shows_field(source, name, each)]
            case "__Type", "possibleTypes" | "interfaces":
                return [each for each in found if view.shows(each)]
            case "__Field" | "__Directive", "args":
                return [(name, each) for name, each in found if view.shows_argument(each)]
            case _, "__type":
                return found if view.shows(found) else None
            case _:
                return found

    return resolve


def _with_selection(operation: OperationDefinitionNode, nodes: Sequence[FieldNode]) -> OperationDefinitionNode:
    return OperationDefinitionNode(
        operation=operation.operation,
        name=operation.name,
        variable_definitions=operation.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=tuple(nodes)),
    )
