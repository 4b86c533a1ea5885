"""From declarations to the graph model. Its errors are for whoever declares: they name the class and the field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

import strawberry
from strawberry.utils.str_converters import to_snake_case

from graph.model import (
    Computed,
    Direction,
    EdgeType,
    Hop,
    Kind,
    Mask,
    Model,
    NodeType,
    Part,
    Presence,
    Property,
    Relationship,
)
from schema.declare import Declaration, Referenced, Related, Stored, declaration, description_of
from schema.members import Member, inherited, lineage, members_of
from schema.normalise import search_text_of, sort_key
from schema.scalars import Currency, DateTime, Location, Money

KINDS: Mapping[Any, Kind] = {
    strawberry.ID: Kind.ID,
    str: Kind.TEXT,
    int: Kind.INTEGER,
    float: Kind.FLOAT,
    bool: Kind.BOOLEAN,
    date: Kind.DATE,
    datetime: Kind.DATETIME,
    DateTime: Kind.DATETIME,
    Currency: Kind.TEXT,
    Money: Kind.MONEY,
    Location: Kind.POINT,
}

_STEP = re.compile(r"(<)?-\[:([A-Z_|]+)\](\?)?-(>)?(?:\(:([A-Za-z|]+)\))?")
_WHEN = re.compile(r"(\w+) IS (NOT )?NULL")


def derive_model(classes: Iterable[type]) -> Model:
    """The model of these declared classes, which name each other by their class names."""
    namespace = {cls.__name__: cls for cls in classes}
    edges = {name: _edge(cls, namespace) for name, cls in _edge_classes(namespace).items()}
    nodes = {
        name: _node(cls, namespace, edges)
        for name, cls in namespace.items()
        if declaration(cls).kind in ("node", "interface", "union")
    }
    logs = {name: _node(cls, namespace, edges) for name, cls in namespace.items() if declaration(cls).kind == "log"}
    model = Model(nodes, edges, logs)
    _check(model)
    return model


def _edge_classes(namespace: Mapping[str, type]) -> dict[str, type]:
    related = (what for cls in namespace.values() for what in declaration(cls).fields.values())
    return {what.edge.__name__: what.edge for what in related if isinstance(what, Related) and what.edge}


def _edge(cls: type, namespace: Mapping[str, type]) -> EdgeType:
    own = {member.name: _property(cls, member) for member in members_of(cls, namespace)}
    common = {
        "id": Property("id", Kind.ID, is_required=True, is_derived=True),
        "version": Property("version", Kind.INTEGER, is_required=True, is_derived=True),
    }
    return EdgeType(cls.__name__, {**common, **own}, description_of(cls))


def _node(cls: type, namespace: Mapping[str, type], edges: Mapping[str, EdgeType]) -> NodeType:
    what = declaration(cls)
    name = cls.__name__
    concrete = [other for other in namespace.values() if declaration(other).kind == "node"]
    if what.kind == "union":
        node = namespace["Node"]
        members = what.members or tuple(other.__name__ for other in concrete if other.__name__ not in what.besides)
        labels: tuple[str, ...] = ()
        fields = members_of(node, namespace)
        fields = tuple(member for member in fields if member.name in ("id", "createdAt"))
    else:
        is_log = what.kind == "log"
        members = (name,) if is_log else tuple(other.__name__ for other in concrete if issubclass(other, cls))
        labels = tuple(base.__name__ for base in lineage(cls) if declaration(base).has_label)
        fields = members_of(cls, namespace)
    properties = {member.name: _property(cls, member) for member in fields if isinstance(member.declared, Stored)}
    relationships = {
        member.name: _relationship(cls, member, edges) for member in fields if not isinstance(member.declared, Stored)
    }
    references = (relationship.reference for relationship in relationships.values() if relationship.reference)
    properties |= {reference: _hidden(reference) for reference in references if reference not in properties}
    computed = {
        member.name: member.declared.computed
        for member in fields
        if isinstance(member.declared, Stored) and member.declared.computed
    }
    by = inherited(cls, "sorted_by")
    if by:
        properties[by] = _ordered_by_sort_key(properties[by])
        properties["sortKey"] = _hidden("sortKey", indexed=True)
        computed["sortKey"] = Computed((Part(by, sort_key),))
    searched, texts = inherited(cls, "searched_by") or (), inherited(cls, "texts") or ()
    if searched or texts:
        properties["searchText"] = _hidden("searchText")
        computed["searchText"] = search_text_of(searched, texts)
    if "owner" in relationships and relationships["owner"].hops[0].types == ("OWNED_BY",):
        # Rights test this copy of the owner's id, which an index serves where a hop would cost one more per record.
        properties["ownerId"] = _hidden("ownerId", indexed=True)
    return NodeType(
        name,
        labels,
        members,
        properties,
        relationships,
        inherited(cls, "id_prefix") or to_snake_case(name),
        what.kind == "union",
        description_of(cls),
        computed,
        inherited(cls, "found_as"),
        what.shared_by,
        what.read_only,
        _seen_through(cls, what),
    )


def _seen_through(cls: type, what: Declaration) -> Relationship | None:
    if what.seen_through is None:
        return None
    pattern, target = what.seen_through
    return Relationship("seen", cls.__name__, target, True, _hops(pattern, target, f"{cls.__name__}.seen_through"))


def _hidden(name: str, indexed: bool = False) -> Property:
    return Property(name, Kind.TEXT, is_indexed=indexed, is_derived=True, is_hidden=True)


def _ordered_by_sort_key(found: Property) -> Property:
    return Property(**{**vars(found), "ordered_by": "sortKey"})


def _property(cls: type, member: Member) -> Property:
    what = member.declared
    assert isinstance(what, Stored)
    is_enum = isinstance(member.type, type) and issubclass(member.type, Enum)
    kind = Kind.ENUM if is_enum else KINDS.get(member.type)
    if kind is None:
        raise TypeError(f"{cls.__name__}.{member.name}: a property cannot be a {member.type!r}.")
    return Property(
        member.name,
        kind,
        member.is_list,
        what.required or not (member.is_nullable or member.is_list),
        what.unique,
        what.indexed,
        what.derived,
        what.personal or (_is_personal(cls) and not what.derived),
        what.longest,
        what.minimum,
        what.maximum,
        what.hidden,
        what.secret,
        member.type.__name__ if is_enum else None,
        tuple(value.name for value in member.type) if is_enum else (),
        None,
        what.normalise,
        what.follows,
        # A code of three letters has no first character that would stand for it.
        Mask.ABSENT if member.type is Currency else what.mask,
        not (member.is_nullable or member.is_list),
        is_sensitive=what.sensitive,
    )


def _is_personal(cls: type) -> bool:
    """Whether a type's own declaration says that all of it is personal."""
    return declaration(cls).personal


