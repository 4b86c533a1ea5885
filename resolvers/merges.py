"""The arguments of merging as rows, and its report as a payload shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import FieldNode, GraphQLObjectType, get_named_type

from graph.ids import new_id
from graph.merge_rules import NOT_DUPLICATES, is_mergeable
from graph.model import Direction, NodeType
from graph.values import shown
from graph.write_plan import Cut, MergeRecords, Reference, UnmergeRecords
from resolvers.api import Mutation, MutationKind
from resolvers.change_fields import as_json
from resolvers.gathering import Gathering
from resolvers.given_values import Spot
from resolvers.planner import Planner
from resolvers.shape import Complete, ConstantShape, Entry, ListShape, ObjectShape, entry_of, leaf_shape
from resolvers.step_rows import Handle
from resolvers.trouble import TroubleCode

_IN_USE = "has to do with what was merged after it; unmerge that first."

# How many records become one at once.
MAX_DROPPED = 50


def gather_merge(mutation: Mutation, given: Mapping[str, Any], gathering: Gathering) -> Handle:
    """The rows of merging or unmerging; answers the record that the payload shows."""
    node = mutation.node
    if mutation.kind is MutationKind.UNMERGE:
        spot = Spot(0, ("id",))
        id = gathering.identifier(node, given["id"], spot)
        at = gathering.place(spot, node.name, id, _IN_USE)
        gathering.add(UnmergeRecords(node), {"root": 0, "at": at, "key": id, "change": new_id("change")})
        return Handle(Reference(node), id, is_new=False)
    keep = gathering.identifier(node, given["keep"], Spot(0, ("keep",)))
    drops = [
        gathering.identifier(node, each, Spot(0, ("drop", str(index)))) for index, each in enumerate(given["drop"])
    ]
    _check_drops(keep, drops, gathering)
    places = [(keep, ("keep",)), *((each, ("drop", str(index))) for index, each in enumerate(drops))]
    records = [{"key": id, "at": gathering.place(Spot(0, path), node.name, id)} for id, path in sorted(places)]
    choices, singles = _choices(node, given.get("choices") or {}, {keep, *drops}, gathering)
    for each in drops:
        gathering.add(MergeRecords(node), {
            "root": 0, "keep": keep, "drop": each, "choices": choices, "singles": singles, "records": records,
            "change": new_id("change"),
        })  # fmt: skip
    return Handle(Reference(node), keep, is_new=False)


def gather_mark(mutation: Mutation, given: Mapping[str, Any], gathering: Gathering) -> None:
    """The row that draws NOT_DUPLICATE_OF between two records of one type, or removes it."""
    model = gathering.model
    types = {node.id_prefix: node for node in model.concrete if is_mergeable(node)}
    node = types.get(str(given["one"]).split("_", 1)[0])
    if node is None:
        message = (
            f"{shown(given['one'])} is no record that could be a duplicate; name one of {', '.join(sorted(types))}."
        )
        gathering.refuse(TroubleCode.INVALID, message, Spot(0, ("one",)))
        return
    arrow = gathering.arrows[node.name, NOT_DUPLICATES]
    one, other = (gathering.find(node, {"id": given[each]}, Spot(0, (each,))) for each in ("one", "other"))
    if one.key == other.key:
        gathering.refuse(TroubleCode.INVALID, "one and other are the same record.", Spot(0, ("other",)))
    elif mutation.kind is MutationKind.MARK:
        gathering.draw(arrow, one, other, {}, Spot(0, ()))
    else:
        row = {"root": 0, "source": one.key, "target": other.key, "change": new_id("change")}
        gathering.add(Cut(arrow, one.reference, other.reference), row)


def _check_drops(keep: str, drops: Sequence[str], gathering: Gathering) -> None:
    spot = Spot(0, ("drop",))
    if not drops:
        gathering.refuse(TroubleCode.REQUIRED, "drop is empty; name the records that become one with it.", spot)
    if len(drops) > MAX_DROPPED:
        gathering.refuse(TroubleCode.INVALID, f"drop has {len(drops)} items; up to {MAX_DROPPED} are merged.", spot)
    for index, each in enumerate(drops):
        if each == keep or each in drops[:index]:
            message = f"{each} is {'the one to keep' if each == keep else 'named twice'}; name each record once."
            gathering.refuse(TroubleCode.INVALID, message, spot.at(index))


def _choices(
    node: NodeType, given: Mapping[str, str], known: set[str], gathering: Gathering
) -> tuple[dict[str, str], dict[str, str]]:
    """Whose values are taken: by property, and by the relationships that a record has but one of."""
    choices, singles = dict[str, str](), dict[str, str]()
    for field, id in given.items():
        if id is None:
            continue
        if id not in known:
            message = f"{field} is to be that of {id}, which is none of the records that become one."
            gathering.refuse(TroubleCode.INVALID, message, Spot(0, ("choices", field)))
        if field in node.properties:
            gathering.check_write(node, field, Spot(0, ("choices", field)))
            choices[field] = id
        else:
            hop = node.relationships[field].hops[0]
            singles[("<" if hop.direction is Direction.IN else ">") + hop.types[0]] = id
    return choices, singles


def report_shape(planner: Planner, payload: GraphQLObjectType, nodes: list[FieldNode]) -> Complete:
    """The shape of a report, whose rows are `[id, fields, relationships]`."""
    merged = get_named_type(payload.fields["merged"].type)
    assert isinstance(merged, GraphQLObjectType)
    return ListShape(_rows(planner, merged, nodes, ("id", "fields", "relationships")))


_FIELDS = ("field", "outcome", "kept", "dropped")
_RELATIONSHIPS = ("type", "direction", "outcome", "count")


def _rows(planner: Planner, type_: GraphQLObjectType, nodes: list[FieldNode], names: tuple[str, ...]) -> Complete:
    """Rows of a type whose fields are in these places."""
    entries = []
    for key, each in planner.selection.fields(type_, nodes).items():
        name = each[0].name.value
        if name == "__typename":
            entries.append(Entry(key, None, ConstantShape(type_.name), each))
            continue
        shown = get_named_type(type_.fields[name].type)
        if isinstance(shown, GraphQLObjectType):
            inner = _FIELDS if name == "fields" else _RELATIONSHIPS
            shape: Complete = ListShape(_rows(planner, shown, each, inner))
        else:
            shape = leaf_shape(shown, each, False)
        entries.append(entry_of(key, names.index(name), shape, type_, each))
    return ObjectShape(entries)


def report_rows(report: Sequence[Sequence[Any]] | None) -> list[Any] | None:
    """The statement's report as the payload's rows have it."""
    if report is None:
        return None
    return [
        [
            id,
            [[field, outcome, as_json(kept), as_json(dropped)] for field, outcome, kept, dropped in fields],
            [[type, "OUT" if is_out else "IN", fate, count] for type, is_out, fate, count in relationships],
        ]
        for id, fields, relationships in report
    ]
