"""Fields of Mutation that are errands: work of their own, in transactions of their own, and a payload that is no record.

Importing files is one, having what could not be delivered tried again another. Each is a function from the arguments
to the whole of its payload, of which the selection takes what it wants.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLError, GraphQLObjectType, get_named_type

from graph.errors import Forbidden, GuanxiError
from graph.reader import Reader
from resolvers.api import API
from resolvers.arguments import argument_values
from resolvers.idempotency import Told
from resolvers.selection import Selection
from resolvers.told import described

# From the arguments of a field, and who asks, to its payload. It finds and changes records whether somebody may see them
# or not, so it raises `Forbidden` itself unless whoever asks may do so to all records of their types.
Errand = Callable[[Mapping[str, Any], Reader], Awaitable[dict[str, Any]]]

# The fields of Mutation that are errands; a server knows how each is run.
ERRANDS = ("importRecords", "revertImport", "replayDeadLetters", "purge", "createApiKey", "revokeApiKey")
# Those that see to it themselves who may run them: it goes by whom or what they concern.
_OPEN = ("importRecords", "revertImport", "replayDeadLetters", "createApiKey", "revokeApiKey")


def may_run(name: str, reader: Reader) -> bool:
    """Whether a reader may have an errand run: it finds and changes records whether somebody may see them or not."""
    return reader.is_administrator or name in _OPEN


@dataclass(frozen=True)
class ErrandField:
    """A selected errand, under its response key."""

    key: str
    nodes: Sequence[FieldNode]


async def run_errand(
    errand: Errand,
    api: API,
    selection: Selection,
    asked: ErrandField,
    variables: Mapping[str, Any],
    reader: Reader,
) -> Told:
    """Run an errand, and answer what the selection wants to know of it. What is refused is the field's error."""
    type_ = api.schema.mutation_type
    assert type_ is not None
    definition = type_.fields[asked.nodes[0].name.value]
    try:
        if not may_run(asked.nodes[0].name.value, reader):
            raise Forbidden(f"{asked.nodes[0].name.value} is for administrators.")
        arguments = argument_values(definition, asked.nodes[0], variables)
        payload = await errand(arguments, reader)
    except GuanxiError as error:
        told = GraphQLError(error.message, list(asked.nodes), path=[asked.key], original_error=error)
        return Told({asked.key: None}, [described(told, error.code)])
    return Told({asked.key: _selected(selection, get_named_type(definition.type), list(asked.nodes), payload)})


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
