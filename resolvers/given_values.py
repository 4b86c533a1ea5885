"""The values of inputs in stored form, and what is wrong with them.

Whatever is wrong is noted with its place and taken as absent, so that everything that is wrong is told at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from graph.errors import BadInput, Forbidden
from graph.implied import LINE_OF, consequences
from graph.model import EdgeType, Kind, Model, NodeType, Property
from graph.money import Amount, Currencies
from graph.property_rights import FieldRights, Owner
from graph.reader import ADMINISTRATOR, Reader
from graph.values import Place as Location
from graph.values import Surroundings, shown, stored
from resolvers.trouble import Place, Trouble, TroubleCode

# Texts of properties that say nothing else, in characters; what is indexed is bounded by the index.
_LONGEST = 10_000
_LONGEST_INDEXED_BYTES = 3_000

# The type of the records whose values are read as those of a country.
_NUMBERS = "PhoneNumber"

# Values of a property that holds several.
_MOST = 100


@dataclass(frozen=True)
class Spot:
    """Where in the inputs we are: which of them, the path within the arguments, and the country that texts are from."""

    root: int
    path: tuple[str, ...]
    country: str | None = None

    def at(self, *steps: str | int) -> Spot:
        return Spot(self.root, (*self.path, *map(str, steps)), self.country)

    def beside(self, *steps: str) -> Spot:
        return Spot(self.root, (*self.path[:-1], *steps), self.country)


@dataclass
class GivenValues:
    """Takes the values of one mutation field. `now` is what instants and days are compared with."""

    model: Model
    currencies: Currencies
    accepts_invalid: bool = False
    country: str | None = None
    # What `money_values` says of the currencies that stored amounts may be in.
    money: Mapping[str, Any] = field(default_factory=dict)
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    # Who writes; whoever writes for the system may write everything.
    reader: Reader = ADMINISTRATOR
    places: list[Place] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    _told: set[Trouble] = field(default_factory=set)
    _wrong: set[tuple[int, tuple[str, ...]]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._rights = FieldRights(self.model, self.reader)

    def check_write(self, owner: Owner, stored: str, spot: Spot) -> None:
        """Raises `Forbidden` for a property that is not the writer's to give."""
        if not self._rights.may_write(owner, stored):
            raise Forbidden(f"{'.'.join(spot.path)}: you may not write {owner.name}.{stored}.")

    def check_read(self, owner: Owner, stored: str, spot: Spot) -> None:
        """Raises `Forbidden` for a property by which the writer may not look for a record."""
        if not self._rights.may_read(owner, stored):
            raise Forbidden(f"{'.'.join(spot.path)}: you may not read {owner.name}.{stored}, so it names no record.")

    def refuse(self, code: TroubleCode, message: str, spot: Spot) -> None:
        trouble = Trouble(code, message, spot.path, spot.root)
        if trouble not in self._told:
            self._told.add(trouble)
            self._wrong.add((spot.root, spot.path))
            self.troubles.append(trouble)

    def take_back(self, code: TroubleCode, since: int) -> list[Trouble]:
        """What was refused for one reason is not, of everything that was refused since there were so many."""
        gone = [trouble for trouble in self.troubles[since:] if trouble.code is code]
        self.troubles[since:] = [trouble for trouble in self.troubles[since:] if trouble.code is not code]
        self._told -= set(gone)
        self._wrong = {(trouble.root, trouble.path) for trouble in self.troubles}
        return gone

    def place(self, spot: Spot, what: str, value: Any = "", lacks: str = "") -> int:
        self.places.append(Place(spot.path, what, shown(value) if value != "" else "", lacks))
        return len(self.places) - 1

    def overtaken(self, property: str) -> None:
        """Another record has what must be unique, so that nothing at all was written."""
        place = next((place for place in self.places if place.what == property), None)
        spoken = {"key": "lineNo", "hash": "address"}.get(property, property)
        message = f"Another record has the same {spoken}, which must be unique; nothing was written."
        self.troubles.append(Trouble(TroubleCode.DUPLICATE, message, place.path if place else (), 0))

    def is_refused(self, spot: Spot) -> bool:
        """Whether something is wrong with the value at this place."""
        return (spot.root, spot.path) in self._wrong

    @property
    def refused(self) -> list[int]:
        return sorted({trouble.root for trouble in self.troubles})

    def values(self, node: NodeType, given: Mapping[str, Any], spot: Spot) -> dict[str, Any]:
        """The stored properties of everything that is given, in the order of the declaration; blanks are null."""
        around = self.surroundings(node, given, spot)
        found: dict[str, Any] = {}
        for name, declared in node.writable.items():
            if name in given:
                self.check_write(node, name, spot.at(name))
                found |= self.stored(declared, given[name], around, spot.at(name), node)
        return found

    def changes(self, node: NodeType, given: Mapping[str, Any], spot: Spot) -> dict[str, Any]:
        values = self.values(node, given, spot)
        for name, value in values.items():
            is_told = self.is_refused(spot.at(name))
            if value is None and name in node.properties and node.properties[name].is_required and not is_told:
                self.refuse(
                    TroubleCode.REQUIRED, f"{name} cannot be cleared; {node.name} records need it.", spot.at(name)
                )
        for name, value in consequences(node, values, self.currencies).items():
            values.setdefault(name, value)
        return values

    def stored(
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

    def surroundings(self, node: NodeType, given: Mapping[str, Any], spot: Spot) -> Surroundings:
        placed, rate = given.get("placedAt"), given.get("fxRate")
        day = placed.date() if isinstance(placed, datetime) else self.now.date()
        return Surroundings(
            self.currencies,
            day,
            spot.country or self.country,
            Decimal(str(rate)) if rate else None,
            node.name == LINE_OF.line,
        )

    def country_of(self, given: Mapping[str, Any]) -> str | None:
        """The country of the first address that is made with a record."""
        addresses = given.get("addresses") or {}
        for item in addresses.get("create") or ():
            country = item.get("node", item).get("country")
            if country:
                return str(country)
        return None

    def edge_values(self, edge: EdgeType, given: Mapping[str, Any], spot: Spot) -> dict[str, Any]:
        around = Surroundings(self.currencies, self.now.date(), spot.country or self.country)
        found: dict[str, Any] = {}
        for name, declared in edge.properties.items():
            if name in given and not declared.is_derived:
                self.check_write(edge, name, spot.at(name))
                found |= self.stored(declared, given[name], around, spot.at(name))
        return found


def has_local_number(model: Model, node: NodeType, given: Mapping[str, Any]) -> bool:
    """Whether a telephone number without a prefix is given for a record, or for one that is made with it."""
    for name, relationship in node.relationships.items():
        nested, target = given.get(name) or {}, model.nodes[relationship.target]
        made, named = ([item.get("node", item) for item in _listed(nested.get(each))] for each in ("create", "connect"))
        if target.name == _NUMBERS:
            values = (item.get(target.shared_by) for item in (*made, *named))
            if any(isinstance(value, str) and not value.strip().startswith(("+", "\uff0b")) for value in values):
                return True
        elif not target.is_abstract and any(has_local_number(model, target, item) for item in made):
            return True
    return False


def _listed(given: Any) -> list[Any]:
    if given is None:
        return []
    return given if isinstance(given, list) else [given]


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
    if isinstance(value, list):
        if len(value) > _MOST:
            raise BadInput(f"{declared.name}: {len(value)} values are given; {_MOST} are taken")
        for each in value:
            _check_bounds(declared, each)
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
