"""What the loader takes and what it answers: frozen values, whoever makes them.

Row("orders.csv", 17, (
    Record("order", "Order", Key("northwind", "order", "10248"), {"number": "10248", "placedAt": …}, (
        Link("customer", Key("northwind", "customer", "VINET")),
        Link("owner", Key("northwind", "employee", "5")),
    )),
))
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Mode(StrEnum):
    """What may become of a record that a source has: it is made, or one that is there is changed, or either."""

    CREATE = "create"
    UPSERT = "upsert"
    UPDATE = "update"


@dataclass(frozen=True)
class Key:
    """What a record is called where it comes from; kept as an ExternalRef."""

    system: str
    type: str
    id: str

    def __str__(self) -> str:
        return f"{self.system}:{self.type}:{self.id}"


@dataclass(frozen=True)
class Natural:
    """A record by the value of one of its unique properties."""

    type: str
    property: str
    value: str

    def __str__(self) -> str:
        return f"{self.type}.{self.property}={self.value}"


Identity = Key | Natural


@dataclass(frozen=True)
class Link:
    """A relationship field of the record, and where it leads: to a record of the same row by its alias, or by identity.

    `apart` names the edge properties that tell two such relationships between the same records apart; without it, the
    first of since, kind, label and role that the relationship has.
    """

    field: str
    to: str | Identity
    properties: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    apart: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Record:
    """One record of a row. It is known by its key, or by the unique property that `key` names.

    It is also found by the unique properties that `matches` names; if they lead to several records, none is taken.
    A shared record (an e-mail address, an address) is merged by value: what it already says stays as it is.
    `country` is where texts such as telephone numbers are from, as ISO 3166-1 alpha-2.
    """

    alias: str
    type: str
    key: Key | str
    properties: Mapping[str, Any]
    links: tuple[Link, ...] = ()
    is_shared: bool = False
    country: str | None = None
    matches: tuple[str, ...] = ()
    mode: Mode = Mode.UPSERT


@dataclass(frozen=True)
class Row:
    """What one line of a source says. It goes in as a whole or not at all."""

    file: str
    line: int
    records: tuple[Record, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, order=True)
class Complaint:
    """A row that was refused, or a value in it that is doubtful."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


@dataclass(frozen=True)
class Counts:
    """How many records, or relationships, a load made, changed and found as they should be."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.created + other.created, self.updated + other.updated, self.unchanged + other.unchanged)


@dataclass(frozen=True)
class Touched:
    """Ids of the records whose derived facts a load may have changed."""

    customers: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    orders: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Report:
    """What a load did: records by type, relationships by theirs, refused rows and doubtful values in file order."""

    records: Mapping[str, Counts] = field(default_factory=dict)
    links: Mapping[str, Counts] = field(default_factory=dict)
    rejected: tuple[Complaint, ...] = ()
    warnings: tuple[Complaint, ...] = ()
    touched: Touched = Touched()
    # The id of the run that it is the report of, if it left a history.
    run: str | None = None

    @property
    def exit_code(self) -> int:
        return 1 if self.rejected else 0


def counted(created: Counter[str], updated: Counter[str], unchanged: Counter[str]) -> dict[str, Counts]:
    """Three tallies by name as one table."""
    names = sorted({*created, *updated, *unchanged})
    return {name: Counts(created[name], updated[name], unchanged[name]) for name in names}
