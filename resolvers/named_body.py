"""What the tokens of a named query's body say by themselves: what it returns, what it compares, what limits it."""

from __future__ import annotations

from itertools import pairwise

from graph.tokens import Token, TokenKind


def compared_in(tokens: list[Token]) -> tuple[tuple[str, str, int], ...]:
    shown = [token for token in tokens if token.kind not in (TokenKind.SPACE, TokenKind.COMMENT)]
    found = []
    for i, sign in enumerate(shown[1:-1], 1):
        before, after = shown[i - 1], shown[i + 1]
        if sign.text not in ("=", "<", ">", "<=", ">=", "<>"):
            continue
        if after.kind is TokenKind.PARAMETER and i >= 2 and shown[i - 2].text == ".":
            found.append((before.name, after.name, sign.line))
        elif before.kind is TokenKind.PARAMETER and i + 3 < len(shown) and shown[i + 2].text == ".":
            found.append((shown[i + 3].name, before.name, sign.line))
    return tuple(found)


def limits_of(tokens: list[Token]) -> frozenset[str]:
    """The parameters that stand behind LIMIT or SKIP."""
    shown = [token for token in tokens if token.kind not in (TokenKind.SPACE, TokenKind.COMMENT)]
    return frozenset(
        b.name for a, b in pairwise(shown) if a.word in ("LIMIT", "SKIP") and b.kind is TokenKind.PARAMETER
    )


def last_line(tokens: list[Token]) -> int:
    return tokens[-1].line if tokens else 1


def returned_by(tokens: list[Token]) -> tuple[int, list[str], bool, bool]:
    """The line of the last RETURN outside brackets, its columns, and whether it orders and limits; line 0 without one."""
    depth, line, columns = 0, 0, list[str]()
    last, is_ordered, is_limited, is_over = "", False, False, True
    for token in tokens:
        if token.kind in (TokenKind.SPACE, TokenKind.COMMENT):
            continue
        if token.text in ("(", "[", "{"):
            depth += 1
        elif token.text in (")", "]", "}"):
            depth -= 1
        elif depth == 0 and token.word == "RETURN":
            line, columns, last, is_ordered, is_limited, is_over = token.line, [], "", False, False, False
            continue
        elif (depth == 0 and token.word in ("ORDER", "SKIP", "LIMIT", "UNION")) or token.text == ";":
            if not is_over:
                columns.append(last)
            is_over = True
            is_ordered |= token.word == "ORDER"
            is_limited |= token.word == "LIMIT"
            continue
        if depth == 0 and not is_over:
            if token.text == ",":
                columns.append(last)
            elif token.word != "DISTINCT":
                last = token.name or token.text
        elif not is_over:
            last = token.text
    if not is_over:
        columns.append(last)
    return line, columns, is_ordered, is_limited
