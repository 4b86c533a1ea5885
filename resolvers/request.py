"""What one request brings: the values of its variables, and who reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from graphql import GraphQLError

from graph.feed import OVERLAP
from graph.reader import Reader


@dataclass(slots=True)
class Request:
    """`variables` are coerced already. Every origin in a plan takes its value from here."""

    variables: Mapping[str, Any]
    reader: Reader
    base_currency: str = "USD"
    # How many digits the base currency has behind its point.
    base_exponent: int = 2
    # The changes that a delivery is about, if the request is one.
    changes: tuple[str, ...] = ()
    # For how many seconds a transaction may go on, and its changes come late.
    overlap: float = OVERLAP


class InvalidRequest(Exception):
    """A document or its variables are wrong, in one or several places."""

    def __init__(self, errors: list[GraphQLError]) -> None:
        super().__init__(errors)
        self.errors = errors


@dataclass
class Limits:
    """What one request may ask for. Beyond each lies QUERY_TOO_COMPLEX, or BAD_USER_INPUT for a page size.

    They hold for the whole process, which sets them once, before it answers anything.
    """

    tokens: int = 4_000
    depth: int = 12
    filter_depth: int = 12
    page: int = 200
    default_page: int = 25
    # What an argument behind LIMIT or SKIP of a named query may be.
    list: int = 1_000
    # How many characters a searched text has.
    search: int = 200
    # How many relationships a path has.
    hops: int = 6
    default_hops: int = 4
    order_keys: int = 8
    group_keys: int = 5
    groups: int = 1_000
    default_groups: int = 100
    root_fields: int = 50
    aliases: int = 200
    # In a document, and at one place of it.
    directives: int = 200
    directives_at_once: int = 10
    # How many fields and fragments are selected, each fragment counted wherever it is spread.
    selections: int = 2_000
    # How many fragments a document has, and how many pairs of fields have one response key in one place.
    fragments: int = 100
    comparisons: int = 10_000
    # How many values the variables hold, and how deep they lie in lists and objects.
    variables: int = 50_000
    variable_depth: int = 64
    # How many mistakes of a document or of its variables are told at once.
    errors: int = 20
    # How many records a request may read, by the product of its page sizes.
    records: int = 1_000_000

    def set(self, **values: int) -> None:
        """Take other values, by name."""
        known = {each.name for each in fields(self)}
        for name, value in values.items():
            assert name in known, name
            setattr(self, name, value)


LIMITS = Limits()
