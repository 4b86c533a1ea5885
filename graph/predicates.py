"""How predicates stand together: beside an OR, one for each label, or as one that Neo4j's planner leaves whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def opaque(tests: Iterable[str]) -> str:
    """Tests that the planner leaves together, as one that is true or false.

    It looks for the best place of each test and each pattern in it again and again, with every way to begin a match: with
    the rights of all types in a statement that takes many times as long as to run it.
    """
    return f"coalesce({' AND '.join(tests)}, false)"


def is_any(variable: str, predicates: Iterable[tuple[str, ...]]) -> str:
    return f"{variable}:{'|'.join(label for labels in predicates for label in labels)}"


def by_label(predicates: Mapping[tuple[str, ...], str], variable: str) -> list[str]:
    """For a variable that has one of some labels, the predicate of each.

    Neo4j turns `a AND b OR c AND d` into all four pairs, and plans what is in them as often. So it is told
    `(NOT a OR b) AND (NOT c OR d)` in the first place.
    """
    tests = ((f"NOT {is_any(variable, [labels])}", text) for labels, text in predicates.items())
    return [test if text == "false" else f"({test} OR {operand(text)})" for test, text in tests if text != "true"]


def operand(text: str) -> str:
    """A predicate as it stands beside an OR."""
    return f"({text})" if " AND " in text else text
