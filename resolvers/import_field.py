"""The field `importRecords` of Mutation: many transactions of its own, and a payload that is no record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graphql import FieldNode, GraphQLError, GraphQLObjectType, get_argument_values, get_named_type
from graphql.execution.values import VariableValues

from graph.errors import Forbidden, GuanxiError
from graph.importing import Into
from graph.reader import Reader
from graph.rows import Mode
from graph.tables import Readers
from resolvers.api import API
from resolvers.idempotency import Told
from resolvers.importing import GivenFile, import_records, payload_of
from resolvers.selection import Selection
from resolvers.told import described

IMPORT = "importRecords"


@dataclass(frozen=True)
class ImportField:
    """A selected `importRecords`, under its response key."""

    key: str
    nodes: Sequence[FieldNode]


@dataclass(frozen=True)
class Importer:
    """Imports what requests bring into one database. `readers` read other files than CSV."""

    into: Into
    readers: Readers = field(default_factory=dict)

    async def run(
        self, api: API, selection: Selection, asked: ImportField, variables: Mapping[str, Any], reader: Reader
    ) -> Told:
        """Import, and answer what the selection wants to know of it. What may not be imported is the field's error."""
        type_ = api.schema.mutation_type
        assert type_ is not None
        definition = type_.fields[IMPORT]
        try:
            if not reader.is_administrator:
                # An import finds and changes records whether somebody may see them or not.
                raise Forbidden("Importing is for administrators.")
            given = get_argument_values(definition, asked.nodes[0], VariableValues({}, dict(variables)))["input"]
            mode = given.get("mode")
            imported = await import_records(
                self.into.now_anew(),
                [GivenFile(file["name"], file.get("text"), file.get("data")) for file in given["files"]],
                given["mapping"],
                mode=Mode[getattr(mode, "name", mode)] if mode else None,
                preview=bool(given.get("preview")),
                by=reader.user_id,
                readers=self.readers,
            )
        except GuanxiError as error:
            told = GraphQLError(error.message, list(asked.nodes), path=[asked.key], original_error=error)
            return Told({asked.key: None}, [described(told, error.code)])
        shown = get_named_type(definition.type)
        return Told({asked.key: _selected(selection, shown, list(asked.nodes), payload_of(imported))})


def _selected(selection: Selection, type_: Any, nodes: list[FieldNode], value: Any) -> Any:
    """Of a whole value what the selection asks for, in its order."""
    if isinstance(value, list):
        return [_selected(selection, type_, nodes, each) for each in value]
    if not isinstance(type_, GraphQLObjectType) or value is None:
        return value
    return {
        key: type_.name
        if each[0].name.value == "__typename"
        else _selected(
            selection,
            get_named_type(type_.fields[each[0].name.value].type),
            each,
            value[each[0].name.value],
        )
        for key, each in selection.fields(type_, nodes).items()
    }
