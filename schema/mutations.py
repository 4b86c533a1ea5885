"""The fields of Mutation, derived for every type that can be written, and what they answer."""

from __future__ import annotations

from typing import Any

import strawberry

from graph.arrows import is_linkable
from graph.model import Model, NodeType, Relationship
from resolvers.api import Mutation, MutationKind
from resolvers.trouble import TroubleCode
from schema.api_keys import add_api_keys
from schema.duplicates import add_marks
from schema.import_records import add_import_records
from schema.merges import add_merges
from schema.mutation_inputs import add_mutation_inputs, written_relationships
from schema.types import Argument, Field, Types

_ACCEPT = Argument("acceptInvalid", "bool | None", "Keep doubtful contact points and registry numbers as they are.")
_VERSION = Argument("expectedVersion", "int | None", "The version that you read; another one is a conflict.")
_ON_ERROR = Argument("onError", "OnError | None", "ABORT, unless told: nothing is written if one is refused.")


def add_mutations(types: Types, model: Model, plurals: dict[str, str]) -> dict[str, Mutation]:
    """Define Mutation; its fields, and what each of them does. `plurals` are by the name of the type."""
    add_mutation_inputs(types, model)
    _add_errors(types)
    fields: list[Field] = []
    mutations: dict[str, Mutation] = {}
    for node in model.concrete:
        if not node.is_read_only:
            _add_payloads(types, node, plurals[node.name])
            _add_record(fields, mutations, node, plurals[node.name])
            for relationship in written_relationships(model, node):
                _add_links(fields, mutations, node, relationship)
    fields += [*add_merges(types, model, mutations), *add_marks(types, model, mutations)]
    fields += add_import_records(types)
    fields += add_api_keys(types)
    fields += [_replay(types), _purge(types)]
    _add_moves(fields, mutations, model)
    types.add("type", "Mutation", fields, (
        "Everything that changes the graph. What is wrong with an input is told in the payload's errors, and then "
        "nothing of that field is written."
    ))  # fmt: skip
    return mutations


def _replay(types: Types) -> Field:
    types.add("type", "ReplayPayload", [
        Field("replayed", "list[ID]", "The dead letters that are delivered once more."),
    ], "What is to be delivered once more.")  # fmt: skip
    return Field(
        "replayDeadLetters", "ReplayPayload | None", "Deliver to a webhook once more what was given up.",
        (Argument("webhook", "ID"), Argument("deadLetters", "list[ID] | None", "All of them, unless told.")),
    )  # fmt: skip


def _purge(types: Types) -> Field:
    types.add("type", "PurgeableRecords", [
        Field("type", "str"), Field("count", "int"),
    ], "How many records of a type are due.")  # fmt: skip
    types.add("type", "PurgePayload", [
        Field("before", "DateTime", "What was deleted before this is due."),
        Field("due", "list[PurgeableRecords]", "What was due when it began."),
        Field("purged", "int", "How many records are gone now; 0 of a preview."),
    ], "What is gone for good, or would be.")  # fmt: skip
    return Field(
        "purge", "PurgePayload | None",
        "Remove for good what was deleted longer ago than the retention time, with what is left of it elsewhere. It cannot "
        "be restored then. For administrators.",
        (Argument("preview", "bool", "Whether to count only, and remove nothing."),),
    )  # fmt: skip


def _add_errors(types: Types) -> None:
    make: Any = strawberry.enum
    types.namespace["ErrorCode"] = make(TroubleCode, name="ErrorCode", description="What is wrong with an input.")
    common = [
        Field("code", "ErrorCode"), Field("message", "str", "A sentence for people."),
        Field("path", "list[str]", "Where in the field's arguments: names, and positions in lists."),
    ]  # fmt: skip
    types.add("interface", "UserError", common, "Something is wrong with an input.")
    types.add("type", "InputError", common, "A value will not do.", ["UserError"])
    types.add("type", "DuplicateError", [
        *common, Field("existing", "Node | None", "The record that has the value, if you may see it."),
    ], "A value that must be unique is taken.", ["UserError"])  # fmt: skip
    types.add("type", "ConflictError", [
        *common, Field("current", "Node | None", "The record as it is now."),
    ], "The record is not as you read it.", ["UserError"])  # fmt: skip
    types.add("type", "DeletePayload", [
        Field("deletedId", "ID | None"), Field("errors", "list[UserError]"),
    ], "What became of a record that was to be deleted.")  # fmt: skip
    types.add("type", "DeletesPayload", [
        Field("deletedIds", "list[ID]", "In the order of the inputs, without those that were refused."),
        Field("errors", "list[UserError]"),
    ], "What became of records that were to be deleted.")  # fmt: skip


def _add_payloads(types: Types, node: NodeType, plural: str) -> None:
    errors = Field("errors", "list[UserError]", "What is wrong with the input; empty if it was written.")
    types.add("type", f"{node.name}Payload", [
        Field(node.variable, f"{node.name} | None"), errors,
    ], f"The {node.name} as it was written, or why it was not.")  # fmt: skip
    types.add("type", f"{plural[0].upper()}{plural[1:]}Payload", [
        Field(plural, f"list[{node.name}]", "In the order of the inputs, without those that were refused."), errors,
    ], f"The {node.name} records as they were written, and why others were not.")  # fmt: skip
    types.add("type", f"{node.name}LinkPayload", [
        Field(node.variable, f"{node.name} | None", "The record that owns the field."),
        Field("edgeId", "ID | None", "The relationship's own id, if it has properties."), errors,
    ], f"What became of a relationship of a {node.name}.")  # fmt: skip


