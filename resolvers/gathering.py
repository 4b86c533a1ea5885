"""Inputs into rows: what a mutation's arguments ask to be written, step by step, and what is wrong with them.

An input is a tree: a record with its properties, and within its relationships other records to make or to name. It is
taken apart into flat rows, one list per step of the write, in which ends of relationships are named by keys. So the
statement is the same for one record and for a thousand, and for every combination of properties.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from graph.arrows import Arrow, Arrows
from graph.computed import parts_of
from graph.derived_orders import money_values
from graph.errors import BadInput
from graph.ids import new_id, prefix_of
from graph.implied import ESSENTIAL, LINE_OF, NUMBERED, consequences, defaults
from graph.model import EdgeType, Kind, Model, NodeType, Property, Relationship
from graph.money import Amount, Currencies
from graph.names import snake
from graph.rows import Key
from graph.values import Place as Location
from graph.values import Surroundings, shown, stored
from graph.write_plan import (
    EXTERNAL,
    Create,
    Cut,
    Draw,
    Find,
    Merge,
    Reference,
    Rows,
    Step,
    Update,
    Upsert,
    Vacant,
)
from resolvers.trouble import Place, Trouble, TroubleCode

# What is written first does not need what is written later.
_ORDER = (
    "Find", "Vacant", "Create", "Merge", "Update", "Upsert", "Restore", "CutEdge", "ChangeEdge", "Cut", "Draw", "Delete",
    "MergeRecords", "UnmergeRecords",
)  # fmt: skip

# Texts of properties that say nothing else, in characters; what is indexed is bounded by the index.
_LONGEST = 10_000
_LONGEST_INDEXED_BYTES = 3_000


@dataclass(frozen=True)
class Handle:
    """A record that rows can name: by a key of its type."""

    reference: Reference
    key: str
    is_new: bool


@dataclass(frozen=True)
class Spot:
    """Where in the inputs we are: which of them, the path within the arguments, and the country that texts are from."""

    root: int
    path: tuple[str, ...]
    country: str | None = None

    def at(self, *steps: str | int) -> Spot:
        return Spot(self.root, (*self.path, *map(str, steps)), self.country)


@dataclass
class Gathering:
    """The rows of one mutation field in the making. `now` is what instants and days are compared with."""

    model: Model
    currencies: Currencies
    accepts_invalid: bool = False
    country: str | None = None
    # The codes of the currencies that stored amounts may be in.
    codes: tuple[str, ...] = ()
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    steps: dict[Step, list[dict[str, Any]]] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    # New records that are to get a number, with the values that they have so far.
    unnumbered: list[tuple[NodeType, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.arrows = Arrows(self.model)

    # --- what is wrong ----------------------------------------------------------------------------------------------

    def refuse(self, code: TroubleCode, message: str, spot: Spot) -> None:
        self.troubles.append(Trouble(code, message, spot.path, spot.root))

    def place(self, spot: Spot, what: str, value: Any = "") -> int:
        self.places.append(Place(spot.path, what, shown(value) if value != "" else ""))
        return len(self.places) - 1

    @property
    def refused(self) -> list[int]:
        return sorted({trouble.root for trouble in self.troubles})

    # --- records ----------------------------------------------------------------------------------------------------

    def create(
        self, node: NodeType, given: Mapping[str, Any], spot: Spot, drawn: Arrow | None = None, by_new: bool = False
    ) -> Handle:
        """A new record; `drawn` is the relationship by which another record makes it, which may be new itself."""
        spot = Spot(spot.root, spot.path, self._country(given) or spot.country)
        values = self._new_values(node, given, spot, is_first=by_new)
        row = self._new_row(node, values, spot)
        if node.shared_by:
            handle = self._share(node, row, values, spot)
        else:
            self._add(Create(node), row)
            self._check_unique(node, values, spot, row["properties"]["id"])
            handle = Handle(Reference(node), row["properties"]["id"], is_new=True)
        self._check_essential(node, given, spot, drawn)
        self._relationships(node, handle, given, spot)
        return handle

    def _new_values(
        self, node: NodeType, given: Mapping[str, Any], spot: Spot, *, is_first: bool = False
    ) -> dict[str, Any]:
        values = {name: value for name, value in self._values(node, given, spot).items() if value is not None}
        values |= {name: value for name, value in defaults(node, values, self.now).items() if values.get(name) is None}
        values |= {
            name: value
            for name, value in consequences(node, values, self.currencies).items()
            if name not in values and value is not None
        }
        if node.name == LINE_OF.line and is_first and "lineNo" not in values and spot.path[-1].isdigit():
            values["lineNo"] = int(spot.path[-1]) + 1
        given_by_us = {"id", "number"} if node.name in NUMBERED else {"id"}
        for name, declared in node.properties.items():
            if declared.is_required and not declared.is_derived and name not in given_by_us | values.keys():
                self.refuse(TroubleCode.REQUIRED, f"{name} is missing; {node.name} records need it.", spot.at(name))
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
        if value is None:
            # The reason has been told already.
            value = ""
        else:
            self._add(Merge(node, by), {**row, "value": value})
        return Handle(Reference(node, by), value, is_new=True)

    def update(
        self, reference: Reference, key: str, given: Mapping[str, Any], version: int | None, spot: Spot
    ) -> Handle:
        """A record that is there, with what is given of it; explicit nulls clear."""
        node = reference.node
        spot = Spot(spot.root, spot.path, self._country(given) or spot.country)
        values = self._changes(node, given, spot)
        row = {
            "root": spot.root,
            "at": self.place(spot, node.name, key),
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
        spot = Spot(spot.root, spot.path, self._country(given) or spot.country)
        before = len(self.troubles)
        made = self._new_values(node, given, spot)
        # What is missing matters only if the record is not there yet.
        lacking = [trouble for trouble in self.troubles[before:] if trouble.code is TroubleCode.REQUIRED]
        self.troubles = [trouble for trouble in self.troubles if trouble not in lacking]
        changed = self._changes(node, given, spot)
        if reference.key not in ("id", EXTERNAL):
            made[reference.key] = key
        row = self._new_row(node, made, spot)
        row |= {
            "at": self.place(spot, node.name, key),
            "key": key,
            "values": changed,
            "changing": list(changed),
            "computed": parts_of(node, changed),
            "version": version,
            "lacks": bool(lacking) or self._lacks_essential(node, given),
        }
        if reference.key == EXTERNAL:
            system, type, external = key.split(":", 2)
            row["reference"] = {
                "id": new_id("external_ref"), "key": key, "system": system, "type": type, "externalId": external,
            }  # fmt: skip
        self._add(Upsert(reference), row)
        others = {name: value for name, value in changed.items() if name != reference.key}
        self._check_unique(node, others, spot, key, reference.key)
        handle = Handle(reference, key, is_new=False)
        self._relationships(node, handle, given, spot)
        return handle

    # --- properties -------------------------------------------------------------------------------------------------

    def _values(self, node: NodeType, given: Mapping[str, Any], spot: Spot) -> dict[str, Any]:
        """The stored properties of everything that is given, in the order of the declaration; blanks are null."""
        around = self._surroundings(node, given, spot)
        found: dict[str, Any] = {}
        for name, declared in node.writable.items():
            if name in given:
                found |= self._stored(declared, given[name], around, spot.at(name), node)
        return found

    def _changes(self, node: NodeType, given: Mapping[str, Any], spot: Spot) -> dict[str, Any]:
        values = self._values(node, given, spot)
        for name, value in values.items():
            if value is None and node.properties.get(name) and node.properties[name].is_required:
                self.refuse(
                    TroubleCode.REQUIRED, f"{name} cannot be cleared; {node.name} records need it.", spot.at(name)
                )
        for name, value in consequences(node, values, self.currencies).items():
            values.setdefault(name, value)
        return values

    def _stored(
        self, declared: Property, value: Any, around: Surroundings, spot: Spot, node: NodeType | None = None
    ) -> dict[str, Any]:
        absent = dict.fromkeys(stored_names(declared))
        if value is None:
            return absent
        try:
            found = stored(declared, _plain(value), around)
            _check_bounds(declared, found.properties.get(declared.name))
        except BadInput as error:
            self.refuse(TroubleCode.INVALID, _sentence(error.message), spot)
            return absent
        if found.warnings and declared.normalise and not self.accepts_invalid:
            message = f"{found.warnings[0]}; pass acceptInvalid: true to keep it as it is."
            self.refuse(TroubleCode.INVALID, _sentence(message), spot)
        properties = {**absent, **found.properties}
        if found.warnings and node and node.shared_by == declared.name and "status" in node.properties:
            properties["status"] = "INVALID"
        return properties

    def _surroundings(self, node: NodeType, given: Mapping[str, Any], spot: Spot) -> Surroundings:
        placed, rate = given.get("placedAt"), given.get("fxRate")
        day = placed.date() if isinstance(placed, datetime) else self.now.date()
        return Surroundings(
            self.currencies,
            day,
            spot.country or self.country,
            Decimal(str(rate)) if rate else None,
            node.name == LINE_OF.line,
        )

    def _country(self, given: Mapping[str, Any]) -> str | None:
        """The country of the first address that is made with a record."""
        addresses = given.get("addresses") or {}
        for item in addresses.get("create") or ():
            country = item.get("node", item).get("country")
            if country:
                return str(country)
        return None

    def _check_unique(self, node: NodeType, values: Mapping[str, Any], spot: Spot, own: str, by: str = "id") -> None:
        for name, value in values.items():
            declared = node.properties.get(name)
            if value is None or declared is None or not declared.is_unique or name == "id":
                continue
            if by == EXTERNAL:
                # The record that has it may be the very one, which only its constraint can tell.
                continue
            row = {"root": spot.root, "at": self.place(spot.at(name), name, value), "value": value, "own": own}
            self._add(Vacant(node, name, by), row)

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
            other = self._create_target(target, inner, at_node, arrow, handle.is_new)
            self.draw(arrow, handle, other, edge or {}, at.at("edge"))

    def _create_target(
        self, target: NodeType, inner: Mapping[str, Any], spot: Spot, arrow: Arrow, by_new: bool
    ) -> Handle:
        if not target.is_abstract:
            return self.create(target, inner, spot, arrow, by_new)
        # An input for several types names one of them.
        ((variable, given),) = inner.items()
        member = next(self.model.nodes[name] for name in target.members if self.model.nodes[name].variable == variable)
        return self.create(member, given, spot.at(variable), arrow, by_new)

    def find(self, target: NodeType, key: Mapping[str, Any], spot: Spot) -> Handle:
        """A record that must be there, by a key."""
        reference, value = self.named(target, key, spot)
        row = {"root": spot.root, "at": self.place(spot, target.name, value), "key": value}
        self._add(Find(reference), row)
        return Handle(reference, value, is_new=False)

    def named(self, target: NodeType, key: Mapping[str, Any], spot: Spot) -> tuple[Reference, str]:
        """What a key input names: one of the unique properties, or what another system calls the record."""
        ((name, value),) = key.items()
        spot = spot.at(name)
        if name == EXTERNAL:
            return Reference(target, EXTERNAL), self._external(target, value, spot)
        if name == "id":
            return Reference(target), self.identifier(target, value, spot)
        declared = target.properties[name]
        found = self._stored(declared, value, self._surroundings(target, {}, spot), spot)
        if found[name] is None and not any(trouble.path == spot.path for trouble in self.troubles):
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

    def draw(self, arrow: Arrow, source: Handle, target: Handle, edge: Mapping[str, Any], spot: Spot) -> str | None:
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
            "isNew": source.is_new,
        }
        self._add(Draw(arrow, source.reference, target.reference), row)
        return id

    def edge_values(self, edge: EdgeType, given: Mapping[str, Any], spot: Spot) -> dict[str, Any]:
        around = Surroundings(self.currencies, self.now.date(), spot.country or self.country)
        found: dict[str, Any] = {}
        for name, declared in edge.properties.items():
            if name in given and not declared.is_derived:
                found |= self._stored(declared, given[name], around, spot.at(name))
        return found

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

    def _lacks_essential(self, node: NodeType, given: Mapping[str, Any]) -> bool:
        return node.name in ESSENTIAL and not self._essential(node, given)

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
            for step, rows in sorted(self.steps.items(), key=lambda each: _ORDER.index(type(each[0]).__name__))
        }
        named = [{"root": root, "key": handle.key} for root, handle in enumerate(answers) if handle]
        money = money_values(self.currencies, self.codes)
        return Rows(ordered, named, self.refused, len(answers), is_whole, request, user, money)


def _complete(node: NodeType, row: dict[str, Any]) -> None:
    """What a new record's row says besides: what follows from its properties, and what its change shows."""
    properties = row["properties"]
    given = {name: value for name, value in properties.items() if name != "id" and value is not None}
    names = [name for name in given if not (node.properties.get(name) and node.properties[name].is_derived)]
    personal = {name for name in names if name in node.properties and node.properties[name].is_personal}
    row["names"] = names
    row["news"] = {f"new.{name}": given[name] for name in names if name not in personal}
    row["personal"] = {f"new.{name}": given[name] for name in names if name in personal}
    computed = {name: value for name, value in node.compute(properties).items() if value is not None}
    row["properties"] = {**properties, **computed}