def _relationship(cls: type, member: Member, edges: Mapping[str, EdgeType]) -> Relationship:
    what, target = member.declared, member.type.__name__
    where = f"{cls.__name__}.{member.name}"
    if isinstance(what, Referenced):
        hops = _hops(what.along, target, where) if what.along else ()
        return Relationship(member.name, cls.__name__, target, False, hops, reference=what.property)
    assert isinstance(what, Related)
    hops = _hops(what.pattern, target, where)
    edge = edges[what.edge.__name__] if what.edge else None
    if edge and len(hops) > 1:
        raise TypeError(f"{where}: a path of several relationships has no edge properties.")
    when = None
    if what.when:
        found = _WHEN.fullmatch(what.when)
        if not found:
            raise TypeError(f'{where}: when="{what.when}" must read "PROPERTY IS NULL" or "PROPERTY IS NOT NULL".')
        when = Presence(found[1], not found[2])
    return Relationship(
        member.name, cls.__name__, target, member.is_list, hops, edge, when, what.on_delete, None, what.derived
    )


def _hops(pattern: str, target: str, where: str) -> tuple[Hop, ...]:
    steps = list(_STEP.finditer(pattern))
    if not steps or "".join(step[0] for step in steps) != pattern:
        raise TypeError(
            f'{where}: "{pattern}" is no pattern; write it as "-[:TYPE]->" or "<-[:TYPE]-(:Label)-[:TYPE]->".'
        )
    if any(step[5] is None for step in steps[:-1]):
        raise TypeError(
            f"{where}: every step but the last must name the label that it leads to, so that rights can bind it."
        )
    return tuple(
        Hop(
            tuple(step[2].split("|")),
            Direction.IN if step[1] else Direction.OUT if step[4] else Direction.BOTH,
            tuple((step[5] or target).split("|")),
            bool(step[3]),
        )
        for step in steps
    )


def _check(model: Model) -> None:
    """Refuse what names a type that is not declared, before a statement does."""
    for node in (*model.nodes.values(), *model.logs.values()):
        for member in node.members:
            if member not in model.nodes and member not in model.logs:
                raise TypeError(f"{node.name} has a member {member}, which is not declared.")
        for relationship in node.relationships.values():
            for name in (relationship.target, *(label for hop in relationship.hops for label in hop.labels)):
                if name not in model.nodes and name not in model.logs:
                    raise TypeError(f"{node.name}.{relationship.name} leads to {name}, which is not declared.")
    owners: list[NodeType | EdgeType] = [*model.nodes.values(), *model.edges.values()]
    for owner in owners:
        for found in owner.properties.values():
            for followed in found.follows:
                type_, _, name = followed.rpartition(".")
                if name not in (model.nodes[type_] if type_ in model.nodes else owner).properties:  # noqa: SIM401
                    raise TypeError(f"{owner.name}.{found.name} follows {followed}, which is not declared.")
