"""What one statement has used so far: its variables, its values, and the reader that it is for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property

from graph.model import Model
from graph.origin import Origin
from graph.property_rights import FieldRights
from graph.reader import ADMINISTRATOR, Reader

# Cypher allows most of its words as variables, but not in every place; none of them is used as one.
_RESERVED = frozenset(
    "all and any as asc ascending by call case collect contains count create delete desc descending detach distinct "
    "drop else end ends exists false fields finish foreach from in is limit load match merge node none not null of on "
    "optional or order path profile remove return set show single skip starts then this true union unique unwind use "
    "using when where with xor yield".split()
)


@dataclass
class Names:
    """Gives every variable of a statement a name of its own, taken from the model so that people can read it."""

    reserved: frozenset[str] = _RESERVED
    taken: set[str] = field(default_factory=set)

    def fresh(self, wanted: str) -> str:
        """
        >>> names = Names()
        >>> names.fresh("company"), names.fresh("company"), names.fresh("order")
        ('company', 'company2', 'order_')
        """
        base = f"{wanted}_" if wanted.lower() in self.reserved else wanted
        name, number = base, 1
        while name in self.taken:
            number += 1
            name = f"{base}{number}"
        self.taken.add(name)
        return name


@dataclass(frozen=True)
class Rendering:
    """A statement in the making. Equal origins share one value, whose name is `$p.name` in the text."""

    model: Model
    reader: Reader
    names: Names = field(default_factory=Names)
    origins: dict[Origin, str] = field(default_factory=dict)
    value_names: Names = field(default_factory=lambda: Names(reserved=frozenset()))
    # Whether what is added up is looked at first, as something stored is no number where one is declared.
    is_careful: bool = False

    @cached_property
    def rights(self) -> FieldRights:
        """What the reader may do with each property."""
        return FieldRights(self.model, self.reader)

    def variable(self, wanted: str) -> str:
        return self.names.fresh(wanted)

    def value(self, origin: Origin) -> str:
        if origin not in self.origins:
            self.origins[origin] = self.value_names.fresh(origin.hint)
        return f"$p.{self.origins[origin]}"

    def trusted(self) -> Rendering:
        """The same statement without rights, for the inside of the reader's own predicates."""
        return replace(self, reader=ADMINISTRATOR)


def indent(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def where(predicates: Iterable[str]) -> list[str]:
    """A WHERE of all predicates, on a line of its own; nothing, if none of them asks anything."""
    asked = [predicate for predicate in predicates if predicate != "true"]
    return [f"  WHERE {' AND '.join(asked)}"] if asked else []
