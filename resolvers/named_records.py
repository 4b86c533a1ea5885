"""The records that inputs name, by one of their keys, as rows of what must be there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graph.errors import BadInput
from graph.ids import prefix_of
from graph.model import NodeType
from graph.names import snake
from graph.rows import Key
from graph.values import shown
from graph.write_plan import EXTERNAL, Find, Lock, Reference
from resolvers.given_values import Spot
from resolvers.step_rows import Handle, StepRows
from resolvers.trouble import TroubleCode


@dataclass
class NamedRecords(StepRows):
    """Finds the records that inputs name."""

    def hold(self, reference: Reference, key: str, version: int | None, spot: Spot) -> Handle:
        """A record that must be there and stay as it is but for what is drawn from it."""
        row = {"root": spot.root, "at": self.place(spot, reference.node.name, key), "key": key, "version": version}
        self.add(Lock(reference), row)
        return Handle(reference, key, is_new=False)

    def find(self, target: NodeType, key: Mapping[str, Any], spot: Spot) -> Handle:
        """A record that must be there, by a key."""
        return self._found(*self.named(target, key, spot), spot.at(next(iter(key))))

    def find_by_id(self, target: NodeType, id: str, spot: Spot) -> Handle:
        return self._found(Reference(target), self.identifier(target, id, spot), spot)

    def _found(self, reference: Reference, key: str, spot: Spot) -> Handle:
        row = {"root": spot.root, "at": self.place(spot, reference.node.name, key), "key": key}
        self.add(Find(reference), row)
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
