"""Misspelled keywords of Cypher, found before a wrong clause makes something else look wrong."""

from __future__ import annotations

from difflib import get_close_matches

from graph.tokens import Token, TokenKind

# What begins a clause, or a part of one, and what an author may have meant by a word that is none of Cypher's.
_MEANT = ("MATCH", "OPTIONAL", "WHERE", "WITH", "RETURN", "UNWIND", "ORDER", "LIMIT", "SKIP", "UNION", "CALL", "YIELD")
# The other words that may stand behind an operand, or before one.
_OTHERS = frozenset(
    "AND OR XOR NOT IN IS AS ASC ASCENDING BY CASE CONTAINS DESC DESCENDING DISTINCT ELSE END ENDS STARTS THEN WHEN ALL ANY "
    "EXISTS COUNT COLLECT OFFSET FINISH USING SHORTEST PATH PATHS GROUP GROUPS USE SHOW LOAD NORMALIZED TYPED ON OF".split()
)
_OPERANDS = frozenset({"TRUE", "FALSE", "NULL", "END"})
_NEAR = 0.75


def misspelled(tokens: list[Token]) -> tuple[Token, str] | None:
    """The first word behind an operand that is no keyword but nearly one, with that one.

    Behind an operand only a keyword or a sign may stand, so that no name of the author's own is taken for one.

    >>> from graph.tokens import tokens_of
    >>> token, meant = misspelled(tokens_of("MATCH (a:Team) WERE true RETURN a"))
    >>> token.text, meant
    ('WERE', 'WHERE')
    """
    before: Token | None = None
    for token in tokens:
        if token.kind in (TokenKind.SPACE, TokenKind.COMMENT):
            continue
        word = token.word
        if word and word not in _MEANT and word not in _OTHERS and (before is None or _is_operand(before)):
            near = get_close_matches(word, _MEANT, n=1, cutoff=_NEAR)
            if near:
                return token, near[0]
        before = token
    return None


def _is_operand(token: Token) -> bool:
    if token.kind is TokenKind.WORD:
        return token.word in _OPERANDS or (token.word not in _MEANT and token.word not in _OTHERS)
    return token.kind is not TokenKind.SIGN or token.text in (")", "]", "}")
