"""Order and continuation: what a page is sorted by, and what comes after a cursor.

A page goes on after the keys and the id of the last record seen, not after a number of records: what is inserted or
deleted meanwhile neither repeats nor hides any other record.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from graph.model import Kind
from graph.plan import Order, Page
from graph.rendering import Rendering

_FUNCTIONS = {Kind.DATE: "date", Kind.DATETIME: "datetime"}


@dataclass(frozen=True)
class Key:
    """One thing that a page is sorted by, as an expression on what is bound."""

    text: str
    kind: Kind
    is_descending: bool = False
    nulls_first: bool = False
    is_nullable: bool = False
    is_computed: bool = False
    # Whether an index on (property, id) holds the records in this order.
    is_indexed: bool = False

    def reversed(self) -> Key:
        """The same key, sorted the other way round in every respect."""
        return replace(self, is_descending=not self.is_descending, nulls_first=not self.nulls_first)

    @property
    def order(self) -> str:
        """
        >>> Key("order_.placedAt", Kind.DATETIME, is_descending=True, is_nullable=True).order
        'order_.placedAt IS NULL, order_.placedAt DESC'
        """
        text = f"{self.text} DESC" if self.is_descending else self.text
        # Neo4j sorts nulls last when it ascends and first when it descends.
        if not self.is_nullable or self.nulls_first == self.is_descending:
            return text
        return f"{self.text} IS {'NOT NULL' if self.nulls_first else 'NULL'}, {text}"

    @property
    def shown(self) -> str:
        """The key as it goes into a row, from which a cursor is made."""
        return f"toString({self.text})" if self.kind in _FUNCTIONS else self.text


def is_nullable(order: Order) -> bool:
    return bool(order.path) or not order.property.is_required


def render_after(rendering: Rendering, keys: list[Key], page: Page) -> str:
    """The predicate that keeps what comes after a cursor.

    For keys that are never null it is `k >= a AND NOT (k = a AND …)`, where the dots say what does not come after by the
    next keys: an index can seek to its start. Said with OR, Neo4j may plan two seeks, whose union it then has to sort.
    """
    after = complement = ""
    for key, origin, is_null in reversed(list(zip(keys, page.after, page.after_nulls, strict=True))):
        value = "" if is_null else rendering.value(origin)
        if value and key.kind in _FUNCTIONS:
            value = f"{_FUNCTIONS[key.kind]}({value})"
        is_last = not after
        after = _after(key, value, after, complement)
        sign = ">" if key.is_descending else "<"
        complement = f"{key.text} {sign}= {value}" if is_last else f"NOT ({after})"
    return after


def _after(key: Key, value: str, rest: str, complement: str) -> str:
    """What comes after a value in the order of a key and, of those that have the same value, by the `rest`."""
    name, sign = key.text, "<" if key.is_descending else ">"
    if not value:
        tie = f"({name} IS NULL AND {rest})"
        return f"({name} IS NOT NULL OR {tie})" if key.nulls_first else tie
    if not rest:
        return f"{name} {sign} {value}"
    if key.is_nullable and not key.nulls_first:
        return f"({name} {sign} {value} OR {name} IS NULL OR ({name} = {value} AND {rest}))"
    return f"{name} {sign}= {value} AND NOT ({name} = {value} AND {complement})"
