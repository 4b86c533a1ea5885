"""Order and continuation: what a page is sorted by, and what comes after a cursor.

A page goes on after the keys and the id of the last record seen, not after a number of records: what is inserted or
deleted meanwhile neither repeats nor hides any other record.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from graph.model import Kind
from graph.origin import Origin
from graph.page import Order, Page
from graph.rendering import Rendering
from graph.wide_text import WideText, compared

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
    # Whether an index holds the records in this order.
    is_indexed: bool = False
    # Whether no two records have the same value, so that nothing else need be looked at behind one.
    is_unique: bool = False

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
    Behind a unique value it is `k > a`.
    """
    after = complement = ""
    for key, origin, is_null in reversed(list(zip(keys, page.after, page.after_nulls, strict=True))):
        after, complement = ("", "") if key.is_unique and not is_null else (after, complement)
        is_last = not after
        found = None if is_null else _Seen(rendering, key, origin)
        after = _after(key, found, after, complement)
        if found:
            complement = found.compared(f"{'>' if key.is_descending else '<'}=") if is_last else f"NOT ({after})"
        else:
            complement = f"NOT ({after})"
    return after


@dataclass(frozen=True)
class _Seen:
    """The value that the last record seen has of a key."""

    rendering: Rendering
    key: Key
    origin: Origin

    @property
    def value(self) -> str:
        value = self.rendering.value(self.origin.origin if isinstance(self.origin, WideText) else self.origin)
        return f"{_FUNCTIONS[self.key.kind]}({value})" if self.key.kind in _FUNCTIONS else value

    def compared(self, sign: str) -> str:
        """The predicate that compares others with it."""
        if isinstance(self.origin, WideText):
            return compared(self.rendering, self.key.text, sign, self.origin)
        return f"{self.key.text} {sign} {self.value}"


def _after(key: Key, seen: _Seen | None, rest: str, complement: str) -> str:
    """What comes after a value in the order of a key and, of those that have the same value, by the `rest`."""
    name, sign = key.text, "<" if key.is_descending else ">"
    if not seen:
        tie = f"({name} IS NULL AND {rest})"
        return f"({name} IS NOT NULL OR {tie})" if key.nulls_first else tie
    if not rest:
        return (
            f"({seen.compared(sign)} OR {name} IS NULL)"
            if key.is_nullable and not key.nulls_first
            else seen.compared(sign)
        )
    if key.is_nullable and not key.nulls_first:
        return f"({seen.compared(sign)} OR {name} IS NULL OR ({name} = {seen.value} AND {rest}))"
    return f"{seen.compared(f'{sign}=')} AND NOT ({name} = {seen.value} AND {complement})"
