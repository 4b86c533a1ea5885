"""What writing takes: the inputs of every type that can be written, and of what it is related to."""

from __future__ import annotations

from enum import Enum

import strawberry

from graph.arrows import is_linkable
from graph.implied import LINE_OF, NUMBERED
from graph.model import EdgeType, Kind, Model, NodeType, Property, Relationship
from schema.connections import spell
from schema.naming import prefix
from schema.types import Field, Types


@strawberry.enum(description="What becomes of the other inputs when one is refused.")
class OnError(Enum):
    ABORT = "ABORT"
    SKIP = "SKIP"


def add_mutation_inputs(types: Types, model: Model) -> None:
    """Define `Create…Input`, `Update…Input`, `…Key` and what they nest, for every type that can be written."""
    types.namespace["OnError"] = OnError
    types.add("input", "MoneyInput", [
        Field("amount", "Decimal", "In units of the currency, as a text: \"12.50\"."), Field("currency", "Currency"),
    ], "An amount in a currency.")  # fmt: skip
    types.add("input", "LocationInput", [
        Field("latitude", "float", "In degrees."), Field("longitude", "float", "In degrees."),
    ], "A place on earth (WGS 84).")  # fmt: skip
    types.add("input", "ExternalKey", [
        Field("system", "str", "The other system's name."),
        Field("type", "str | None", "What it calls such records; the type's own name in lower case, unless told."),
        Field("id", "str", "What it calls this one."),
    ], "What another system calls a record.")  # fmt: skip
    for edge in model.edges.values():
        _add_edge_input(types, edge)
    for node in model.nodes.values():
        types.add("one_of", f"{node.name}Key", _keys(node, with_id=True), f"What names one {node.name}.")
        if node.is_abstract:
            _add_abstract_input(types, model, node)
        elif not node.is_read_only:
            _add_record_inputs(types, model, node)
    for relationship in _nested_once(model):
        _add_nested(types, model, relationship)


def written_relationships(model: Model, node: NodeType) -> list[Relationship]:
    """The relationships that an input of this type may hold.

    Where several fields stand for one relationship, by the type of what it leads to, those of concrete types are taken.
    """
    found = [each for each in node.relationships.values() if is_linkable(each) and _is_reachable(model, each)]
    return [
        each
        for each in found
        if not (
            model.nodes[each.target].is_abstract and any(_is_same(each, other) for other in found if other is not each)
        )
    ]


def _is_reachable(model: Model, relationship: Relationship) -> bool:
    return not model.nodes[relationship.target].is_read_only


def _is_same(one: Relationship, other: Relationship) -> bool:
    return (
        not one.is_list
        and not other.is_list
        and [(hop.types, hop.direction) for hop in one.hops] == [(hop.types, hop.direction) for hop in other.hops]
    )


def _keys(node: NodeType, *, with_id: bool) -> list[Field]:
    unique = [each for each in node.properties.values() if each.is_unique and not each.is_hidden and each.name != "id"]
    return [
        *([Field("id", "ID | None")] if with_id else []),
        *(Field(each.name, f"{spell_input(each)} | None".replace(" | None | None", " | None")) for each in unique),
        Field("externalRef", "ExternalKey | None", "What another system calls it."),
    ]


def _add_record_inputs(types: Types, model: Model, node: NodeType) -> None:
    given = {"id", *(("number",) if node.name in NUMBERED else ()), *(("lineNo",) if node.name == LINE_OF.line else ())}
    own = list(node.writable.values())
    related = [Field(each.name, f"{nested_name(each)} | None") for each in written_relationships(model, node)]
    types.add("input", f"Create{node.name}Input", [
        *(_property_field(each, is_required=each.is_required and each.name not in given) for each in own), *related,
    ], f"A new {node.name}.")  # fmt: skip
    types.add("input", f"Update{node.name}Input", [
        *(_property_field(each, is_required=False) for each in own), *related,
    ], f"Changes of a {node.name}: what is absent stays, an explicit null clears.")  # fmt: skip
    types.add("input", f"Update{node.name}Item", [
        Field("id", "ID"), Field("input", f"Update{node.name}Input"), Field("expectedVersion", "int | None"),
    ], f"One {node.name} of several to change.")  # fmt: skip
    types.add(
        "one_of", f"{node.name}UpsertKey", _keys(node, with_id=False), f"What names a {node.name} before it is made."
    )
    types.add("input", f"Upsert{node.name}Item", [
        Field("key", f"{node.name}UpsertKey"), Field("input", f"Update{node.name}Input"),
        Field("expectedVersion", "int | None"),
    ], f"One {node.name} of several to change or to make.")  # fmt: skip