def stored_names(declared: Property) -> tuple[str, ...]:
    """The names under which a property is stored: money has two companions."""
    if declared.kind is Kind.MONEY:
        return (declared.name, f"{declared.name}Currency", f"{declared.name}Base")
    return (declared.name,)


def _plain(value: Any) -> Any:
    """A coerced input as the values module takes it."""
    if isinstance(value, Mapping) and value.keys() == {"amount", "currency"}:
        return Amount(value["amount"], value["currency"])
    if isinstance(value, Mapping) and value.keys() == {"latitude", "longitude"}:
        return Location(value["latitude"], value["longitude"])
    return value


def _check_bounds(declared: Property, value: Any) -> None:
    if isinstance(value, str):
        longest = declared.longest or _LONGEST
        if len(value) > longest:
            raise BadInput(f"{declared.name}: the text has {len(value)} characters; {longest} are taken")
        if (declared.is_indexed or declared.is_unique) and len(value.encode()) > _LONGEST_INDEXED_BYTES:
            raise BadInput(f"{declared.name}: the text is longer than {_LONGEST_INDEXED_BYTES} bytes")
    if isinstance(value, int | float) and not isinstance(value, bool):
        if declared.minimum is not None and value < declared.minimum:
            raise BadInput(f"{declared.name}: {value} is less than {declared.minimum:g}")
        if declared.maximum is not None and value > declared.maximum:
            raise BadInput(f"{declared.name}: {value} is more than {declared.maximum:g}")


def _sentence(message: str) -> str:
    return message if message.endswith(".") else f"{message}."


def _items(given: Any, spot: Spot) -> list[tuple[Any, Spot]]:
    """The items of a nested input, each with its place; what is no list is one."""
    if given is None:
        return []
    if isinstance(given, list):
        return [(item, spot.at(index)) for index, item in enumerate(given)]
    return [(given, spot)]
