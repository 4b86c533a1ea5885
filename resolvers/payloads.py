"""What a mutation field answers: the blocks that its selection asks for, and the shape of its payload.

The row of a payload is put together of what the statement answers: `[record or records, errors, more]`, where `more`
is the id of what was deleted, or of the relationship.
"""

from __future__ import annotations

from dataclasses import dataclass

from graphql import FieldNode, GraphQLInterfaceType, GraphQLObjectType, get_named_type

from graph.model import Kind, Property
from graph.plan import Block, FromColumn, Item, Value
from graph.write_plan import Payload
from resolvers.api import Mutation
from resolvers.merges import report_shape
from resolvers.planner import Planner
from resolvers.shape import (
    AbstractShape,
    Complete,
    ConstantShape,
    Entry,
    ListShape,
    NullableShape,
    ObjectShape,
    entry_of,
    leaf_shape,
)
from resolvers.trouble import Trouble, TroubleCode

RECORDS, ERRORS, MORE = range(3)

_TYPES = {TroubleCode.DUPLICATE: "DuplicateError", TroubleCode.CONFLICT: "ConflictError"}

# Positions in an error's row.
_TYPENAME, _CODE, _MESSAGE, _PATH, _RECORD = range(5)
_PLACES = {"code": _CODE, "message": _MESSAGE, "path": _PATH, "existing": _RECORD, "current": _RECORD}
_ID = Value(Property("id", Kind.ID, is_required=True, is_unique=True))


@dataclass(frozen=True)
class PlannedPayload:
    """What the statement is to answer of the records, and how a payload's row becomes the response."""

    payload: Payload
    shape: Complete


def plan_payload(planner: Planner, mutation: Mutation, nodes: list[FieldNode]) -> PlannedPayload:
    """Plan the selection of one mutation field."""
    api = planner.api
    mutation_type = api.schema.mutation_type
    assert mutation_type is not None
    payload = get_named_type(mutation_type.fields[nodes[0].name.value].type)
    assert isinstance(payload, GraphQLObjectType)
    # Each row tells of which record it is, since a record may have gone out of its writer's sight.
    written: list[Item] = [_ID]
    existing: list[Item] = [_ID]
    wants_written = wants_existing = False
    entries = []
    for key, each in planner.selection.fields(payload, nodes).items():
        name = each[0].name.value
        if name == "__typename":
            entries.append(Entry(key, None, ConstantShape(payload.name), each))
        elif name == "errors":
            shape, asked = _errors(planner, payload, each, existing)
            wants_existing = wants_existing or asked
            entries.append(entry_of(key, ERRORS, shape, payload, each))
        elif name == "merged":
            entries.append(entry_of(key, MORE, report_shape(planner, payload, each), payload, each))
        elif name in (mutation.node.variable, mutation.answers) and name not in ("deletedId", "deletedIds"):
            wants_written = True
            record = planner.record(mutation.node, each, written, 1)
            entries.append(
                entry_of(key, RECORDS, ListShape(record) if mutation.is_bulk else NullableShape(record), payload, each)
            )
        else:
            type_ = get_named_type(payload.fields[name].type)
            entries.append(entry_of(key, MORE, leaf_shape(type_, each, mutation.is_bulk), payload, each))
    source = FromColumn("written", True, is_seen=True)
    blocks = Payload(
        Block("written", source, mutation.node, tuple(written), is_list=True) if wants_written else None,
        Block("existing", FromColumn("existing", True), api.model.nodes["Node"], tuple(existing), is_list=True)
        if wants_existing
        else None,
    )
    return PlannedPayload(blocks, NullableShape(ObjectShape(entries)))


def _errors(
    planner: Planner, payload: GraphQLObjectType, nodes: list[FieldNode], items: list[Item]
) -> tuple[Complete, bool]:
    """The shape of a list of errors, and whether it shows records."""
    schema = planner.api.schema
    interface = get_named_type(payload.fields["errors"].type)
    assert isinstance(interface, GraphQLInterfaceType)
    asked = False
    members: dict[str, Complete] = {}
    for type_ in schema.get_possible_types(interface):
        entries = []
        for key, each in planner.selection.fields(type_, nodes).items():
            name = each[0].name.value
            if name == "__typename":
                entries.append(Entry(key, None, ConstantShape(type_.name), each))
            elif _PLACES[name] == _RECORD:
                asked = True
                shape = NullableShape(planner.record(planner.api.model.nodes["Node"], each, items, 1))
                entries.append(entry_of(key, _RECORD, shape, type_, each))
            else:
                shown = leaf_shape(get_named_type(type_.fields[name].type), each, name == "path")
                entries.append(entry_of(key, _PLACES[name], shown, type_, each))
        members[type_.name] = ObjectShape(entries)
    return ListShape(AbstractShape(_TYPENAME, members, nodes)), asked


def error_row(trouble: Trouble, existing: dict[str, list[object]]) -> list[object]:
    """An error as its shape wants it; `existing` are the rows of the records that are in the way, by id."""
    record = existing.get(trouble.existing) if trouble.existing else None
    return [_TYPES.get(trouble.code, "InputError"), trouble.code.name, trouble.message, list(trouble.path), record]
