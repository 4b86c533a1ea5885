"""The arguments of a mutation field as rows, for each kind of mutation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.errors import BadInput, TooComplex
from graph.ids import new_id
from graph.write_plan import CHANGE, EDGE, ChangeEdge, Close, Cut, CutEdge, Delete, Reference, Restore
from resolvers.api import Mutation, MutationKind
from resolvers.gathering import Gathering
from resolvers.given_values import Spot
from resolvers.merges import gather_mark, gather_merge
from resolvers.step_rows import Handle
from resolvers.trouble import ENDING

MAX_INPUTS = 1_000
MAX_ROWS = 50_000


@dataclass(frozen=True)
class Gathered:
    """The records that a field is about, one per input, and what is told of each besides, such as an edge's id."""

    answer: Reference | None
    handles: Sequence[Handle | None]
    more: Sequence[Any]
    is_whole: bool = True


def gather(mutation: Mutation, arguments: Mapping[str, Any], gathering: Gathering) -> Gathered:
    """Take the arguments of a mutation field apart. Raises `BadInput` for more inputs than are taken at once."""
    gathered = _gather(mutation, arguments, gathering)
    if (count := sum(map(len, gathering.steps.values()))) > MAX_ROWS:
        raise TooComplex(f"The inputs come to {count} checks and changes; up to {MAX_ROWS} are made at once.")
    return gathered


def _gather(mutation: Mutation, arguments: Mapping[str, Any], gathering: Gathering) -> Gathered:
    if mutation.is_bulk:
        return _bulk(mutation, arguments, gathering)
    if mutation.kind in (MutationKind.MARK, MutationKind.UNMARK):
        gather_mark(mutation, arguments, gathering)
        return Gathered(None, [None], [True])
    if mutation.kind in (MutationKind.MERGE, MutationKind.UNMERGE):
        handle = gather_merge(mutation, arguments, gathering)
        return _gathered([handle], [None])
    if mutation.kind is MutationKind.MOVE:
        return _move(mutation, arguments, gathering, Spot(0, ()))
    if mutation.relationship:
        return _relationship(mutation, arguments, gathering, Spot(0, ()))
    return _gathered([_record(mutation, arguments, gathering, Spot(0, ()))], [arguments.get("id")])


def _gathered(handles: Sequence[Handle | None], more: Sequence[Any], *, is_whole: bool = True) -> Gathered:
    references = {handle.reference for handle in handles if handle}
    # Inputs that name their records by different keys are answered by different matches, which one write has not.
    if len(references) > 1:
        raise BadInput("Name all records of one field by the same kind of key.")
    return Gathered(next(iter(references), None), handles, more, is_whole)


def _bulk(mutation: Mutation, arguments: Mapping[str, Any], gathering: Gathering) -> Gathered:
    name = "ids" if mutation.kind is MutationKind.DELETE else "inputs"
    inputs = arguments[name]
    if len(inputs) > MAX_INPUTS:
        raise BadInput(f"{name} has {len(inputs)} items; up to {MAX_INPUTS} are taken at once.")
    handles: list[Handle | None] = []
    more: list[Any] = []
    for root, given in enumerate(inputs):
        spot = Spot(root, (name, str(root)))
        match mutation.kind:
            case MutationKind.CREATE:
                handles.append(gathering.create(mutation.node, given, spot))
            case MutationKind.DELETE:
                handles.append(_record(mutation, {"id": given}, gathering, spot))
            case _:
                handles.append(_record(mutation, given, gathering, spot))
        more.append(given if mutation.kind is MutationKind.DELETE else None)
    skips = arguments.get("onError") == "SKIP"
    return _gathered(handles, more, is_whole=not skips)


