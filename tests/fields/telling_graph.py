"""A graph in which every property of every type has a value that occurs nowhere else, so that it tells where it got out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from graph.database import Database
from graph.indexes import reconcile
from graph.model import Direction, EdgeType, Kind, Mask, Model, NodeType, Property, Relationship
from graph.property_rights import stored_names

Owner = NodeType | EdgeType
_PHONE, _EMAIL = "+86138{:04d}{:04d}", "anna.{}.{}@example.com"


@dataclass(frozen=True)
class Way:
    """A field by which records of a type are reached from a record of another one."""

    owner: NodeType
    field: Relationship


def record_id(model: Model, node: NodeType) -> str:
    return f"{node.id_prefix}_0197286f3c007000800000000000{model.concrete.index(node):04x}"


def value_of(model: Model, owner: Owner, found: Property) -> Any:
    """The value of a property in its stored form."""
    number = _number(model, owner, found)
    match found.kind:
        case Kind.TEXT | Kind.ID if found.mask is Mask.PHONE:
            return _PHONE.format(number % 10_000, (number * 7) % 10_000)
        case Kind.TEXT | Kind.ID if found.mask is Mask.EMAIL:
            return _EMAIL.format(owner.name.lower(), number)
        case Kind.TEXT if found.mask is Mask.ABSENT:
            return "XTS"
        case Kind.TEXT | Kind.ID:
            text = f"云Kept {owner.name} {found.name} {number}"
            return [text] if found.is_list else text
        case Kind.INTEGER | Kind.MONEY:
            return 700_000_000 + number
        case Kind.FLOAT:
            return 0.700_000_01 + number / 1_000
        case Kind.BOOLEAN:
            return True
        case Kind.ENUM:
            return [found.values[-1]] if found.is_list else found.values[-1]
        case Kind.DATE:
            return date(1800, 1, 1) + timedelta(days=number)
        case Kind.DATETIME:
            return datetime(1900, 1, 1, tzinfo=UTC) + timedelta(days=number)
        case _:
            return None


def traces(model: Model, owner: Owner, found: Property) -> tuple[str, ...]:
    """What of a value would be seen in an answer or in a row, if it got out; nothing of values that many have."""
    number = _number(model, owner, found)
    match found.kind:
        case Kind.TEXT | Kind.ID if found.mask is Mask.PHONE:
            return (value_of(model, owner, found), _PHONE.format(number % 10_000, 0)[-8:-4] + "99")[:1]
        case Kind.TEXT | Kind.ID if found.mask is Mask.EMAIL:
            return (f"{owner.name.lower()}.{number}@", f"anna.{owner.name.lower()}")
        case Kind.TEXT | Kind.ID if found.mask is not Mask.ABSENT:
            return (f"{owner.name} {found.name} {number}", "Kept " + f"{owner.name} {found.name} ")
        case Kind.INTEGER | Kind.MONEY:
            shown = str(700_000_000 + number)
            return (shown, f"{shown[:-2]}.{shown[-2:]}")
        case Kind.FLOAT:
            return (repr(0.700_000_01 + number / 1_000),)
        case Kind.DATE | Kind.DATETIME:
            return (
                (value_of(model, owner, found).date().isoformat(),)
                if found.kind is Kind.DATETIME
                else (value_of(model, owner, found).isoformat(),)
            )
        case _:
            return ()


def ways_to(model: Model, node: NodeType) -> Iterator[Way]:
    """Fields over one relationship that lead to records of a concrete type, those that list them first."""
    found = [
        Way(owner, field)
        for owner in model.concrete
        for field in owner.relationships.values()
        if len(field.hops) == 1
        and not field.reference
        and not field.is_path
        and node.name in (model.nodes[field.target].members if field.target in model.nodes else ())
    ]
    yield from sorted(found, key=lambda way: (not way.field.is_list, not way.field.edge))


async def hold_telling_graph(database: Database, model: Model) -> None:
    """Make the database hold one record of each type, each reached from another one, and nothing else."""
    await database.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS")
    await reconcile(model, database)
    for node in model.concrete:
        properties = _stored(model, node) | {"id": record_id(model, node), "version": 1}
        await database.run(f"CREATE (n:{':'.join(node.labels)}) SET n = $p.properties", p={"properties": properties})
    for node in model.concrete:
        for way in list(ways_to(model, node))[:1]:
            await _draw(database, model, way, node)
    for edge in model.edges.values():
        await _draw_edge(database, model, edge)


async def _draw_edge(database: Database, model: Model, edge: EdgeType) -> None:
    owner, field = next(
        (owner, field) for owner in model.concrete for field in owner.relationships.values() if field.edge is edge
    )
    await _draw(database, model, Way(owner, field), model.nodes[model.nodes[field.target].members[0]])


async def _draw(database: Database, model: Model, way: Way, node: NodeType) -> None:
    (hop,) = way.field.hops
    edge = way.field.edge
    properties: dict[str, Any] = {}
    if edge:
        kept_out = way.field.when.property if way.field.when else ""
        properties = {name: value for name, value in _stored(model, edge).items() if name != kept_out}
        properties |= {"id": f"{edge.name.lower()}_{node.name}_{way.owner.name}", "version": 1}
    left, right = ("<-", "-") if hop.direction is Direction.IN else ("-", "->")
    await database.run(
        f"MATCH (a:{way.owner.labels[-1]}), (b:{node.labels[-1]}) CREATE (a){left}[r:{hop.types[0]}]{right}(b) SET r = $p.properties",
        p={"properties": properties},
    )


def _stored(model: Model, owner: Owner) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in owner.properties.values():
        if each.name in ("id", "version") or (isinstance(owner, NodeType) and each.name in owner.computed):
            continue
        value = value_of(model, owner, each)
        if each.kind is Kind.MONEY:
            found |= dict(zip(stored_names(each), (value, "USD", value), strict=True))
        elif value is not None:
            found[each.name] = value
    return found


def _number(model: Model, owner: Owner, found: Property) -> int:
    """Another number for each property of each type."""
    owners: list[Owner] = [*model.concrete, *model.edges.values()]
    every = [(each.name, name) for each in owners for name in each.properties]
    return 1_000 + every.index((owner.name, found.name))
