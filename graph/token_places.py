"""Where the tokens of a named query's body stand: in which brackets, in which clause, in which pattern.

It tells what the text alone tells. Which variables are known at a place is followed in `graph/guards.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from graph.tokens import Token, TokenKind

MARKER = re.compile(r"/\*\s*visible\(([^)]*)\)\s*\*/")
CLAUSES = frozenset("MATCH OPTIONAL WITH RETURN UNWIND CALL UNION USE SHOW LOAD ORDER SKIP LIMIT YIELD".split())
SUBQUERIES = frozenset({"EXISTS", "COUNT", "COLLECT"})


class TokenPlaces:
    """The tokens that mean something, by their places. A place beyond the ends has an empty token."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        # The positions of the tokens that mean something, and which of them closes each bracket.
        self.places = [
            i for i, token in enumerate(tokens)
            if token.kind is not TokenKind.SPACE and (token.kind is not TokenKind.COMMENT or MARKER.fullmatch(token.text))
        ]  # fmt: skip
        self.closing = self._match_brackets()
        self.opening = {closed: opened for opened, closed in self.closing.items()}

    def _at(self, place: int) -> Token:
        """The token at a place; an empty one beyond the end."""
        if 0 <= place < len(self.places):
            return self.tokens[self.places[place]]
        return Token(TokenKind.SPACE, "", self.tokens[-1].line if self.tokens else 1)

    def _match_brackets(self) -> dict[int, int]:
        closing: dict[int, int] = {}
        opened: list[int] = []
        for place in range(len(self.places)):
            token = self._at(place)
            if token.kind is TokenKind.SIGN and token.text in "([{":
                opened.append(place)
            elif token.kind is TokenKind.SIGN and token.text in ")]}" and opened:
                closing[opened.pop()] = place
        return closing

    def _starts_clause(self, place: int) -> bool:
        return place == 0 or self._at(place - 1).text in ("{", ";") or self._at(place - 1).line < self._at(place).line

    def _items(self, place: int) -> Iterator[tuple[int, int]]:
        """The first and last places of each comma-separated item of a WITH or RETURN."""
        if self._at(place).word == "DISTINCT":
            place += 1
        first = place
        while place < len(self.places):
            token = self._at(place)
            if token.text in ("(", "[", "{"):
                place = self.closing.get(place, place)
            elif token.text == ",":
                yield first, place - 1
                first = place + 1
            elif token.word in CLAUSES | {"WHERE"} or token.text in ("}", ";") or token.kind is TokenKind.COMMENT:
                break
            place += 1
        yield first, place - 1

    def _is_in_pattern(self, place: int, end: int) -> bool:
        """Whether a bracket without a label stands where a node of a pattern stands."""
        before, after = self._at(place - 1), self._at(end + 1)
        arrow_after = after.text in ("-", "<") and self._at(end + 2).text in ("-", "[", ">")
        arrow_before = before.text in ("-", ">") and self._at(place - 2).text in ("-", "]")
        return (
            arrow_after
            or arrow_before
            or before.word in ("MATCH", "SHORTEST")
            or self._at(place + 1).word == "WHERE"
            # Empty brackets that no function stands before are nothing else.
            or end == place + 1
            or self._is_behind_match(place)
        )

    def _is_behind_match(self, place: int) -> bool:
        """Whether nothing but patterns stands between a place and the MATCH, or the brace of a subquery, before it."""
        at = place - 1
        while at >= 0:
            token = self._at(at)
            if token.text in (")", "]", "}"):
                at = self.opening.get(at, at)
            elif token.text == "{":
                return self._at(at - 1).word in SUBQUERIES
            elif token.text == "[":
                return False
            elif token.word in CLAUSES | {"WHERE"}:
                return token.word == "MATCH"
            at -= 1
        return False

    def _starts_repetition(self, place: int) -> bool:
        """Whether a node is the first of a repeated pattern behind a node: then it is that node, or the step before."""
        start = place - 1
        end = self.closing.get(start)
        if self._at(start).text != "(" or end is None:
            return False
        return self._at(end + 1).text in ("{", "+", "*") and self._at(start - 1).text == ")"

    def _is_in_relationship(self, place: int) -> bool:
        start = max((i for i, j in self.closing.items() if i < place < j), default=-1)
        return self._at(start).text == "[" and self._at(start - 1).text == "-"

    def _follows_arrow(self, place: int) -> bool:
        """Whether a quantifier stands right behind a relationship, so that the nodes it passes have no name."""
        return self._at(place - 1).text in ("-", ">") and self._at(place - 2).text in ("]", "-")

    def _way_around(self, place: int) -> str:
        """An OR or XOR in the WHERE around a marker, outside brackets."""
        levels: Mapping[int, int] = self.closing
        opened = max((i for i, j in levels.items() if i < place < j), default=-1)
        end = levels.get(opened, len(self.places))
        start = place
        while start > opened and self._at(start).word != "WHERE":
            start -= 1
        at = start
        while at < end:
            token = self._at(at)
            if token.text in ("(", "[", "{"):
                at = levels.get(at, at)
            elif at > place and token.word in CLAUSES and self._at(at - 1).word not in ("STARTS", "ENDS"):
                break
            elif token.word in ("OR", "XOR"):
                return token.word
            at += 1
        return ""