def _record(mutation: Mutation, given: Mapping[str, Any], gathering: Gathering, spot: Spot) -> Handle | None:
    node, version = mutation.node, given.get("expectedVersion")
    match mutation.kind:
        case MutationKind.CREATE:
            return gathering.create(node, given["input"], spot.at("input"))
        case MutationKind.UPDATE:
            id = gathering.identifier(node, given["id"], spot.at("id"))
            return gathering.update(Reference(node), id, given["input"], version, spot.at("input"))
        case MutationKind.UPSERT:
            reference, key = gathering.named(node, given["key"], spot.at("key"))
            return gathering.upsert(reference, key, given["input"], version, spot.at("input"))
        case MutationKind.DELETE | MutationKind.RESTORE:
            at = spot if spot.path and spot.path[0] == "ids" else spot.at("id")
            id = gathering.identifier(node, given["id"], at)
            row = {"root": spot.root, "at": gathering.place(at, node.name, id), "key": id, "change": new_id("change")}
            if mutation.kind is MutationKind.RESTORE:
                gathering.add(Restore(node), row)
                return Handle(Reference(node), id, is_new=False)
            gathering.add(Delete(node), {**row, "version": version})
            return None
        case kind:
            raise TypeError(f"no rows for {kind}")


def _relationship(mutation: Mutation, given: Mapping[str, Any], gathering: Gathering, spot: Spot) -> Gathered:
    node, relationship = mutation.node, mutation.relationship
    assert relationship is not None
    arrow, target = gathering.arrows[node.name, relationship.name], gathering.model.nodes[relationship.target]
    version = given.get("expectedVersion")
    if "edgeId" in given:
        edge_id, change = given["edgeId"], new_id("change")
        at = gathering.place(spot.at("edgeId"), "relationship", edge_id)
        row = {"root": 0, "at": at, "key": edge_id, "version": version, "change": change}
        if mutation.kind is MutationKind.UNLINK:
            gathering.add(CutEdge(arrow, node), row)
            return _gathered([Handle(Reference(node, CHANGE), change, is_new=False)], [edge_id])
        assert arrow.edge is not None
        values = gathering.edge_values(arrow.edge, given["edge"], spot.at("edge"))
        gathering.add(ChangeEdge(arrow, node), {**row, "values": values, "changing": list(values)})
        return _gathered([Handle(Reference(node, EDGE, arrow), edge_id, is_new=False)], [edge_id])
    start = gathering.identifier(node, given["from"], spot.at("from"))
    source = gathering.hold(Reference(node), start, version, spot.at("from"))
    other = gathering.find_by_id(target, given["to"], spot.at("to"))
    if mutation.kind is MutationKind.UNLINK:
        gathering.check_parting(node, target, arrow, spot.at("from"))
        row = {"root": 0, "source": source.key, "target": other.key, "change": new_id("change")}
        gathering.add(Cut(arrow, source.reference, other.reference), row)
        return _gathered([source], [None])
    edge_id = gathering.draw(arrow, source, other, given.get("edge") or {}, spot.at("edge"))
    return _gathered([source], [edge_id])


def _move(mutation: Mutation, given: Mapping[str, Any], gathering: Gathering, spot: Spot) -> Gathered:
    """One relationship ends on a day and another one begins on it."""
    node, relationship = mutation.node, mutation.relationship
    assert relationship is not None
    arrow, target = gathering.arrows[node.name, relationship.name], gathering.model.nodes[relationship.target]
    id = gathering.identifier(node, given[node.variable], spot.at(node.variable))
    source = gathering.hold(Reference(node), id, given.get("expectedVersion"), spot.at(node.variable))
    if arrow.edge and arrow.when:
        # The day is when the old one is closed.
        gathering.check_write(arrow.edge, arrow.when.property, spot.at("on"))
    day = given.get("on") or gathering.now.date()
    old = gathering.find(target, given["from"], spot.at("from")) if given.get("from") else None
    row = {
        "root": 0,
        "at": gathering.place(spot.at("from"), ENDING, old.key if old else ""),
        "source": id,
        "target": old.key if old else None,
        "until": day,
    }
    gathering.add(Close(arrow, source.reference, old.reference if old else None), row)
    other = gathering.find(target, given["to"], spot.at("to"))
    edge = {"since": day, **(given.get("edge") or {})}
    return _gathered([source], [gathering.draw(arrow, source, other, edge, spot.at("edge"))])
