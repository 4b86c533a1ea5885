"""Texts in CSV files that a spreadsheet would take for formulas.

A cell whose text begins with `=`, `+`, `-`, `@`, a tab, a carriage return or `'` is written with one `'` before it, and
reading takes one `'` away from before these. A text of ours comes back as it was; of a foreign one, `'` before anything
else stays.
"""

from __future__ import annotations

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "'")


def guarded(text: str) -> str:
    """
    >>> guarded("=1+1"), guarded("1-1")
    ("'=1+1", '1-1')
    """
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def unguarded(cell: str) -> str:
    """
    >>> unguarded("'=1+1"), unguarded("'s-Hertogenbosch")
    ('=1+1', "'s-Hertogenbosch")
    """
    return cell[1:] if cell.startswith("'") and cell.startswith(_DANGEROUS, 1) else cell
