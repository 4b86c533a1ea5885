"""Inputs into rows: what a mutation's arguments ask to be written, step by step, and what is wrong with them.

An input is a tree: a record with its properties, and within its relationships other records to make or to name. It is
taken apart into flat rows, one list per step of the write, in which ends of relationships are named by keys. So the
statement is the same for one record and for a thousand, and for every combination of properties.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import count
from typing import Any

from graph.arrows import Arrow, Arrows
from graph.computed import parts_of
from graph.countries import ADDRESSES
from graph.errors import BadInput
from graph.ids import new_id, prefix_of
from graph.implied import ESSENTIAL, LINE_OF, NUMBERED, consequences, defaults
from graph.model import NodeType, Relationship
from graph.names import snake
from graph.rows import Key
from graph.values import shown
from graph.write_plan import (
    EXTERNAL,
    Create,
    Cut,
    Draw,
    Find,
    Lock,
    Merge,
    Own,
    Reference,
    Rows,
    Step,
    Update,
    Upsert,
    Vacant,
)
from graph.write_rights import OWNED_BY
from resolvers.given_values import GivenValues, Spot, has_local_number
from resolvers.trouble import TroubleCode

# What is written first does not need what is written later.
_ORDER = (
    "Find", "Lock", "Vacant", "Create", "Merge", "Update", "Upsert", "Restore", "CutEdge", "ChangeEdge", "Close", "Cut", "Draw", "Own", "Delete",
    "MergeRecords", "UnmergeRecords",
)  # fmt: skip


@dataclass(frozen=True)
class Handle:
    """A record that rows can name: by a key of its type. `made` is the id of one that may turn out to be new."""

    reference: Reference
    key: str
    is_new: bool
    made: str = ""


@dataclass
class Gathering(GivenValues):
    """The rows of one mutation field in the making."""

    steps: dict[Step, list[dict[str, Any]]] = field(default_factory=dict)
    # New records that are to get a number, with the values that they have so far.
    unnumbered: list[tuple[NodeType, dict[str, Any]]] = field(default_factory=list)
    # The countries of records that are there, and the records whose country it would take to read a telephone number.
    countries: Mapping[tuple[Reference, str], str] = field(default_factory=dict)
    unplaced: dict[tuple[Reference, str], None] = field(default_factory=dict)
    # What may occur once in a request, as two rows of one step do not see what each other does.
    _once: set[tuple[object, ...]] = field(default_factory=set)
    # Who gets new records of a type that are given to nobody.
    owner_of: Callable[[NodeType], str | None] = lambda _: None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.arrows = Arrows(self.model)

    # --- records ----------------------------------------------------------------------------------------------------

    def create(self, node: NodeType, given: Mapping[str, Any], spot: Spot, drawn: Arrow | None = None) -> Handle:
        """A new record; `drawn` is the relationship by which another record makes it."""
        spot = Spot(spot.root, spot.path, self.country_of(given) or spot.country)
        values = self._new_values(node, given, spot)
        row = self._new_row(node, values, spot)
        if node.shared_by:
            handle = self._share(node, row, values, spot)
        else:
            self._add(Create(node), row)
            self._check_unique(node, values, spot, row["properties"]["id"])
            handle = Handle(Reference(node), row["properties"]["id"], is_new=True)
        self._check_essential(node, given, spot, drawn)
        self._relationships(node, handle, given, spot)
        if not drawn or drawn.type != OWNED_BY:
            self._own(node, row, given)
        return handle

    def _new_values(self, node: NodeType, given: Mapping[str, Any], spot: Spot, by: str = "id") -> dict[str, Any]:
        values = {name: value for name, value in self.values(node, given, spot).items() if value is not None}
        values |= {name: value for name, value in defaults(node, values, self.now).items() if values.get(name) is None}
        values |= {
            name: value
            for name, value in consequences(node, values, self.currencies).items()
            if name not in values and value is not None
        }
        given_by_us = {"id", by, "number"} if node.name in NUMBERED else {"id", by}
        if node.name == LINE_OF.line:
            given_by_us.add("lineNo")
        for name, declared in node.properties.items():
            is_lacking = declared.is_required and not declared.is_derived and name not in given_by_us | values.keys()
            if is_lacking and not self.is_refused(spot.at(name)):
                self.refuse(TroubleCode.REQUIRED, f"{name} is missing; {node.name} records need it.", spot.at(name))
        if node.shared_by and "raw" in node.properties and values.get(node.shared_by):
            values.setdefault("raw", given[node.shared_by].strip())
        if node.shared_by and "status" in node.properties:
            values.setdefault("status", "VALID")
        return values

    def _new_row(self, node: NodeType, values: dict[str, Any], spot: Spot) -> dict[str, Any]:
        row: dict[str, Any] = {
            "root": spot.root,
            "properties": {"id": new_id(node.id_prefix), **values},
            "change": new_id("change"),
        }
        if node.name in NUMBERED and "number" not in values:
            self.unnumbered.append((node, row))
        else:
            _complete(node, row)
        return row

    def _share(self, node: NodeType, row: dict[str, Any], values: Mapping[str, Any], spot: Spot) -> Handle:
        by = node.shared_by
        assert by is not None
        value = row["properties"].get(by)
        if value is None or not any(name in values for name in node.writable):
            if not self.is_refused(spot.at(by)):
                self.refuse(TroubleCode.REQUIRED, f"Nothing is given that tells this {node.name} from others.", spot)
            value = ""
        self._add(Merge(node, by), {**row, "value": value})
        return Handle(Reference(node, by), value, is_new=True)

    def update(
        self, reference: Reference, key: str, given: Mapping[str, Any], version: int | None, spot: Spot
    ) -> Handle:
        """A record that is there, with what is given of it; explicit nulls clear."""
        node = reference.node
        spot = Spot(spot.root, spot.path, self._country(reference, key, given) or spot.country)
        values = self.changes(node, given, spot)
        self._take_once(f"{node.name} {shown(key)} is named twice", spot.beside("id"), node.name, reference.key, key)
        row = {
            "root": spot.root,
            "at": self.place(spot.beside("id"), node.name, key),
            "key": key,
            "values": values,
            "changing": list(values),
            "computed": parts_of(node, values),
            "version": version,
            "change": new_id("change"),
        }
        self._add(Update(reference), row)
        self._check_unique(node, values, spot, key, reference.key)
        handle = Handle(reference, key, is_new=False)
        self._relationships(node, handle, given, spot)
        return handle

    def upsert(
        self, reference: Reference, key: str, given: Mapping[str, Any], version: int | None, spot: Spot
    ) -> Handle:
        """The record that a key names, changed or made."""
        node = reference.node
        # A record that is not there yet is made with its key.
        self.check_write(node, reference.key, spot.beside("key", reference.key))
        spot = Spot(spot.root, spot.path, self._country(reference, key, given) or spot.country)
        before = len(self.troubles)
        made = self._new_values(node, given, spot, reference.key)
        # What is missing matters only if the record is not there yet.
        lacking = [trouble.message for trouble in self.take_back(TroubleCode.REQUIRED, before)]
        if node.name in ESSENTIAL and not self._essential(node, given):
            lacking.append(f"{' or '.join(self._essential_fields(node))} is missing.")
        changed = self.changes(node, given, spot)
        self._take_once(f"{node.name} {shown(key)} is named twice", spot.beside("key"), node.name, reference.key, key)
        if reference.key not in ("id", EXTERNAL):
            made[reference.key] = key
        row = self._new_row(node, made, spot)
        row |= {
            "at": self.place(spot, node.name, key, " ".join(lacking)),
            "atKey": self.place(spot.beside("key", reference.key), "the name", key),
            "key": key,
            "values": changed,
            "changing": list(changed),
            "computed": parts_of(node, changed),
            "version": version,
            "lacks": bool(lacking),
        }
        if reference.key == EXTERNAL:
            system, type, external = key.split(":", 2)
            row["reference"] = {
                "id": new_id("external_ref"), "key": key, "system": system, "type": type, "externalId": external,
            }  # fmt: skip
        self._add(Upsert(reference), row)
        others = {name: value for name, value in changed.items() if name != reference.key}
        self._check_unique(node, others, spot, key, reference.key)
        handle = Handle(reference, key, is_new=False, made=row["properties"]["id"])
        self._relationships(node, handle, given, spot)
        self._own(node, row, given)
        return handle

    def _own(self, node: NodeType, row: Mapping[str, Any], given: Mapping[str, Any]) -> None:
        """A new record that is given to nobody is its maker's, if the maker may not make such as are nobody's."""
        owner = self.owner_of(node)
        fields = [
            each.name for each in node.relationships.values() if [hop.types for hop in each.hops] == [(OWNED_BY,)]
        ]
        nested = [given.get(name) or {} for name in fields if self.arrows[node.name, name].is_out]
        if owner and nested and not any(each.get("create") or each.get("connect") for each in nested):
            made = {"root": row["root"], "made": row["properties"]["id"], "owner": owner, "change": new_id("change")}
            self._add(Own(node), made)

    def _country(self, reference: Reference, key: str, given: Mapping[str, Any]) -> str | None:
        """The country of a record that is there: that of an address that it gets, else of one that it has."""
        if (country := self.country_of(given)) or ADDRESSES not in reference.node.relationships:
            return country
        if (reference, key) not in self.countries and has_local_number(self.model, reference.node, given):
            self.unplaced[reference, key] = None
        return self.countries.get((reference, key))

    def _check_unique(self, node: NodeType, values: Mapping[str, Any], spot: Spot, own: str, by: str = "id") -> None:
        """Check the keys of a record; also those that this one does not give, so that the statement stays the same."""
        for name, declared in node.properties.items():
            if not declared.is_unique or name in ("id", by) or name not in node.writable:
                continue
            step = Vacant(node, name, by)
            self.steps.setdefault(step, [])
            value = values.get(name)
            if value is not None:
                at = spot.at(name)
                self._add(step, {"root": spot.root, "at": self.place(at, name, value), "value": value, "own": own})
                self._take_once(f"{name} {shown(value)} is given twice", at, node.labels[0], name, value)

    def _take_once(self, message: str, spot: Spot, *what: object) -> None:
        if what in self._once:
            self.refuse(TroubleCode.DUPLICATE, f"{message} in one request.", spot)
        self._once.add(what)

    # --- relationships ----------------------------------------------------------------------------------------------

    def _relationships(self, node: NodeType, handle: Handle, given: Mapping[str, Any], spot: Spot) -> None:
        for name, relationship in node.relationships.items():
            nested = given.get(name)
            if nested:
                self._related(node, handle, relationship, nested, spot.at(name))

    def _related(
        self, node: NodeType, handle: Handle, relationship: Relationship, nested: Mapping[str, Any], spot: Spot
    ) -> None:
        arrow, target = self.arrows[node.name, relationship.name], self.model.nodes[relationship.target]
        reference = handle.reference
        asked = [name for name in ("create", "connect", "disconnect") if nested.get(name)]
        if not relationship.is_list and len(asked) > 1:
            message = f"Give one of {' and '.join(asked)}: {relationship.name} leads to one record."
            self.refuse(TroubleCode.INVALID, message, spot)
        if nested.get("disconnect"):
            self.check_parting(node, target, arrow, spot.at("disconnect"))
        if arrow.type == LINE_OF.type and relationship.is_list and nested.get("create"):
            nested = {**nested, "create": _places(nested["create"], is_new=handle.is_new)}
        for item, at in _items(nested.get("disconnect"), spot.at("disconnect")):
            row = {"root": spot.root, "source": handle.key, "change": new_id("change")}
            if item is True:
                self._add(Cut(arrow, reference, None), row)
            elif item:
                other = self.find(target, item, at)
                self._add(Cut(arrow, reference, other.reference), {**row, "target": other.key})
        for item, at in _items(nested.get("connect"), spot.at("connect")):
            key, edge = (item["node"], item.get("edge")) if relationship.edge else (item, None)
            other = self.find(target, key, at.at("node") if relationship.edge else at)
            self.draw(arrow, handle, other, edge or {}, at.at("edge"))
        for item, at in _items(nested.get("create"), spot.at("create")):
            inner, edge = (item["node"], item.get("edge")) if relationship.edge else (item, None)
            at_node = at.at("node") if relationship.edge else at
            other = self._create_target(target, inner, at_node, arrow)
            place = int(at.path[-1]) + 1 if at.path[-1].isdigit() else 1
            self.draw(arrow, handle, other, edge or {}, at.at("edge"), place)

    def _create_target(self, target: NodeType, inner: Mapping[str, Any], spot: Spot, arrow: Arrow) -> Handle:
        if not target.is_abstract:
            return self.create(target, inner, spot, arrow)
        # An input for several types names one of them.
        ((variable, given),) = inner.items()
        member = next(self.model.nodes[name] for name in target.members if self.model.nodes[name].variable == variable)
        return self.create(member, given, spot.at(variable), arrow)

    def hold(self, reference: Reference, key: str, version: int | None, spot: Spot) -> Handle:
        """A record that must be there and stay as it is but for what is drawn from it."""
        row = {"root": spot.root, "at": self.place(spot, reference.node.name, key), "key": key, "version": version}
        self._add(Lock(reference), row)
        return Handle(reference, key, is_new=False)

    def find(self, target: NodeType, key: Mapping[str, Any], spot: Spot) -> Handle:
        """A record that must be there, by a key."""
        return self._found(*self.named(target, key, spot), spot.at(next(iter(key))))

    def find_by_id(self, target: NodeType, id: str, spot: Spot) -> Handle:
        return self._found(Reference(target), self.identifier(target, id, spot), spot)

    def _found(self, reference: Reference, key: str, spot: Spot) -> Handle:
        row = {"root": spot.root, "at": self.place(spot, reference.node.name, key), "key": key}
        self._add(Find(reference), row)
        return Handle(reference, key, is_new=False)

    def named(self, target: NodeType, key: Mapping[str, Any], spot: Spot) -> tuple[Reference, str]:
        """What a key input names: one of the unique properties, or what another system calls the record."""
        ((name, value),) = key.items()
        spot = spot.at(name)
        if name == EXTERNAL:
            if reference := self.model.nodes.get("ExternalRef"):
                self.check_read(reference, "key", spot)
            return Reference(target, EXTERNAL), self._external(target, value, spot)
        if name == "id":
            return Reference(target), self.identifier(target, value, spot)
        declared = target.properties[name]
        self.check_read(target, name, spot)
        found = self.stored(declared, value, self.surroundings(target, {}, spot), spot)
        if found[name] is None and not self.is_refused(spot):
            self.refuse(TroubleCode.INVALID, f"{name} is empty, and so names nothing.", spot)
        return Reference(target, name), found[name] or ""

    def identifier(self, target: NodeType, value: str, spot: Spot) -> str:
        prefixes = {self.model.nodes[member].id_prefix for member in target.members}
        try:
            if prefix_of(value) not in prefixes:
                raise BadInput(f"{shown(value)} is not the id of a {target.name}.")
        except BadInput as error:
            self.refuse(TroubleCode.INVALID, error.message, spot)
        return value

    def _external(self, target: NodeType, value: Mapping[str, str], spot: Spot) -> str:
        system, external = value["system"].strip(), value["id"].strip()
        type = (value.get("type") or snake(target.name)).strip()
        if not system or not external or ":" in system or ":" in type or len(external) > 400:
            message = (
                "An external reference has a system and a type without a colon, and an id of up to 400 characters."
            )
            self.refuse(TroubleCode.INVALID, message, spot)
        return str(Key(system, type, external))

    def check_parting(self, node: NodeType, target: NodeType, arrow: Arrow, spot: Spot) -> None:
        """A record does not lose what it makes no sense without; it may get another."""
        for each in (*node.members, *target.members):
            if ESSENTIAL.get(each, ("", ""))[0] == arrow.type:
                what = " or ".join(self._essential_fields(self.model.nodes[each]))
                message = f"A {each} always has exactly one {what}; connect it to another instead."
                self.refuse(TroubleCode.REQUIRED, message, spot)

    def draw(
        self, arrow: Arrow, source: Handle, target: Handle, edge: Mapping[str, Any], spot: Spot, place: int = 1
    ) -> str | None:
        """A relationship between two records; the id that it gets, if it has properties."""
        if not source.is_new and not target.is_new and source.key == target.key:
            self.refuse(TroubleCode.INVALID, f"{arrow.field} cannot lead from a record to itself.", spot)
        values = self.edge_values(arrow.edge, edge, spot) if arrow.edge else {}
        given = {name: value for name, value in values.items() if value is not None}
        if arrow.when and (given.get(arrow.when.property) is None) != arrow.when.is_null:
            what = "must be absent" if arrow.when.is_null else "is missing"
            message = f"{arrow.when.property} {what}; {arrow.field} does not list such a relationship."
            self.refuse(TroubleCode.INVALID, message, spot.at(arrow.when.property))
        id = new_id(snake(arrow.edge.name)) if arrow.edge else None
        row = {
            "root": spot.root,
            "source": source.key,
            "target": target.key,
            "properties": {**given, "id": id, "version": 1} if arrow.edge else {},
            "names": list(given),
            "news": {f"new.{name}": value for name, value in given.items()},
            "change": new_id("change"),
            **({"offset": place} if arrow.type == LINE_OF.type else {}),
            **({"made": source.made} if source.made else {}),
        }
        step = Draw(
            arrow, source.reference, target.reference, _is_made(source), _is_made(target), bool(source.made)
        )  # fmt: skip
        ends = (arrow.type, source.reference, source.key, target.reference, target.key)
        if arrow.is_single_back and not step.is_target_new:
            self._take_once(
                f"{shown(target.key)} is connected twice", spot, arrow.type, arrow.is_out, target.reference, target.key
            )
        if arrow.edge is None and ends in self._once:
            self.steps.setdefault(step, [])
            return None
        self._once.add(ends)
        self._add(step, row)
        return id

    def _check_essential(self, node: NodeType, given: Mapping[str, Any], spot: Spot, drawn: Arrow | None) -> None:
        type, _ = ESSENTIAL.get(node.name, ("", ""))
        if not type or (drawn and drawn.type == type):
            return
        asked = self._essential(node, given)
        fields = " or ".join(self._essential_fields(node))
        if not asked:
            self.refuse(TroubleCode.REQUIRED, f"Give {fields}: a {node.name} always has exactly one.", spot)
        elif len(asked) > 1:
            self.refuse(TroubleCode.INVALID, f"Give {fields}, and not both: a {node.name} has exactly one.", spot)

    def _essential_fields(self, node: NodeType) -> list[str]:
        type, _ = ESSENTIAL[node.name]
        return [
            name
            for name, each in node.relationships.items()
            if len(each.hops) == 1 and each.hops[0].types == (type,) and not self.model.nodes[each.target].is_abstract
        ]

    def _essential(self, node: NodeType, given: Mapping[str, Any]) -> list[str]:
        return [name for name in self._essential_fields(node) if given.get(name)]

    # --- the whole --------------------------------------------------------------------------------------------------

    def add(self, step: Step, row: dict[str, Any]) -> None:
        self._add(step, row)

    def _add(self, step: Step, row: dict[str, Any]) -> None:
        self.steps.setdefault(step, []).append(row)

    def number(self, numbers: Mapping[str, Sequence[str]]) -> None:
        """Give the new records their numbers, in their order."""
        left = {type: list(given) for type, given in numbers.items()}
        for node, row in self.unnumbered:
            row["properties"]["number"] = left[node.name].pop(0)
            _complete(node, row)

    def rows(self, answers: Sequence[Handle | None], *, is_whole: bool, request: str | None, user: str | None) -> Rows:
        """Everything that the statement takes. Rows that change what is there go in the order of their keys."""
        ordered = {
            step: sorted(rows, key=lambda row: str(row["key"])) if rows and "key" in rows[0] else rows
            for step, rows in sorted(self.steps.items(), key=lambda each: _place_of(each[0]))
        }
        named = [{"root": root, "key": handle.key} for root, handle in enumerate(answers) if handle]
        return Rows(ordered, named, self.refused, len(answers), is_whole, request, user, self.money)


def _complete(node: NodeType, row: dict[str, Any]) -> None:
    """What a new record's row says besides: what follows from its properties, and what its change shows."""
    properties = row["properties"]
    given = {name: value for name, value in properties.items() if name != "id" and value is not None}
    names = [name for name in given if not (node.properties.get(name) and node.properties[name].is_derived)]
    personal = {name for name in names if name in node.properties and node.properties[name].is_personal}
    secret = {name for name in names if name in node.properties and node.properties[name].is_secret}
    row["names"] = names
    row["news"] = {f"new.{name}": given[name] for name in names if name not in personal | secret}
    row["personal"] = {f"new.{name}": given[name] for name in names if name in personal}
    computed = {name: value for name, value in node.compute(properties).items() if value is not None}
    row["properties"] = {**properties, **computed}


