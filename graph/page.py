"""How the records of a block are sorted and cut."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.conditions import RelatedAggregate
from graph.model import NodeType, Property, Relationship
from graph.origin import Origin


@dataclass(frozen=True)
class Order:
    """Sorts by a property, of the record itself, of what a chain of to-one relationships leads to, or of the edge.

    With an `aggregate` it sorts by that, of the record or of what the chain leads to; `property` is of its kind.
    """

    property: Property
    is_descending: bool
    nulls_first: bool
    path: tuple[tuple[Relationship, NodeType], ...] = ()
    on_edge: bool = False
    aggregate: RelatedAggregate | None = None
    # The argument that asks for it.
    place: str = field(default="", compare=False)


@dataclass(frozen=True)
class Page:
    """Cuts to the records after a cursor; where it is asked whether there is a next page, one more than it shows.

    A page backward holds what comes before the cursor, and its rows are in the opposite order. `after` has one origin per order key, then those of the ids; which of the keys are null is `after_nulls`, since a
    null needs another text.
    """

    limit: Origin
    after: tuple[Origin, ...] = ()
    after_nulls: tuple[bool, ...] = ()
    is_backward: bool = False