def _add_abstract_input(types: Types, model: Model, node: NodeType) -> None:
    members = [model.nodes[member] for member in node.members if not model.nodes[member].is_read_only]
    types.add("one_of", f"Create{node.name}Input", [
        Field(each.variable, f"Create{each.name}Input | None") for each in members
    ], f"A new record of one of the types that are {node.name}.")  # fmt: skip


def _property_field(declared: Property, *, is_required: bool) -> Field:
    spelled = spell_input(declared).removesuffix(" | None")
    return Field(declared.name, spelled if is_required else f"{spelled} | None", _bounds(declared))


def _bounds(declared: Property) -> str:
    """What the declaration says of the values, for whoever fills in the input."""
    said = []
    if declared.longest:
        said.append(f"At most {declared.longest} characters.")
    if declared.minimum is not None:
        said.append(f"At least {declared.minimum:g}.")
    if declared.maximum is not None:
        said.append(f"At most {declared.maximum:g}.")
    return " ".join(said)


def spell_input(declared: Property) -> str:
    """A property's type as an input has it."""
    if declared.kind is Kind.MONEY:
        return "MoneyInput"
    if declared.kind is Kind.POINT:
        return "LocationInput"
    return spell(declared)


def _add_edge_input(types: Types, edge: EdgeType) -> None:
    own = [each for each in edge.properties.values() if not each.is_derived]
    if own:
        types.add("input", f"{edge.name}Input", [
            _property_field(each, is_required=False) for each in own
        ], "The properties of a relationship.")  # fmt: skip


def nested_name(relationship: Relationship) -> str:
    """What the input of a related field is called: by its target, its edge, and whether it leads to many."""
    return f"{prefix(relationship.target, relationship.edge)}{'s' if relationship.is_list else ''}Nested"


def _nested_once(model: Model) -> list[Relationship]:
    found: dict[str, Relationship] = {}
    for node in model.concrete:
        if not node.is_read_only:
            for relationship in written_relationships(model, node):
                found.setdefault(nested_name(relationship), relationship)
    return list(found.values())


def _add_nested(types: Types, model: Model, relationship: Relationship) -> None:
    target, edge = relationship.target, relationship.edge
    name = nested_name(relationship)
    made, named = f"Create{target}Input", f"{target}Key"
    if edge:
        own = prefix(target, edge)
        for kind, inner in (("Create", made), ("Connect", named)):
            item = f"{own}{kind}"
            if item not in types:
                types.add("input", item, [
                    Field("node", inner), Field("edge", f"{edge.name}Input | None", "The relationship's own properties."),
                ], f"A {target} to {kind.lower()}, and the relationship to it.")  # fmt: skip
        made, named = f"{own}Create", f"{own}Connect"
    if relationship.is_list:
        types.add("input", name, [
            Field("create", f"list[{made}] | None", "New records, or shared ones by their value."),
            Field("connect", f"list[{named}] | None", "Records that are there."),
            Field("disconnect", f"list[{target}Key] | None", "Records that it leads to and shall not any more."),
        ], f"The {target} records that it leads to.")  # fmt: skip
        return
    types.add("input", name, [
        Field("create", f"{made} | None"),
        Field("connect", f"{named} | None", "In the place of the one that it leads to, if any."),
        Field("disconnect", "bool | None", "Whether it shall lead nowhere any more."),
    ], f"The {target} that it leads to.")  # fmt: skip