def _items(given: Any, spot: Spot) -> list[tuple[Any, Spot]]:
    """The items of a nested input, each with its place; what is no list is one."""
    if given is None:
        return []
    if isinstance(given, list):
        return [(item, spot.at(index)) for index, item in enumerate(given)]
    return [(given, spot)]


def _place_of(step: Step) -> tuple[int, str]:
    """Where a step stands among the others, which does not depend on the order of the inputs."""
    parts = []
    for each in fields(step):
        value = getattr(step, each.name)
        match value:
            case Arrow():
                parts.append(f"{value.type} {value.field} {value.is_out}")
            case NodeType():
                parts.append(value.name)
            case Reference():
                parts.append(f"{value.node.name} {value.key}")
            case _:
                parts.append(str(value))
    return _ORDER.index(type(step).__name__), " ".join(parts)


def _is_made(handle: Handle) -> bool:
    """Whether a record comes into being with this write, so that it has no relationships before."""
    return handle.is_new and not handle.reference.node.shared_by


def _places(lines: Sequence[Mapping[str, Any]], *, is_new: bool) -> list[Mapping[str, Any]]:
    """The lines of a new order with their numbers: those that are given, and the next free ones."""
    taken = {line["lineNo"] for line in lines if line.get("lineNo") is not None}
    free = (number for number in count(1) if number not in taken)
    return [line if not is_new or line.get("lineNo") is not None else {**line, "lineNo": next(free)} for line in lines]
