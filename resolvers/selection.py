"""Which fields a selection asks for, by response key (GraphQL specification 6.3.2)."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
    get_directive_values,
    is_abstract_type,
)
from graphql.execution.values import VariableValues

from graph.errors import BadInput
from resolvers.glances import Glances

Fields = dict[str, list[FieldNode]]
# A type that has fields.
Fielded = GraphQLObjectType | GraphQLInterfaceType


@dataclass(frozen=True)
class Selection:
    """Reads the selections of one operation."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    glances: Glances

    def fields(self, type_: GraphQLObjectType, nodes: Iterable[FieldNode]) -> Fields:
        """The fields that nodes of one response key ask of an object of a type, in the order of the selections."""
        return self.fields_of_sets(type_, [node.selection_set for node in nodes if node.selection_set])

    def fields_of_sets(self, type_: GraphQLObjectType, sets: Iterable[SelectionSetNode]) -> Fields:
        found: Fields = {}
        visited: set[str] = set()
        for selections in sets:
            self._collect(type_, selections, found, visited)
        return found

    def is_alike(
        self, type_: GraphQLInterfaceType, selected: Mapping[str, Fields], special: Container[tuple[str, str]]
    ) -> bool:
        """Whether every member of an interface is asked for the same, all of which the interface itself declares.

        `selected` are the fields by member; `special` are fields of a member alone, whatever the interface declares.
        """
        if not selected:
            return False
        first, *others = selected.values()
        names = {nodes[0].name.value for nodes in first.values()}
        return all(list(each.items()) == list(first.items()) for each in others) and all(
            name in type_.fields
            and (member, name) not in special
            and str(self.object_type(member).fields[name].type) == str(type_.fields[name].type)
            for member in selected
            for name in names
        )

    def object_type(self, name: str) -> GraphQLObjectType:
        found = self.schema.type_map[name]
        assert isinstance(found, GraphQLObjectType)
        return found

    def _collect(
        self, type_: GraphQLObjectType, selections: SelectionSetNode, found: Fields, visited: set[str]
    ) -> None:
        for node in selections.selections:
            if not self._is_included(node):
                continue
            match node:
                case FieldNode():
                    found.setdefault((node.alias or node.name).value, []).append(node)
                case InlineFragmentNode():
                    if node.type_condition is None or self._applies(node.type_condition.name.value, type_):
                        self._collect(type_, node.selection_set, found, visited)
                case FragmentSpreadNode():
                    # Once is enough; fragments that spread each other twice would double at every step.
                    fragment = self.fragments[node.name.value]
                    if node.name.value in visited:
                        continue
                    visited.add(node.name.value)
                    if self._applies(fragment.type_condition.name.value, type_):
                        self._collect(type_, fragment.selection_set, found, visited)
                case _:
                    raise TypeError(f"no selection is a {type(node).__name__}")

    def _is_included(self, node: SelectionNode) -> bool:
        if not node.directives:
            return True
        return self.glances.at(lambda variables: _is_included(node, variables))

    def _applies(self, condition: str, type_: GraphQLObjectType) -> bool:
        if condition == type_.name:
            return True
        abstract = self.schema.type_map[condition]
        return is_abstract_type(abstract) and self.schema.is_sub_type(abstract, type_)


def _is_included(node: SelectionNode, variables: Mapping[str, Any]) -> bool:
    values = VariableValues({}, dict(variables))
    try:
        skip = get_directive_values(GraphQLSkipDirective, node, values)
        include = get_directive_values(GraphQLIncludeDirective, node, values)
    except GraphQLError as error:
        # GraphQL spec 6.4.1: a nullable variable with a default may stand there, and may be null all the same.
        raise BadInput(error.message) from None
    return not (skip and skip["if"]) and (not include or bool(include["if"]))
