"""Cypher text as tokens: enough to find the parameters, patterns, clauses and markers of a named query's body.

Neo4j itself is the judge of whether a text is Cypher; this only has to see what Neo4j would see.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import Enum


class TokenKind(Enum):
    WORD = "word"
    NAME = "name in backticks"
    PARAMETER = "parameter"
    TEXT = "text"
    NUMBER = "number"
    COMMENT = "comment"
    SIGN = "sign"
    SPACE = "space"


_TOKEN = re.compile(
    r"""
      (?P<COMMENT>/\*.*?\*/|//[^\n]*)
    | (?P<TEXT>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
    | (?P<NAME>`(?:``|[^`])*`)
    | (?P<PARAMETER>\$(?:\w+|`(?:``|[^`])*`))
    | (?P<NUMBER>\d[\w.]*(?<!\.))
    | (?P<WORD>[^\W\d]\w*)
    | (?P<SPACE>\s+)
    | (?P<SIGN><=|>=|<>|=~|\.\.|.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Token:
    """A piece of the text, with the line that it starts on, counted from 1."""

    kind: TokenKind
    text: str
    line: int

    @property
    def word(self) -> str:
        """A keyword in capitals; empty for anything that cannot be one."""
        return self.text.upper() if self.kind is TokenKind.WORD else ""

    @property
    def name(self) -> str:
        """What a variable, label or parameter is called, without backticks and dollar sign; empty for other tokens."""
        if self.kind in (TokenKind.WORD, TokenKind.NAME, TokenKind.PARAMETER):
            return self.text.removeprefix("$").strip("`")
        return ""


def tokens_of(text: str, line: int = 1) -> list[Token]:
    """All tokens of a text, white space and comments included, so that joined they are the text again.

    What a query about orders calls `order` is a name; only `ORDER BY` is the keyword.
    """
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        found.append(Token(TokenKind[match.lastgroup or "SIGN"], match[0], line))
        line += match[0].count("\n")
    following = ""
    for place in reversed(range(len(found))):
        token = found[place]
        if token.word == "ORDER" and following != "BY":
            found[place] = replace(token, kind=TokenKind.NAME)
        if token.kind not in (TokenKind.SPACE, TokenKind.COMMENT):
            following = token.word
    return found
