"""How likely two records are one: each piece of evidence, what it weighs, and what all of them come to.

Weights add up as independent chances do: 1 − (1 − a)(1 − b). What speaks against it takes its share of that away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz

from graph.folding import fold

# What it weighs that two records share a value of a kind, if they are the only ones.
_SHARED = {"EMAIL": 0.7, "PHONE": 0.6, "HANDLE": 0.6, "ADDRESS": 0.3}
_SAME_NAME, _SAME_PROPERTY, _DESK = 0.5, 0.3, 0.3
# Names that are less alike than this say nothing; ones that are wholly alike say this much.
_ALIKE_FROM, _ALIKE = 0.7, 0.4
# Of two records that have different ones of these, at most one in so many is a mistake.
_DISTINCT = {"uscc": 0.8, "vat": 0.7, "birthDate": 0.8}
_TELLING = ("website", "birthDate")


@dataclass(frozen=True)
class Evidence:
    """What speaks for two records being one, or against it if its weight is negative."""

    kind: str
    value: str | None
    weight: float


def evidence_of(
    found: Sequence[Sequence[Any]], one: dict[str, str | None], other: dict[str, str | None]
) -> list[Evidence]:
    """All evidence, the strongest first. `found` is `[kind, value, shared by how many, is a desk's]` each."""
    pieces = [_shared(*each) for each in found]
    alike = fuzz.token_sort_ratio(fold(one["name"] or ""), fold(other["name"] or "")) / 100
    if one["name"] and other["name"] and alike >= _ALIKE_FROM:
        weight = _ALIKE * (alike - _ALIKE_FROM) / (1 - _ALIKE_FROM)
        pieces.append(Evidence("SIMILAR_NAME", f"{alike:.0%}", round(weight, 3)))
    for name, mine in one.items():
        theirs = other[name]
        if name in _TELLING and mine and mine == theirs:
            pieces.append(Evidence(f"SAME_{_upper(name)}", mine, _SAME_PROPERTY))
        if name in _DISTINCT and mine and theirs and mine != theirs:
            pieces.append(Evidence(f"DIFFERENT_{_upper(name)}", f"{mine} / {theirs}", -_DISTINCT[name]))
    return sorted(
        (each for each in pieces if each.weight), key=lambda each: (-abs(each.weight), each.kind, each.value or "")
    )


def score(pieces: Iterable[Evidence]) -> float:
    """From 0 to 1, in steps of a thousandth."""
    against, doubt = 1.0, 1.0
    for each in pieces:
        if each.weight > 0:
            doubt *= 1 - each.weight
        else:
            against *= 1 + each.weight
    return round((1 - doubt) * against, 3)


def _shared(kind: str, value: str, count: int, is_desk: bool) -> Evidence:
    """What more records share weighs less, and what belongs to a desk says little of a person."""
    weight = _SAME_NAME if kind == "NAME" else _SHARED.get(kind, 0.3)
    return Evidence(f"SAME_{kind}", value, round(weight * (_DESK if is_desk else 1) * 2 / max(count, 2), 3))


def _upper(name: str) -> str:
    return {"birthDate": "BIRTH_DATE"}.get(name, name.upper())
