"""Plans that are kept: a document that was planned before costs neither planning nor rendering again.

A plan holds no value of a request, but it may depend on some: on which way to sort, on what `@skip` says, on which keys
of a cursor are null. A planner looks at those through `Glances`, which remember what was seen; the plan then serves
every request whose variables have the same outline and in which the same would be seen.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import OperationDefinitionNode

from graph.cypher import Rendered
from graph.errors import GuanxiError
from graph.reader import Reader
from resolvers.document import Document
from resolvers.planner import Plan

# A dictionary is told by its class; any other mapping only by a search, which takes ten times as long.
_OBJECTS = (dict, Mapping)
_NESTED = (dict, list, Mapping)
# Of one outline there may be several plans, one for each of the things that may be seen; more are kept by none.
_PER_OUTLINE = 16


@dataclass(frozen=True)
class Kept:
    """A plan, its statement if it asks anything of the database, and what was seen when it was made."""

    plan: Plan
    rendered: Rendered | None
    seen: tuple[tuple[Callable[[Mapping[str, Any]], Any], Any], ...]

    def serves(self, variables: Mapping[str, Any]) -> bool:
        if not self.seen:
            return True
        try:
            return all(look(variables) == found for look, found in self.seen)
        except GuanxiError:
            # What cannot be looked at, such as a damaged cursor, is for the planner to complain of.
            return False

    @property
    def characters(self) -> int:
        return len(self.rendered.text) if self.rendered else 0


@dataclass
class Plans:
    """The last plans, bounded by their number and by the length of their statements."""

    count: int = 2_000
    characters: int = 10_000_000
    _kept: OrderedDict[Hashable, list[Kept]] = field(default_factory=OrderedDict)
    _size: int = 0
    # How often there was a plan, and how often one had to be made.
    found: int = 0
    made: int = 0

    def __len__(self) -> int:
        return sum(map(len, self._kept.values()))

    def find(self, key: Hashable, variables: Mapping[str, Any]) -> Kept | None:
        for kept in self._kept.get(key, ()):
            if kept.serves(variables):
                self._kept.move_to_end(key)
                self.found += 1
                return kept
        return None

    def keep(self, key: Hashable, kept: Kept) -> None:
        self.made += 1
        alike = self._kept.setdefault(key, [])
        alike.insert(0, kept)
        self._size += kept.characters
        if len(alike) > _PER_OUTLINE:
            self._size -= alike.pop().characters
        self._kept.move_to_end(key)
        while len(self._kept) > self.count or (self._size > self.characters and len(self._kept) > 1):
            _, dropped = self._kept.popitem(last=False)
            self._size -= sum(each.characters for each in dropped)


def plan_key(
    document: Document, operation: OperationDefinitionNode, variables: Mapping[str, Any], reader: Reader
) -> Hashable:
    """What a plan is kept under. Documents and operations are kept by their identity, as `Documents` keeps them."""
    return document, id(operation), outline(variables), reader.shape


def outline(value: Any) -> Hashable:
    """The shape of a coerced value: its keys, and where it is null; of a list of inputs, each of them.

    >>> outline({"where": {"name": {"eq": "Ada"}}, "ids": ["a", "b"], "after": None})
    (('where', (('name', (('eq', True),)),)), ('ids', True), ('after', None))
    """
    if value.__class__ is str:
        return True
    if isinstance(value, _OBJECTS):
        return tuple([(key, outline(each)) for key, each in value.items()])
    if isinstance(value, list) and any(isinstance(each, _NESTED) for each in value):
        return ("list", *map(outline, value))
    if isinstance(value, list):
        # Whether a list of inputs is empty is shape as well; of a list of scalars, only whether there are nulls.
        return (None in value) if value else ()
    return None if value is None else True
