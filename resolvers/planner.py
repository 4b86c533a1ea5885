"""From a GraphQL operation to a plan, and to the functions that shape its rows. Knows the model; nothing of Cypher."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    is_abstract_type,
)

from graph.cypher import MAX_BLOCKS
from graph.errors import TooComplex
from graph.model import Kind, NodeType, Property, Relationship
from graph.plan import (
    Across,
    Block,
    ById,
    Companion,
    Everything,
    Guarded,
    Item,
    Operation,
    Root,
    Source,
    TypeName,
    Value,
)
from resolvers.access_fields import plan_access
from resolvers.actual_cost import actual_cost
from resolvers.api import API, RootKind
from resolvers.arguments import Leaf, Tree, arguments_of
from resolvers.change_fields import Asked, change_entry, plan_changed, plan_changes, plan_deleted, plan_history
from resolvers.connection_fields import plan_connection
from resolvers.cost import Cost, cost_of
from resolvers.duplicate_fields import plan_alike, plan_duplicates
from resolvers.filters import Filters
from resolvers.glances import Glances
from resolvers.named_fields import plan_named
from resolvers.neighbour_fields import plan_neighbours
from resolvers.orders import Orders
from resolvers.origins import Identifier
from resolvers.request import LIMITS
from resolvers.search_fields import plan_search
from resolvers.selection import Fielded, Fields, Selection
from resolvers.sensitive import sensitive_properties
from resolvers.shape import (
    AbstractShape,
    Complete,
    ConstantShape,
    Entry,
    LocationShape,
    MoneyShape,
    NullableShape,
    ObjectShape,
    entry_of,
    leaf_shape,
)
from resolvers.shape_function import RowShape
from resolvers.viewer_fields import plan_viewer
from resolvers.walk_fields import plan_path


@dataclass(frozen=True)
class Plan:
    """What an operation asks of the database, and how its answer becomes the response."""

    operation: Operation
    cost: Cost
    shape: RowShape
    # The response's keys in the order of the selection, and the fields that ask for the schema itself.
    keys: tuple[str, ...]
    introspection: tuple[FieldNode, ...]
    # Of a subscription: what it wants to be told of.
    asked: Asked | None = None

    @cached_property
    def actual_cost(self) -> Callable[[Any], int]:
        """How many records came, from the statement's row."""
        return actual_cost(self.operation)

    @cached_property
    def sensitive(self) -> frozenset[str]:
        """The properties marked as sensitive that it reads, compares or sorts by."""
        return sensitive_properties(self.operation)


def plan_operation(
    api: API,
    operation: OperationDefinitionNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    glances: Glances,
) -> Plan:
    """Plan one query. Of the variables only their shape goes into the plan, and what the glances have seen.

    Raises `BadInput` and `TooComplex`, with sentences that name the argument.
    """
    return Planner(api, Selection(api.schema, fragments, glances), glances).plan(operation)


