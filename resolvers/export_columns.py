"""The columns of an export, from the query's selection: `owner.name`, `employers.nodes.name`.

A value that is one of several is joined with the others of its record, by `;` and, within those, by `|`. A backslash
stands before each of these three characters in a value, and what has no value keeps its place: `a;;b` is a, nothing, b.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    is_leaf_type,
)
from graphql.type import GraphQLField

from graph.errors import BadInput
from graph.joined import INNER, OUTER
from resolvers.export_document import Paged, fragments_of, is_list

# What a response key stands for, and the nodes of the selection that ask for it.
Field = tuple[GraphQLField, list[FieldNode]]

SEPARATORS = (OUTER, INNER)
_NUMBERS = ("Int", "Float", "Decimal", "Boolean")
_ESCAPED = str.maketrans({each: f"\\{each}" for each in ("\\", *SEPARATORS)})


@dataclass(frozen=True)
class Column:
    """One column: the response keys that lead to its value, and how many lists they lead through."""

    path: tuple[str, ...]
    depth: int
    # The scalar's or enum's name in GraphQL.
    type: str

    @property
    def name(self) -> str:
        return ".".join(self.path)

    @property
    def is_text(self) -> bool:
        """Whether its cells are texts that a spreadsheet might take for something else."""
        return self.depth > 0 or self.type not in _NUMBERS

    def value(self, row: Mapping[str, Any]) -> Any:
        """The row's value: None, a text, a number or a truth; several are one text."""
        found = _along(row, self.path)
        return _joined(found, self.depth) if self.depth else _plain(found)


@dataclass(frozen=True)
class Layout:
    """Where in an answer's data the rows are, and what columns they have."""

    path: tuple[str, ...]
    columns: tuple[Column, ...]


def layout_of(schema: GraphQLSchema, document: Paged, hidden: str) -> Layout:
    """A column for each leaf of the rows' selection, in its order.

    Where the root field is no connection, the rows are the first list that one field after the other leads to, as in
    `{ orders { groupBy { groups { … } } } }`; if there is none, its record is the one row.
    """
    (operation,) = (each for each in document.node.definitions if isinstance(each, OperationDefinitionNode))
    query = schema.query_type
    assert query is not None
    reader = _Reader(schema, fragments_of(document.node), hidden)
    path: tuple[str, ...] = (document.key,)
    definition, nodes = reader.fields(query, [operation.selection_set])[document.key]
    while not is_list(definition):
        below = reader.below(definition, nodes)
        if not document.is_connection and (len(below) != 1 or is_leaf_type(get_named_type(_only(below)[0].type))):
            break
        key = document.rows_key or next(iter(below))
        path, (definition, nodes) = (*path, key), below[key]
    return Layout(path, tuple(reader.columns(definition, nodes, (), 0)))


def _only(fields: Mapping[str, Field]) -> Field:
    return next(iter(fields.values()))


@dataclass(frozen=True)
class _Reader:
    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    hidden: str

    def columns(
        self, definition: GraphQLField, nodes: Sequence[FieldNode], path: tuple[str, ...], depth: int
    ) -> list[Column]:
        type_ = get_named_type(definition.type)
        if is_leaf_type(type_):
            return [Column(path or ("value",), depth, type_.name)]
        found: list[Column] = []
        for key, (each, below) in self.below(definition, nodes).items():
            deeper = depth + is_list(each)
            if deeper > len(SEPARATORS):
                where = ".".join((*path, key))
                raise BadInput(f"{where}: a cell holds lists in {len(SEPARATORS)} levels; export this as jsonl.")
            found += self.columns(each, below, (*path, key), deeper)
        return found

    def below(self, definition: GraphQLField, nodes: Sequence[FieldNode]) -> dict[str, Field]:
        """What is selected of a field's value, but for what was added to the query."""
        sets = [each.selection_set for each in nodes if each.selection_set]
        found = self.fields(get_named_type(definition.type), sets)
        return {key: field for key, field in found.items() if key != self.hidden}

    def fields(self, type_: GraphQLNamedType, sets: Sequence[SelectionSetNode]) -> dict[str, Field]:
        """The fields by response key, whichever of an abstract type's members have them."""
        found: dict[str, Field] = {}
        for each in sets:
            self._collect(type_, each, found)
        return found

    def _collect(self, type_: GraphQLNamedType, selections: SelectionSetNode, found: dict[str, Field]) -> None:
        for node in selections.selections:
            match node:
                case FieldNode():
                    key = (node.alias or node.name).value
                    found.setdefault(key, (self._definition(type_, node.name.value), []))[1].append(node)
                case InlineFragmentNode():
                    condition = node.type_condition
                    inner = self.schema.type_map[condition.name.value] if condition else type_
                    self._collect(inner, node.selection_set, found)
                case FragmentSpreadNode():
                    fragment = self.fragments[node.name.value]
                    inner = self.schema.type_map[fragment.type_condition.name.value]
                    self._collect(inner, fragment.selection_set, found)
                case _:
                    raise TypeError(f"no selection is a {type(node).__name__}")

    def _definition(self, type_: GraphQLNamedType, name: str) -> GraphQLField:
        if name == "__typename":
            string = self.schema.type_map["String"]
            return GraphQLField(string)  # type: ignore[arg-type]
        assert isinstance(type_, GraphQLObjectType | GraphQLInterfaceType)
        found: GraphQLField = type_.fields[name]
        return found


def _along(value: Any, path: tuple[str, ...]) -> Any:
    if value is None:
        return None
    if isinstance(value, list):
        return [_along(each, path) for each in value]
    if not path:
        return value
    return _along(value.get(path[0]) if isinstance(value, dict) else value, path[1:])


def _joined(value: Any, depth: int) -> str | None:
    if value is None:
        return None
    inner = SEPARATORS[1] if depth > 1 else None
    items = value if isinstance(value, list) else [value]
    return SEPARATORS[0].join(
        inner.join(map(_escaped, each)) if inner and isinstance(each, list) else _escaped(each) for each in items
    )


def _escaped(value: Any) -> str:
    return "" if value is None else text_of(_plain(value)).translate(_ESCAPED)


def _plain(value: Any) -> Any:
    """A JSON value as its text."""
    return orjson.dumps(value).decode() if isinstance(value, dict | list) else value


def text_of(value: Any) -> str:
    """A value as a cell shows it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def without_hidden(
    row: Any, hidden: str, too_many: Callable[[tuple[str, ...]], None], path: tuple[str, ...] = ()
) -> None:
    """Take our own pageInfo out of a row; `too_many` is told where a list has more than it shows."""
    if isinstance(row, list):
        for each in row:
            without_hidden(each, hidden, too_many, path)
    elif isinstance(row, dict):
        more = row.pop(hidden, None)
        if more and more["hasNextPage"]:
            too_many(path)
        for key, value in row.items():
            if isinstance(value, dict | list):
                without_hidden(value, hidden, too_many, (*path, key))
