"""Named queries: Cypher bodies that become fields. What `resolvers/named.py` reads from a file ends up here."""

from __future__ import annotations

from dataclasses import dataclass

from graph.errors import GuanxiError
from graph.model import NodeType
from graph.property_reads import READS_NOTHING, PropertyReads


class QueryFileError(GuanxiError):
    """A `.cypher` file that cannot become a field: where, what was found, what to do. For authors, not for clients."""

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")
        self.file, self.line, self.reason = file, line, message


@dataclass(frozen=True)
class Parameter:
    """A place in the body where an argument's value goes."""

    name: str


@dataclass(frozen=True)
class Guard:
    """A place in the body, just behind a `true`, where the reader's predicates on these variables go.

    Each variable comes with the types that its labels name.
    """

    variables: tuple[tuple[str, tuple[NodeType, ...]], ...]


Piece = str | Parameter | Guard


@dataclass(frozen=True, eq=False)
class NamedQuery:
    """A body that is understood, in pieces; `owner` is the type that it starts from, or None if it starts from nothing.

    `columns` are what it returns, in order. An unguarded query may be asked only by readers who may see every record of
    the types it binds; `role` is whom it is for, if not for everybody.
    """

    file: str
    field: str
    owner: NodeType | None
    pieces: tuple[Piece, ...]
    columns: tuple[str, ...]
    types: tuple[NodeType, ...]
    is_unguarded: bool = False
    role: str | None = None
    # Every word of the body. What a predicate of the reader calls its own variables must be none of them.
    words: frozenset[str] = frozenset()
    # The parameters that say how many rows, which must not be negative.
    limits: frozenset[str] = frozenset()
    # The properties that the body looks at.
    reads: PropertyReads = READS_NOTHING
