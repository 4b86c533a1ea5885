"""Everything that clients see, put together from the declared classes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from types import ModuleType
from typing import Any

import strawberry
from graphql import DirectiveLocation, GraphQLDirective, GraphQLInputObjectType, GraphQLSchema, print_schema
from strawberry.schema.config import StrawberryConfig
from strawberry.schema_directives import OneOf

from graph.model import EdgeType, Model, NodeType, Relationship
from resolvers.api import API, Connection, Root, RootKind
from resolvers.mutate import ATOMIC
from resolvers.search_fields import HIT
from schema import activity, change, commerce, integration, party, people, record, rights, transfer, webhook
from schema.access import add_access
from schema.aggregates import add_aggregates
from schema.connections import add_connection, add_page_info, connection_arguments, related_field, spell
from schema.declare import Related, Stored, declaration
from schema.deleted import add_deleted
from schema.derive import derive_model
from schema.duplicates import add_duplicates
from schema.feed import add_feed, change_fields, changes_field, history_field
from schema.inputs import Sort, add_edge_inputs, add_inputs
from schema.members import Member, inherited, lineage, members_of
from schema.mutations import add_mutations
from schema.naming import prefix
from schema.scalars import CURRENCY_CODES, SCALARS, exponent
from schema.search import add_search
from schema.types import Argument, Field, Types
from schema.viewer import add_viewer
from schema.walk import add_walks

# Each part of the business is a module; a class that is declared in one of them is part of the API.
PARTS: tuple[ModuleType, ...] = (
    record,
    party,
    commerce,
    activity,
    people,
    rights,
    integration,
    change,
    transfer,
    webhook,
)


_ATOMIC = GraphQLDirective(
    ATOMIC,
    [DirectiveLocation.MUTATION],
    description="Run all fields of this operation in one transaction. If the input of one is refused, or one fails, "
    "nothing is done: the other payloads have an error of the code ROLLED_BACK.",
)


def declared_classes(parts: Iterable[ModuleType] = PARTS) -> tuple[type, ...]:
    """The classes that these modules declare, in the order of the modules and of their lines."""
    return tuple(
        cls
        for part in parts
        for cls in vars(part).values()
        if isinstance(cls, type) and "__declaration__" in vars(cls) and cls.__module__ == part.__name__
    )


def build(classes: Iterable[type] | None = None) -> API:
    """The API of these classes; of everything that the parts of the business declare, unless told."""
    classes = tuple(classes or declared_classes())
    model = derive_model(classes)
    types = Types()
    namespace = {cls.__name__: cls for cls in classes}
    _add_enums(types, classes, namespace)
    _add_values(types)
    types.namespace["Sort"] = Sort
    add_page_info(types)
    for node in model.nodes.values():
        _add_node(types, model, node, namespace, () if node.is_union else (history_field(),))
    _add_node(types, model, model.logs["Change"], namespace, change_fields())
    _add_node(types, model, model.logs["Deleted"], namespace)
    feed = add_feed(types, model)
    connections: dict[str, Connection] = {}
    for target, edge in _reached(model):
        add_connection(types, target, edge, _edge_descriptions(edge, classes))
        add_inputs(types, model, target, edge)
        connections[f"{prefix(target.name, edge)}Connection"] = Connection(target, edge)
    for edge in model.edges.values():
        add_edge_inputs(types, edge)
    roots = _add_query(types, model, namespace)
    mutations = add_mutations(types, model, _plurals(model, namespace))
    roots["changes"], roots["changed"] = Root(RootKind.CHANGES, feed.change), Root(RootKind.CHANGED, feed.change)
    # Named queries do not answer these, but what they list is told of in sums all the same.
    others = {f"{name}Connection": Connection(log, None) for name, log in model.logs.items() if log is not feed.values}
    others["SearchConnection"] = Connection(roots["search"].target, HIT)
    schema = add_aggregates(_assemble(types, model), model, {**connections, **others})
    return API(
        schema, model, roots, connections, print_schema(schema), exponent, feed, CURRENCY_CODES, mutations=mutations
    )


def _add_enums(types: Types, classes: Iterable[type], namespace: dict[str, Any]) -> None:
    for cls in classes:
        for member in members_of(cls, namespace):
            if isinstance(member.type, type) and issubclass(member.type, Enum):
                types.namespace[member.type.__name__] = member.type


def _add_values(types: Types) -> None:
    types.add("type", "Money", [
        Field("amount", "Decimal", "In units of the currency, as a text: \"12.50\"."), Field("currency", "Currency"),
    ], "An amount in a currency.")  # fmt: skip
    types.add("type", "Location", [
        Field("latitude", "float", "In degrees."), Field("longitude", "float", "In degrees."),
    ], "A place on earth (WGS 84).")  # fmt: skip


def _add_node(
    types: Types, model: Model, node: NodeType, namespace: dict[str, Any], more: Iterable[Field] = ()
) -> None:
    cls = namespace[node.name]
    if node.is_union:
        types.add_union(node.name, node.members, node.description)
        return
    shown = (member for member in members_of(cls, namespace) if not _is_hidden(member))
    # What leads to a log is not shown as it is.
    fields = [_field(model, node, member) for member in shown if member.type.__name__ not in model.logs]
    interfaces = [base.__name__ for base in lineage(cls) if base is not cls]
    flavour = "interface" if declaration(cls).kind == "interface" else "type"
    types.add(flavour, node.name, [*fields, *more], node.description, interfaces)  # type: ignore[arg-type]


def _is_hidden(member: Member) -> bool:
    return isinstance(member.declared, Stored) and member.declared.hidden


def _field(model: Model, node: NodeType, member: Member) -> Field:
    if isinstance(member.declared, Stored):
        found = node.properties[member.name]
        # A property may be required of whoever writes it and yet be nullable, since rights may hide it.
        spelled = spell(found)
        return Field(
            member.name,
            f"{spelled} | None" if member.is_nullable and found.is_required else spelled,
            member.declared.description,
        )
    return related_field(model, node.relationships[member.name], member.declared.description)


def _reached(model: Model) -> Iterator[tuple[NodeType, EdgeType | None]]:
    """Every type, and every pair of a type and the kind of edge that a field reaches it over; each once."""
    seen: set[tuple[str, str]] = set()
    direct: list[tuple[str, EdgeType | None]] = [(name, None) for name in model.nodes]
    over: list[Relationship] = [each for node in model.nodes.values() for each in node.relationships.values()]
    for target, edge in [*direct, *((each.target, each.edge) for each in over)]:
        key = (target, edge.name if edge else "")
        if key not in seen:
            seen.add(key)
            yield model.nodes[target], edge


def _edge_descriptions(edge: EdgeType | None, classes: Iterable[type]) -> dict[str, str]:
    if edge is None:
        return {}
    related = (what for cls in classes for what in declaration(cls).fields.values() if isinstance(what, Related))
    cls = next(what.edge for what in related if what.edge and what.edge.__name__ == edge.name)
    own = {member.name: member.declared.description for member in members_of(cls, {})}
    return {"id": "The relationship's own id.", "version": "Counts its changes.", **own}


def _add_query(types: Types, model: Model, namespace: dict[str, Any]) -> dict[str, Root]:
    fields, roots, plurals = [], {}, _plurals(model, namespace)
    for node in model.nodes.values():
        if node.is_union:
            continue
        one, many = node.variable, plurals[node.name]
        identified = (Argument("id", "ID"),)
        fields.append(
            Field(one, f"{node.name} | None", f"The {node.name} with this id, if you may see it.", identified)
        )
        roots[one] = Root(RootKind.ONE, node)
        if node.name != "Node":
            fields.append(
                Field(
                    many,
                    f"{node.name}Connection",
                    f"All {node.name} records that you may see.",
                    connection_arguments(node.name, None),
                )
            )
            roots[many] = Root(RootKind.MANY, node)
    special = (
        add_search(types, model),
        *add_walks(types, model),
        *add_duplicates(types, model),
        add_viewer(types, model),
        add_access(types, model),
    )
    for field, root in special:
        fields.append(field)
        roots[field.name] = root
    fields.append(changes_field())
    field, roots[field.name] = add_deleted(types, model)
    fields.append(field)
    types.add("type", "Query", fields, "Where every question starts.")
    return roots


def _plurals(model: Model, namespace: dict[str, Any]) -> dict[str, str]:
    """What several records of each type are called."""
    return {
        node.name: plural(
            node.variable,
            inherited(namespace[node.name], "plural") if node.is_abstract else declaration(namespace[node.name]).plural,
        )
        for node in model.nodes.values()
        if not node.is_union
    }


def plural(name: str, given: str | None = None) -> str:
    """An English plural, for names as regular as those of types."""
    if given:
        return given
    if name.endswith("y") and name[-2] not in "aeiou":
        return f"{name[:-1]}ies"
    return name + ("es" if name.endswith(("s", "x", "ch", "sh")) else "s")


def _assemble(types: Types, model: Model) -> GraphQLSchema:
    config = StrawberryConfig(auto_camel_case=False, scalar_map=SCALARS)
    concrete = [types[node.name] for node in model.concrete]
    errors = [types[name] for name in ("InputError", "DuplicateError", "ConflictError")]
    schema: GraphQLSchema = strawberry.Schema(
        query=types["Query"],
        mutation=types["Mutation"],
        subscription=types["Subscription"],
        types=[*concrete, *errors],
        config=config,
    )._schema
    for each in schema.type_map.values():
        # Strawberry keeps @oneOf to itself; graphql-core prints and checks it only where it is told.
        if isinstance(each, GraphQLInputObjectType):
            made = each.extensions["strawberry-definition"]
            each.is_one_of = any(isinstance(directive, OneOf) for directive in made.directives)
    schema.directives = (*schema.directives, _ATOMIC)
    return schema
