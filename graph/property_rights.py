"""What a reader may do with each property, once everything is known that a property's right depends on.

A right is given by type and property. What tells of that property stands under it as well: what the declaration says
it `follows`, what is computed of it, and what is stored beside it, such as an amount's currency. Every place that
reads, compares or writes a property asks here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from graph.model import TYPE_NAME, EdgeType, Kind, Mask, Model, NodeType, Property
from graph.reader import FieldRight, Reader

# What has properties: a type of record, or of relationship.
Owner = NodeType | EdgeType

# The properties by the first of which a deleted record is called.
CALLED = ("name", "number", "subject", "value", "lines", "code", "key")

# What tells records apart and their versions is shown to whoever sees them.
_ALWAYS = ("id", "version")
_RANKS = {right: rank for rank, right in enumerate(FieldRight)}


def is_below(right: FieldRight, needed: FieldRight) -> bool:
    """Whether a right is less than what is needed.

    >>> is_below(FieldRight.MASK, FieldRight.READ), is_below(FieldRight.WRITE, FieldRight.READ)
    (True, False)
    """
    return _RANKS[right] < _RANKS[needed]


def least(*rights: FieldRight) -> FieldRight:
    """The one that allows least; of none, everything is allowed."""
    return min(rights, key=_RANKS.__getitem__, default=FieldRight.WRITE)


def stored_as(owner: Owner, stored: str) -> Property | None:
    """The property that is stored under a name: its own, or that of a companion of an amount."""
    if stored in owner.properties:
        return owner.properties[stored]
    for suffix in ("Currency", "Base"):
        found = owner.properties.get(stored.removesuffix(suffix)) if stored.endswith(suffix) else None
        if found and found.kind is Kind.MONEY:
            return found
    return None


def asked_name(owner: Owner, stored: str) -> str:
    """What clients call the property that is stored under a name, or that it is computed of.

    An amount has companions; what names are sorted by is computed of them.
    """
    found = stored_as(owner, stored)
    if found is None:
        return stored
    computed = owner.computed.get(found.name) if isinstance(owner, NodeType) and found.is_hidden else None
    sources = [part.source for part in computed.parts if part.source != TYPE_NAME] if computed else []
    return sources[0] if sources else found.name


def stored_names(declared: Property) -> tuple[str, ...]:
    """The names under which a property is stored."""
    name = declared.name
    return (name, f"{name}Currency", f"{name}Base") if declared.kind is Kind.MONEY else (name,)


@dataclass(eq=False)
class FieldRights:
    """One reader's rights to the properties of one model. What was worked out once is remembered."""

    model: Model
    reader: Reader
    _found: dict[tuple[str, str], FieldRight] = field(default_factory=dict)

    @property
    def are_restricted(self) -> bool:
        """Whether there is any property that the reader may not read and write."""
        return bool(self.reader.fields)

    def right(self, owner: Owner, stored: str) -> FieldRight:
        """The right to what is stored under a name, of records of a concrete type or of relationships."""
        if not self.are_restricted:
            return FieldRight.WRITE
        key = (owner.name, stored)
        if key not in self._found:
            self._found[key] = self._find(owner, stored)
        return self._found[key]

    def least_right(self, owner: Owner, stored: str) -> tuple[FieldRight, Owner]:
        """The least right to a property among the types that a record may be of, and one of those that have it so."""
        rights = [(self.right(each, stored), each) for each in self.members(owner) if stored_as(each, stored)]
        return min(rights, key=lambda each: _RANKS[each[0]], default=(FieldRight.WRITE, owner))

    def may_read(self, owner: Owner, stored: str) -> bool:
        """Whether a property may be read as it is, whichever of its types a record is of."""
        return not is_below(self.least_right(owner, stored)[0], FieldRight.READ)

    def may_write(self, owner: Owner, stored: str) -> bool:
        return not is_below(self.least_right(owner, stored)[0], FieldRight.WRITE)

    def may_search(self, node: NodeType) -> bool:
        """Whether records of a concrete type are searched: all that they are found by may be read."""
        return not self.are_restricted or self.may_read(node, "searchText")

    def members(self, owner: Owner) -> tuple[Owner, ...]:
        """The concrete types that a record may be of; a log or a relationship is of its own."""
        if isinstance(owner, EdgeType) or owner.name in self.model.logs:
            return (owner,)
        return tuple(self.model.nodes[member] for member in owner.members)

    def called(self, node: NodeType) -> FieldRight:
        """The right to what a record of a type was called when it was deleted."""
        return least(*(self.right(node, each) for each in CALLED if each in node.properties))

    def restricted(self, owner: Owner) -> Iterator[tuple[Property, FieldRight]]:
        """The properties of a concrete type, or of relationships, that may not be read as they are."""
        for found in owner.properties.values():
            right = self.right(owner, found.name)
            if is_below(right, FieldRight.READ):
                yield found, right

    def _find(self, owner: Owner, stored: str) -> FieldRight:
        found = stored_as(owner, stored)
        if found is None or found.name in _ALWAYS:
            return FieldRight.WRITE
        if owner.name in self.model.logs and found.name == "formerName":
            return least(*map(self.called, self.model.concrete))
        rights = [self.reader.field_right(owner, found)]
        rights += [self._followed(owner, each) for each in found.follows]
        if isinstance(owner, NodeType) and found.name in owner.computed:
            parts = owner.computed[found.name].parts
            rights += [self.right(owner, part.source) for part in parts if part.source != TYPE_NAME]
        right = least(*rights)
        if found.is_never_null and right is FieldRight.HIDE:
            right = FieldRight.MASK
        # What is always there and has no other form than its value is shown.
        return FieldRight.READ if found.is_never_null and right is FieldRight.MASK and not _has_mask(found) else right

    def _followed(self, owner: Owner, name: str) -> FieldRight:
        """The right to what is followed. Within a type that is what was said of it alone: two may follow each other."""
        type_, _, stored = name.rpartition(".")
        if type_:
            return self.right(self.model.nodes[type_], stored)
        return self.reader.field_right(owner, owner.properties[stored])


def _has_mask(found: Property) -> bool:
    return found.kind is Kind.TEXT and found.mask is not Mask.ABSENT
