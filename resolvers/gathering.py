"""Inputs into rows: what a mutation's arguments ask to be written, step by step, and what is wrong with them.

An input is a tree: a record with its properties, and within its relationships other records to make or to name. It is
taken apart into flat rows, one list per step of the write, in which ends of relationships are named by keys. So the
statement is the same for one record and for a thousand, and for every combination of properties.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from graph.arrows import Arrow
from graph.computed import parts_of
from graph.countries import ADDRESSES
from graph.ids import new_id
from graph.implied import ESSENTIAL, LINE_OF, NUMBERED, consequences, defaults
from graph.model import NodeType, Relationship
from graph.values import shown
from graph.write_plan import EXTERNAL, Create, Cut, Merge, Own, Reference, Update, Upsert, Vacant
from graph.write_rights import OWNED_BY
from resolvers.drawing import Drawing
from resolvers.given_values import Spot, has_local_number
from resolvers.step_rows import Handle, complete
from resolvers.trouble import TroubleCode


@dataclass
class Gathering(Drawing):
    """The rows of one mutation field in the making."""

    # The countries of records that are there, and the records whose country it would take to read a telephone number.
    countries: Mapping[tuple[Reference, str], str] = field(default_factory=dict)
    unplaced: dict[tuple[Reference, str], None] = field(default_factory=dict)
    # Who gets new records of a type that are given to nobody.
    owner_of: Callable[[NodeType], str | None] = lambda _: None

    def create(self, node: NodeType, given: Mapping[str, Any], spot: Spot, drawn: Arrow | None = None) -> Handle:
        """A new record; `drawn` is the relationship by which another record makes it."""
        spot = Spot(spot.root, spot.path, self.country_of(given) or spot.country)
        values = self._new_values(node, given, spot)
        row = self._new_row(node, values, spot)
        if node.shared_by:
            handle = self._share(node, row, values, spot)
        else:
            self.add(Create(node), row)
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
            complete(node, row)
        return row

    def _share(self, node: NodeType, row: dict[str, Any], values: Mapping[str, Any], spot: Spot) -> Handle:
        by = node.shared_by
        assert by is not None
        value = row["properties"].get(by)
        if value is None or not any(name in values for name in node.writable):
            if not self.is_refused(spot.at(by)):
                self.refuse(TroubleCode.REQUIRED, f"Nothing is given that tells this {node.name} from others.", spot)
            value = ""
        self.add(Merge(node, by), {**row, "value": value})
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
        self.add(Update(reference), row)
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
        self.add(Upsert(reference), row)
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
            self.add(Own(node), made)

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
                self.add(step, {"root": spot.root, "at": self.place(at, name, value), "value": value, "own": own})
                self._take_once(f"{name} {shown(value)} is given twice", at, node.labels[0], name, value)

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
                self.add(Cut(arrow, reference, None), row)
            elif item:
                other = self.find(target, item, at)
                self.add(Cut(arrow, reference, other.reference), {**row, "target": other.key})
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


def _items(given: Any, spot: Spot) -> list[tuple[Any, Spot]]:
    """The items of a nested input, each with its place; what is no list is one."""
    if given is None:
        return []
    if isinstance(given, list):
        return [(item, spot.at(index)) for index, item in enumerate(given)]
    return [(given, spot)]


def _places(lines: Sequence[Mapping[str, Any]], *, is_new: bool) -> list[Mapping[str, Any]]:
    """The lines of a new order with their numbers: those that are given, and the next free ones."""
    taken = {line["lineNo"] for line in lines if line.get("lineNo") is not None}
    free = (number for number in count(1) if number not in taken)
    return [line if not is_new or line.get("lineNo") is not None else {**line, "lineNo": next(free)} for line in lines]
