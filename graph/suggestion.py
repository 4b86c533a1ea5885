"""The near miss that an error offers."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """A sentence that offers the choice nearest to a mistyped word, or that lists the few choices there are.

    >>> did_you_mean("nmae", ["name", "number"])
    " Did you mean 'name'?"
    """
    known = list(dict.fromkeys(choices))
    folded = {choice.casefold(): choice for choice in known}
    near = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    if near:
        return f" Did you mean '{folded[near[0]]}'?"
    return f" There is {_listed(known)}." if 0 < len(known) <= 12 else ""


def _listed(words: list[str]) -> str:
    quoted = [f"'{word}'" for word in words]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"
