"""What of the schema a reader can use: what introspection shows, and what it leaves out.

The schema is one for all readers. A reader sees of it the fields that may hold something, the arguments that would not
be refused, the mutations that may do something, and the types that these lead to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_introspection_type,
    is_required_argument,
    is_required_input_field,
    is_specified_scalar_type,
)

from graph.conditions import NOTHING
from graph.field_checks import may_ask
from graph.model import NodeType
from graph.property_rights import FieldRights, Owner
from graph.reader import Action, FieldRight, Reader
from resolvers.api import API, Mutation, MutationKind
from resolvers.errands import ERRANDS, may_run
from resolvers.may_import import may_ever

_Fielded = GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType

# The types around a type of record or of relationship in whose fields a property is compared, sorted or summed up.
_LOOKED_AT = (
    "Where", "Order", "AggregateWhere", "AggregateOrder", "Aggregate", "GroupKey", "GroupBy", "Having", "GroupOrder",
)  # fmt: skip

_ACTIONS: Mapping[MutationKind, tuple[Action, ...]] = {
    MutationKind.CREATE: (Action.CREATE,),
    MutationKind.UPSERT: (Action.CREATE, Action.UPDATE),
    MutationKind.UPDATE: (Action.UPDATE,),
    MutationKind.DELETE: (Action.DELETE,),
    MutationKind.RESTORE: (Action.DELETE,),
    MutationKind.LINK: (Action.UPDATE,),
    MutationKind.UNLINK: (Action.UPDATE,),
    MutationKind.UPDATE_EDGE: (Action.UPDATE,),
    MutationKind.MOVE: (Action.UPDATE,),
    MutationKind.MERGE: (Action.MERGE,),
    MutationKind.UNMERGE: (Action.MERGE,),
    MutationKind.MARK: (Action.UPDATE, Action.MERGE),
    MutationKind.UNMARK: (Action.UPDATE, Action.MERGE),
}


class Use(Enum):
    """What a field of a type does with the property that it is called after."""

    SHOWS = "it answers it"
    LOOKS = "it compares it, sorts by it or sums it up"
    WRITES = "it gives it"


def uses_of(api: API) -> dict[str, tuple[Owner, Use]]:
    """By the name of a type whose fields are called after properties: whose these are, and what is done with them."""
    model = api.model
    found: dict[str, tuple[Owner, Use]] = {}
    for node in (*model.nodes.values(), *model.logs.values()):
        found |= {f"{node.name}{suffix}": (node, Use.LOOKS) for suffix in (*_LOOKED_AT, "Key")}
        found |= {f"{verb}{node.name}Input": (node, Use.WRITES) for verb in ("Create", "Update")}
        found |= {f"Merge{node.name}Choices": (node, Use.WRITES), f"{node.name}UpsertKey": (node, Use.WRITES)}
        found[node.name] = (node, Use.SHOWS)
    for edge in model.edges.values():
        found |= {f"{edge.name}{suffix}": (edge, Use.LOOKS) for suffix in _LOOKED_AT}
        found[f"{edge.name}Input"] = (edge, Use.WRITES)
    for name, connection in api.connections.items():
        base = name.removesuffix("Connection")
        found |= {f"{base}{suffix}": (connection.target, Use.LOOKS) for suffix in _LOOKED_AT}
        if connection.edge:
            found[f"{base}Edge"] = (connection.edge, Use.SHOWS)
    return {name: each for name, each in found.items() if name in api.schema.type_map}


@dataclass(eq=False)
class Visible:
    """What one reader is shown of one API's schema."""

    api: API
    reader: Reader
    _unusable: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._rights = FieldRights(self.api.model, self.reader)
        self._uses = uses_of(self.api)
        self._unusable |= {
            f"Create{node.name}Input" for node in self.api.model.concrete if not self._may(Action.CREATE, node)
        }
        # A type without a field that is shown, or with one that is needed and is not, takes along what leads to it.
        while found := {type_.name for type_ in self._fielded() if self._is_unusable(type_)} - self._unusable:
            self._unusable |= found

    def shows(self, type_: GraphQLNamedType) -> bool:
        """Whether the reader can come by a type."""
        return type_.name in self.types

    def shows_field(self, type_: GraphQLNamedType, name: str, found: GraphQLField | GraphQLInputField) -> bool:
        return self._is_allowed(type_, name) and self._is_usable(found)

    def shows_argument(self, found: GraphQLArgument) -> bool:
        return get_named_type(found.type).name not in self._unusable

    @cached_property
    def types(self) -> frozenset[str]:
        """The names of the types that the reader can come by."""
        schema = self.api.schema
        roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
        found: set[str] = set()
        waiting: list[GraphQLNamedType] = [each for each in roots if each]
        waiting += [get_named_type(arg.type) for directive in schema.directives for arg in directive.args.values()]
        waiting += [
            type_
            for type_ in schema.type_map.values()
            if is_introspection_type(type_) or is_specified_scalar_type(type_)
        ]
        while waiting:
            type_ = waiting.pop()
            if type_.name not in found and type_.name not in self._unusable:
                found.add(type_.name)
                waiting += self._beyond(type_)
        return frozenset(found)

    def _beyond(self, type_: GraphQLNamedType) -> Iterator[GraphQLNamedType]:
        if isinstance(type_, GraphQLInterfaceType | GraphQLUnionType):
            yield from self.api.schema.get_possible_types(type_)
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            yield from type_.interfaces
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for name, each in type_.fields.items():
                if self.shows_field(type_, name, each):
                    yield get_named_type(each.type)
                    yield from (get_named_type(arg.type) for arg in _arguments(each) if self.shows_argument(arg))

    def _fielded(self) -> Iterable[_Fielded]:
        return (type_ for type_ in self.api.schema.type_map.values() if isinstance(type_, _Fielded))

    def _is_unusable(self, type_: _Fielded) -> bool:
        shown = {name for name, each in type_.fields.items() if self.shows_field(type_, name, each)}
        if isinstance(type_, GraphQLInputObjectType):
            return not shown or any(
                is_required_input_field(each) for name, each in type_.fields.items() if name not in shown
            )
        return not shown

    def _is_usable(self, found: GraphQLField | GraphQLInputField) -> bool:
        if get_named_type(found.type).name in self._unusable:
            return False
        return not any(is_required_argument(arg) and not self.shows_argument(arg) for arg in _arguments(found))

    # --- what is allowed ------------------------------------------------------------------------------------------------

    def _is_allowed(self, type_: GraphQLNamedType, name: str) -> bool:
        if (query := self.api.named.get((type_.name, name))) is not None:
            return may_ask(query, self._rights)
        if type_ is self.api.schema.mutation_type:
            return self._may_run(name) if name in ERRANDS else self._may_mutate(self.api.mutations.get(name))
        owner, use = self._uses.get(type_.name, (None, None))
        if owner is None or not self._rights.are_restricted:
            return True
        if use is Use.WRITES:
            return self._rights.may_write(owner, name)
        if use is Use.LOOKS:
            return self._rights.may_read(owner, name)
        # What an interface shows, each of its types has to show.
        interfaces = type_.interfaces if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType) else ()
        owners = [owner, *(self.api.model.nodes[each.name] for each in interfaces if name in each.fields)]
        return any(self._is_anywhere(each, name) for each in owners)

    def _is_anywhere(self, owner: Owner, name: str) -> bool:
        """Whether a property is shown, be it masked, of records of at least one type."""
        return any(self._rights.right(each, name) is not FieldRight.HIDE for each in self._rights.members(owner))

    def _may_run(self, errand: str) -> bool:
        return may_run(errand, self.reader) and may_ever(errand, self.reader, self.api.model)

    def _may_mutate(self, mutation: Mutation | None) -> bool:
        actions = _ACTIONS.get(mutation.kind, ()) if mutation else ()
        if mutation is None or not actions:
            return True
        members = [self.api.model.nodes[member] for member in mutation.node.members]
        return any(self._may(action, node) for action in actions for node in members)

    def _may(self, action: Action, node: NodeType) -> bool:
        return self.reader.allowed(action, node) != NOTHING


def _arguments(found: GraphQLField | GraphQLInputField) -> Iterable[GraphQLArgument]:
    return found.args.values() if isinstance(found, GraphQLField) else ()
