"""What a record is found by, and what a searched text asks for: the same terms, made here on both sides.

A full-text index that splits at white space alone holds, per record, terms that say with their first letter what they
are. All terms are folded to lower case, so that no text of a user is ever taken for that letter or for query syntax.

    E  a whole value, its words joined: Ejasminepearltea
    W  a word of a value: Wpearl
    P  a value from one of its characters on, up to 16 of them: Ppearltea, Pearltea, …
    S  a word of an activity's subject, and of Chinese up to three characters from each one on
    T  the same of all its texts
    K  the record's type: KCompany
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from graph.folding import fold

SEARCH_INDEX = "guanxi_search"

# What a match counts. Each is more than all below it together, and a better match is also every lesser one.
EXACT, PREFIX, WORD, BEGINNING, PART, SUBJECT, TEXT = 64, 32, 16, 8, 4, 2, 1

# The longest term: Lucene takes no more than 32,766 bytes.
_LONGEST = 200
# How many characters a term of kind P has, and one of kind S or T of a language that has no spaces.
_PART, _GRAM = 16, 3
# From how many digits on the end of a number stands for the number.
_TELLING_DIGITS = 6
# How much of an activity's text is searched.
_LONGEST_TEXT = 20_000

# Scripts that are written without spaces: kana and Han.
_UNSPACED = re.compile("[\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_PLAIN_WORD = re.compile("[a-z0-9]+")
_NUMBER = re.compile(r"[\d\s+().\-/#]*\d[\d\s+().\-/#]*")


def runs(text: str) -> list[str]:
    """The words of a text, and what stands together in a script without spaces.

    >>> runs("CH-001 云间Tea & Co.")
    ['ch', '001', '云间', 'tea', 'co']
    """
    folded = fold(text)
    if folded.isascii():
        return _PLAIN_WORD.findall(folded)
    found: list[str] = []
    previous = ""
    for character in folded:
        kind = _kind(character)
        if kind == "":
            pass
        elif kind == previous and kind != "symbol":
            found[-1] += character
        else:
            found.append(character)
        previous = kind
    return found


def value_terms(spellings: Iterable[Sequence[str]], abbreviations: Iterable[str] = ()) -> Iterator[str]:
    """The terms of a value, from the words of each of its spellings and from its abbreviations."""
    for words in spellings:
        yield from (f"W{word[:_LONGEST]}" for word in words)
        yield from _whole("".join(words))
    for abbreviation in abbreviations:
        yield from _whole(abbreviation)


def _whole(joined: str) -> Iterator[str]:
    if joined:
        yield f"E{joined[:_LONGEST]}"
        yield from (f"P{joined[start : start + _PART]}" for start in range(min(len(joined), _LONGEST)))


def text_terms(letter: str, text: str) -> Iterator[str]:
    """The terms of a running text."""
    for run in runs(text[:_LONGEST_TEXT]):
        if _is_unspaced(run):
            yield from (f"{letter}{run[start : start + _GRAM]}" for start in range(len(run)))
        else:
            yield f"{letter}{run[:_LONGEST]}"


def type_term(name: str) -> str:
    return f"K{name}"


def query(text: str, types: Iterable[str]) -> str:
    """The query, in Lucene's syntax, for records of some types that a text finds.

    Every clause has a constant score, so that a record's score depends on that record alone and pages can go on after
    it: ranges and prefixes have one, terms and phrases have not.

    >>> query("pearl", ["Product"])
    '+(KProduct)^0 +([Epearl TO Epearl]^64 Epearl*^32 [Wpearl TO Wpearl]^16 Wpearl*^8 Ppearl*^4 Spearl*^2 Tpearl*^1)'
    """
    words, kinds = runs(text), [type_term(each) for each in types]
    if not words or not kinds:
        # Nothing has this term.
        return "N"
    return f"+({' '.join(kinds)})^0 +({' '.join(_clauses(text, words))})"


def _clauses(text: str, words: list[str]) -> Iterator[str]:
    joined = "".join(words)[:_LONGEST]
    yield _same("E", joined, EXACT)
    yield f"E{joined}*^{PREFIX}"
    yield _every([_same("W", word) for word in words], WORD)
    yield _every([f"W{word}*" for word in words], BEGINNING)
    if number := _number(text):
        yield _every([f"P{part}*" for part in _cut(number)], PART)
        if _TELLING_DIGITS <= len(number) <= _PART:
            yield _same("P", number, WORD)
    else:
        yield _every([term for word in words for term in _parts(word)], PART)
    for letter, weight in (("S", SUBJECT), ("T", TEXT)):
        yield _every([term for word in words for term in _words(letter, word)], weight)


def _number(text: str) -> str:
    """The digits of a number without what may stand before them: 00 for abroad, 0 or (0) for at home.

    >>> _number("0086 138-1234"), _number("+44 (0)20 7946"), _number("tea 1")
    ('861381234', '44207946', '')
    """
    folded = fold(text)
    if not _NUMBER.fullmatch(folded):
        return ""
    digits = "".join(each for each in folded.replace("(0)", "") if each.isdigit())
    # A short number is one of ours, whose zeros tell it from others.
    return digits.lstrip("0") if len(digits) > _TELLING_DIGITS else digits


def _parts(word: str) -> list[str]:
    # A single letter is in nearly every name: it stands for the words that begin with it.
    if len(word) == 1 and not _is_unspaced(word):
        return [f"W{word}*"]
    return [f"P{part}*" for part in _cut(word)]


def _cut(word: str) -> list[str]:
    return [word[start : start + _PART] for start in range(0, min(len(word), _LONGEST), _PART)]


def _words(letter: str, word: str) -> list[str]:
    if not _is_unspaced(word):
        return [f"{letter}{word[:_LONGEST]}*" if len(word) > 1 else _same(letter, word)]
    if len(word) <= _GRAM:
        return [f"{letter}{word}*"]
    return [f"{letter}{word[start : start + _GRAM]}*" for start in range(len(word) - _GRAM + 1)]


def _same(letter: str, word: str, weight: int | None = None) -> str:
    return f"[{letter}{word} TO {letter}{word}]" + (f"^{weight}" if weight else "")


def _every(clauses: list[str], weight: int) -> str:
    """All of these, which count as one: the first has the weight, the others have none."""
    first, *others = dict.fromkeys(clauses)
    if not others:
        return f"{first}^{weight}"
    return f"(+{first}^{weight} {' '.join(f'+{each}^0' for each in others)})"


def _kind(character: str) -> str:
    if _is_unspaced(character):
        return "unspaced"
    category = unicodedata.category(character)
    # A symbol, such as an emoji, is a word of its own.
    return "symbol" if category == "So" else "word" if category[0] in "LNM" else ""


def _is_unspaced(text: str) -> bool:
    return bool(_UNSPACED.match(text))
