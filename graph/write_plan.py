"""The plan of a write: a small closed algebra, frozen, beside that of reading. Knows neither GraphQL nor Cypher.

A write is a tuple of steps. Each step takes rows of its own, which are values of the request: the plan depends on
which steps there are, never on how many rows or on what is in them. All steps become one statement. What they check
is checked before anything is written, so that a refused record leaves nothing behind.

Every row has `root`, the position of the input that it belongs to: an input is written whole or not at all. Rows that
may be refused have `at`, by which whoever made them knows what to tell the client.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from graph.arrows import Arrow
from graph.model import NodeType
from graph.plan import Block

if TYPE_CHECKING:
    from graph.write_facts import Touch

# The keys of a reference by what another system calls the record, by a change that was made of it, and by the id of a
# relationship that one of its fields lists.
EXTERNAL, CHANGE, EDGE = "externalRef", "change", "edge"

# From what another system calls a record to a deleted one, which it was called by before somebody took the name.
REFERRED_TO = "REFERRED_TO"


@dataclass(frozen=True)
class Reference:
    """How rows name a record of a type: by its id, by another unique property, or by what it has to do with."""

    node: NodeType
    key: str = "id"
    arrow: Arrow | None = None


@dataclass(frozen=True)
class Find:
    """Refuses what is not there, or not to be seen: NOT_FOUND. Rows: key."""

    reference: Reference


@dataclass(frozen=True)
class Lock:
    """Refuses a record of another version than a row expects, and keeps it from changing. Rows: key, version (or null).

    Refused with CONFLICT, or NOT_FOUND.
    """

    reference: Reference


@dataclass(frozen=True)
class Vacant:
    """Refuses the value of a unique property that another record has: DUPLICATE. Rows: value, own.

    `own` is what the record itself has in `by`, which tells it from others.
    """

    node: NodeType
    property: str
    by: str = "id"


@dataclass(frozen=True)
class Create:
    """Makes records. Rows: properties, change (the id of the change), news (the values that the change shows)."""

    node: NodeType


@dataclass(frozen=True)
class Merge:
    """Makes records that several others share, unless they are there already. Rows: as Create, and value."""

    node: NodeType
    property: str


@dataclass(frozen=True)
class Update:
    """Changes records where they differ. Rows: key, values (null clears), computed, version (or null), change.

    A record of another version than a row expects is refused: CONFLICT. One that is not there: NOT_FOUND.
    """

    reference: Reference


@dataclass(frozen=True)
class Upsert:
    """Changes the record that a key names, or makes it. Rows: those of Create and of Update.

    A record that would be made without a property that its type requires is refused, by `required`: REQUIRED.
    """

    reference: Reference


@dataclass(frozen=True)
class Draw:
    """Draws relationships. Rows: source, target, properties, change.

    A relationship without properties is drawn once. Where a record may have but one, the new one replaces the old.
    Records that the same write makes have none yet. Rows may have `offset`, a line's place behind its order's last one.
    If it is not known whether the write makes the source, they have `made`, the id that it gets then.
    """

    arrow: Arrow
    source: Reference
    target: Reference
    is_source_new: bool = False
    is_target_new: bool = False
    may_make_source: bool = False


@dataclass(frozen=True)
class Own:
    """Gives the records that the write has made, and not found, to who made them. Rows: made, owner, change."""

    node: NodeType


@dataclass(frozen=True)
class Cut:
    """Removes the relationships between two records, or all from `source` if there is no `target`. Rows: as Draw."""

    arrow: Arrow
    source: Reference
    target: Reference | None


@dataclass(frozen=True)
class CutEdge:
    """Removes relationships by their ids: NOT_FOUND, CONFLICT. Rows: key, version, change."""

    arrow: Arrow
    source: NodeType


@dataclass(frozen=True)
class ChangeEdge:
    """Changes the properties of relationships. Rows: key, values, version, change."""

    arrow: Arrow
    source: NodeType


@dataclass(frozen=True)
class Close:
    """Ends the relationships that a field lists as open, to one record or, if there is but one, to whichever it is.

    Rows: source, target (or null), until, at. Refused with NOT_FOUND if there is none to the target, with REQUIRED if
    there are several.
    """

    arrow: Arrow
    source: Reference
    target: Reference | None


@dataclass(frozen=True)
class Delete:
    """Takes records out of sight, with what belongs to them: IN_USE, CONFLICT, NOT_FOUND. Rows: key, version, change."""

    node: NodeType


@dataclass(frozen=True)
class Restore:
    """Brings deleted records back: NOT_FOUND, DUPLICATE. Rows: key, change."""

    node: NodeType


@dataclass(frozen=True)
class MergeRecords:
    """Makes one record of two, in the order of its rows: NOT_FOUND. Rows: keep, drop, choices, singles, records, change.

    `choices` are the ids of the record whose value is taken, by property; `singles` those by the relationship that a
    record has but one of, such as ">OWNED_BY". `records` are all that must be there, in the order of their ids.
    """

    node: NodeType


@dataclass(frozen=True)
class UnmergeRecords:
    """Makes two records of one again: NOT_FOUND, IN_USE, DUPLICATE. Rows: key, change."""

    node: NodeType


Step = (
    Find | Lock | Vacant | Create | Merge | Update | Upsert | Draw | Own | Cut | CutEdge | ChangeEdge | Close | Delete | Restore
    | MergeRecords | UnmergeRecords
)  # fmt: skip


@dataclass(frozen=True)
class Payload:
    """What is answered: the records that were written, and the records that stand in the way of others."""

    written: Block | None = None
    existing: Block | None = None


class Guard(Enum):
    """What keeps a write from being done twice; graph/attempts.py tells how."""

    ATTEMPT = "it takes the name of its attempt, which can be taken away from it"
    KEY = "it leaves its mark under an idempotency key, and does nothing where the mark has been left before"
    NONE = "a statement before it in the same transaction has done so, or it writes nothing"


@dataclass(frozen=True)
class Write:
    """The steps of one mutation field, how its inputs' records are named, and what is answered of them.

    `touches` says which derived facts may change.
    """

    steps: tuple[Step, ...]
    answer: Reference | None
    payload: Payload = Payload()
    touches: tuple[Touch, ...] = ()
    guard: Guard = Guard.ATTEMPT

    @property
    def moves(self) -> bool:
        """Whether relationships that are there may go, so that what they led to has to be remembered."""
        return not all(
            isinstance(step, Find | Vacant | Create | Merge | Lock | Own)
            or (isinstance(step, Draw) and step.is_source_new and (step.is_target_new or not step.arrow.is_single_back))
            for step in self.steps
        )


@dataclass(frozen=True)
class Rows:
    """The rows of each step, and what else a write takes from its request.

    `answers` are the keys of the records to answer, by root. `refused` are roots that are not to be written, `is_whole`
    says that one refusal is a refusal of all.
    """

    steps: Mapping[Step, Sequence[Mapping[str, Any]]]
    answers: Sequence[Mapping[str, Any]] = ()
    refused: Sequence[int] = ()
    roots: int = 1
    is_whole: bool = True
    request: str | None = None
    user: str | None = None
    # What `money_values` says of the currencies.
    money: Mapping[str, Any] = field(default_factory=dict)
    # The idempotency key, the request that it came with, and for how many seconds it is kept.
    key: str | None = None
    fingerprint: str | None = None
    seconds: int = 0
