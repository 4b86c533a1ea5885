"""Which properties a named query's body reads, by their names: of what it binds, nobody can know more without running it.

    customer.revenue      (contact:Contact {name: $name})      contact {.name}

A name is enough, as what is bound has types that are known. Where the name is itself a value (`contact[$key]`,
`properties(contact)`), anything may be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.tokens import Token, TokenKind

# What a full-text query looks at.
SEARCHED = "searchText"
_FULL_TEXT = "queryNodes"
# What answers properties without naming them.
_WHOLE = frozenset({"PROPERTIES", "KEYS"})
# Behind these a square bracket is a list, and not the place of a value in one.
_BEFORE_LIST = frozenset(
    "IN AND OR XOR NOT WHERE WITH RETURN UNWIND THEN ELSE WHEN CASE AS BY DISTINCT STARTS ENDS CONTAINS LIMIT SKIP MATCH "
    "YIELD IS ON DESC ASC".split()
)


@dataclass(frozen=True)
class PropertyReads:
    """The names of the properties that a body reads; `is_any`, if it may read others besides."""

    names: frozenset[str] = frozenset()
    is_any: bool = False


READS_NOTHING = PropertyReads()


def property_reads(tokens: Sequence[Token]) -> PropertyReads:
    """What a body reads.

    >>> from graph.tokens import tokens_of
    >>> sorted(property_reads(tokens_of("MATCH (c:Contact {name: $x}) RETURN c.birthDate AS value")).names)
    ['birthDate', 'name']
    """
    shown = [token for token in tokens if token.kind not in (TokenKind.SPACE, TokenKind.COMMENT)]
    names, is_any = set[str](), False
    for place, token in enumerate(shown):
        before = shown[place - 1] if place else Token(TokenKind.SPACE, "", 1)
        after = shown[place + 1] if place + 1 < len(shown) else Token(TokenKind.SPACE, "", 1)
        if token.name and token.kind is not TokenKind.PARAMETER:
            if before.text == "." or (after.text == ":" and before.text in ("{", ",")):
                names.add(token.name)
            if token.name.lower() == _FULL_TEXT.lower():
                names.add(SEARCHED)
            is_any = is_any or (token.word in _WHOLE and after.text == "(")
        elif token.text == "*" and before.text == ".":
            is_any = True
        elif token.text == "[" and _is_behind_value(before):
            is_any = is_any or not _is_place(shown[place + 1 :])
    return PropertyReads(frozenset(names), is_any)


def _is_behind_value(before: Token) -> bool:
    """Whether a square bracket behind this takes something out of a value."""
    if before.kind in (TokenKind.NAME, TokenKind.PARAMETER):
        return True
    return before.text in (")", "]", "}") or (before.kind is TokenKind.WORD and before.word not in _BEFORE_LIST)


def _is_place(inside: Sequence[Token]) -> bool:
    """Whether what stands in a square bracket can only be a place in a list: numbers, or a range."""
    for token in inside:
        if token.text == "]":
            return True
        if token.text == "..":
            return True
        if token.kind is not TokenKind.NUMBER and token.text != "-":
            return False
    return False