class Planner:
    """Plans one operation. Items are gathered per row, and a value that two selections share is fetched once."""

    def __init__(self, api: API, selection: Selection, glances: Glances) -> None:
        self.api, self.selection, self.glances = api, selection, glances
        self.filters = Filters(api.model, glances)
        self.orders = Orders(api.model, glances)
        self._count = 0

    def plan(self, operation: OperationDefinitionNode) -> Plan:
        if operation.operation is OperationType.SUBSCRIPTION:
            return self._subscription(operation)
        query = self.api.schema.query_type
        assert query is not None
        fields = self.selection.fields_of_sets(query, [operation.selection_set])
        if len(fields) > LIMITS.root_fields:
            raise TooComplex(
                f"The request has {len(fields)} root fields; at most {LIMITS.root_fields} are answered at once."
            )
        blocks: list[Root] = []
        entries = []
        for key, nodes in fields.items():
            if nodes[0].name.value == "__typename":
                entries.append(Entry(key, None, ConstantShape(query.name), nodes))
            elif not nodes[0].name.value.startswith("__"):
                block, complete = self._root(query, nodes)
                entries.append(entry_of(key, len(blocks), complete, query, nodes))
                blocks.append(block)
        planned = Operation(tuple(blocks))
        return Plan(
            planned,
            cost_of(planned),
            RowShape(ObjectShape(entries)),
            tuple(fields),
            tuple(node for nodes in fields.values() for node in nodes if node.name.value in ("__schema", "__type")),
        )

    def _subscription(self, operation: OperationDefinitionNode) -> Plan:
        """One delivery of a subscription. Its single field is no introspection (GraphQL specification 5.2.4.1)."""
        subscription = self.api.schema.subscription_type
        assert subscription is not None
        fields = self.selection.fields_of_sets(subscription, [operation.selection_set])
        ((key, nodes),) = fields.items()
        arguments = arguments_of(subscription.fields[nodes[0].name.value], nodes[0], self.glances.variables)
        block, complete, asked = plan_changed(self, nodes, arguments)
        shape = RowShape(ObjectShape([entry_of(key, 0, complete, subscription, nodes)]))
        planned = Operation((block,))
        return Plan(planned, cost_of(planned), shape, tuple(fields), (), asked)

    def _root(self, query: GraphQLObjectType, nodes: list[FieldNode]) -> tuple[Root, Complete]:
        name = nodes[0].name.value
        if (query.name, name) in self.api.named:
            return plan_named(self, query, None, nodes, 1)
        definition, root = query.fields[name], self.api.roots[name]
        arguments = arguments_of(definition, nodes[0], self.glances.variables)
        if root.kind is RootKind.MANY:
            return plan_connection(self, Everything(), root.target, None, definition, nodes, arguments, 1)
        if root.kind is RootKind.SEARCH:
            return plan_search(self, root.target, definition, nodes, arguments)
        if root.kind is RootKind.DELETED:
            return plan_deleted(self, root.target, definition, nodes, arguments)
        if root.kind is RootKind.CHANGES:
            return plan_changes(self, definition, nodes, arguments)
        if root.kind is RootKind.PATH:
            return plan_path(self, root.target, definition, nodes, arguments)
        if root.kind is RootKind.DUPLICATES:
            return plan_duplicates(self, definition, nodes, arguments)
        if root.kind is RootKind.ALIKE:
            return plan_alike(self, definition, nodes, arguments)
        if root.kind is RootKind.ACCESS:
            return plan_access(self, root.target, definition, nodes, arguments)
        if root.kind is RootKind.VIEWER:
            return plan_viewer(self, root.target, definition, nodes)
        if root.kind is RootKind.NEIGHBOURS:
            return plan_neighbours(self, root.target, definition, nodes, arguments)
        origin = self.identifier(root.target, arguments["id"])
        return self.single(ById(origin), origin.target, nodes, 1)

    def identifier(self, target: NodeType, leaf: Tree) -> Identifier:
        """An id of a record of a type, or of those of several types that it names by its prefix.

        A statement for whatever type would have the rights of all of them in it, which takes Neo4j seconds to plan.
        """
        assert isinstance(leaf, Leaf)
        nodes = self.api.model.nodes
        every = Identifier(leaf, target, frozenset(nodes[name].id_prefix for name in target.members))
        if len(every.prefixes) == 1:
            return every
        prefix = self.glances.at(lambda variables: every.prefix_of(leaf.value(variables)))
        # Activities of all kinds have one prefix.
        members = tuple(name for name in target.members if nodes[name].id_prefix == prefix)
        return Identifier(leaf, next(node for node in nodes.values() if node.members == members), frozenset({prefix}))

    def count_block(self) -> None:
        """Refuse in time what would be refused in the end: aliases within fragments multiply at every step."""
        self._count += 1
        if self._count > MAX_BLOCKS:
            raise TooComplex(f"The request reads more than {MAX_BLOCKS} lists and records at once; ask for fewer.")

    # --- one record -------------------------------------------------------------------------------------------------

    def single(self, source: Source, target: NodeType, nodes: list[FieldNode], depth: int) -> tuple[Block, Complete]:
        self.count_block()
        items: list[Item] = []
        complete = self.record(target, nodes, items, depth)
        return Block(nodes[0].name.value, source, target, tuple(items)), NullableShape(complete)

    def record(self, target: NodeType, nodes: list[FieldNode], items: list[Item], depth: int) -> Complete:
        """Add what a selection asks of a record to its row's items; answer how the row becomes the object."""
        if depth > LIMITS.depth:
            raise TooComplex(f"The selection is more than {LIMITS.depth} records deep; ask a shallower one.")
        type_ = self.api.schema.type_map[target.name]
        if not is_abstract_type(type_):
            assert isinstance(type_, GraphQLObjectType)
            fields = self.selection.fields(type_, nodes)
            return ObjectShape(self._entries(target, target, type_, fields, items, {}, depth))
        selected = {name: self.selection.fields(self.selection.object_type(name), nodes) for name in target.members}
        if isinstance(type_, GraphQLInterfaceType) and self.selection.is_alike(type_, selected, self.api.named):
            # Which member a record is costs the database as much as two properties of it, and nobody asks.
            fields = selected[target.members[0]]
            return ObjectShape(self._entries(target, target, type_, fields, items, {}, depth))
        position = _position(items, TypeName(target))
        shared: dict[tuple[Any, ...], tuple[int, Complete]] = {}
        members = {}
        for name, fields in selected.items():
            member, member_type = self.api.model.nodes[name], self.selection.object_type(name)
            members[name] = ObjectShape(self._entries(target, member, member_type, fields, items, shared, depth))
        return AbstractShape(position, members, nodes)

    def _entries(
        self,
        target: NodeType,
        member: NodeType,
        type_: Fielded,
        fields: Fields,
        items: list[Item],
        shared: dict[tuple[Any, ...], tuple[int, Complete]],
        depth: int,
    ) -> list[Entry]:
        """The response keys of a record that is a `member` of the type that the statement binds, the `target`."""
        entries = []
        for key, each in fields.items():
            name = each[0].name.value
            if name == "__typename":
                entries.append(Entry(key, None, ConstantShape(type_.name), each))
            elif (type_.name, name) in self.api.named:
                position, complete = self._named(target, member, type_, each, items, depth)
                entries.append(entry_of(key, position, complete, type_, each))
            elif target is self.api.feed.change and (entry := change_entry(self, key, type_, each, items)):
                entries.append(entry)
            elif name == self.api.feed.history.name:
                position, complete = self._history(type_, each, items, shared, depth)
                entries.append(entry_of(key, position, complete, type_, each))
            elif name in member.relationships:
                position, complete = self._related(target, member, type_, each, items, shared, depth)
                entries.append(entry_of(key, position, complete, type_, each))
            else:
                entries.append(self.property_entry(key, member.properties[name], type_, each, items, on_edge=False))
        return entries

    def _named(
        self,
        target: NodeType,
        member: NodeType,
        type_: Fielded,
        nodes: list[FieldNode],
        items: list[Item],
        depth: int,
    ) -> tuple[int, Complete]:
        block, complete = plan_named(self, type_, member, nodes, depth + 1)
        items.append(Guarded(member, block) if target.is_abstract else block)
        return len(items) - 1, complete

    def property_entry(
        self,
        key: str,
        found: Property,
        type_: Fielded,
        nodes: list[FieldNode],
        items: list[Item],
        on_edge: bool,
    ) -> Entry:
        shown = get_named_type(type_.fields[found.name].type)
        position = _position(items, Value(found, on_edge))
        if found.kind is Kind.MONEY:
            currency = _position(items, Companion(f"{found.name}Currency", on_edge))
            complete = MoneyShape(position, currency, self.parts(shown, nodes), self.api.exponent, nodes)
            return entry_of(key, None, complete, type_, nodes)
        if found.kind is Kind.POINT:
            return entry_of(key, position, LocationShape(self.parts(shown, nodes)), type_, nodes)
        return entry_of(key, position, leaf_shape(shown, nodes, found.is_list), type_, nodes)

    def parts(self, type_: GraphQLNamedType, nodes: list[FieldNode]) -> list[tuple[str, str]]:
        """The response keys of a small type that stands for one stored value, with the field of each."""
        assert isinstance(type_, GraphQLObjectType)
        return [(key, each[0].name.value) for key, each in self.selection.fields(type_, nodes).items()]

    def leaves(self, type_: GraphQLObjectType, nodes: list[FieldNode], positions: tuple[str, ...]) -> Complete:
        """A small type whose fields stand at known positions of a row."""
        entries = []
        for key, each in self.selection.fields(type_, nodes).items():
            name = each[0].name.value
            if name == "__typename":
                entries.append(Entry(key, None, ConstantShape(type_.name), each))
            else:
                shape = leaf_shape(get_named_type(type_.fields[name].type), each, is_list=False)
                entries.append(entry_of(key, positions.index(name), shape, type_, each))
        return ObjectShape(entries)

    def _related(
        self,
        target: NodeType,
        member: NodeType,
        type_: Fielded,
        nodes: list[FieldNode],
        items: list[Item],
        shared: dict[tuple[Any, ...], tuple[int, Complete]],
        depth: int,
    ) -> tuple[int, Complete]:
        """A relationship of a record. What an interface declares is fetched once, whichever member the record is."""
        name = nodes[0].name.value
        asked = (name, *(id(node) for node in nodes))
        if asked in shared:
            return shared[asked]
        is_common = name in target.relationships
        relationship = (target if is_common else member).relationships[name]
        block, complete = self._across(relationship, type_, nodes, depth + 1)
        if is_common:
            items.append(block)
            shared[asked] = len(items) - 1, complete
        else:
            items.append(Guarded(member, block))
        return len(items) - 1, complete

    def _history(
        self,
        type_: Fielded,
        nodes: list[FieldNode],
        items: list[Item],
        shared: dict[tuple[Any, ...], tuple[int, Complete]],
        depth: int,
    ) -> tuple[int, Complete]:
        """What happened to a record, which is fetched once, whichever member the record is."""
        name = nodes[0].name.value
        asked = (name, *(id(node) for node in nodes))
        if asked not in shared:
            arguments = arguments_of(type_.fields[name], nodes[0], self.glances.variables)
            block, complete = plan_history(self, type_.fields[name], nodes, arguments, depth + 1)
            items.append(block)
            shared[asked] = len(items) - 1, complete
        return shared[asked]

    def _across(
        self, relationship: Relationship, type_: Fielded, nodes: list[FieldNode], depth: int
    ) -> tuple[Block, Complete]:
        target, source = self.api.model.nodes[relationship.target], Across(relationship)
        if not relationship.is_list:
            return self.single(source, target, nodes, depth)
        definition = type_.fields[relationship.name]
        arguments = arguments_of(definition, nodes[0], self.glances.variables)
        return plan_connection(self, source, target, relationship.edge, definition, nodes, arguments, depth)


def _position(items: list[Item], item: Item) -> int:
    """Where an item stands in the row; it is added if it is not there already."""
    if item not in items:
        items.append(item)
    return items.index(item)