def _add_record(fields: list[Field], mutations: dict[str, Mutation], node: NodeType, plural: str) -> None:
    name, many = node.name, plural[0].upper() + plural[1:]
    one = f"{name}Payload | None"
    several = f"{many}Payload | None"
    identified = Argument("id", "ID")
    kinds: tuple[tuple[str, MutationKind, str, tuple[Argument, ...], str], ...] = (
        ("create", MutationKind.CREATE, one, (Argument("input", f"Create{name}Input"), _ACCEPT), "Make a record."),
        (
            "update", MutationKind.UPDATE, one,
            (identified, Argument("input", f"Update{name}Input"), _VERSION, _ACCEPT),
            "Change a record: what is absent stays, an explicit null clears.",
        ),
        (
            "upsert", MutationKind.UPSERT, one,
            (Argument("key", f"{name}UpsertKey"), Argument("input", f"Update{name}Input"), _VERSION, _ACCEPT),
            "Change the record that a key names, or make it.",
        ),
        (
            "delete", MutationKind.DELETE, "DeletePayload | None", (identified, _VERSION),
            "Take a record out of sight; it can be restored.",
        ),
        ("restore", MutationKind.RESTORE, one, (identified,), "Bring a deleted record back."),
    )  # fmt: skip
    for verb, kind, payload, arguments, text in kinds:
        fields.append(Field(f"{verb}{name}", payload, text, arguments))
        mutations[f"{verb}{name}"] = Mutation(kind, node, "deletedId" if kind is MutationKind.DELETE else node.variable)
    bulk: tuple[tuple[str, MutationKind, str, tuple[Argument, ...]], ...] = (
        ("create", MutationKind.CREATE, several, (Argument("inputs", f"list[Create{name}Input]"), _ON_ERROR, _ACCEPT)),
        ("update", MutationKind.UPDATE, several, (Argument("inputs", f"list[Update{name}Item]"), _ON_ERROR, _ACCEPT)),
        ("upsert", MutationKind.UPSERT, several, (Argument("inputs", f"list[Upsert{name}Item]"), _ON_ERROR, _ACCEPT)),
        ("delete", MutationKind.DELETE, "DeletesPayload | None", (Argument("ids", "list[ID]"), _ON_ERROR)),
    )
    for verb, kind, payload, several_arguments in bulk:
        fields.append(
            Field(f"{verb}{many}", payload, f"The same for up to 1,000 {name} records at once.", several_arguments)
        )
        answers = "deletedIds" if kind is MutationKind.DELETE else plural
        mutations[f"{verb}{many}"] = Mutation(kind, node, answers, is_bulk=True)


def _add_links(fields: list[Field], mutations: dict[str, Mutation], node: NodeType, relationship: Relationship) -> None:
    assert is_linkable(relationship)
    field = relationship.name[0].upper() + relationship.name[1:]
    payload = f"{node.name}LinkPayload | None"
    ends = (
        Argument("from", "ID", f"The {node.name}."),
        Argument("to", "ID", f"The {relationship.target}."),
    )
    edge = relationship.edge
    own = (Argument("edge", f"{edge.name}Input | None"),) if edge else ()
    what = f"{node.name}.{relationship.name}"
    for verb, kind, arguments, text in (
        ("link", MutationKind.LINK, (*ends, *own, _VERSION, _ACCEPT), f"Draw a relationship of {what}."),
        (
            "unlink", MutationKind.UNLINK,
            ((Argument("edgeId", "ID"), _VERSION) if edge else (*ends, _VERSION)),
            f"Remove a relationship of {what}.",
        ),
        *((
            ("update", MutationKind.UPDATE_EDGE,
             (Argument("edgeId", "ID"), Argument("edge", f"{edge.name}Input"), _VERSION, _ACCEPT),
             f"Change the properties of a relationship of {what}."),
        ) if edge else ()),
    ):  # fmt: skip
        fields.append(Field(f"{verb}{node.name}{field}", payload, text, arguments))
        mutations[f"{verb}{node.name}{field}"] = Mutation(kind, node, node.variable, relationship=relationship)


def _add_moves(fields: list[Field], mutations: dict[str, Mutation], model: Model) -> None:
    node = model.nodes["Contact"]
    fields.append(Field("changeEmployer", "ContactLinkPayload | None", (
        "End one job on a day and begin another on the same day. The old one stays in `employments`."
    ), (
        Argument("contact", "ID", "Who changes."),
        Argument("from", "CompanyKey | None", "The job that ends; not needed if there is but one, or none."),
        Argument("to", "CompanyKey", "The new employer."),
        Argument("edge", "EmploymentInput | None", "The new job's title and so on."),
        Argument("on", "Date | None", "The day; today, in UTC, unless told."),
        _VERSION,
    )))  # fmt: skip
    mutations["changeEmployer"] = Mutation(
        MutationKind.MOVE, node, node.variable, relationship=node.relationships["employers"]
    )
