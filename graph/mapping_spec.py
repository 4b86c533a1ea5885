"""A mapping as it was read: which records the rows of each file are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.arrows import Arrow
from graph.expression import Expression
from graph.model import NodeType
from graph.rows import Mode
from graph.tables import Reading


@dataclass(frozen=True)
class KeySpec:
    """What a record is called: the system, the kind of thing that it is there, and the columns that tell it from others."""

    system: str
    type: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class UniqueSpec:
    """A record by the value of one of its type's unique properties, which a column holds."""

    type: str
    name: str
    column: str

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)


@dataclass(frozen=True, eq=False)
class TypeSpec:
    """The type of a row's record: always the same, or by the value of a column."""

    nodes: Mapping[str, NodeType]
    column: str | None = None

    @property
    def first(self) -> NodeType:
        return next(iter(self.nodes.values()))


@dataclass(frozen=True, eq=False)
class LinkSpec:
    """A relationship of a row's record: to another record of the row, to a key, or to a shared record made of values."""

    arrow: Arrow
    to: str | KeySpec | UniqueSpec | None
    # What stands between several keys of one cell, and whether they are joined as Guanxi's export does it.
    split: str | None
    is_joined: bool
    shared: NodeType | None
    values: Mapping[str, Expression]
    country: Expression | None
    edge: Mapping[str, Expression]
    apart: tuple[str, ...] | None

    @property
    def split_columns(self) -> Iterable[str]:
        """The columns that hold one value for each of the link's targets."""
        keys = () if self.to is None or isinstance(self.to, str) else self.to.columns
        return dict.fromkeys((*keys, *(column for each in self.edge.values() for column in each.columns)))


@dataclass(frozen=True, eq=False)
class RecordSpec:
    alias: str
    type: TypeSpec
    # What it is called in the source, and the unique properties by which it is found as well; one of the two is there.
    key: KeySpec | None
    matches: tuple[str, ...]
    mode: Mode
    is_optional: bool
    country: Expression | None
    values: Mapping[str, Expression]
    links: tuple[LinkSpec, ...]


@dataclass(frozen=True, eq=False)
class FileSpec:
    """The records of one file's rows, and every column that they need."""

    path: str
    reading: Reading
    absent: frozenset[str]
    records: tuple[RecordSpec, ...]
    columns: frozenset[str]


@dataclass(frozen=True, eq=False)
class ImportMapping:
    """Files in the order in which they are loaded; `digest` tells a mapping from every other one."""

    name: str
    digest: str
    files: tuple[FileSpec, ...]
